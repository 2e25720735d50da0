using Marketplace.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.EventStore.Relay;

/// <summary>Hands settled events to this process's <see cref="ILogFollower"/>s, from the moment the process started.</summary>
internal sealed partial class LogFollowing(NpgsqlDataSource database, EventLog eventLog, IEnumerable<ILogFollower> followers, RelayOptions options, ILogger<LogFollowing> log)
    : BackgroundService
{
    private const int PageSize = 500;
    // Followers feed people's screens and requests that another process answered: what comes in between is told together.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);
    private readonly ILogFollower[] _followers = [.. followers];
    private LogCursor _cursor;

    /// <summary>The place is taken before the host has started, so that what followers load at start and what they are told overlap and leave no gap.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_followers.Length > 0)
        {
            await using var session = await database.OpenConnectionAsync(cancellationToken);
            _cursor = await EventLog.EndAsync(session, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_followers.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogStopped(failure);
                await Task.Delay(options.Retry, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowAsync(CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using (var listen = new NpgsqlCommand($"listen {EventLog.Channel}", session))
        {
            await listen.ExecuteNonQueryAsync(token);
        }

        // A place behind the log's end is one in another cluster's log, from before a restore.
        var end = await EventLog.EndAsync(session, token);
        _cursor = (_cursor.Xid, _cursor.Position).CompareTo((end.Xid, end.Position)) > 0 ? end : _cursor;
        var quiet = 0;
        while (true)
        {
            var events = await eventLog.ReadAsync(session, _cursor, PageSize, token);
            if (events.Count > 0)
            {
                var seen = events.Select(e => e.Event).ToList();
                foreach (var follower in _followers)
                {
                    await follower.SeenAsync(seen, token);
                }

                _cursor = events[^1].Cursor;
                quiet = 0;
                if (events.Count < PageSize)
                {
                    await Task.Delay(Pace, token);
                }

                continue;
            }

            await session.WaitAsync(quiet++ < 3 ? options.BusyPoll : options.IdlePoll, token);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Following the log was interrupted and goes on from its place")]
    private partial void LogStopped(Exception failure);
}
