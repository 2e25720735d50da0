using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// MassTransit on RabbitMQ. Every consumer has a durable quorum queue <c>&lt;service&gt;-&lt;consumer&gt;</c>; a failing message is tried again a few
/// times at once and then, at growing distance, until it lands in the queue's error queue, where it is kept; a database outage is waited out. An endpoint of one process alone
/// (cache hints) is named <c>tmp-…</c> with <c>Temporary = true</c> and gets a queue that goes with the process.
/// </summary>
public static class Bus
{
    /// <summary>How many messages a consumer has in hand: enough for drain batching to share commits.</summary>
    private const int InHand = 64;

    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, string service, Action<IBusRegistrationConfigurator> consumers)
    {
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, includeNamespace: false));
            bus.AddConfigureEndpointsCallback((_, name, endpoint) =>
            {
                // Outermost: while the database is away or full, a command waits for it; only what fails for itself goes to the error queue. The whole
                // wait stays below the broker's limit for an unacknowledged delivery (30 minutes).
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<NpgsqlException>(failure => failure is not PostgresException || failure.IsTransient);
                    retry.Interval(240, TimeSpan.FromSeconds(5));
                });
                endpoint.UseMessageRetry(retry => retry.Exponential(6, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200)));
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue && !name.StartsWith("tmp-", StringComparison.Ordinal))
                {
                    queue.SetQuorumQueue();
                    queue.PrefetchCount = InHand;
                    queue.ConcurrentMessageLimit = InHand;
                }
            });
            consumers(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(context.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq")
                    ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is missing.")));
                rabbit.ConfigureEndpoints(context);
            });
        });
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = false; // the broker may come later; /ready says so
            host.StopTimeout = TimeSpan.FromSeconds(10);
        });
        return builder;
    }
}
