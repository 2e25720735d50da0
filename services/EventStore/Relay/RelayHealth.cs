using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Marketplace.EventStore.Relay;

/// <summary>
/// How old the oldest event is that the broker has not confirmed. A transaction left open anywhere in the cluster holds the relay back, and so
/// does a broker that is down: both show here, not as lost orders.
/// </summary>
internal sealed class RelayHealth(NpgsqlDataSource database, RelayState state) : IHealthCheck
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(
            """
            select extract(epoch from now() - e.at)::float8
            from events e
            where (e.xid, e.position) > (coalesce((select xid from log_cursors where name = 'relay'), '0'::xid8), coalesce((select position from log_cursors where name = 'relay'), 0))
            order by e.xid, e.position limit 1 -- walks the index; a join here read the whole log at every probe
            """);
        var lag = await command.ExecuteScalarAsync(cancellationToken) is double seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return Of(lag, state);
    }

    internal static HealthCheckResult Of(TimeSpan lag, RelayState state)
    {
        var data = new Dictionary<string, object> { ["lagSeconds"] = Math.Round(Math.Max(0, lag.TotalSeconds), 3) };
        return lag < Tolerated
            ? HealthCheckResult.Healthy("The log is relayed.", data)
            : HealthCheckResult.Unhealthy($"The oldest unrelayed event is {lag.TotalSeconds:F0} s old.", state.Failure, data);
    }
}
