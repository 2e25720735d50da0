using System.Diagnostics.Metrics;
using Marketplace.EventStore.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.EventStore.Tests;

/// <summary>How far the relay is behind, as the metric tells it.</summary>
public sealed class Relay_lag(Servers servers)
{
    [Fact]
    public async Task Grows_while_nothing_is_relayed_and_is_nought_once_all_is_confirmed()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        await new RelayLag(log.Database, meters).StartAsync(default);
        using var figures = new Figures(meters);
        figures.Gauge("marketplace.relay.lag").ShouldBe(0, "there is nothing to relay");

        await log.AppendAsync("order-a", 0, new Counted(1));
        await Eventually.BecomesAsync(() => figures.Gauge("marketplace.relay.lag") > 0.2, TimeSpan.FromSeconds(5));
        var before = figures.Gauge("marketplace.relay.lag");
        await Eventually.BecomesAsync(() => figures.Gauge("marketplace.relay.lag") > before, TimeSpan.FromSeconds(5));

        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        using var relay = log.Relay(broker, new CountedPublication());
        await relay.StartAsync(default);
        await Eventually.BecomesAsync(() => figures.Gauge("marketplace.relay.lag") == 0, TimeSpan.FromSeconds(15));
        await relay.StopAsync(default);
    }

    [Fact]
    public async Task Has_no_figure_while_the_database_is_away()
    {
        var log = await TestLog.CreateAsync(servers);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        await new RelayLag(log.Database, meters).StartAsync(default);
        using var figures = new Figures(meters);
        await log.DisposeAsync();
        figures.Gauge("marketplace.relay.lag").ShouldBeNull();
    }

    [Fact]
    public async Task A_witness_hears_of_each_event_once_it_is_confirmed_in_the_one_process_that_relays()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        var (here, there) = (new Witness(), new Witness());
        using var first = log.Relay(broker, new CountedPublication(), here);
        using var second = log.Relay(broker, new CountedPublication(), there);
        await Task.WhenAll(first.StartAsync(default), second.StartAsync(default));
        for (var version = 0; version < 20; version++)
        {
            await log.AppendAsync("order-a", version, new Counted(1));
        }

        await Eventually.BecomesAsync(() => here.Heard.Count + there.Heard.Count == 20, TimeSpan.FromSeconds(15));
        await Task.WhenAll(first.StopAsync(default), second.StopAsync(default));
        here.Heard.Concat(there.Heard).Order().ShouldBe(Enumerable.Range(1, 20).Select(v => (long)v));
        (here.Heard.Count == 0 || there.Heard.Count == 0).ShouldBeTrue("one process relays");
    }

    private sealed class Witness : ILogWitness
    {
        public List<long> Heard { get; } = [];

        public void Relayed(IReadOnlyList<StoredEvent> events)
        {
            lock (Heard)
            {
                Heard.AddRange(events.Select(e => e.Version));
            }
        }
    }
}
