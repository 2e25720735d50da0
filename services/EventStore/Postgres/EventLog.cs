using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.EventStore.Postgres;

/// <summary>A place in the log: everything at or before it has been seen.</summary>
public readonly record struct LogCursor(ulong Xid, long Position)
{
    public static readonly LogCursor Start = new(0, 0);
}

/// <summary>
/// Reads the log in an order in which nothing is missed and no stream is reordered: by (xid, position), and only below the oldest transaction
/// still running in the cluster. Identity positions alone lose 10–26 % of events under concurrent writers, since they are not commit order.
/// </summary>
public sealed class EventLog(EventTypes types) : ILogReplay
{
    /// <summary>NOTIFY channel of appends. A notice only wakes; polling is the truth.</summary>
    public const string Channel = "event_log";

    /// <summary>The next events after the cursor, with the cursor after each.</summary>
    public Task<IReadOnlyList<(LogCursor Cursor, StoredEvent Event)>> ReadAsync(NpgsqlConnection connection, LogCursor after, int max, CancellationToken token) =>
        ReadAsync(connection, "and xid < pg_snapshot_xmin(pg_current_snapshot())", after, max, token);

    /// <summary>The same of these stored types alone, out of the next <paramref name="max"/> of any: what nobody asked for is not read whole. The last that was looked at is among them whatever its type, for its cursor.</summary>
    internal Task<IReadOnlyList<(LogCursor Cursor, StoredEvent Event)>> ReadAsync(NpgsqlConnection connection, LogCursor after, int max, IReadOnlyCollection<string> only, CancellationToken token)
    {
        var command = new NpgsqlCommand(
            $"""
            with page as (
                select * from events
                where (xid, position) > ($1, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
                order by xid, position limit $3)
            select {EventRows.Columns}, xid
            from page
            where type = any($4) or position = (select position from page order by xid desc, position desc limit 1)
            order by xid, position
            """, connection)
        {
            Parameters =
            {
                new() { Value = after.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 },
                new() { Value = after.Position },
                new() { Value = max },
                new() { Value = only.ToArray() },
            },
        };
        return ReadAsync(command, token);
    }

    string ILogReplay.Table => "events";

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> ReadHeldAsync(
        NpgsqlTransaction transaction, int page, [EnumeratorCancellation] CancellationToken token)
    {
        // With appends held everything committed is settled.
        for (var cursor = LogCursor.Start; await ReadAsync(transaction.Connection!, "", cursor, page, token) is { Count: > 0 } events; cursor = events[^1].Cursor)
        {
            yield return [.. events.Select(e => e.Event)];
        }
    }

    private async Task<IReadOnlyList<(LogCursor Cursor, StoredEvent Event)>> ReadAsync(NpgsqlConnection connection, string settled, LogCursor after, int max, CancellationToken token)
    {
        var command = new NpgsqlCommand(
            $"""
            select {EventRows.Columns}, xid
            from events
            where (xid, position) > ($1, $2) {settled}
            order by xid, position limit $3
            """, connection)
        {
            Parameters =
            {
                new() { Value = after.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 },
                new() { Value = after.Position },
                new() { Value = max },
            },
        };
        return await ReadAsync(command, token);
    }

    private async Task<IReadOnlyList<(LogCursor Cursor, StoredEvent Event)>> ReadAsync(NpgsqlCommand asked, CancellationToken token)
    {
        await using var command = asked;
        var events = new List<(LogCursor, StoredEvent)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var stored = EventRows.Read(reader, types);
            events.Add((new LogCursor(reader.GetFieldValue<ulong>(8), stored.Position), stored));
        }

        return events;
    }

    /// <summary>The first fact of each of these streams, read on the caller's connection: in the middle of a transaction nobody should wait for a second one.</summary>
    public async Task<IReadOnlyDictionary<string, object>> FirstFactsAsync(NpgsqlConnection connection, IReadOnlyCollection<string> streams, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select stream, type, data::text from events where stream = any($1) and version = 1", connection)
        {
            Parameters = { new() { Value = streams.ToArray() } },
        };
        var facts = new Dictionary<string, object>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            facts[reader.GetString(0)] = types.Deserialize(reader.GetString(1), reader.GetString(2));
        }

        return facts;
    }

    /// <summary>The cursor behind everything that is settled now.</summary>
    public static async Task<LogCursor> EndAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select xid, position from events where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, position desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new LogCursor(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)) : LogCursor.Start;
    }
}
