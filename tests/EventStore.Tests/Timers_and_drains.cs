using System.Collections.Concurrent;
using Marketplace.EventStore.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.EventStore.Tests;

public sealed class Due_work(Servers servers)
{
    [Fact]
    public async Task A_due_timer_runs_once_even_with_two_workers_and_a_later_one_waits()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var handler = new Recorder();
        using var first = new DueWorker(log.Database, [handler], TimeProvider.System, NullLogger<DueWorker>.Instance);
        using var second = new DueWorker(log.Database, [handler], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "now", DateTimeOffset.UtcNow);
        await Schedule(log, "later", DateTimeOffset.UtcNow.AddHours(1));
        await Task.WhenAll(first.StartAsync(default), second.StartAsync(default));
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work") == 1, TimeSpan.FromSeconds(10));
        await Task.WhenAll(first.StopAsync(default), second.StopAsync(default));
        handler.Ran.ShouldBe(["now"]);
    }

    [Fact]
    public async Task A_failing_timer_is_kept_and_tried_again()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var handler = new Recorder(failures: 1);
        using var worker = new DueWorker(log.Database, [handler], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "stubborn", DateTimeOffset.UtcNow);
        await worker.StartAsync(default);
        await Eventually.BecomesAsync(() => handler.Ran.Count == 2, TimeSpan.FromSeconds(15));
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work") == 0, TimeSpan.FromSeconds(5));
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task A_timer_of_a_killed_worker_comes_back_after_its_lease()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await Schedule(log, "orphan", DateTimeOffset.UtcNow.AddMinutes(-5));
        await log.ExecuteAsync("update due_work set leased_until = now() - interval '1 second', attempts = 1");
        var handler = new Recorder();
        using var worker = new DueWorker(log.Database, [handler], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await worker.StartAsync(default);
        await Eventually.BecomesAsync(() => handler.Ran.Count == 1, TimeSpan.FromSeconds(10));
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_lasts_as_long_as_the_run_and_no_longer_than_its_process()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var (release, ran) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        var handler = new Recurring(async _ =>
        {
            Interlocked.Increment(ref ran);
            await release.Task;
            return null;
        })
        { Lease = TimeSpan.FromSeconds(2), RenewsLease = true };
        using var worker = new DueWorker(log.Database, [handler], TimeProvider.System, NullLogger<DueWorker>.Instance);
        using var other = new DueWorker(log.Database, [handler], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "long", DateTimeOffset.UtcNow);
        await Task.WhenAll(worker.StartAsync(default), other.StartAsync(default));
        await Eventually.BecomesAsync(() => ran == 1, TimeSpan.FromSeconds(10));
        var first = await log.ScalarAsync<DateTime>("select leased_until from due_work");
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<DateTime>("select now()") > first.AddSeconds(1), TimeSpan.FromSeconds(15));
        (await log.ScalarAsync<DateTime>("select leased_until from due_work")).ShouldBeInRange(first.AddSeconds(1), first.AddSeconds(9), "renewed, and still no longer than a lease from now");
        ran.ShouldBe(1, "nobody took it for a killed one's");
        release.SetResult();
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work") == 0, TimeSpan.FromSeconds(10));
        await Task.WhenAll(worker.StopAsync(default), other.StopAsync(default));
    }

    [Fact]
    public async Task A_timer_is_due_next_when_its_handler_says()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        using var worker = new DueWorker(log.Database, [new Recurring(_ => Task.FromResult<DateTimeOffset?>(tomorrow))], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "nightly", DateTimeOffset.UtcNow);
        await worker.StartAsync(default);
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work where due_at > now() + interval '23 hours' and leased_until is null and attempts = 0 and data is not null") == 1, TimeSpan.FromSeconds(10));
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task A_timer_that_must_always_be_there_is_set_once_and_left_alone_where_it_stands()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        var runs = 0;
        for (var start = 0; start < 2; start++)
        {
            Recurring Sweep() => new(_ => Task.FromResult<DateTimeOffset?>(Interlocked.Increment(ref runs) > 0 ? tomorrow : null)) { AlwaysThere = "sweep" };
            using var first = new DueWorker(log.Database, [Sweep()], TimeProvider.System, NullLogger<DueWorker>.Instance);
            using var second = new DueWorker(log.Database, [Sweep()], TimeProvider.System, NullLogger<DueWorker>.Instance);
            await Task.WhenAll(first.StartAsync(default), second.StartAsync(default));
            await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work where key = 'sweep' and leased_until is null and due_at > now() + interval '23 hours'") == 1, TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromSeconds(0.6));
            await Task.WhenAll(first.StopAsync(default), second.StopAsync(default));
        }

        runs.ShouldBe(1, "the second start finds it, not due yet");
    }

    [Fact]
    public async Task A_timer_that_is_set_while_it_runs_rings_when_it_was_set_to_and_not_when_the_run_that_knew_less_would_have_it()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var runs = 0;
        using var worker = new DueWorker(log.Database, [new Recurring(RunAsync)], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "nightly", DateTimeOffset.UtcNow);
        await worker.StartAsync(default);
        await Eventually.BecomesAsync(() => Volatile.Read(ref runs) == 2, TimeSpan.FromSeconds(10));
        await worker.StopAsync(default);

        async Task<DateTimeOffset?> RunAsync(DueWork work)
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                await Schedule(log, work.Key, DateTimeOffset.UtcNow); // a change that this run has not seen
            }

            return DateTimeOffset.UtcNow.AddDays(1);
        }
    }

    [Fact]
    public async Task One_that_takes_long_holds_none_of_the_others()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var (release, ran) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        using var worker = new DueWorker(log.Database, [new Recurring(RunAsync)], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "slow", DateTimeOffset.UtcNow.AddSeconds(-1));
        await worker.StartAsync(default);
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work where leased_until is not null") == 1, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 40; i++)
        {
            await Schedule(log, $"quick-{i}", DateTimeOffset.UtcNow);
        }

        await Eventually.BecomesAsync(() => Volatile.Read(ref ran) == 40, TimeSpan.FromSeconds(10));
        release.SetResult();
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work") == 0, TimeSpan.FromSeconds(10));
        await worker.StopAsync(default);

        async Task<DateTimeOffset?> RunAsync(DueWork work)
        {
            if (work.Key == "slow")
            {
                await release.Task;
            }
            else
            {
                Interlocked.Increment(ref ran);
            }

            return null;
        }
    }

    [Fact]
    public async Task Nobody_leases_more_than_it_has_places_for()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ran = 0;
        using var busy = new DueWorker(log.Database, [new Recurring(WaitAsync) { AtOnce = 2 }], TimeProvider.System, NullLogger<DueWorker>.Instance);
        using var idle = new DueWorker(log.Database, [new Recurring(CountAsync) { AtOnce = 2 }], TimeProvider.System, NullLogger<DueWorker>.Instance);
        for (var i = 0; i < 7; i++)
        {
            await Schedule(log, $"call-{i}", DateTimeOffset.UtcNow.AddSeconds(-1));
        }

        await busy.StartAsync(default);
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work where leased_until is not null") == 2, TimeSpan.FromSeconds(10));
        await idle.StartAsync(default);
        await Eventually.BecomesAsync(() => Volatile.Read(ref ran) == 5, TimeSpan.FromSeconds(10));
        release.SetResult();
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work") == 0, TimeSpan.FromSeconds(10));
        await Task.WhenAll(busy.StopAsync(default), idle.StopAsync(default));

        async Task<DateTimeOffset?> WaitAsync(DueWork work)
        {
            await release.Task;
            return null;
        }

        Task<DateTimeOffset?> CountAsync(DueWork work)
        {
            Interlocked.Increment(ref ran);
            return Task.FromResult<DateTimeOffset?>(null);
        }
    }

    [Fact]
    public async Task What_cannot_be_noted_of_one_breaks_off_no_other_and_comes_back()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var (begun, release, runs) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ConcurrentQueue<string>());
        using var worker = new DueWorker(log.Database, [new Handler(RunAsync)], TimeProvider.System, NullLogger<DueWorker>.Instance);
        await Schedule(log, "long", DateTimeOffset.UtcNow.AddSeconds(-2));
        await Schedule(log, "short", DateTimeOffset.UtcNow.AddSeconds(-1));
        await worker.StartAsync(default);
        await Eventually.BecomesAsync(() => Volatile.Read(ref begun) == 2, TimeSpan.FromSeconds(10));
        await log.ExecuteAsync("alter table due_work rename to due_work_away"); // as when the database does not answer
        release.SetResult();
        await Eventually.BecomesAsync(() => runs.Contains("short"), TimeSpan.FromSeconds(10));
        await Eventually.BecomesAsync(() => runs.Contains("long"), TimeSpan.FromSeconds(10));
        await log.ExecuteAsync("alter table due_work_away rename to due_work");
        (await log.ScalarAsync<long>("select count(*) from due_work")).ShouldBe(2, "what was done is not known to be done");
        await log.ExecuteAsync("update due_work set leased_until = now() - interval '1 second'"); // a minute goes by
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work") == 0, TimeSpan.FromSeconds(10));
        await worker.StopAsync(default);
        runs.Count(key => key == "long").ShouldBe(2);

        async Task<DateTimeOffset?> RunAsync(DueWork work, CancellationToken token)
        {
            Interlocked.Increment(ref begun);
            await release.Task;
            if (work.Key == "long")
            {
                await Task.Delay(TimeSpan.FromSeconds(1.5), token); // the other's failure comes first
            }

            runs.Enqueue(work.Key);
            return null;
        }
    }

    [Fact]
    public async Task Stopping_hands_its_timers_on_at_once()
    {
        await using var log = await TestLog.CreateAsync(servers);
        using var worker = new DueWorker(log.Database, [new Handler(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null;
        })], TimeProvider.System, NullLogger<DueWorker>.Instance);
        for (var i = 0; i < 6; i++)
        {
            await Schedule(log, $"call-{i}", DateTimeOffset.UtcNow.AddSeconds(-1));
        }

        await worker.StartAsync(default);
        await Eventually.BecomesAsync(async () => await log.ScalarAsync<long>("select count(*) from due_work where leased_until is not null") == 4, TimeSpan.FromSeconds(10));
        await worker.StopAsync(default);
        (await log.ScalarAsync<long>("select count(*) from due_work where leased_until is null")).ShouldBe(6);
    }

    private static Task Schedule(TestLog log, string key, DateTimeOffset at) =>
        log.Store.AppendAsync([], batch => batch.ScheduleWork("test", key, at, """{"n":1}"""), TestContext.Current.CancellationToken);

    private sealed class Recurring(Func<DueWork, Task<DateTimeOffset?>> run) : IDueWorkHandler
    {
        public string Kind => "test";
        public string? AlwaysThere { get; init; }
        public int AtOnce { get; init; } = 4;
        public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);
        public bool RenewsLease { get; init; }

        public Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token) => run(work);
    }

    private sealed class Handler(Func<DueWork, CancellationToken, Task<DateTimeOffset?>> run) : IDueWorkHandler
    {
        public string Kind => "test";

        public Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token) => run(work, token);
    }

    private sealed class Recorder(int failures = 0) : IDueWorkHandler
    {
        private int _failures = failures;

        internal ConcurrentQueue<string> Ran { get; } = new();
        public string Kind => "test";

        public Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
        {
            Ran.Enqueue(work.Key);
            return Interlocked.Decrement(ref _failures) >= 0 ? throw new InvalidOperationException("not yet") : Task.FromResult<DateTimeOffset?>(null);
        }
    }
}

