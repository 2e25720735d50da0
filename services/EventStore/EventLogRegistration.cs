using Marketplace.EventStore.Postgres;
using Marketplace.EventStore.Relay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.EventStore;

/// <summary>What a service adds to its log.</summary>
public sealed class EventLogBuilder(IServiceCollection services)
{
    /// <summary>Translates stored events to messages; without one nothing is relayed.</summary>
    public EventLogBuilder Publication<T>() where T : class, IPublication
    {
        services.AddSingleton<IPublication, T>();
        return this;
    }

    /// <summary>A read model kept in the append's transaction.</summary>
    public EventLogBuilder Projection<T>() where T : class, IProjection
    {
        services.AddSingleton<T>();
        services.AddSingleton<IProjection>(s => s.GetRequiredService<T>());
        return this;
    }

    /// <summary>A handler of one kind of durable timers.</summary>
    public EventLogBuilder DueWork<T>() where T : class, IDueWorkHandler
    {
        services.AddSingleton<IDueWorkHandler, T>();
        return this;
    }

    /// <summary>A cache or live page that follows the log in every process. Register the type itself yourself if others need it.</summary>
    public EventLogBuilder Follower<T>() where T : class, ILogFollower
    {
        services.TryAddSingleton<T>();
        services.AddSingleton<ILogFollower>(s => s.GetRequiredService<T>());
        return this;
    }

    /// <summary>What counts or writes down each relayed event, in one process.</summary>
    public EventLogBuilder Witness<T>() where T : class, ILogWitness
    {
        services.AddSingleton<ILogWitness, T>();
        return this;
    }

    /// <summary>
    /// The service's truth is in its streams: it appends through <see cref="IEventStore"/> alone, never by <c>AppendFact</c>, and a build with
    /// Marten keeps the streams there. Otherwise the log is the outbox of the service's own tables and lives beside them.
    /// </summary>
    public EventLogBuilder Streams()
    {
        KeepsStreams = true;
        return this;
    }

    internal bool KeepsStreams { get; private set; }
}

public static class EventLogRegistration
{
    /// <summary>The store, its relay, timers, followers and health check. Needs an <c>NpgsqlDataSource</c> and <c>ConnectionStrings:rabbitmq</c>.</summary>
    public static IServiceCollection AddEventLog(this IServiceCollection services, EventTypes types, Action<EventLogBuilder> configure)
    {
        var log = new EventLogBuilder(services);
        configure(log);
        services.AddSingleton(types);
        services.AddSingleton<ProjectionRebuild>();
        services.AddSingleton<RelayState>();
        services.AddSingleton(s => new RelayOptions(new Uri(s.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq")
            ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is missing."))));
        services.AddSingleton<RepeatablePublisher>();
#if USE_MARTEN
        if (log.KeepsStreams)
        {
            Marten.MartenRegistration.AddMartenLog(services);
        }
        else
#endif
        {
            AddPostgresLog(services);
        }

        services.AddHostedService<DueWorker>();
        services.AddHostedService<InboxCleaning>();
        return services;
    }

    /// <summary>Durable timers alone, for a host that keeps no log. Needs an <c>NpgsqlDataSource</c>.</summary>
    public static IServiceCollection AddDueWork<T>(this IServiceCollection services) where T : class, IDueWorkHandler =>
        services.AddSingleton<IDueWorkHandler, T>().AddHostedService<DueWorker>();

    private static void AddPostgresLog(IServiceCollection services)
    {
        services.AddSingleton<EventLog>();
        services.AddSingleton<ILogReplay>(s => s.GetRequiredService<EventLog>());
        services.AddSingleton<ILogPages, PostgresLogPages>();
        services.AddSingleton<IEventStore, PostgresEventStore>();
        services.AddSingleton<RestoredLog>();
        services.AddHostedService(s => s.GetRequiredService<RestoredLog>());
        services.AddHostedService<LogFollowing>();
        if (services.Any(s => s.ServiceType == typeof(IPublication)))
        {
            services.AddHostedService<EventLogRelay>();
            services.AddSingleton<RelayLag>();
            services.AddHostedService(s => s.GetRequiredService<RelayLag>());
            services.AddHealthChecks().AddCheck<RelayHealth>("relay", HealthStatus.Unhealthy, ["ready"], RelayHealth.Patience);
        }
    }
}
