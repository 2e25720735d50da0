using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.EventStore.Relay;

/// <summary>
/// How old the oldest event is that the broker has not confirmed. A transaction left open anywhere in the cluster holds the relay back, and so
/// does a broker that is down: both show here, not as lost orders.
/// </summary>
internal sealed class RelayHealth(RelayLag lag, RelayState state) : IHealthCheck
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Of(await lag.ReadAsync(cancellationToken), state);

    internal static HealthCheckResult Of(TimeSpan lag, RelayState state)
    {
        var data = new Dictionary<string, object> { ["lagSeconds"] = Math.Round(Math.Max(0, lag.TotalSeconds), 3) };
        return lag < Tolerated
            ? HealthCheckResult.Healthy("The log is relayed.", data)
            : HealthCheckResult.Unhealthy($"The oldest unrelayed event is {lag.TotalSeconds:F0} s old.", state.Failure, data);
    }
}