public sealed class Draining
{
    [Fact]
    public async Task What_waits_is_handled_together_and_each_waiter_is_told()
    {
        var sizes = new ConcurrentQueue<int>();
        var gate = new TaskCompletionSource();
        await using var drain = new Drain<int>(async (items, _) =>
        {
            sizes.Enqueue(items.Count);
            await gate.Task;
        }, workers: 1, max: 10);
        var waiting = Enumerable.Range(0, 25).Select(n => drain.AddAsync(n, TestContext.Current.CancellationToken)).ToList();
        gate.SetResult();
        await Task.WhenAll(waiting);
        sizes.Sum().ShouldBe(25);
        sizes.Count.ShouldBeLessThan(8, "most were handled with others");
        sizes.Max().ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task Soon_after_a_batch_the_next_gathers_company_and_the_first_of_all_waits_for_nobody()
    {
        var sizes = new ConcurrentQueue<int>();
        await using var drain = new Drain<int>((items, _) =>
        {
            sizes.Enqueue(items.Count);
            return Task.CompletedTask;
        }, gathering: new Gathering(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)));

        await drain.AddAsync(0, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        var soon = drain.AddAsync(1, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken); // the drain has seen it
        await Task.WhenAll(soon, drain.AddAsync(2, TestContext.Current.CancellationToken));
        sizes.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task One_bad_item_fails_alone()
    {
        await using var drain = new Drain<int>((items, _) => items.Contains(13) ? throw new PostgresException("bad", "ERROR", "ERROR", PostgresErrorCodes.UntranslatableCharacter) : Task.CompletedTask, workers: 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(async n =>
        {
            try
            {
                await drain.AddAsync(n, TestContext.Current.CancellationToken);
                return -1;
            }
            catch (NpgsqlException)
            {
                return n;
            }
        }));
        outcomes.Where(n => n >= 0).ShouldBe([13]);
    }

    [Fact]
    public async Task While_the_database_is_away_all_that_waits_fails_after_one_try_and_not_after_one_for_each()
    {
        var tries = 0;
        var gate = new TaskCompletionSource();
        await using var drain = new Drain<int>(async (_, _) =>
        {
            await gate.Task;
            Interlocked.Increment(ref tries);
            throw new NpgsqlException("Failed to connect", new TimeoutException());
        }, workers: 1, max: 100);
        var waiting = Enumerable.Range(0, 60).Select(n => drain.AddAsync(n, TestContext.Current.CancellationToken)).ToList();
        gate.SetResult();
        foreach (var one in waiting)
        {
            await Should.ThrowAsync<NpgsqlException>(one);
        }

        tries.ShouldBeLessThanOrEqualTo(3, "the batches, not the items");
    }

    [Fact]
    public async Task A_batch_that_lost_a_race_for_locks_is_repeated_singly()
    {
        var handled = new ConcurrentQueue<int>();
        await using var drain = new Drain<int>((items, _) =>
        {
            if (items.Count > 1)
            {
                throw new PostgresException("deadlock detected", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected);
            }

            handled.Enqueue(items[0]);
            return Task.CompletedTask;
        }, workers: 1);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => drain.AddAsync(n, TestContext.Current.CancellationToken)));
        handled.Order().ShouldBe(Enumerable.Range(0, 20));
    }
}
