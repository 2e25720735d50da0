using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>The whole way of an order, over HTTP and the bus.</summary>
public sealed partial class Reserving_and_collecting(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task A_resident_reserves_in_two_shops_and_collects_with_one_code()
    {
        var (bakery, bookshop) = (await host.ShopAsync(), await host.ShopAsync());
        var (bread, novel) = (OfferId.New(), OfferId.New());
        host.Others.AcceptingByThemselves[bookshop.Id] = true;

        using var answer = await PostAsync(host.Anonymous, host.Basket((bakery, bread, 2), (bookshop, novel, 1)));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var order = await ReadAsync<OrderView>(answer);
        answer.Headers.Location!.ToString().ShouldBe($"/api/v1/orders/{order.OrderId}");
        order.Status.ShouldBe("confirmed");
        order.TotalCents.ShouldBe(3 * 450);
        order.PickupCode.ShouldNotBeNull();
        Code().IsMatch(order.PickupCode).ShouldBeTrue(order.PickupCode);
        order.ShopOrders.Select(s => s.Status).ShouldBe(["requested", "accepted"]);
        order.Timeline.Select(t => t.Kind).ShouldBe(["placed", "confirmed", "accepted"]);

        using var baker = host.Member(bakery);
        (await ActAsync(baker, bakery, order.OrderId, "accept")).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("accepted"), o => o.PreparingSince.ShouldBeNull());
        (await ActAsync(baker, bakery, order.OrderId, "preparation")).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("accepted"), o => o.PreparingSince.ShouldNotBeNull());
        (await host.GetAsync(order)).Timeline.Select(t => t.Kind).ShouldBe(["placed", "confirmed", "accepted", "accepted", "preparing"]);
        (await ActAsync(baker, bakery, order.OrderId, "ready")).Status.ShouldBe("ready");
        (await ActAsync(baker, bakery, order.OrderId, "handover", new HandOver(order.PickupCode.ToLowerInvariant()))).Status.ShouldBe("collected");
        (await host.GetAsync(order)).Status.ShouldBe("confirmed");

        using var bookseller = await host.KeyAsync(bookshop, "orders:read", "orders:write");
        await ActAsync(bookseller, bookshop, order.OrderId, "ready", new MarkReady([new(novel, 1)]));
        await ActAsync(bookseller, bookshop, order.OrderId, "handover", new HandOver(order.PickupCode));

        var after = await host.GetAsync(order);
        after.Status.ShouldBe("completed");
        after.ShopOrders.ShouldAllBe(s => s.Status == "collected");
        await host.Others.HearsAsync<OrderConfirmed>(order.OrderId);
        await host.Others.HearsAsync<IssueStock>(order.OrderId, m => m.ShopId == bakery.Id && m.Lines.Single() == new IssueStock.Line(bread, 2));
        await host.Others.HearsAsync<IssueStock>(order.OrderId, m => m.ShopId == bookshop.Id);
        await host.Others.HearsAsync<OrderEnded>(order.OrderId, m => m.Outcome == "completed");
        host.Others.Of<ReleaseStock>(order.OrderId).ShouldBeEmpty();
    }

    [GeneratedRegex("^[2-9A-HJ-NP-Z]{6}$")]
    private static partial Regex Code();
}
