using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.EventStore.Postgres;

/// <summary>A timer that has come due.</summary>
/// <param name="Attempts">1 at the first try.</param>
/// <param name="Trace">The <see cref="TraceParent"/> it was given, if any.</param>
public sealed record DueWork(string Kind, string Key, DateTimeOffset DueAt, string? Data, int Attempts, string? Trace = null);

/// <summary>Handles one kind of timers. Called at least once per timer, so it must be idempotent; what it throws is retried with backoff.</summary>
public interface IDueWorkHandler
{
    string Kind { get; }

    /// <summary>The key of the one timer of this kind that must always be there, for a sweep over rows that are timers themselves. One that stands is left alone; null: all are set by what happens.</summary>
    string? AlwaysThere => null;

    /// <summary>How long a run may take before another process takes the timer for a killed one's; longer than a handler ever works between two of its answers.</summary>
    TimeSpan Lease => TimeSpan.FromMinutes(1);

    /// <summary>The lease is renewed while a run goes on: however long that takes, a killed process' timer comes back within one lease. Only for what bears to be carried on elsewhere while it still runs.</summary>
    bool RenewsLease => false;

    /// <summary>How many of this kind run at once in a process.</summary>
    int AtOnce => 4;

    /// <returns>
    /// When the timer is due next; null: it is done with. A timer that somebody set meanwhile stands as they set it, for they know what this run had not seen:
    /// so a handler tells its next time here, and never sets its own timer.
    /// </returns>
    Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token);
}

