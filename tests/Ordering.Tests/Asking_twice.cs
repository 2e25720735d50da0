using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Browsers, proxies and brokers repeat themselves. An order is placed once.</summary>
public sealed class Asking_twice(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task The_same_key_and_body_answer_with_the_same_order_and_token()
    {
        var basket = host.Basket((await host.ShopAsync(), OfferId.New(), 1));
        var key = Guid.NewGuid().ToString();
        var first = await PlaceAsync(host.Anonymous, basket, key);
        using var again = await PostAsync(host.Anonymous, basket, key);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        var second = await ReadAsync<OrderView>(again);
        (second.OrderId, second.AccessToken, second.PickupCode).ShouldBe((first.OrderId, first.AccessToken, first.PickupCode));
    }

    [Fact]
    public async Task The_second_answer_is_the_first_letter_by_letter()
    {
        var shop = await host.ShopAsync();
        foreach (var _ in Enumerable.Range(0, 4)) // one in ten moments is whole in microseconds
        {
            var basket = host.Basket((shop, OfferId.New(), 1));
            var key = Guid.NewGuid().ToString();
            var (first, second) = (await SayAsync(basket, key), await SayAsync(basket, key));
            second.ShouldBe(first);
        }

        async Task<string> SayAsync(PlaceOrder basket, string key)
        {
            using var answer = await PostAsync(host.Anonymous, basket, key);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            return answer.Headers.ETag + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Twenty_at_once_with_one_key_are_one_order()
    {
        var shop = await host.ShopAsync();
        var basket = host.Basket((shop, OfferId.New(), 1));
        var key = Guid.NewGuid().ToString();
        var orders = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PlaceAsync(host.Anonymous, basket, key)));
        orders.Select(o => o.OrderId).Distinct().Count().ShouldBe(1);
        orders.ShouldAllBe(o => o.Status == "confirmed");
        (await host.ScalarAsync<long>("select count(*) from shop_orders where shop_id = $1", shop.Id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var shop = await host.ShopAsync();
        var key = Guid.NewGuid().ToString();
        var offer = OfferId.New();
        await PlaceAsync(host.Anonymous, host.Basket((shop, offer, 1)), key);
        var problem = await ProblemAsync(await PostAsync(host.Anonymous, host.Basket((shop, offer, 2)), key));
        (problem.Status, problem.Code).ShouldBe((422, "idempotency-key-reused"));
        (await host.ScalarAsync<long>("select count(*) from shop_orders where shop_id = $1", shop.Id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_people_may_draw_the_same_key()
    {
        var basket = host.Basket((await host.ShopAsync(), OfferId.New(), 1));
        var one = await PlaceAsync(host.Person(PersonId.New()), basket, "1");
        var other = await PlaceAsync(host.Person(PersonId.New()), basket, "1");
        other.OrderId.ShouldNotBe(one.OrderId);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Signing_in_or_out_between_two_presses_is_one_order(bool signedInFirst)
    {
        var shop = await host.ShopAsync();
        var basket = host.Basket((shop, OfferId.New(), 1));
        var key = Guid.NewGuid().ToString("N");
        using var person = host.Person(PersonId.New());
        var (before, after) = signedInFirst ? (person, host.Anonymous) : (host.Anonymous, person);
        var first = await PlaceAsync(before, basket, key);
        var second = await PlaceAsync(after, basket, key);
        (second.OrderId, second.AccessToken, second.PickupCode).ShouldBe((first.OrderId, first.AccessToken, first.PickupCode));
        (await host.ScalarAsync<long>("select count(*) from shop_orders where shop_id = $1", shop.Id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_ordered_as_nobody_and_repeated_signed_in_is_among_the_orders_of_who_repeated_it()
    {
        var basket = host.Basket((await host.ShopAsync(), OfferId.New(), 1));
        var key = Guid.NewGuid().ToString("N");
        using var person = host.Person(PersonId.New());
        var order = await PlaceAsync(host.Anonymous, basket, key);
        await ReadAsync<OrderView>(await PostAsync(person, basket, key, "orders/by-key"));
        (await MineAsync(person)).Total.ShouldBe(0, "to look changes nothing");

        await PlaceAsync(person, basket, key);
        (await MineAsync(person)).Items.Single().OrderId.ShouldBe(order.OrderId);
        await ReadAsync<OrderView>(await person.GetAsync($"/api/v1/orders/{order.OrderId}"));

        using var other = host.Person(PersonId.New());
        (await ProblemAsync(await PostAsync(other, basket, key))).Code.ShouldBe("idempotency-key-reused");
        (await MineAsync(person)).Total.ShouldBe(1, "whoever else has the key comes too late");

        static async Task<OrderPage> MineAsync(HttpClient who) => await ReadAsync<OrderPage>(await who.GetAsync("/api/v1/me/orders"));
    }

    [Fact]
    public async Task Twenty_at_once_of_whom_half_are_signed_in_are_one_order_also_over_two_processes()
    {
        await using var second = host.Start();
        await ReadyAsync(second); // a bus that is stopped while it starts goes on, and would eat this host's messages
        var shop = await host.ShopAsync();
        await Eventually.BecomesAsync(() => second.Services.GetRequiredService<IShopDirectory>().Find(shop.Id) is not null, TimeSpan.FromSeconds(20));
        var basket = host.Basket((shop, OfferId.New(), 1));
        var key = Guid.NewGuid().ToString("N");
        var me = Token((MarketplaceClaims.Subject, PersonId.New().ToString()));
        var orders = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
        {
            var app = i % 4 < 2 ? host.App : second;
            return PlaceAsync(i % 2 == 0 ? app.CreateClient() : host.With(me, app), basket, key);
        }));
        orders.Select(o => o.OrderId).Distinct().Count().ShouldBe(1);
        (await host.ScalarAsync<long>("select count(*) from shop_orders where shop_id = $1", shop.Id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task Another_person_is_never_answered_with_the_order_whatever_they_send()
    {
        var basket = host.Basket((await host.ShopAsync(), OfferId.New(), 1));
        var key = Guid.NewGuid().ToString("N");
        var first = await PlaceAsync(host.Person(PersonId.New()), basket, key);
        using var stranger = host.Person(PersonId.New());
        foreach (var answer in new[] { await PostAsync(stranger, basket, key), await PostAsync(stranger, basket, key, "orders/by-key") })
        {
            var problem = await ProblemAsync(answer);
            (problem.Status, problem.Code).ShouldBe((422, "idempotency-key-reused"));
            problem.Problem.GetRawText().ShouldNotContain(first.OrderId.ToString());
        }
    }

    [Fact]
    public async Task Programs_keys_are_each_ones_own()
    {
        var shop = await host.ShopAsync();
        var (one, other) = (await host.KeyAsync(shop, "orders:read"), await host.KeyAsync(shop, "orders:read"));
        var key = $"commande-2026-11-25-{Guid.NewGuid()}";
        var first = await PlaceAsync(one, host.Basket((shop, OfferId.New(), 1)), key);
        (await PlaceAsync(other, host.Basket((shop, OfferId.New(), 2)), key)).OrderId.ShouldNotBe(first.OrderId);
    }

    [Theory]
    [InlineData("its slot has passed", "slot-past")]
    [InlineData("its shop takes no orders any more", "shop-closed")]
    public async Task A_standing_order_is_answered_although(string meanwhile, string otherwise)
    {
        var shop = await host.ShopAsync();
        var basket = host.Basket((shop, OfferId.New(), 1));
        var soon = host.SlotOf(shop, 0.05);
        basket = basket with { ShopOrders = [basket.ShopOrders[0] with { PickupSlotId = soon }] };
        var key = Guid.NewGuid().ToString("N");
        var first = await PlaceAsync(host.Anonymous, basket, key);
        if (otherwise == "slot-past")
        {
            host.Clock.Pass(TimeSpan.FromMinutes(4));
        }
        else
        {
            await host.SuspendAsync(shop);
        }

        (await PlaceAsync(host.Anonymous, basket, key)).OrderId.ShouldBe(first.OrderId, meanwhile);
        (await PlaceAsync(host.Person(PersonId.New()), basket, key)).OrderId.ShouldBe(first.OrderId, meanwhile);
        var refused = await ProblemAsync(await PostAsync(host.Anonymous, basket, Guid.NewGuid().ToString("N")));
        (refused.Status, refused.Code).ShouldBe((409, otherwise));
        refused.Problem.TryGetProperty("orderId", out _).ShouldBeFalse("nothing was decided");
    }

    [Fact]
    public async Task What_a_key_became_is_found_and_nothing_is_placed()
    {
        var shop = await host.ShopAsync();
        var basket = host.Basket((shop, OfferId.New(), 1));
        var key = Guid.NewGuid().ToString("N");
        var none = await ProblemAsync(await PostAsync(host.Anonymous, basket, key, "orders/by-key"));
        (none.Status, none.Code).ShouldBe((404, "order-not-found"));
        (await host.ScalarAsync<long>("select count(*) from shop_orders where shop_id = $1", shop.Id.Value)).ShouldBe(0);
        var order = await PlaceAsync(host.Person(PersonId.New()), basket, key);
        (await ReadAsync<OrderView>(await PostAsync(host.Anonymous, basket, key, "orders/by-key"))).OrderId.ShouldBe(order.OrderId);
        (await ProblemAsync(await PostAsync(host.Anonymous, basket with { Locale = "en" }, key, "orders/by-key"))).Code.ShouldBe("idempotency-key-reused");
        (await ProblemAsync(await PostAsync(host.Anonymous, basket, null, "orders/by-key"))).Code.ShouldBe("idempotency-key-invalid");
    }

    [Fact]
    public async Task A_token_that_is_not_valid_is_refused_and_never_taken_for_nobody()
    {
        var shop = await host.ShopAsync();
        var basket = host.Basket((shop, OfferId.New(), 1));
        var order = await PlaceAsync(host.Anonymous, basket);
        foreach (var credentials in new[] { "Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "Bearer mk_" + new string('0', 64), "Bearer op_wrong", "Bearer", "Basic eDp5" })
        {
            using var client = host.Anonymous;
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", credentials);
            (await ProblemAsync(await PostAsync(client, basket, Guid.NewGuid().ToString("N")))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(401), p => p.Code.ShouldBe("credentials-unknown"));
            (await ProblemAsync(await client.GetAsync($"/api/v1/orders/{order.OrderId}?token={order.AccessToken}"))).Status.ShouldBe(401, credentials);
        }

        (await host.ScalarAsync<long>("select count(*) from shop_orders where shop_id = $1", shop.Id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_order_is_refused_again_the_same_way()
    {
        var shop = await host.ShopAsync();
        var offer = OfferId.New();
        host.Others.Stock = asked => asked.Shops[0].ShopId == shop.Id ? new StockRefused(asked.OrderId, [new(shop.Id, offer, "out-of-stock", "Pain", 1, 0, 450)]) : host.Others.Reserved(asked);
        var basket = host.Basket((shop, offer, 1));
        (await ProblemAsync(await PostAsync(host.Anonymous, basket, "refused"))).Code.ShouldBe("out-of-stock");
        host.Others.Stock = host.Others.Reserved;
        (await ProblemAsync(await PostAsync(host.Anonymous, basket, "refused"))).Code.ShouldBe("out-of-stock");
    }

    [Fact]
    public async Task Without_a_key_each_call_is_an_order()
    {
        var basket = host.Basket((await host.ShopAsync(), OfferId.New(), 1));
        (await PlaceAsync(host.Anonymous, basket)).OrderId.ShouldNotBe((await PlaceAsync(host.Anonymous, basket)).OrderId);
    }

    [Fact]
    public async Task Every_answer_delivered_three_times_among_many_orders_confirms_each_once()
    {
        host.Others.Times = 3;
        var shops = new[] { await host.ShopAsync(), await host.ShopAsync() };
        using var client = host.Anonymous;
        var orders = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => PlaceAsync(client, host.Basket((shops[0], OfferId.New(), 1), (shops[1], OfferId.New(), 2)))));
        host.Others.Times = 1;

        orders.ShouldAllBe(o => o.Status == "confirmed" && o.TotalCents == 1350);
        orders.Select(o => o.PickupCode).Distinct().Count().ShouldBe(60);
        foreach (var type in new[] { "order-placed.v1", "order-stock-reserved.v1", "order-slots-booked.v1", "order-confirmed.v1" })
        {
            (await host.ScalarAsync<long>("select count(*) from events where type = $1 and stream = any($2)", type,
                orders.Select(o => Orders.Order.StreamOf(o.OrderId)).ToArray())).ShouldBe(60, type);
        }

        foreach (var order in orders)
        {
            await host.Others.HearsAsync<OrderConfirmed>(order.OrderId);
        }
    }
}
