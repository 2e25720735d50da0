using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.EventStore.Postgres;

/// <summary>
/// Streams in the <c>events</c> table. An append is the first write of its transaction: its transaction id is then taken after the stream was
/// read, so that reading the log by (xid, position) keeps every stream in order (decision 0002). The store alone opens the transaction and
/// callers can only add statements behind the append, so the order cannot be got wrong.
/// </summary>
public sealed class PostgresEventStore(NpgsqlDataSource database, EventTypes types, IEnumerable<IProjection> projections) : IEventStore
{
    private readonly IProjection[] _projections = [.. projections];

    public async Task<EventStream> ReadAsync(string stream, CancellationToken token) => (await ReadAsync([stream], token))[stream];

    public async Task<IReadOnlyDictionary<string, EventStream>> ReadAsync(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        var found = streams.Distinct().ToDictionary(name => name, _ => new List<StoredEvent>());
        await using var command = database.CreateCommand(
            $"select {EventRows.Columns} from events where stream = any($1) order by stream, version");
        command.Parameters.Add(new() { Value = found.Keys.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var stored = EventRows.Read(reader, types);
            found[stored.Stream].Add(stored);
        }

        return found.ToDictionary(f => f.Key, f => new EventStream(f.Key, f.Value.Count == 0 ? 0 : f.Value[^1].Version, f.Value));
    }

    public async Task AppendAsync(IReadOnlyList<StreamAppend> appends, Action<NpgsqlBatch>? also, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch(); // one batch is one transaction and one round trip
        if (appends.Count > 0)
        {
            var stored = Number(appends);
            batch.BatchCommands.Add(EventRows.Insert(stored, types));
            foreach (var projection in _projections)
            {
                projection.Project(stored, batch);
            }
        }

        also?.Invoke(batch);
        if (appends.Count > 0)
        {
            batch.BatchCommands.Add(EventRows.Notify());
        }

        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        try
        {
            await batch.ExecuteNonQueryAsync(token);
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "events_stream_version_key" })
        {
            throw new ConcurrencyException(string.Join(", ", appends.Select(a => a.Stream)), taken);
        }
        catch (PostgresException known) when (known is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "inbox_pkey" })
        {
            throw new DuplicateMessageException(known);
        }
    }

    private List<StoredEvent> Number(IReadOnlyList<StreamAppend> appends)
    {
        var stored = new List<StoredEvent>(appends.Count);
        // Always by name, whatever the caller's order: two writers of the same streams then wait for one another in a row and never in a circle.
        foreach (var append in appends.OrderBy(a => a.Stream, StringComparer.Ordinal))
        {
            var version = append.ExpectedVersion;
            var meta = append.Meta.Traced();
            foreach (var data in append.Events)
            {
                stored.Add(new StoredEvent(Guid.CreateVersion7(), append.Stream, ++version, types.NameOf(data), data, meta.At, meta));
            }
        }

        return stored;
    }
}

/// <summary>Rows of the <c>events</c> table, written and read in one place.</summary>
internal static class EventRows
{
    internal const string Columns = "position, id, stream, version, type, data::text, meta::text, at";

    internal static NpgsqlBatchCommand Insert(IReadOnlyList<StoredEvent> events, EventTypes types) => new(
        """
        insert into events (id, stream, version, type, data, meta, at)
        select id, stream, version, type, data::jsonb, meta::jsonb, at
        from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
             with ordinality as e(id, stream, version, type, data, meta, at, n)
        order by n
        """)
    {
        Parameters =
        {
            new() { Value = events.Select(e => e.Id).ToArray() },
            new() { Value = events.Select(e => e.Stream).ToArray() },
            new() { Value = events.Select(e => e.Version).ToArray() },
            new() { Value = events.Select(e => e.Type).ToArray() },
            new() { Value = events.Select(e => types.Serialize(e.Data)).ToArray() },
            new() { Value = events.Select(e => Meta(e.Meta)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = events.Select(e => e.At.ToUniversalTime()).ToArray() },
        },
    };

    internal static NpgsqlBatchCommand Notify() => new($"select pg_notify('{EventLog.Channel}', '')");

    internal static StoredEvent Read(NpgsqlDataReader row, EventTypes types)
    {
        var type = row.GetString(4);
        var at = row.GetFieldValue<DateTimeOffset>(7);
        var meta = row.IsDBNull(6) ? null : JsonSerializer.Deserialize<StoredMeta>(row.GetString(6), JsonSerializerOptions.Web);
        return new StoredEvent(row.GetGuid(1), row.GetString(2), row.GetInt64(3), type, types.Deserialize(type, row.GetString(5)), at,
            new EventMeta(at, meta?.Actor, meta?.CausationId, meta?.Trace), row.GetInt64(0));
    }

    internal static string? Meta(EventMeta meta) => meta is { Actor: null, CausationId: null, Trace: null }
        ? null
        : JsonSerializer.Serialize(new StoredMeta(meta.Actor, meta.CausationId, meta.Trace), JsonSerializerOptions.Web);

    private sealed record StoredMeta(string? Actor, Guid? CausationId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Trace = null);
}