/// <summary>Runs due timers; several processes share the table through row locks and leases, so a killed worker's timers come back.</summary>
internal sealed partial class DueWorker(NpgsqlDataSource database, IEnumerable<IDueWorkHandler> handlers, TimeProvider clock, ILogger<DueWorker> log) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);
    private readonly Dictionary<string, IDueWorkHandler> _handlers = handlers.ToDictionary(h => h.Kind);

    // Each kind has its own queue, so that a backlog of one (mails, when the mail server is away) never delays another.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_handlers.Keys.Select(kind => RunAsync(kind, stoppingToken)));

    // One that came due while nothing ran is worked off at once.
    private async Task SetAsync(string kind, string key, CancellationToken token)
    {
        await using var command = database.CreateCommand("insert into due_work (kind, key, due_at) values ($1, $2, $3) on conflict do nothing");
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(token);
    }

    // Each timer has a place of its own and no more are leased than there are places: one that takes long holds none of the others, here or in another process,
    // and whatever fails around one is no reason to break off the rest.
    private async Task RunAsync(string kind, CancellationToken stoppingToken)
    {
        var (handler, running) = (_handlers[kind], new List<Task>());
        var wanting = handler.AlwaysThere;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (wanting is not null)
                {
                    await SetAsync(kind, wanting, stoppingToken);
                    wanting = null;
                }

                var due = await TakeAsync(kind, handler.AtOnce - running.Count, stoppingToken);
                running.AddRange(due.Select(one => Task.Run(() => WorkOffAsync(one.Work, one.Until, stoppingToken), CancellationToken.None)));
                await (running.Count == handler.AtOnce ? Task.WhenAny(running) : due.Count == 0 ? Task.Delay(Idle, stoppingToken) : Task.CompletedTask);
                running.RemoveAll(task => task.IsCompleted);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                LogInterrupted(failure); // whatever it is: the host goes on, and so do the timers
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(running);
    }

    // What could not be noted of a run keeps its lease, and comes back when that has run out.
    private async Task WorkOffAsync(DueWork work, DateTimeOffset leasedUntil, CancellationToken token)
    {
        try
        {
            await RunAsync(work, leasedUntil, token);
        }
        catch (Exception failure)
        {
            LogInterrupted(failure);
        }
    }

    private async Task<List<(DueWork Work, DateTimeOffset Until)>> TakeAsync(string kind, int places, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            update due_work d set leased_until = $1, attempts = d.attempts + 1
            from (select kind, key from due_work
                  where due_at <= $2 and (leased_until is null or leased_until < $2) and kind = $3
                  order by due_at limit $4 for update skip locked) due
            where d.kind = due.kind and d.key = due.key
            returning d.kind, d.key, d.due_at, d.data::text, d.attempts, d.trace, d.leased_until
            """);
        command.Parameters.Add(new() { Value = now + _handlers[kind].Lease });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = places });
        var taken = new List<(DueWork, DateTimeOffset)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            taken.Add((new DueWork(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetString(5)), reader.GetFieldValue<DateTimeOffset>(6)));
        }

        return taken;
    }

    private async Task RunAsync(DueWork work, DateTimeOffset leasedUntil, CancellationToken token)
    {
        using var activity = EventStoreTelemetry.Source.StartActivity("due-work " + work.Kind, ActivityKind.Consumer, work.Trace);
        var handler = _handlers[work.Kind];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var renewing = handler.RenewsLease ? RenewAsync(work, leasedUntil, handler.Lease, over.Token) : Task.FromResult(leasedUntil);
        DateTimeOffset? next = null;
        Exception? failed = null;
        try
        {
            next = await handler.HandleAsync(work, token);
        }
        catch (Exception failure)
        {
            failed = failure;
        }

        await over.CancelAsync();
        leasedUntil = await renewing;
        await EndAsync(work, leasedUntil, next, failed, token);
    }

    /// <summary>Until it is over; until when the timer is leased then. Whoever else took it, or set it anew, has it.</summary>
    private async Task<DateTimeOffset> RenewAsync(DueWork work, DateTimeOffset leasedUntil, TimeSpan lease, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(lease / 4, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return leasedUntil;
            }

            try
            {
                await using var command = database.CreateCommand("update due_work set leased_until = $4 where kind = $1 and key = $2 and leased_until = $3 returning leased_until");
                foreach (var value in (object[])[work.Kind, work.Key, leasedUntil, clock.GetUtcNow() + lease])
                {
                    command.Parameters.Add(new() { Value = value });
                }

                // Not broken off half way: what was written has to be known.
                if (await command.ExecuteScalarAsync(CancellationToken.None) is not DateTime renewed)
                {
                    return leasedUntil;
                }

                leasedUntil = new DateTimeOffset(renewed, TimeSpan.Zero);
            }
            catch (NpgsqlException failure)
            {
                LogInterrupted(failure);
            }
        }
    }

    private async Task EndAsync(DueWork work, DateTimeOffset leasedUntil, DateTimeOffset? next, Exception? failed, CancellationToken token)
    {
        if (failed is null)
        {
            // Only the timer as it was leased: set anew meanwhile, it stays as it was set.
            await (next is { } at
                ? ExecuteAsync("update due_work set due_at = $4, leased_until = null, attempts = 0, last_error = null where kind = $1 and key = $2 and leased_until = $3",
                    [work.Kind, work.Key, leasedUntil, at.ToUniversalTime()], token)
                : ExecuteAsync("delete from due_work where kind = $1 and key = $2 and leased_until = $3", [work.Kind, work.Key, leasedUntil], token));
        }
        else if (failed is OperationCanceledException && token.IsCancellationRequested)
        {
            // Stopping: hand the timer to another process now rather than when the lease runs out.
            await ExecuteAsync("update due_work set leased_until = null where kind = $1 and key = $2 and leased_until = $3", [work.Kind, work.Key, leasedUntil], CancellationToken.None);
        }
        else
        {
            LogFailed(work.Kind, work.Key, work.Attempts, failed);
            var wait = TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(work.Attempts, 9))));
            await ExecuteAsync(
                "update due_work set due_at = $4, leased_until = null, last_error = $5 where kind = $1 and key = $2 and leased_until = $3",
                [work.Kind, work.Key, leasedUntil, clock.GetUtcNow() + wait, failed.GetType().Name], token);
        }
    }

    private async Task ExecuteAsync(string sql, object[] parameters, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due work {Kind} {Key} failed at attempt {Attempts}; it will be tried again")]
    private partial void LogFailed(string kind, string key, int attempts, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due work was interrupted and goes on")]
    private partial void LogInterrupted(Exception failure);
}
