using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;
using Marketplace.Testing.OfEveryService;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A database or a broker that is away is said by <c>/ready</c> and by an honest answer, and by no lost order. (A full disk: tests/Load/Chaos --full-disk.)</summary>
public sealed class Outages(Servers servers)
{
    // The order asks again at growing distance: up to a minute after the broker is back.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_the_database_are_told_and_end_by_themselves()
    {
        await using var away = await servers.StartPrivateAsync(Token);
        await using var host = new OrderingHost(servers);
        await host.StartOnAsync(await away.NewDatabaseAsync("ordering", Token), await servers.NewVirtualHostAsync(Token));
        var shop = await host.ShopAsync();

        await away.PostgreSql.KillAsync();
        await Eventually.BecomesAsync(async () => (await ReadyAsync(host)) is (HttpStatusCode.ServiceUnavailable, var checks) && checks["database"].Status == "Unhealthy", Patience);
        using (var refused = await PostAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)), "the-order"))
        {
            var (status, code, _) = await ProblemAsync(refused);
            (status, code).ShouldBe((503, "unavailable"));
        }

        await away.PostgreSql.StartAsync(Token);
        await Eventually.BecomesAsync(async () => (await ReadyAsync(host)).Status == HttpStatusCode.OK, Patience);
        (await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)), "the-order")).Status.ShouldBe("confirmed");
    }

    [Fact]
    public async Task Of_the_broker_are_told_and_the_orders_placed_meanwhile_are_confirmed_after_it()
    {
        await using var away = await servers.StartPrivateAsync(Token);
        await using var host = new Waiting_for_answers.ImpatientHost(servers);
        await host.StartOnAsync(await servers.NewDatabaseAsync("ordering", Token), away.RabbitMq.Uri);
        var shop = await host.ShopAsync();

        await Eventually.BecomesAsync(() => new[] { "ordering-order-replies", "ordering-shop-directory", "ordering-suspended-shops" }.All(away.RabbitMq.HasWrittenDown), Patience);
        await away.RabbitMq.KillAsync();
        await Eventually.BecomesAsync(async () => (await ReadyAsync(host)) is (HttpStatusCode.ServiceUnavailable, var checks) && checks["bus"].Status == "Unhealthy", Patience);
        OrderView order;
        using (var accepted = await PostAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1))))
        {
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            order = await ReadAsync<OrderView>(accepted);
        }

        var timer = host.App.Services.GetServices<IDueWorkHandler>().OfType<OrderDeadlines>().Single();
        await timer.HandleAsync(new DueWork(timer.Kind, order.OrderId.ToString(), host.Clock.GetUtcNow(), null, 1), Token)
            .WaitAsync(TimeSpan.FromSeconds(5), Token); // a question that hangs holds up no other order's timer

        await away.RabbitMq.StartAsync(Token);
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).Status == "confirmed", Patience);
        await Eventually.BecomesAsync(async () => (await ReadyAsync(host)).Status == HttpStatusCode.OK, Patience);
    }

    // Left open anywhere in the cluster, by whomever: what was appended after it cannot be told in order.
    [Fact]
    public async Task Of_the_relay_behind_a_forgotten_transaction_are_told_with_the_age_of_what_waits()
    {
        await using var apart = await servers.StartPrivateAsync(Token);
        await using var host = new OrderingHost(servers);
        await host.StartOnAsync(await apart.NewDatabaseAsync("ordering", Token), await servers.NewVirtualHostAsync(Token));
        var shop = await host.ShopAsync();
        await using var elsewhere = NpgsqlDataSource.Create(await apart.NewDatabaseAsync("elsewhere", Token));
        await using var forgetful = await elsewhere.OpenConnectionAsync(Token);
        await using (var forgotten = await forgetful.BeginTransactionAsync(Token))
        {
            await using (var write = new NpgsqlCommand("select pg_current_xact_id()", forgetful, forgotten))
            {
                await write.ExecuteScalarAsync(Token);
            }

            (await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)))).Status.ShouldBe("confirmed", "questions and answers go past the log");
            (await ReadyAsync(host)).ShouldSatisfyAllConditions(r => r.Status.ShouldBe(HttpStatusCode.OK), r => r.Checks["relay"].Status.ShouldBe("Healthy", "some seconds are nothing"));

            await host.ScalarAsync<long>("with aged as (update events set at = at - interval '90 seconds' returning 1) select count(*) from aged");
            var (status, checks) = await ReadyAsync(host);
            (status, checks["relay"].Status).ShouldBe((HttpStatusCode.ServiceUnavailable, "Unhealthy"));
            checks["relay"].Description!.ShouldMatch("^The oldest unrelayed event is (9|1\\d)\\d s old\\.$");
            checks["database"].Status.ShouldBe("Healthy");
            await forgotten.RollbackAsync(Token);
        }

        await Eventually.BecomesAsync(async () => (await ReadyAsync(host)) is (HttpStatusCode.OK, var checks) && checks["relay"].Status == "Healthy", Patience);
    }

    [Fact]
    public async Task Of_one_endpoint_alone_end_too()
    {
        await using var host = new OrderingHost(servers);
        await host.StartOnAsync(await servers.NewDatabaseAsync("ordering", Token), await servers.NewVirtualHostAsync(Token));
        var shop = await host.ShopAsync();
        var replies = host.App.Services.GetRequiredService<IBusControl>().CheckHealth().Endpoints.Single(e => e.Key.EndsWith("ordering-order-replies", StringComparison.Ordinal)).Value.ReceiveEndpoint;

        await replies.Stop(Token); // as it ends by itself when a reconnect is cancelled
        (await ReadyAsync(host)).Checks["bus"].Status.ShouldBe("Unhealthy");

        await Eventually.BecomesAsync(async () => (await ReadyAsync(host)).Status == HttpStatusCode.OK, Patience);
        (await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)))).Status.ShouldBe("confirmed");
    }

    [Fact]
    public async Task Of_the_database_outlast_the_short_retries_and_give_no_message_up()
    {
        await using var host = new OrderingHost(servers);
        await host.StartOnAsync(await servers.NewDatabaseAsync("ordering", Token), await servers.NewVirtualHostAsync(Token));
        var shop = await host.ShopAsync();
        await host.App.DisposeAsync(); // the one that takes the answers is the one below
        FullStore store = null!;
        await using var full = host.Start(services => services.AddSingleton<IEventStore>(s => store = new FullStore(ActivatorUtilities.CreateInstance<PostgresEventStore>(s))))
            .WithWebHostBuilder(web => web.UseSetting("Bus:OutageSeconds", "0.1"));
        await OrderingHost.ReadyAsync(full);
        using var resident = full.CreateClient();

        (await PlaceAsync(resident, host.Basket((shop, OfferId.New(), 1)))).Status.ShouldBe("confirmed");

        store.Refused.ShouldBeGreaterThan(20, "more than the short retries of two answers");
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = host.Broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await Should.ThrowAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(
            () => channel.QueueDeclarePassiveAsync("ordering-order-replies_error", Token), "an error queue is made with its first message");
    }

    public static TheoryData<string, NpgsqlException> LostAnswers => new()
    {
        { "broken off", new NpgsqlException("Exception while reading from stream", new EndOfStreamException()) },
        { "too late", new NpgsqlException("Exception while reading from stream", new TimeoutException()) },
        { "the server crashes", new PostgresException("terminating connection because of crash of another server process", "FATAL", "FATAL", PostgresErrorCodes.CrashShutdown) },
    };

    [Theory]
    [MemberData(nameof(LostAnswers), DisableDiscoveryEnumeration = true)]
    public async Task That_swallow_the_answer_to_a_commit_lose_no_order_and_tell_the_resident_that_it_stands(string how, NpgsqlException lost)
    {
        await using var host = new OrderingHost(servers);
        await host.StartOnAsync(await servers.NewDatabaseAsync("ordering", Token), await servers.NewVirtualHostAsync(Token));
        var shop = await host.ShopAsync();
        await using var cut = host.Start(services => services.AddSingleton<IEventStore>(s => new CutAfterCommit(ActivatorUtilities.CreateInstance<PostgresEventStore>(s), lost)));
        await OrderingHost.ReadyAsync(cut);
        using var resident = cut.CreateClient();
        await Eventually.BecomesAsync(() => cut.Services.GetRequiredService<Marketplace.ServiceDefaults.Shops.IShopDirectory>().Find(shop.Id) is not null, Patience);

        var order = await PlaceAsync(resident, host.Basket((shop, OfferId.New(), 1)));

        order.Status.ShouldBe("confirmed", how);
        (await host.ScalarAsync<long>("select count(*) from events where type = 'order-placed.v1'")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_the_database_keep_nobody_waiting_a_second_time_to_look_what_stands()
    {
        await using var host = new OrderingHost(servers);
        await host.StartOnAsync(await servers.NewDatabaseAsync("ordering", Token), await servers.NewVirtualHostAsync(Token));
        var shop = await host.ShopAsync();
        await using var silent = host.Start(services => services.AddSingleton<IEventStore>(s => new SilentStore(ActivatorUtilities.CreateInstance<PostgresEventStore>(s))));
        await OrderingHost.ReadyAsync(silent);
        using var resident = silent.CreateClient();
        await Eventually.BecomesAsync(() => silent.Services.GetRequiredService<Marketplace.ServiceDefaults.Shops.IShopDirectory>().Find(shop.Id) is not null, Patience);

        using var refused = await PostAsync(resident, host.Basket((shop, OfferId.New(), 1))).WaitAsync(TimeSpan.FromSeconds(30), Token);

        var (status, code, _) = await ProblemAsync(refused);
        (status, code).ShouldBe((503, "unavailable"));
    }

    /// <summary>Takes no new order, and from then on answers nobody.</summary>
    private sealed class SilentStore(IEventStore store) : IEventStore
    {
        private volatile bool _silent;

        public async Task<EventStream> ReadAsync(string stream, CancellationToken token)
        {
            await Task.Delay(_silent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            return await store.ReadAsync(stream, token);
        }

        public Task<IReadOnlyDictionary<string, EventStream>> ReadAsync(IReadOnlyCollection<string> streams, CancellationToken token) => store.ReadAsync(streams, token);

        public Task AppendAsync(IReadOnlyList<StreamAppend> appends, Action<NpgsqlBatch>? also, CancellationToken token)
        {
            _silent = true;
            throw new NpgsqlException("The operation has timed out", new TimeoutException());
        }
    }

    /// <summary>Commits new orders, and breaks off before it says so.</summary>
    private sealed class CutAfterCommit(IEventStore store, NpgsqlException lost) : IEventStore
    {
        public Task<EventStream> ReadAsync(string stream, CancellationToken token) => store.ReadAsync(stream, token);

        public Task<IReadOnlyDictionary<string, EventStream>> ReadAsync(IReadOnlyCollection<string> streams, CancellationToken token) => store.ReadAsync(streams, token);

        public async Task AppendAsync(IReadOnlyList<StreamAppend> appends, Action<NpgsqlBatch>? also, CancellationToken token)
        {
            await store.AppendAsync(appends, also, token);
            if (appends.Any(a => a.Meta.Actor == "anonymous"))
            {
                throw lost;
            }
        }
    }

    /// <summary>A disk with no room for answers for a while.</summary>
    private sealed class FullStore(IEventStore store) : IEventStore
    {
        private int _refused;

        internal int Refused => _refused;

        public Task<EventStream> ReadAsync(string stream, CancellationToken token) => store.ReadAsync(stream, token);

        public Task<IReadOnlyDictionary<string, EventStream>> ReadAsync(IReadOnlyCollection<string> streams, CancellationToken token) => store.ReadAsync(streams, token);

        public Task AppendAsync(IReadOnlyList<StreamAppend> appends, Action<NpgsqlBatch>? also, CancellationToken token) =>
            appends.Any(a => a.Meta.Actor == "answer") && Interlocked.Increment(ref _refused) <= 24
                ? throw new PostgresException("could not extend file", "ERROR", "ERROR", PostgresErrorCodes.DiskFull)
                : store.AppendAsync(appends, also, token);
    }

    private static Task<(HttpStatusCode Status, IReadOnlyDictionary<string, (string Status, string? Description)> Checks)> ReadyAsync(OrderingHost host) => Readiness.OfAsync(host.Anonymous);
}
