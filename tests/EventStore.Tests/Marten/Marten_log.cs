using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.EventStore.Postgres;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.EventStore.Tests;

/// <summary>With Marten too nothing is lost or reordered on its way to the broker and to the followers.</summary>
public sealed class Marten_log(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_missed_and_no_stream_is_reordered_while_writers_race_and_roll_back()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.ExecuteAsync(Sums.Create);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        await using var host = await MartenHost.StartAsync(log, broker);
        var written = new ConcurrentDictionary<(string, long), byte>();
        var rolledBack = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var random = new Random(writer);
            while (clock.Elapsed < TimeSpan.FromSeconds(3))
            {
                var stream = "order-" + random.Next(30);
                var version = (await host.Store.ReadAsync(stream, Token)).Version;
                var fails = random.Next(100) < 5;
                try
                {
                    await host.Store.AppendAsync([new StreamAppend(stream, version, [new Counted(1), new Counted(2)], new EventMeta(DateTimeOffset.UtcNow))], batch =>
                    {
                        batch.BatchCommands.Add(new($"select pg_sleep({random.NextDouble() * 0.003})"));
                        batch.AddInbox(Guid.CreateVersion7(), "writer");
                        if (fails)
                        {
                            batch.BatchCommands.Add(new("select 1 / 0"));
                        }
                    }, Token);
                    written.TryAdd((stream, version + 1), 0).ShouldBeTrue();
                    written.TryAdd((stream, version + 2), 0).ShouldBeTrue();
                }
                catch (ConcurrencyException)
                {
                    // Another writer of this hot stream came first.
                }
                catch (Npgsql.PostgresException failed) when (failed.SqlState == Npgsql.PostgresErrorCodes.DivisionByZero)
                {
                    Interlocked.Increment(ref rolledBack);
                }
            }
        }));

        rolledBack.ShouldBeGreaterThan(0, "the experiment must contain rollbacks behind the append");
        await Eventually.BecomesAsync(() => listener.Messages.Count >= written.Count && host.Followed.Count >= written.Count, TimeSpan.FromSeconds(30));
        host.Followed.Select(e => (e.Stream, e.Version)).ShouldBe(written.Keys, ignoreOrder: true);
        listener.Messages.Select(m => m.Id).Distinct().Count().ShouldBe(written.Count);
        foreach (var stream in host.Followed.GroupBy(e => e.Stream))
        {
            stream.Select(e => e.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(v => (long)v), $"{stream.Key} is in order, once");
        }

        await Eventually.BecomesAsync(async () => await host.HealthAsync() == HealthStatus.Healthy, TimeSpan.FromSeconds(5));
        (await host.Rebuild.CompareAsync(new Sums(), Token))["sums"].ShouldBe(0, "live equals replay");
    }

    [Fact]
    public async Task A_damaged_read_model_is_rebuilt_from_martens_log()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.ExecuteAsync(Sums.Create);
        await using var host = await MartenHost.StartAsync(log, await servers.NewVirtualHostAsync());
        await host.AppendAsync("order-a", 0, new Counted(3), new Counted(4));
        await host.AppendAsync("order-b", 0, new Renamed("x"), new Counted(1));
        await log.ExecuteAsync("update sums set total = 0 where stream = 'order-a'");
        (await host.Rebuild.CompareAsync(new Sums(), Token))["sums"].ShouldBe(2);
        (await host.Rebuild.RebuildAsync(new Sums(), Token)).Events.ShouldBe(4);
        (await host.Rebuild.CompareAsync(new Sums(), Token))["sums"].ShouldBe(0);
        (await log.ScalarAsync<int>("select total from sums where stream = 'order-a'")).ShouldBe(7);
    }

    [Fact]
    public async Task Two_processes_publish_each_message_once_and_either_takes_over()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.ExecuteAsync(Sums.Create);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        await using var second = await Leading(log, broker, async first =>
        {
            for (var version = 0; version < 50; version++)
            {
                await first.AppendAsync("order-a", version, new Counted(1));
            }

            await Eventually.BecomesAsync(() => listener.Messages.Count >= 50, TimeSpan.FromSeconds(15));
        });
        await second.AppendAsync("order-a", 50, new Counted(1));
        await Eventually.BecomesAsync(() => listener.Messages.Any(m => m.Version == 51) && second.Followed.Any(e => e.Version == 51), TimeSpan.FromSeconds(15));
        listener.Messages.Select(m => m.Version).ShouldBe(Enumerable.Range(1, 51).Select(v => (long)v));
        second.Followed.Select(e => e.Version).ShouldBe(Enumerable.Range(1, 51).Select(v => (long)v), "followers hear of it whoever leads");
    }

    [Fact]
    public async Task A_message_that_cannot_be_published_yet_stops_the_relay_there_and_is_tried_again()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.ExecuteAsync(Sums.Create);
        var broker = await servers.NewVirtualHostAsync();
        await using var host = await MartenHost.StartAsync(log, broker, needsConsumer: true);
        await host.AppendAsync("order-a", 0, new Counted(1), new Counted(2));
        await Eventually.BecomesAsync(() => host.Followed.Count == 2, TimeSpan.FromSeconds(15));

        await using var listener = await Listener.StartAsync(broker);
        await Eventually.BecomesAsync(() => listener.Messages.Select(m => m.Version).Distinct().Count() == 2, TimeSpan.FromSeconds(30));
    }

    private static async Task<MartenHost> Leading(TestLog log, Uri broker, Func<MartenHost, Task> whileFirstLeads)
    {
        await using var first = await MartenHost.StartAsync(log, broker);
        var second = await MartenHost.StartAsync(log, broker);
        await whileFirstLeads(first);
        return second;
    }
}
