using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Services.Json.Transformations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weasel.Core;

namespace Marketplace.EventStore.Marten;

/// <summary>Marten set up so that what it stores and promises is what <see cref="IEventStore"/> says.</summary>
internal static class MartenRegistration
{
    private const string Schema = "marten";

    internal static void AddMartenLog(this IServiceCollection services)
    {
        services.AddSingleton<MartenRelay>();
        services.AddMarten(s => Options(s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<EventTypes>()).Relayed(s.GetRequiredService<MartenRelay>()))
            .ApplyAllDatabaseChangesOnStartup()
            .AddAsyncDaemon(DaemonMode.HotCold);

        // Marten would log every lost race as an error, with the data of its events; what fails comes to us as an exception.
        services.AddLogging(log => log.AddFilter("Marten", LogLevel.Warning).AddFilter("JasperFx", LogLevel.Warning).AddFilter("Marten.IDocumentStore", LogLevel.None));
        services.AddSingleton<IEventStore, MartenEventStore>();
        services.AddSingleton<ILogReplay, MartenReplay>();
        services.AddSingleton<ILogPages, MartenPages>();
        services.AddHostedService<MartenFollowing>();
        if (services.Any(s => s.ServiceType == typeof(IPublication)))
        {
            services.AddHealthChecks().AddCheck<MartenRelayHealth>("relay", HealthStatus.Unhealthy, tags: ["ready"]);
        }
    }

    internal static StoreOptions Options(NpgsqlDataSource database, EventTypes types)
    {
        var options = new StoreOptions { DatabaseSchemaName = Schema, AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate };
        options.Connection(database);
        options.UseSystemTextJsonForSerialization(types.Json, casing: Casing.CamelCase);
        options.ConfigureWritePolly(_ => { }); // the transaction is the caller's: a part of it cannot be repeated alone

        var events = options.Events;
        events.StreamIdentity = StreamIdentity.AsString;
        events.MetadataConfig.HeadersEnabled = true;
        events.AppendMode = EventAppendMode.QuickWithServerTimestamps; // despite its name the mode that stores the time given with the event
        events.UseExclusiveLockOnConcurrentAppends = true; // a lost race then uses up no sequence number, and leaves no hole that the daemon must wait at
        events.UseListenNotifyForEventAppends = true;
        events.UseAdvisoryLockTransaction = false; // the leader's transaction would idle for ever, and the server ends idle transactions

        // Written and read by stored name alone, through the one map; classes may be renamed freely.
        foreach (var (name, type) in types.Known)
        {
            events.MapEventType(type, name);
        }

        foreach (var name in types.Known.Keys.Concat(types.Upcasts))
        {
            events.Upcast(types.TypeOf(name), name, new JsonTransformation((_, row, column) => types.Deserialize(name, row.GetString(column))));
        }

        return options;
    }

    private static StoreOptions Relayed(this StoreOptions options, MartenRelay relay)
    {
        // What cannot be read or published stops the relay; it is never skipped.
        var daemon = options.Projections;
        daemon.Errors.SkipApplyErrors = daemon.Errors.SkipSerializationErrors = daemon.Errors.SkipUnknownEvents = false;
        daemon.LeadershipPollingTime = 1000;
        daemon.HealthCheckPollingTime = TimeSpan.FromSeconds(1);
        daemon.FastPollingTime = TimeSpan.FromMilliseconds(50);
        daemon.SlowPollingTime = TimeSpan.FromMilliseconds(200);

        // An append that is rolled back behind Marten's part leaves a hole in the sequence. Marten passes it only when no
        // transaction is left that could still fill it; this is how long it waits before it looks.
        daemon.UseTransactionEvidenceForGapSkipping = true;
        daemon.SkipStaleGapsDespiteLiveTransactionsAfter = null;
        daemon.StaleSequenceThreshold = TimeSpan.FromMilliseconds(100);
        options.Events.Subscribe(relay, subscription =>
        {
            subscription.Name = MartenRelay.Name;
            subscription.Options.BatchSize = 200;
        });
        return options;
    }
}
