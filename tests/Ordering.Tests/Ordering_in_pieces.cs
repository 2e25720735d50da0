using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Two cheeses of about 1.2 kg: Catalog hears what a piece was seen to weigh, the order keeps it, mails say pieces, and what is paid is what was weighed.</summary>
public sealed class Ordering_in_pieces(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task From_the_basket_to_the_exact_weight()
    {
        var (shop, cheese) = (await host.ShopAsync(), OfferId.New());
        host.Others.Stock = asked => asked.Shops[0].ShopId == shop.Id ? new StockReserved(asked.OrderId, [new(shop.Id, false, [.. asked.Shops[0].Lines.Select(l =>
            new StockReserved.Line(l.OfferId, "TOMME", null, "Tomme fermière", "fromages", SaleUnit.Weight, l.Quantity, 1800, 5.5m, false, false, null, 1200))])]) : host.Others.Reserved(asked);
        var order = await PlaceAsync(host.Anonymous, Seeing(host.Basket((shop, cheese, 2400)), 1200));
        host.Others.Of<ReserveStock>(order.OrderId).First().Shops.Single().Lines.ShouldBe([new ReserveStock.Line(cheese, 2400, null, 1200)]);
        order.ShopOrders.Single().Lines.Single().ShouldSatisfyAllConditions(l => (l.Quantity, l.PieceGrams, l.TotalCents).ShouldBe((2400L, 1200L, 4320L)));
        (await MailAsync(order, "confirmée")).Text.ShouldContain("2\u00a0pièces, environ 2,4\u202fkg · Tomme fermière");

        // More than the estimate is never paid, unless it was accepted.
        using var staff = host.Member(shop);
        (await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(cheese, 2401)])))).Code.ShouldBe("final-quantity-out-of-range");
        var ready = await ActAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(cheese, 2350)]));
        ready.Lines.Single().ShouldSatisfyAllConditions(l => (l.Quantity, l.FinalQuantity, l.PieceGrams, l.TotalCents).ShouldBe((2400L, (long?)2350L, (long?)1200L, 4230L)));
        (await host.GetAsync(order)).TotalCents.ShouldBe(4230);
        await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await host.Others.HearsAsync<IssueStock>(order.OrderId, m => m.Lines.Single() == new IssueStock.Line(cheese, 2400)); // both pieces are gone from the shelf, whatever they weighed
    }

    [Fact]
    public async Task Pieces_that_weigh_more_are_paid_as_far_as_was_accepted()
    {
        var (shop, cheese) = (await host.ShopAsync(), OfferId.New());
        host.Others.Stock = asked => asked.Shops[0].ShopId == shop.Id ? new StockReserved(asked.OrderId, [new(shop.Id, false, [.. asked.Shops[0].Lines.Select(l =>
            new StockReserved.Line(l.OfferId, "TOMME", null, "Tomme fermière", "fromages", SaleUnit.Weight, l.Quantity, 1800, 5.5m, false, false, null, 1200))])]) : host.Others.Reserved(asked);
        var order = await PlaceAsync(host.Anonymous, Accepting(Seeing(host.Basket((shop, cheese, 2400)), 1200), 2760));
        order.ShopOrders.Single().Lines.Single().AtMost.ShouldBe(2760);
        (await MailAsync(order, "confirmée")).Text.ShouldContain("Selon la pesée, au plus");

        using var staff = host.Member(shop);
        var (status, code, problem) = await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(cheese, 2761)])));
        (status, code, problem.GetProperty("atMost").GetInt64()).ShouldBe((422, "final-quantity-out-of-range", 2760L));
        var ready = await ActAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(cheese, 2500)]));
        ready.Lines.Single().ShouldSatisfyAllConditions(l => (l.Quantity, l.FinalQuantity, l.AtMost, l.TotalCents).ShouldBe((2400L, (long?)2500L, null, 4500L)));
        await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await host.Others.HearsAsync<IssueStock>(order.OrderId, m => m.Lines.Single() == new IssueStock.Line(cheese, 2400));
    }

    [Theory]
    [InlineData(2399), InlineData(2761)]
    public async Task No_other_weight_can_be_accepted(long most)
    {
        var (shop, cheese) = (await host.ShopAsync(), OfferId.New());
        var problem = await ProblemAsync(await PostAsync(host.Anonymous, Accepting(host.Basket((shop, cheese, 2400)), most), Guid.NewGuid().ToString()));
        (problem.Status, problem.Code).ShouldBe((422, "at-most-out-of-range"));
    }

    [Fact]
    public async Task What_a_piece_weighs_now_is_told_with_the_refusal()
    {
        var (shop, cheese) = (await host.ShopAsync(), OfferId.New());
        host.Others.Stock = asked => asked.Shops[0].ShopId == shop.Id
            ? new StockRefused(asked.OrderId, [new(shop.Id, cheese, "pieces-changed", "Tomme fermière", 2400, 12_000, 1800, SaleUnit.Weight, 600)]) : host.Others.Reserved(asked);
        var (status, code, problem) = await ProblemAsync(await PostAsync(host.Anonymous, Seeing(host.Basket((shop, cheese, 2400)), 1200), Guid.NewGuid().ToString()));
        (status, code).ShouldBe((409, "pieces-changed"));
        (problem.GetProperty("lines")[0].GetProperty("pieceGrams").GetInt64(), problem.GetProperty("lines")[0].GetProperty("reason").GetString()).ShouldBe((600L, "pieces-changed"));
    }

    [Theory]
    [InlineData(-1, null, "piece-weight-out-of-range"), InlineData(30_001, null, "piece-weight-out-of-range"), InlineData(1200, 600, "lines-disagree")]
    public async Task What_cannot_have_been_seen_is_refused_at_once(long seen, int? otherwise, string code)
    {
        var (shop, cheese) = (await host.ShopAsync(), OfferId.New());
        var basket = host.Basket((shop, cheese, 2400));
        PlaceOrder.Line[] lines = [new(cheese, 2400, null, seen), .. otherwise is { } other ? [new(cheese, 1200, null, other)] : Array.Empty<PlaceOrder.Line>()];
        var problem = await ProblemAsync(await PostAsync(host.Anonymous, basket with { ShopOrders = [basket.ShopOrders[0] with { Lines = lines }] }, Guid.NewGuid().ToString()));
        (problem.Status, problem.Code).ShouldBe((422, code));
        host.Others.Heard.ShouldNotContain(h => h.Message is ReserveStock && ((ReserveStock)h.Message).Shops.Any(s => s.ShopId == shop.Id));
    }

    [Fact]
    public async Task A_substitute_in_pieces_is_refused_in_any_other_quantity_and_kept_with_its_weight()
    {
        var (shop, bread, cheese) = (await host.ShopAsync(), OfferId.New(), OfferId.New());
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, bread, 3)));
        var (odd, whole) = (Guid.NewGuid(), Guid.NewGuid());
        host.Others.Stock = asked => asked.OrderId == Lack.HoldOf(order.OrderId, shop.Id, odd) ? new StockRefused(asked.OrderId, [new(shop.Id, cheese, "pieces-changed", "Tomme", 1000, 12_000, 1800, SaleUnit.Weight, 1200)])
            : asked.OrderId == Lack.HoldOf(order.OrderId, shop.Id, whole) ? new StockReserved(asked.OrderId, [new(shop.Id, false, [new(cheese, "TOMME", null, "Tomme", "fromages", SaleUnit.Weight, 1200, 1800, 5.5m, false, false, null, 1200)])])
            : host.Others.Reserved(asked);
        (await ProblemAsync(await ProposeAsync(shop, order, odd, new ProposeForShortage(bread, 1, new(cheese, 1000))))).Code.ShouldBe("substitute-pieces-changed");
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, whole, new ProposeForShortage(bread, 1, new(cheese, 1200))));
        (await host.GetAsync(order)).ShopOrders.Single().Lines[0].Shortage!.Substitute!.ShouldSatisfyAllConditions(s => (s.Quantity, s.PieceGrams).ShouldBe((1200L, (long?)1200L)));
        (await MailAsync(order, "il manque un article")).Text.ShouldContain("1\u00a0pièce, environ 1,2\u202fkg · Tomme");
    }

    [Fact]
    public void Mails_say_pieces_of_what_is_a_whole_number_of_them()
    {
        var (french, english) = (new MailFormat(english: false), new MailFormat(english: true));
        var line = new OrderLine(OfferId.New(), "S", null, "Tomme", "fromages", SaleUnit.Weight, 2400, 1800, 5.5m, false, false, null, 1200);
        french.Quantity(line, 2400).ShouldBe("2\u00a0pièces, environ 2,4\u202fkg");
        french.Quantity(line, 1200).ShouldBe("1\u00a0pièce, environ 1,2\u202fkg");
        french.Quantity(line, 2350).ShouldBe("2,35\u202fkg");
        english.Amount(line, 2400).ShouldBe("2\u00a0pieces, about 2.4\u202fkg · Tomme");
        french.Amount(line with { PieceGrams = null }, 2400).ShouldBe("2,4\u202fkg Tomme");
        french.Amount(line with { Unit = SaleUnit.Piece, PieceGrams = null }, 2).ShouldBe("2\u202f× Tomme");
        MailComposer.RowsOf(With(new(line, null, null)), french, byCard: false)[0].ShouldSatisfyAllConditions(r => r.Text.ShouldBe("2\u00a0pièces, environ 2,4\u202fkg · Tomme"), r => r.Amount.ShouldBe("43,20\u202f€"));
        MailComposer.RowsOf(With(new(line, 2400, null)), french, byCard: false)[0].Text.ShouldBe("2,4\u202fkg Tomme", "weighed, it is no estimate any more");

        static ShopOrder With(ShopOrder.Line sold) => new(Sample.Bakery, "a", "A", ShopOrderStatus.Accepted, null, Sample.Booked.Bookings[0].Pickup, false, false, false, null, [sold]);
    }

    [Fact]
    public void Events_of_before_read_as_ordered_in_grams()
    {
        var types = OrderEventTypes.Create();
        var reserved = (OrderEvent.StockReserved)types.Deserialize("order-stock-reserved.v1",
            """{"shops":[{"shopId":"01980000-0000-7000-8000-000000000001","acceptedByItself":true,"lines":[{"offerId":"01980000-0000-7000-8000-000000000001","sku":"C","title":"Comté","category":"fromages","unit":"weight","quantity":350,"priceCents":2400,"vatRate":5.5,"secondHand":false,"alcohol":false}]}]}""");
        reserved.Shops.Single().Lines.Single().ShouldSatisfyAllConditions(l => l.Quantity.ShouldBe(350), l => l.PieceGrams.ShouldBeNull());
        var placed = (OrderEvent.Placed)types.Deserialize("order-placed.v1",
            """{"order":"01980000-0000-7000-8000-000000000001","town":"vienne","payment":"in-shop","holdExpiresAt":"2026-11-23T09:30:00+00:00","shops":[{"shopId":"01980000-0000-7000-8000-000000000001","slug":"a","name":"A","slotId":"a~1","lines":[{"offerId":"01980000-0000-7000-8000-000000000001","quantity":350,"expectedPriceCents":2400}]}]}""");
        placed.Shops.Single().Lines.Single().ExpectedPieceGrams.ShouldBeNull();
    }

    private Task<HttpResponseMessage> ProposeAsync(ShopEntry shop, OrderView order, Guid proposal, ProposeForShortage asked) =>
        host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/shortages/{proposal}", asked, JsonSerializerOptions.Web, TestContext.Current.CancellationToken);

    private async Task<Mail> MailAsync(OrderView order, string subject)
    {
        Mail? Found() => host.Mails.All.FirstOrDefault(m => m.MessageId.Contains(order.OrderId.ToString()) && m.Subject.Contains(subject));
        await Eventually.BecomesAsync(() => Found() is not null, TimeSpan.FromSeconds(30), subject);
        return Found()!;
    }

    private static PlaceOrder Accepting(PlaceOrder basket, long most) =>
        basket with { ShopOrders = [.. basket.ShopOrders.Select(s => s with { Lines = [.. s.Lines.Select(l => l with { AtMost = most })] })] };

    private static PlaceOrder Seeing(PlaceOrder basket, long grams) =>
        basket with { ShopOrders = [.. basket.ShopOrders.Select(s => s with { Lines = [.. s.Lines.Select(l => l with { ExpectedPieceGrams = grams })] })] };
}
