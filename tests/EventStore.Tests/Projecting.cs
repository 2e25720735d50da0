namespace Marketplace.EventStore.Tests;

/// <summary>A read model written with the append equals the one replayed from the log.</summary>
public sealed class Projecting(Servers servers)
{
    [Fact]
    public async Task Live_equals_replay_and_a_rebuild_mends_what_was_damaged()
    {
        await using var log = await TestLog.CreateAsync(servers, new Sums());
        await log.ExecuteAsync(Sums.Create);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
        {
            await log.AppendAsync("order-" + n, 0, new Counted(n), new Counted(n));
            await log.AppendAsync("order-" + n, 2, new Renamed("x"), new Counted(1));
        }));

        var rebuild = new ProjectionRebuild(log.Database, log.Log);
        (await rebuild.CompareAsync(new Sums(), TestContext.Current.CancellationToken))["sums"].ShouldBe(0);

        await log.ExecuteAsync("update sums set total = 0 where stream = 'order-3'");
        (await rebuild.CompareAsync(new Sums(), TestContext.Current.CancellationToken))["sums"].ShouldBe(2, "the damaged row, and the one it should be");
        var told = new List<Replayed>();
        var rebuilt = await rebuild.RebuildAsync(new Sums(), TestContext.Current.CancellationToken, new Told(told));
        (rebuilt.Events, rebuilt.Differences["sums"]).ShouldBe((40, 2));
        told.ShouldBe([new Replayed(40, 40)]);
        (await rebuild.CompareAsync(new Sums(), TestContext.Current.CancellationToken))["sums"].ShouldBe(0);
        (await log.ScalarAsync<int>("select total from sums where stream = 'order-3'")).ShouldBe(7);
    }

    [Fact]
    public async Task A_session_that_has_written_the_live_tables_rebuilds_them_and_not_itself_and_readers_do_not_wait()
    {
        await using var log = await TestLog.CreateAsync(servers, new Sums());
        await log.ExecuteAsync(Sums.Create);
        for (var n = 0; n < 12; n++)
        {
            // One connection, the pool's only one: its statements are prepared by now.
            await log.AppendAsync("order-" + n, 0, new Counted(n));
        }

        var rebuild = new ProjectionRebuild(log.Database, log.Log);
        (await rebuild.CompareAsync(new Sums(), TestContext.Current.CancellationToken))["sums"].ShouldBe(0);
        for (var n = 0; n < 12; n++)
        {
            await log.AppendAsync("order-" + n, 1, new Counted(1));
        }

        await log.ExecuteAsync("delete from sums where stream in ('order-1', 'order-2')");
        var seen = new List<long>();
        var rebuilt = await rebuild.RebuildAsync(new Sums(), TestContext.Current.CancellationToken,
            new Told([], () => seen.Add(log.ScalarAsync<long>("select count(*) from sums").GetAwaiter().GetResult())));
        (rebuilt.Events, rebuilt.Differences["sums"]).ShouldBe((24, 2));
        seen.ShouldBe([10], "what was there before, at once");
        (await log.ScalarAsync<long>("select sum(total) from sums")).ShouldBe(66 + 12);
    }

    private sealed class Told(List<Replayed> told, Action? meanwhile = null) : IProgress<Replayed>
    {
        public void Report(Replayed value)
        {
            told.Add(value);
            meanwhile?.Invoke();
        }
    }

    [Fact]
    public async Task Old_shapes_are_upcast_when_read_and_never_rewritten()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.ExecuteAsync(
            """insert into events (id, stream, version, type, data, at) values (gen_random_uuid(), 'order-old', 1, 'counted.v0', '{"n": 4}', now()), (gen_random_uuid(), 'order-old', 2, 'counted.v1', '{"amount": 5}', now())""");
        (await log.Store.ReadAsync("order-old", TestContext.Current.CancellationToken)).Events.Select(e => e.Data).ShouldBe([new Counted(4), new Counted(5)]);
        (await log.ScalarAsync<string>("select type from events where version = 1")).ShouldBe("counted.v0");
    }

    [Fact]
    public async Task An_unknown_stored_type_is_an_error_not_a_gap()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.ExecuteAsync("insert into events (id, stream, version, type, data, at) values (gen_random_uuid(), 'order-x', 1, 'nobody-knows.v9', '{}', now())");
        await Should.ThrowAsync<InvalidOperationException>(() => log.Store.ReadAsync("order-x", TestContext.Current.CancellationToken));
    }
}
