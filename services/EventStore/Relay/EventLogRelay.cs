using Marketplace.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using RabbitMQ.Client;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Marketplace.EventStore.Relay;

/// <summary>
/// Carries the log to the broker: in order, at least once, by one process at a time. The session's advisory lock elects it and the log is read
/// on that same session, so a relay that has lost its lock cannot read on. The cursor moves after the broker's confirm, and is written down when the
/// relay comes to rest or every so often; a crash between the two publishes again, under the same message ids.
/// </summary>
internal sealed partial class EventLogRelay(
    NpgsqlDataSource database, EventLog eventLog, RestoredLog restored, IPublication publication, IEnumerable<ILogWitness> witnesses, RelayOptions options, RelayState state,
    ILogger<EventLogRelay> log) : BackgroundService
{
    private const string Cursor = "relay";
    private const long LockKey = 0x4D504B_52454C41; // "MPK RELA", per database
    private const int BatchSize = 200;
    private readonly ILogWitness[] _witnesses = [.. witnesses];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var session = await database.OpenConnectionAsync(stoppingToken);
                if (await TryLeadAsync(session, stoppingToken))
                {
                    await LeadAsync(session, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                state.Failed(failure);
                LogStopped(failure);
            }

            await Task.Delay(options.Retry, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LeadAsync(NpgsqlConnection session, CancellationToken token)
    {
        var factory = new ConnectionFactory { Uri = options.Broker, ClientProvidedName = "relay", AutomaticRecoveryEnabled = false };
        await using var broker = await factory.CreateConnectionAsync(token);
        await using var publisher = new ConfirmedPublisher(broker);
        await ExecuteAsync(session, $"listen {EventLog.Channel}", token);
        await restored.SettleAsync(session, token); // restored under a running process, perhaps: its sessions ended with the old database
        var cursor = await ReadCursorAsync(session, token);
        var (lastWork, unsaved) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var saved = cursor;
        LogLeading(cursor.Position);
        try
        {
            while (true)
            {
                var events = await eventLog.ReadAsync(session, cursor, BatchSize, token);
                state.Ran();
                if (events.Count > 0)
                {
                    var relayed = events.Select(e => e.Event).ToList();
                    var published = await publisher.PublishAsync(publication, relayed, token);
                    cursor = events[^1].Cursor;
                    _witnesses.Tell(relayed, log);
                    lastWork.Restart();
                    if (unsaved.Elapsed >= options.SaveEvery)
                    {
                        await SaveAsync();
                    }

                    if (events.Count < BatchSize)
                    {
                        // As drains do: company is on its way. What nobody is told of needs no haste; what follows it may be there already, unheard.
                        await Task.Delay(published > 0 ? options.Gather : options.Silence, token);
                    }

                    continue;
                }

                if (saved != cursor)
                {
                    await SaveAsync();
                }

                // A notice may come before the event is settled (an older transaction still runs), so look again soon after work, at leisure otherwise.
                await session.WaitAsync(lastWork.ElapsedMilliseconds < 1000 ? options.BusyPoll : options.IdlePoll, token);
                if (!broker.IsOpen)
                {
                    throw new InvalidOperationException("The broker closed the connection: " + broker.CloseReason?.ReplyText);
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested && saved != cursor)
        {
            await MoveCursorAsync(session, cursor, CancellationToken.None); // stopped in good order: nothing is published again
            throw;
        }

        async Task SaveAsync()
        {
            await MoveCursorAsync(session, cursor, token);
            saved = cursor;
            unsaved.Restart();
        }
    }

    private static async Task<bool> TryLeadAsync(NpgsqlConnection session, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", session) { Parameters = { new() { Value = LockKey } } };
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    private static async Task<LogCursor> ReadCursorAsync(NpgsqlConnection session, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select xid, position from log_cursors where name = $1", session) { Parameters = { new() { Value = Cursor } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new LogCursor(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)) : LogCursor.Start;
    }

    // Losing the last cursor moves in a crash only publishes again, under the same ids, so this commit need not wait for the disk.
    private static async Task MoveCursorAsync(NpgsqlConnection session, LogCursor cursor, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(session)
        {
            BatchCommands =
            {
                new("set local synchronous_commit = off"),
                new("insert into log_cursors (name, xid, position) values ($1, $2, $3) on conflict (name) do update set xid = excluded.xid, position = excluded.position, moved_at = now()")
                {
                    Parameters =
                    {
                        new() { Value = Cursor },
                        new() { Value = cursor.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 },
                        new() { Value = cursor.Position },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(token);
    }

    private static async Task ExecuteAsync(NpgsqlConnection session, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, session);
        await command.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Relaying the log from position {Position}")]
    private partial void LogLeading(long position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay stopped and will go on from its cursor")]
    private partial void LogStopped(Exception failure);
}

/// <summary>Where the relay publishes, and how often it looks.</summary>
public sealed record RelayOptions(Uri Broker)
{
    public TimeSpan BusyPoll { get; init; } = TimeSpan.FromMilliseconds(8);
    public TimeSpan IdlePoll { get; init; } = TimeSpan.FromMilliseconds(200);
    /// <summary>Between two reads while there is work: who waits for an order was answered before this.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(20);
    /// <summary>The same after a page of which nobody is told.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMilliseconds(30);
    /// <summary>The most that a crash publishes again.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMilliseconds(100);
    public TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>How the relay of this process is doing.</summary>
internal sealed class RelayState
{
    private volatile Exception? _failure;

    internal Exception? Failure => _failure;

    internal void Ran() => _failure = null;

    internal void Failed(Exception failure) => _failure = failure;
}
