using System.Collections.Concurrent;
using Marketplace.EventStore.Postgres;
using Marketplace.EventStore.Relay;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.EventStore.Tests;

/// <summary>
/// A dump brings events whose transaction ids are ahead of the cluster it is restored into. Keeps away a relay that stops without a word, and
/// later events told before earlier ones.
/// </summary>
public sealed class A_restored_database(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_in_a_new_cluster_goes_on_where_it_was()
    {
        await using var cluster = await servers.StartPrivateAsync(Token);
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        var (before, after) = (await servers.NewDatabaseAsync("log"), await cluster.NewDatabaseAsync("log", Token));
        await using (var log = await TestLog.OpenAsync(before))
        {
            await log.ExecuteAsync("do $$ begin for i in 1..5000 loop perform pg_current_xact_id(); commit; end loop; end $$");
            await log.AppendAsync("order-a", 0, new Counted(1), new Counted(2));
            using var relay = log.Relay(broker, new CountedPublication());
            await relay.StartAsync(default);
            await Eventually.BecomesAsync(() => listener.Messages.Count == 2, TimeSpan.FromSeconds(15));
            await relay.StopAsync(default);
            await log.AppendAsync("order-a", 2, new Counted(3));
            await log.AppendAsync("order-a", 3, new Counted(4), new Counted(5));
        }

        await CopyAsync(before, after);

        await using (var log = await TestLog.OpenAsync(after))
        {
            (await log.ScalarAsync<bool>("select min(xid) > pg_current_xact_id() from events")).ShouldBeTrue("or this is no test");
            using var relay = log.Relay(broker, new CountedPublication());
            await relay.StartAsync(default);
            await log.AppendAsync("order-a", 5, new Counted(6));
            await Eventually.BecomesAsync(() => listener.Messages.Count >= 6, TimeSpan.FromSeconds(15));
            await relay.StopAsync(default);
        }

        listener.Messages.Select(m => m.Version).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task What_was_told_stays_told_and_the_rest_waits_in_its_order()
    {
        await using var log = await RestoredAsync(told: 3);

        await log.Restored.StartingAsync(Token);
        await log.AppendAsync("order-b", 0, new Counted(1));

        (await ReadAsync(log, await CursorAsync(log))).ShouldBe(["order-a 4", "order-a 5", "order-b 1"]);
        (await ReadAsync(log, LogCursor.Start)).ShouldBe(["order-a 1", "order-a 2", "order-a 3", "order-a 4", "order-a 5", "order-b 1"]);
    }

    [Fact]
    public async Task Who_keeps_a_place_of_their_own_misses_nothing_either()
    {
        await using var log = await RestoredAsync(told: 4);
        await log.ExecuteAsync("insert into log_cursors (name, xid, position) select 'webhooks', xid, position from events order by xid, position offset 1 limit 1");
        await log.ExecuteAsync("insert into log_cursors (name, xid, position) select 'all of it', xid, position from events order by xid desc, position desc limit 1");

        await log.Restored.StartingAsync(Token);
        await log.AppendAsync("order-b", 0, new Counted(1));

        (await ReadAsync(log, await CursorAsync(log, "webhooks"))).ShouldBe(["order-a 3", "order-a 4", "order-a 5", "order-b 1"]);
        (await ReadAsync(log, await CursorAsync(log, "all of it"))).ShouldContain("order-b 1");
    }

    [Fact]
    public async Task A_second_look_changes_nothing_and_a_second_restore_goes_well_too()
    {
        await using var log = await RestoredAsync(told: 3);
        await log.Restored.StartingAsync(Token);
        await log.AppendAsync("order-b", 0, new Counted(1));
        var seated = await log.ScalarAsync<string>("select string_agg(xid::text, ' ' order by position) from events");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => log.Restored.StartingAsync(Token)));
        (await log.ScalarAsync<string>("select string_agg(xid::text, ' ' order by position) from events")).ShouldBe(seated);

        await log.ExecuteAsync($"update events set xid = {Later} where xid > '2'");
        await log.Restored.StartingAsync(Token);
        await log.AppendAsync("order-b", 1, new Counted(2));
        (await ReadAsync(log, await CursorAsync(log))).ShouldBe(["order-a 4", "order-a 5", "order-b 1", "order-b 2"]);
    }

    [Fact]
    public async Task Nothing_is_lost_of_a_service_that_wrote_on_without_looking()
    {
        await using var log = await RestoredAsync(told: 5);
        await log.AppendAsync("order-a", 5, new Counted(6)); // in the order of ids before all that was restored, and before the cursor

        await log.Restored.StartingAsync(Token);

        (await ReadAsync(log, await CursorAsync(log))).ShouldBe(["order-a 6"]);
        (await ReadAsync(log, LogCursor.Start))[^1].ShouldBe("order-a 6");
    }

    [Fact]
    public async Task A_log_that_was_always_here_is_left_alone()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async stream =>
        {
            for (var version = 0; version < 20; version++)
            {
                await log.AppendAsync($"order-{stream}", version, new Counted(1));
                await log.Restored.StartingAsync(Token);
            }
        }));

        (await log.ScalarAsync<long>("select count(*) from events where xid <= '2'")).ShouldBe(0);
    }

    [Fact]
    public async Task Followers_hear_of_what_comes_after_a_restore_under_their_feet()
    {
        await using var log = await TestLog.CreateAsync(servers);
        await log.AppendAsync("order-a", 0, new Counted(1));
        await log.ExecuteAsync($"update events set xid = {Later}");
        var heard = new Heard();
        using var following = new LogFollowing(log.Database, log.Log, [heard], new RelayOptions(new Uri("amqp://nowhere")), NullLogger<LogFollowing>.Instance);
        await following.StartAsync(Token);
        await log.AppendAsync("order-a", 1, new Counted(2));
        await log.Restored.StartingAsync(Token);

        // The old database goes, and every session with it.
        await log.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'select%order by xid, position%' and pid <> pg_backend_pid()");
        var version = 2;
        await Eventually.BecomesAsync(async () =>
        {
            await log.AppendAsync("order-a", version, new Counted(version + 1));
            version++;
            return !heard.Events.IsEmpty;
        }, TimeSpan.FromSeconds(15));

        await following.StopAsync(Token);
    }

    private const string Later = "(xid::text::bigint + 1000000000)::text::xid8";

    /// <summary>Five events of one stream from a cluster that is far ahead, of which the relay has told the first few.</summary>
    private async Task<TestLog> RestoredAsync(int told)
    {
        var log = await TestLog.CreateAsync(servers);
        for (var version = 0; version < 5; version++)
        {
            await log.AppendAsync("order-a", version, new Counted(version));
        }

        await log.ExecuteAsync($"update events set xid = {Later}");
        await log.ExecuteAsync($"insert into log_cursors (name, xid, position) select 'relay', xid, position from events order by xid, position offset {told - 1} limit 1");
        return log;
    }

    private static async Task<LogCursor> CursorAsync(TestLog log, string name = "relay")
    {
        await using var session = await log.Database.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand("select xid, position from log_cursors where name = $1", session) { Parameters = { new() { Value = name } } };
        await using var reader = await command.ExecuteReaderAsync(Token);
        await reader.ReadAsync(Token);
        return new LogCursor(reader.GetFieldValue<ulong>(0), reader.GetInt64(1));
    }

    /// <summary>The settled log behind a place; other tests' transactions of the same cluster may hold it back for a moment.</summary>
    private static async Task<IReadOnlyList<string>> ReadAsync(TestLog log, LogCursor after)
    {
        await using var session = await log.Database.OpenConnectionAsync(Token);
        var all = await log.ScalarAsync<long>("select count(*) from events");
        await Eventually.BecomesAsync(async () => (await log.Log.ReadAsync(session, LogCursor.Start, 100, Token)).Count == all, TimeSpan.FromSeconds(15));
        return [.. (await log.Log.ReadAsync(session, after, 100, Token)).Select(e => $"{e.Event.Stream} {e.Event.Version}")];
    }

    private static async Task CopyAsync(string from, string to)
    {
        var programs = await PostgreSqlServer.DescribeInstallationAsync(Token) ?? throw new InvalidOperationException("The servers run, so there is an installation.");
        var file = Path.Combine(Path.GetTempPath(), $"marketplace-{Guid.NewGuid():N}.dump");
        try
        {
            await RunAsync("pg_dump", from, "--format=custom", "--file", file);
            await RunAsync("pg_restore", to, "--exit-on-error", file);
        }
        finally
        {
            File.Delete(file);
        }

        async Task RunAsync(string program, string connection, params string[] arguments)
        {
            var at = new NpgsqlConnectionStringBuilder(connection);
            await Command.RequireAsync(Path.Combine(programs, program), ["-h", at.Host!, "-p", $"{at.Port}", "-U", at.Username!, "-d", at.Database!, .. arguments], Token,
                new Dictionary<string, string> { ["PGPASSWORD"] = at.Password! });
        }
    }

    private sealed class Heard : ILogFollower
    {
        internal ConcurrentQueue<StoredEvent> Events { get; } = new();

        public ValueTask SeenAsync(IReadOnlyList<StoredEvent> events, CancellationToken token)
        {
            foreach (var happened in events)
            {
                Events.Enqueue(happened);
            }

            return ValueTask.CompletedTask;
        }
    }
}
