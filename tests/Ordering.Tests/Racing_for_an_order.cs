using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Two hands on one order: one of them wins, and everyone is told.</summary>
public sealed class Racing_for_an_order(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task Ten_scans_at_once_hand_over_once()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        using var staff = host.Member(shop);
        await ActAsync(staff, shop, order.OrderId, "ready");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TryAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!))));
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(1);
        foreach (var late in answers.Where(a => !a.IsSuccessStatusCode))
        {
            (await ProblemAsync(late)).Code.ShouldBe("already-collected");
        }

        await host.Others.HearsAsync<IssueStock>(order.OrderId); // in a queue of its own: it may come after the order's end
        await host.Others.HearsAsync<OrderEnded>(order.OrderId);
        host.Others.Of<IssueStock>(order.OrderId).Count().ShouldBe(1);
    }

    [Fact]
    public async Task The_resident_cancels_while_the_shop_makes_it_ready()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        for (var i = 0; i < 10; i++)
        {
            var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
            var cancel = CancelAsync(order);
            var ready = TryAsync(staff, shop, order.OrderId, "ready");
            await Task.WhenAll(cancel, ready);
            var after = await host.GetAsync(order);
            after.Status.ShouldBe((await cancel).IsSuccessStatusCode ? "cancelled" : "confirmed");
            ((await cancel).IsSuccessStatusCode ^ (await ready).IsSuccessStatusCode).ShouldBeTrue("one of them wins");
        }
    }

    [Fact]
    public async Task The_resident_cancels_while_the_shop_begins()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        for (var i = 0; i < 10; i++)
        {
            var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
            await ActAsync(staff, shop, order.OrderId, "accept");
            (await host.GetAsync(order)).ShopOrders.Single().ShouldSatisfyAllConditions(s => s.Cancellable.ShouldBeTrue(), s => s.PreparingSince.ShouldBeNull());
            var cancel = CancelAsync(order);
            var start = TryAsync(staff, shop, order.OrderId, "preparation");
            await Task.WhenAll(cancel, start);
            ((await cancel).IsSuccessStatusCode ^ (await start).IsSuccessStatusCode).ShouldBeTrue("one of them wins");
            var after = await host.GetAsync(order);
            (after.Status, after.ShopOrders.Single().Cancellable).ShouldBe(((await cancel).IsSuccessStatusCode ? "cancelled" : "confirmed", false));
            (await ProblemAsync((await cancel).IsSuccessStatusCode ? await start : await cancel)).Code.ShouldBe((await cancel).IsSuccessStatusCode ? "already-cancelled" : "too-late-to-cancel");
        }
    }

    [Fact]
    public async Task Collected_is_not_cancelled_and_cancelled_is_not_collected()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var collected = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(staff, shop, collected.OrderId, "ready");
        await ActAsync(staff, shop, collected.OrderId, "handover", new HandOver(collected.PickupCode!));
        (await ProblemAsync(await CancelAsync(collected))).Code.ShouldBe("too-late-to-cancel");

        var cancelled = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await ReadAsync<OrderView>(await CancelAsync(cancelled))).Status.ShouldBe("cancelled");
        (await ProblemAsync(await TryAsync(staff, shop, cancelled.OrderId, "handover", new HandOver(cancelled.PickupCode!)))).Code.ShouldBe("already-cancelled");
        await host.Others.HearsAsync<ReleaseStock>(cancelled.OrderId, m => m.ShopId == shop.Id && m.At is not null);
        await host.Others.HearsAsync<ReleasePickupSlots>(cancelled.OrderId, m => m.ShopId == shop.Id);
    }

    [Fact]
    public async Task One_shop_is_cancelled_and_the_other_stays()
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceAsync(host.Anonymous, host.Basket((one, OfferId.New(), 1), (other, OfferId.New(), 1)));
        var after = await ReadAsync<OrderView>(await CancelAsync(order, one.Slug));
        (after.Status, after.TotalCents).ShouldBe(("confirmed", 450));
        after.ShopOrders.Select(s => s.Status).ShouldBe(["cancelled", "requested"]);
        (await ProblemAsync(await CancelAsync(order, "nulle-part"))).Code.ShouldBe("unknown-shop");
    }

    [Fact]
    public async Task Who_saw_an_older_version_is_told_with_412()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        using var seen = await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}");
        var tag = seen.Headers.ETag!;
        await ActAsync(staff, shop, order.OrderId, "accept");

        using var late = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/ready");
        late.Headers.IfMatch.Add(tag);
        var problem = await ProblemAsync(await staff.SendAsync(late));
        (problem.Status, problem.Code).ShouldBe((412, "changed-meanwhile"));
    }

    [Fact]
    public async Task After_all_of_it_the_tables_equal_the_log()
    {
        await Ten_scans_at_once_hand_over_once();
        await Collected_is_not_cancelled_and_cancelled_is_not_collected();
        await One_shop_is_cancelled_and_the_other_stays();
        var rebuild = host.App.Services.GetRequiredService<ProjectionRebuild>();
        var tables = host.App.Services.GetRequiredService<OrderTables>();
        (await rebuild.CompareAsync(tables, default)).ShouldAllBe(t => t.Value == 0);
        await rebuild.RebuildAsync(tables, default);
        (await rebuild.CompareAsync(tables, default)).ShouldAllBe(t => t.Value == 0);
        (await host.ScalarAsync<long>("select count(*) from shop_orders")).ShouldBeGreaterThan(0);
    }

    private Task<HttpResponseMessage> CancelAsync(OrderView order, string? shop = null) =>
        host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", shop is null ? null : JsonContent.Create(new Cancellation(shop)));
}
