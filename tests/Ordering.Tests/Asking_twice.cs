using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
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
