using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.EventStore.Tests;

/// <summary>A process that keeps streams, as a service registers it: store, relay, followers, projection.</summary>
internal sealed class MartenHost : IAsyncDisposable
{
    private readonly IHost _host;

    private MartenHost(IHost host) => _host = host;

    internal IEventStore Store => _host.Services.GetRequiredService<IEventStore>();
    internal ProjectionRebuild Rebuild => _host.Services.GetRequiredService<ProjectionRebuild>();
    internal IReadOnlyList<StoredEvent> Followed => [.. _host.Services.GetRequiredService<Follower>().Seen];

    internal static async Task<MartenHost> StartAsync(TestLog log, Uri broker, bool needsConsumer = false)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", broker.ToString())]);
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(log.Database).AddSingleton(TimeProvider.System);
        builder.Services.AddEventLog(TestLog.Types, o => o.Streams().Publication<CountedPublication>().Follower<Follower>().Projection<Sums>());
        builder.Services.AddSingleton<IPublication>(new CountedPublication(needsConsumer));
        builder.Services.Remove(builder.Services.First(s => s.ImplementationType == typeof(CountedPublication)));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new MartenHost(host);
    }

    internal Task AppendAsync(string stream, long expected, params object[] events) =>
        Store.AppendAsync([new StreamAppend(stream, expected, events, new EventMeta(DateTimeOffset.UtcNow))], null, TestContext.Current.CancellationToken);

    internal async Task<HealthStatus> HealthAsync() =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }

    internal sealed class Follower : ILogFollower
    {
        internal ConcurrentQueue<StoredEvent> Seen { get; } = new();

        public ValueTask SeenAsync(IReadOnlyList<StoredEvent> events, CancellationToken token)
        {
            foreach (var happened in events)
            {
                Seen.Enqueue(happened);
            }

            return ValueTask.CompletedTask;
        }
    }
}
