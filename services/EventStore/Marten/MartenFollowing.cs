using JasperFx.Events.Projections;
using Marketplace.EventStore.Relay;
using Marten;
using Marten.Events.Daemon.HighWater;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.EventStore.Marten;

/// <summary>
/// Hands settled events to this process's <see cref="ILogFollower"/>s. Settled is what Marten's high-water mark has passed; the daemon moves the
/// mark in one process and all of them read it, so followers hear of an event a little later than with our own log.
/// </summary>
internal sealed partial class MartenFollowing(
    IDocumentStore store, NpgsqlDataSource database, IEnumerable<ILogFollower> followers, RelayOptions options, ILogger<MartenFollowing> log) : BackgroundService
{
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(20); // asking costs a query here
    private readonly ILogFollower[] _followers = [.. followers];
    private long _seen;

    /// <summary>The place is taken before the host has started, so that what followers load at start and what they are told overlap and leave no gap.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_followers.Length > 0)
        {
            _seen = await SettledAsync(cancellationToken);
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
        await using var notices = await database.OpenConnectionAsync(token);
        await using (var listen = new NpgsqlCommand($"listen {PostgresqlListenWakeup.DefaultChannel}", notices))
        {
            await listen.ExecuteNonQueryAsync(token);
        }

        var quiet = 0;
        while (true)
        {
            var settled = await SettledAsync(token);
            if (settled > _seen)
            {
                await using var session = store.QuerySession();
                var (events, last) = await MartenEvents.PageAsync(session, _seen, settled, 500, token);
                if (events.Count > 0)
                {
                    foreach (var follower in _followers)
                    {
                        await follower.SeenAsync(events, token);
                    }
                }

                _seen = last == _seen ? settled : last; // nothing more below the mark: it stands on a hole of the sequence
                quiet = 0;
                continue;
            }

            // The notice of an append comes before the daemon has moved the mark: look often for a while, at leisure afterwards.
            quiet = await notices.WaitAsync(quiet++ < 50 ? BusyPoll : options.IdlePoll, token) ? 0 : quiet;
        }
    }

    private Task<long> SettledAsync(CancellationToken token) => store.Advanced.ProjectionProgressFor(ShardName.HighWaterMarkFor(), token: token);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Following the log was interrupted and goes on from its place")]
    private partial void LogStopped(Exception failure);
}
