using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marketplace.EventStore.Relay;
using Marten;
using Marten.Subscriptions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Marketplace.EventStore.Marten;

/// <summary>
/// Carries Marten's log to the broker: a subscription that Marten's daemon runs in one process at a time, in the order of the log. Marten moves
/// the subscription's place after the broker's confirm; when publishing fails it stops the subscription there and starts it again a little
/// later, so a message may come twice, under the same id.
/// </summary>
internal sealed class MartenRelay(IEnumerable<IPublication> publications, IEnumerable<ILogWitness> witnesses, RelayOptions options, RelayState state, ILogger<MartenRelay> log) : ISubscription, IAsyncDisposable
{
    internal const string Name = "relay";
    internal static readonly ShardName Shard = new(Name);
    private readonly IPublication? _publication = publications.SingleOrDefault();
    private IConnection? _broker;
    private ConfirmedPublisher? _publisher;

    public async Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        if (_publication is null)
        {
            return NullChangeListener.Instance; // the subscription still runs: followers and the high-water mark live from the daemon
        }

        try
        {
            var publisher = await OpenAsync(cancellationToken);
            var relayed = page.Events.Where(MartenEvents.IsOurs).Select(MartenEvents.ToStored).ToList();
            await publisher.PublishAsync(_publication, relayed, cancellationToken);
            state.Ran();
            witnesses.Tell(relayed, log);
            return NullChangeListener.Instance;
        }
        catch (Exception failure)
        {
            state.Failed(failure);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_publisher is { } publisher)
        {
            await publisher.DisposeAsync();
        }

        if (_broker is { } broker)
        {
            await broker.DisposeAsync();
        }

        _publisher = null;
        _broker = null;
    }

    private async Task<ConfirmedPublisher> OpenAsync(CancellationToken token)
    {
        if (_publisher is { } open && _broker is { IsOpen: true })
        {
            return open;
        }

        await DisposeAsync();
        var factory = new ConnectionFactory { Uri = options.Broker, ClientProvidedName = Name, AutomaticRecoveryEnabled = false };
        _broker = await factory.CreateConnectionAsync(token);
        return _publisher = new ConfirmedPublisher(_broker);
    }
}

/// <summary>How old the oldest event is that the broker has not confirmed, as <see cref="RelayHealth"/> tells it of our own log.</summary>
internal sealed class MartenRelayHealth(IDocumentStore store, RelayState state, TimeProvider clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var relayed = await store.Advanced.ProjectionProgressFor(MartenRelay.Shard, token: cancellationToken);
        await using var session = store.QuerySession();
        var (waiting, _) = await MartenEvents.PageAsync(session, relayed, long.MaxValue, 50, cancellationToken);
        return RelayHealth.Of(waiting.Count == 0 ? TimeSpan.Zero : clock.GetUtcNow() - waiting.Min(e => e.At), state);
    }
}
