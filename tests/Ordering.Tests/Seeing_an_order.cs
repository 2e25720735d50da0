using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Whose order is it? Nobody learns anything of an order that is not theirs, not even that it exists.</summary>
public sealed class Seeing_an_order(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task The_token_opens_the_order_and_no_other()
    {
        var shop = await host.ShopAsync();
        var mine = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var theirs = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await host.GetAsync(mine)).Contact!.Email.ShouldBe("claire.durand@exemple.fr");
        foreach (var token in new[] { theirs.AccessToken, "x", mine.AccessToken![..^1], "" })
        {
            await NotFoundAsync(host.Anonymous, mine.OrderId, token);
        }

        await NotFoundAsync(host.Anonymous, OrderId.New(), mine.AccessToken);
    }

    [Fact]
    public async Task Nobody_at_all_is_asked_to_sign_in()
    {
        var order = await PlaceAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)));
        (await host.Anonymous.GetAsync($"/api/v1/orders/{order.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_resident_sees_and_cancels_their_own_and_not_anothers()
    {
        var shop = await host.ShopAsync();
        var (me, someone) = (PersonId.New(), PersonId.New());
        var order = await PlaceAsync(host.Person(me), host.Basket((shop, OfferId.New(), 1)));
        (await ReadAsync<OrderView>(await host.Person(me).GetAsync($"/api/v1/orders/{order.OrderId}"))).OrderId.ShouldBe(order.OrderId);
        await NotFoundAsync(host.Person(someone), order.OrderId, null);
        await NotFoundAsync(host.Member(shop, "owner"), order.OrderId, null); // the shop has its own door, without the code
        (await host.Person(someone).PostAsync($"/api/v1/orders/{order.OrderId}/cancellation", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.GetAsync(order)).Status.ShouldBe("confirmed");
        (await ReadAsync<OrderView>(await host.Person(me).PostAsync($"/api/v1/orders/{order.OrderId}/cancellation", null))).Status.ShouldBe("cancelled");
    }

    [Fact]
    public async Task The_history_lists_ones_own_orders_newest_first()
    {
        var shop = await host.ShopAsync();
        var me = PersonId.New();
        var first = await PlaceAsync(host.Person(me), host.Basket((shop, OfferId.New(), 1)));
        var second = await PlaceAsync(host.Person(me), host.Basket((shop, OfferId.New(), 2)));
        await PlaceAsync(host.Person(PersonId.New()), host.Basket((shop, OfferId.New(), 1)));
        var page = await ReadAsync<OrderPage>(await host.Person(me).GetAsync("/api/v1/me/orders"));
        page.Total.ShouldBe(2);
        page.Items.Select(i => i.OrderId).ShouldBe([second.OrderId, first.OrderId]);
        page.Items[0].ShouldSatisfyAllConditions(i => i.TotalCents.ShouldBe(900), i => i.Shops.ShouldBe([shop.Name]), i => i.Reference.ShouldBe(second.Reference));
    }

    [Fact]
    public async Task Another_shops_order_is_not_there()
    {
        var (mine, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceAsync(host.Anonymous, host.Basket((other, OfferId.New(), 1)));
        using var staff = host.Member(mine);
        (await staff.GetAsync($"/api/v1/shops/{mine.Slug}/orders/{order.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var action in new[] { "accept", "preparation", "ready", "deposit", "handover", "decline", "undo" })
        {
            object? body = action switch { "handover" => new HandOver(order.PickupCode!), "decline" => new Decline("Non", null), "undo" => new TakeBack(1), _ => null };
            var problem = await ProblemAsync(await TryAsync(staff, mine, order.OrderId, action, body));
            (problem.Status, problem.Code).ShouldBe((404, "order-not-found"));
            (await TryAsync(staff, other, order.OrderId, action, body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await host.GetAsync(order)).ShopOrders.Single().Status.ShouldBe("requested");
    }

    [Fact]
    public async Task An_erased_contact_leaves_an_order_that_works()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await host.ScalarAsync<int>("with erased as (delete from contacts where order_id = $1 returning 1) select count(*)::int from erased", order.OrderId.Value);
        using var staff = host.Member(shop);
        (await ActAsync(staff, shop, order.OrderId, "ready")).Customer.ShouldBe("");
        (await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!))).Status.ShouldBe("collected");
        (await host.GetAsync(order)).Contact.ShouldBeNull();
        (await host.ScalarAsync<long>("select count(*) from events where data::text ilike '%durand%' or data::text ilike '%exemple.fr%' or meta::text ilike '%durand%'")).ShouldBe(0);
    }

    private static async Task NotFoundAsync(HttpClient client, OrderId order, string? token)
    {
        var problem = await ProblemAsync(await client.GetAsync($"/api/v1/orders/{order}" + (token is null ? "" : $"?token={token}")));
        (problem.Status, problem.Code).ShouldBe((404, "order-not-found"));
    }
}
