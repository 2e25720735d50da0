namespace Marketplace.EventStore.Tests;

/// <summary>The relay loses nothing and reorders nothing, whatever stops it.</summary>
public sealed class Relay_recovers(Servers servers)
{
    [Fact]
    public async Task Every_event_is_published_in_order_with_a_stable_id()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        using var relay = log.Relay(broker, new CountedPublication());
        await relay.StartAsync(default);

        for (var version = 0; version < 300; version += 3)
        {
            await log.AppendAsync("order-a", version, new Counted(1), new Counted(2), new Counted(3));
        }

        await Eventually.BecomesAsync(() => listener.Messages.Count == 300, TimeSpan.FromSeconds(15));
        listener.Messages.Select(m => m.Version).ShouldBe(Enumerable.Range(1, 300).Select(v => (long)v));
        listener.Messages.Select(m => m.Id).Distinct().Count().ShouldBe(300);
        await relay.StopAsync(default);
    }

    [Fact]
    public async Task After_a_crash_between_publish_and_cursor_the_same_messages_come_again_under_the_same_ids()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        await log.AppendAsync("order-a", 0, new Counted(1), new Counted(2));
        using (var relay = log.Relay(broker, new CountedPublication()))
        {
            await relay.StartAsync(default);
            await Eventually.BecomesAsync(() => listener.Messages.Count == 2, TimeSpan.FromSeconds(15));
            await relay.StopAsync(default);
        }

        await log.ExecuteAsync("delete from log_cursors"); // as if the move of the cursor had never reached the disk
        using (var relay = log.Relay(broker, new CountedPublication()))
        {
            await relay.StartAsync(default);
            await Eventually.BecomesAsync(() => listener.Messages.Count == 4, TimeSpan.FromSeconds(15));
            await relay.StopAsync(default);
        }

        var ids = listener.Messages.Select(m => m.Id).ToList();
        ids[..2].ShouldBe(ids[2..], "every inbox recognises them");
    }

    [Fact]
    public async Task Two_relays_of_one_log_publish_each_message_once()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        using var first = log.Relay(broker, new CountedPublication());
        using var second = log.Relay(broker, new CountedPublication());
        await Task.WhenAll(first.StartAsync(default), second.StartAsync(default));
        for (var version = 0; version < 50; version++)
        {
            await log.AppendAsync("order-a", version, new Counted(1));
        }

        await Eventually.BecomesAsync(() => listener.Messages.Count >= 50, TimeSpan.FromSeconds(15));
        await first.StopAsync(default); // whoever leads, the other takes over
        await log.AppendAsync("order-a", 50, new Counted(1));
        await Eventually.BecomesAsync(() => listener.Messages.Any(m => m.Version == 51), TimeSpan.FromSeconds(15));
        await second.StopAsync(default);
        listener.Messages.Select(m => m.Version).ShouldBe(Enumerable.Range(1, 51).Select(v => (long)v));
    }

    [Fact]
    public async Task A_message_that_must_be_consumed_waits_until_a_queue_is_bound()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var broker = await servers.NewVirtualHostAsync();
        using var relay = log.Relay(broker, new CountedPublication(needsConsumer: true));
        await relay.StartAsync(default);
        await log.AppendAsync("order-a", 0, new Counted(1));
        (await log.ScalarAsync<long>("select count(*) from log_cursors where position > 0")).ShouldBe(0);

        await using var listener = await Listener.StartAsync(broker);
        await Eventually.BecomesAsync(() => listener.Messages.Count == 1, TimeSpan.FromSeconds(15));
        await relay.StopAsync(default);
    }

    [Fact]
    public async Task A_broker_that_dies_and_comes_back_gets_the_rest()
    {
        await using var crash = await servers.StartPrivateAsync(TestContext.Current.CancellationToken);
        await using var log = await TestLog.OpenAsync(await crash.NewDatabaseAsync("log"));
        using var relay = log.Relay(crash.RabbitMq.Uri, new CountedPublication());
        await using (var before = await Listener.StartAsync(crash.RabbitMq.Uri))
        {
            await relay.StartAsync(default);
            await log.AppendAsync("order-a", 0, new Counted(1));
            await Eventually.BecomesAsync(() => before.Messages.Count == 1, TimeSpan.FromSeconds(20));
        }

        await crash.RabbitMq.KillAsync();
        await log.AppendAsync("order-a", 1, new Counted(2));
        await crash.RabbitMq.StartAsync(TestContext.Current.CancellationToken);
        await using var after = await Listener.StartAsync(crash.RabbitMq.Uri);
        await Eventually.BecomesAsync(() => after.Messages.Any(m => m.Version == 2), TimeSpan.FromSeconds(30));
        await relay.StopAsync(default);
    }
}
