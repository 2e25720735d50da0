using Marketplace.EventStore.Postgres;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// MassTransit on RabbitMQ. Every consumer has a durable quorum queue <c>&lt;service&gt;-&lt;consumer&gt;</c>; a failing message is tried again a few
/// times at once and then, at growing distance, until it lands in the queue's error queue, where it is kept and <see cref="QueueWatch"/> sees it; a database outage is waited out. An endpoint of one process alone
/// (cache hints) is named <c>tmp-…</c> with <c>Temporary = true</c> and gets a queue that goes with the process.
/// </summary>
public static class Bus
{
    /// <summary>How many messages a consumer has in hand: enough for drain batching to share commits.</summary>
    private const int InHand = 64;

    /// <summary>How many pauses long an outage is waited out: 20 minutes, tries and all.</summary>
    private const int OutagePauses = 240;

    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, string service, Action<IBusRegistrationConfigurator> consumers)
    {
        var queues = new OwnQueues();
        var outage = TimeSpan.FromSeconds(builder.Configuration.GetValue("Bus:OutageSeconds", 5.0));
        builder.Services.AddSingleton(queues).AddSingleton<QueueWatch>();
        builder.Services.AddHostedService(s => s.GetRequiredService<QueueWatch>());
        builder.Services.AddHealthChecks().AddCheck<BusHealth>("bus", tags: ["ready"]).AddCheck<QueueWatch>("queues", tags: ["ready"]);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(health => health.Tags.Add("masstransit")); // not for /ready: to it a broker that is away is "degraded"
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, includeNamespace: false));
            bus.AddConfigureEndpointsCallback((_, name, endpoint) =>
            {
                // While the database is away or full, a command waits for it; only what fails for itself goes to the error queue. The whole wait, with a
                // last try that takes its time, stays below the broker's limit for an unacknowledged delivery (30 minutes). What the inner retry has once
                // taken up the outer one never sees, so each leaves the other's failures alone.
                endpoint.UseMessageRetry(retry => retry.WaitOut(outage, OutagePauses * outage, TimeProvider.System));
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Ignore<NpgsqlException>(Outage.Is);
                    retry.Exponential(6, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
                });
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue && !name.StartsWith("tmp-", StringComparison.Ordinal))
                {
                    queues.Add(name);
                    queue.SetQuorumQueue();
                    queue.PrefetchCount = InHand;
                    queue.ConcurrentMessageLimit = InHand;

                    // As MassTransit does it by itself, and noted.
                    queue.ConfigureError(given =>
                    {
                        given.UseFilter(new GenerateFaultFilter());
                        given.UseFilter(new ErrorTransportFilter());
                        given.UseExecute(_ => queues.NoteGivenUp());
                    });
                    queue.ConfigureDeadLetter(given =>
                    {
                        given.UseFilter(new DeadLetterTransportFilter());
                        given.UseExecute(_ => queues.NoteGivenUp());
                    });
                }
            });
            consumers(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(BrokerOf(context), broker => broker.OnRefreshConnectionFactory = _ => context.GetRequiredService<BrokerGate>().PassAsync());
                rabbit.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddSingleton(s => new BrokerGate(BrokerOf(s), s.GetRequiredService<ILogger<BrokerGate>>(), s.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        builder.Services.AddHostedService<EndpointRevival>();
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = false; // the broker may come later; /ready says so
            host.StopTimeout = TimeSpan.FromSeconds(10);
        });
        return builder;
    }

    /// <summary>Outages of the database are waited out for so long, measured and not dated: the clock on the wall may be set meanwhile.</summary>
    public static void WaitOut(this IRetryConfigurator retry, TimeSpan pause, TimeSpan atMost, TimeProvider clock) =>
        retry.SetRetryPolicy(_ => new OutagePatience(failure => failure is NpgsqlException away && Outage.Is(away), pause, atMost, clock));

    private static Uri BrokerOf(IServiceProvider services) =>
        new(services.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq") ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is missing."));
}

/// <summary>Whether the broker is there and every queue is being consumed. A service that consumes nothing durable (cache hints alone) does its work without.</summary>
internal sealed class BusHealth(IBusControl bus, OwnQueues queues) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = bus.CheckHealth();
        var away = health.Endpoints.Values.Where(e => e.Status != BusHealthStatus.Healthy).ToDictionary(e => e.InputAddress.AbsolutePath, object (e) => e.Description ?? "");
        return Task.FromResult(health.Status == BusHealthStatus.Healthy ? HealthCheckResult.Healthy("Every queue is consumed.")
            : queues.Names.Any() ? HealthCheckResult.Unhealthy("The broker is away, or not every queue is consumed.", health.Exception, away)
            : HealthCheckResult.Degraded("The broker is away: no hints of changes.", health.Exception));
    }
}
