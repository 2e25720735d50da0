using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.EventStore.Relay;

/// <summary>How old the oldest event is that the broker has not confirmed: read when somebody asks, at <c>/ready</c> or as the metric <c>marketplace.relay.lag</c>.</summary>
internal sealed class RelayLag(NpgsqlDataSource database, IMeterFactory meters) : IHostedService
{
    private const string OldestWaiting =
        """
        select extract(epoch from now() - e.at)::float8
        from events e
        where (e.xid, e.position) > (coalesce((select xid from log_cursors where name = 'relay'), '0'::xid8), coalesce((select position from log_cursors where name = 'relay'), 0))
        order by e.xid, e.position limit 1 -- walks the index; a join here read the whole log at every probe
        """;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create(EventStoreTelemetry.Name).CreateObservableGauge("marketplace.relay.lag", Measure, "s", "Age of the oldest event that the broker has not confirmed");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal async Task<TimeSpan> ReadAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand(OldestWaiting);
        return Of(await command.ExecuteScalarAsync(token));
    }

    // Collecting metrics is synchronous; it runs on the exporter's own thread, once in a while.
    private IEnumerable<Measurement<double>> Measure()
    {
        try
        {
            using var command = database.CreateCommand(OldestWaiting);
            command.CommandTimeout = 5;
            return [new Measurement<double>(Of(command.ExecuteScalar()).TotalSeconds)];
        }
        catch (Exception failure) when (failure is NpgsqlException or ObjectDisposedException)
        {
            return []; // no figure rather than a wrong one: that the database is away, /ready says
        }
    }

    private static TimeSpan Of(object? seconds) => seconds is double waiting ? TimeSpan.FromSeconds(Math.Max(0, waiting)) : TimeSpan.Zero;
}
