using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.EventStore.Postgres;

namespace Marketplace.EventStore.Tests;

/// <summary>
/// Keeps away the loss that reading a log by position has (10–26 % of events under concurrency): many writers on few hot streams, some of them
/// rolling back, some holding their transaction open a little, while a reader follows. Nothing may be missed, nothing reordered (decision 0002).
/// </summary>
public sealed class Log_order(Servers servers)
{
    private const int Writers = 12;
    private const int Streams = 40;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Nothing_is_missed_and_no_stream_is_reordered_while_writers_race_and_roll_back()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var token = TestContext.Current.CancellationToken;
        var written = new ConcurrentDictionary<(string, long), byte>();
        var rolledBack = 0;
        var clock = Stopwatch.StartNew();
        using var finished = new CancellationTokenSource();
        var seen = FollowAsync(log, finished.Token);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var random = new Random(writer);
            while (clock.Elapsed < Duration)
            {
                var stream = "order-" + random.Next(Streams);
                var version = (await log.Store.ReadAsync(stream, token)).Version;
                var fails = random.Next(100) < 3;
                try
                {
                    await log.Store.AppendAsync(
                        [new StreamAppend(stream, version, [new Counted(1), new Counted(2)], new EventMeta(DateTimeOffset.UtcNow))],
                        batch =>
                        {
                            batch.BatchCommands.Add(new($"select pg_sleep({random.NextDouble() * 0.003})")); // work after the append
                            batch.AddInbox(Guid.CreateVersion7(), "writer");
                            if (fails)
                            {
                                batch.BatchCommands.Add(new("select 1 / 0"));
                            }
                        }, token);
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

        await Eventually.BecomesAsync(() => seen.Events.Count >= written.Count, TimeSpan.FromSeconds(10));
        await finished.CancelAsync();
        await seen.Done;

        rolledBack.ShouldBeGreaterThan(0, "the experiment must contain rollbacks");
        written.Count.ShouldBeGreaterThan(500);
        seen.Events.Select(e => (e.Stream, e.Version)).Except(written.Keys).ShouldBeEmpty("nothing that was rolled back is seen");
        written.Keys.Except(seen.Events.Select(e => (e.Stream, e.Version))).ShouldBeEmpty("nothing is missed");
        foreach (var stream in seen.Events.GroupBy(e => e.Stream))
        {
            stream.Select(e => e.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(v => (long)v), $"{stream.Key} is in order, once");
        }
    }

    [Fact]
    public async Task An_open_transaction_hides_what_came_after_it_until_it_ends()
    {
        await using var log = await TestLog.CreateAsync(servers);
        var token = TestContext.Current.CancellationToken;
        await using var slow = await log.Database.OpenConnectionAsync(token);
        await using var transaction = await slow.BeginTransactionAsync(token);
        await using (var write = new Npgsql.NpgsqlCommand("insert into inbox (message_id, consumer) values (gen_random_uuid(), 'slow')", slow))
        {
            await write.ExecuteNonQueryAsync(token);
        }

        await log.AppendAsync("order-a", 0, new Counted(1));
        await using var reading = await log.Database.OpenConnectionAsync(token);
        (await log.Log.ReadAsync(reading, LogCursor.Start, 10, token)).ShouldBeEmpty("a lower transaction could still append");
        await transaction.CommitAsync(token);
        await Eventually.BecomesAsync(async () => (await log.Log.ReadAsync(reading, LogCursor.Start, 10, token)).Count == 1, TimeSpan.FromSeconds(10));
    }

    private static Following FollowAsync(TestLog log, CancellationToken until)
    {
        var following = new Following();
        following.Done = Task.Run(async () =>
        {
            await using var session = await log.Database.OpenConnectionAsync(CancellationToken.None);
            for (var cursor = LogCursor.Start; !until.IsCancellationRequested;)
            {
                var events = await log.Log.ReadAsync(session, cursor, 200, CancellationToken.None);
                cursor = events.Count == 0 ? cursor : events[^1].Cursor;
                following.Events.AddRange(events.Select(e => e.Event));
            }
        }, CancellationToken.None);
        return following;
    }

    private sealed class Following
    {
        internal List<StoredEvent> Events { get; } = [];
        internal Task Done { get; set; } = Task.CompletedTask;
    }
}
