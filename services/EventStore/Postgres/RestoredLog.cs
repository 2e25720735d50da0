using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.EventStore.Postgres;

/// <summary>
/// A database restored into another cluster brings events whose transaction ids are ahead of that cluster's own: they would never count as
/// settled, and what is appended next would be read before them. They are given ids that every cluster has behind it, before anything is
/// appended or read: 1 for what the relay has told, 2 for what it has not. Within each, positions keep every stream in its order, since an event
/// gets its position after the one before it in its stream was committed.
/// </summary>
internal sealed partial class RestoredLog(NpgsqlDataSource database, ILogger<RestoredLog> log) : IHostedLifecycleService
{
    // No committed event of this cluster can be seen with an id that its snapshot says has not begun.
    private const string Ahead = "xid >= pg_snapshot_xmax(pg_current_snapshot())";

    /// <summary>Before any other part starts.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.OpenConnectionAsync(cancellationToken);
        if (await ScalarAsync<bool>(session, "select to_regclass('events') is not null", cancellationToken))
        {
            await SettleAsync(session, cancellationToken);
        }
    }

    /// <summary>Does nothing where nothing is ahead; looking costs one step in the log's index.</summary>
    internal async Task SettleAsync(NpgsqlConnection session, CancellationToken token)
    {
        if (!await IsAheadAsync(session, token))
        {
            return;
        }

        await using var transaction = await session.BeginTransactionAsync(token);
        await ExecuteAsync(session, "lock table events in share row exclusive mode", token); // appends and other processes wait here
        if (await IsAheadAsync(session, token))
        {
            // Who keeps a place of their own goes on before the first event that they have not taken, whichever was read first: what they are given again they know.
            await ExecuteAsync(session,
                """
                update log_cursors c
                set xid = '1', position = coalesce((select min(e.position) - 1 from events e where (e.xid, e.position) > (c.xid, c.position)), (select max(position) from events), 0)
                where c.name <> 'relay'
                """, token);
            // Behind the last event that came along, an id that is not ahead was given by this cluster, to a service that did not look: not told
            // yet, although its id is below the cursor's.
            var events = await ExecuteAsync(session,
                $"""
                update events e
                set xid = case when (e.xid, e.position) <= (told.xid, told.position) and (e.{Ahead} or e.position <= came.last) then '1'::xid8 else '2'::xid8 end
                from (select coalesce(max(xid), '0') as xid, coalesce(max(position), 0) as position from log_cursors where name = 'relay') told,
                     (select max(position) as last from events where {Ahead}) came
                """, token);
            await ExecuteAsync(session,
                "update log_cursors set xid = '1', position = (select coalesce(max(position), 0) from events where xid = '1') where name = 'relay'", token);
            var waiting = await ScalarAsync<long>(session, "select count(*) from events where xid = '2'", token);
            await transaction.CommitAsync(token);
            LogRestored(events, waiting);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<bool> IsAheadAsync(NpgsqlConnection session, CancellationToken token) =>
        await ScalarAsync<bool>(session, $"select exists (select from (select xid from events order by xid desc limit 1) last where {Ahead})", token);

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection session, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(token))!;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection session, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
        return await command.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log comes from another cluster, whose transactions were ahead of this one's: {Events} events were reseated, {Waiting} of them wait to be relayed")]
    private partial void LogRestored(int events, long waiting);
}
