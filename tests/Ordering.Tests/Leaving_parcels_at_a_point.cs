using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>What is not found at the point, or not collected there, and how its shop gets it back.</summary>
public sealed class Leaving_parcels_at_a_point(OrderingHost host) : AtAPoint(host)
{
    [Fact]
    public void What_is_not_found_stays_and_is_looked_for()
    {
        OrderEvent bookshopNotFound = new OrderEvent.ShopParcelNotFound(Bookshop);
        var sought = new OrderCommand.HandOverAtPoint(Halles, Code, [Bakery], [Bookshop]);
        var after = (Order.Confirmed)Given(There).When(sought).Then(BakeryCollected, bookshopNotFound).After;
        after.Find(Bookshop)!.Lies.ShouldBeTrue();
        Given(There).When(sought with { Parcels = [] }).Then(bookshopNotFound);
        Given([.. There, bookshopNotFound]).When(sought with { Parcels = [] }).ThenNothing();
        Given([.. There, bookshopNotFound]).When(HandOver(Bookshop)).Then(BookshopCollected);
        Given([.. Ready, BakeryDeposited]).When(sought).ThenRefused("parcel-not-there");
        Given([.. There, BookshopCollected]).When(sought).ThenRefused("parcels-changed");
        Given([.. There, BakeryCollected, bookshopNotFound]).When(sought).ThenRefused("already-collected");
    }

    [Fact]
    public void A_parcel_that_is_looked_for_and_has_been_found_lies_there_again()
    {
        OrderEvent[] sought = [.. There, new OrderEvent.ShopParcelNotFound(Bakery)];
        var after = (Order.Confirmed)Given(sought).When(new OrderCommand.Deposit(Bakery)).Then(BakeryDeposited).After;
        after.Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Lies.ShouldBeTrue(), s => s.Sought.ShouldBeFalse());
    }

    [Fact]
    public void Of_a_parcel_that_was_never_found_nobody_says_that_its_resident_did_not_come()
    {
        OrderEvent[] sought = [.. There, new OrderEvent.ShopParcelNotFound(Bakery)];
        foreach (var (happened, lost) in new (IEnumerable<OrderEvent>, bool)[] { ([.. sought, BakeryLeft], true), ([.. sought, BakeryLeft, BakeryBroughtBack], true), (There.Append(BakeryLeft), false), ([.. sought, BakeryDeposited, BakeryLeft], false) })
        {
            var history = Fold(happened);
            var part = ((Order.Confirmed)history.State).Find(Bakery)!;
            var view = OrderViews.Resident(history, Eve, null, Host.App.Services.GetRequiredService<PointKeepers>());
            (view.ShopOrders.Single(s => s.ShopId == Bakery).SoughtSince is not null).ShouldBe(lost);
            view.Timeline.Last(t => t.Kind == "expired").Detail.ShouldBe(lost ? "not-found" : "not-collected");
            (OrderViews.LeftAtPoint(history, part).SoughtSince is not null).ShouldBe(lost);
            var mail = Host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Expired, [Bakery], There.Length + 1, Now), history, Eve);
            mail.Subject.Contains("le colis n’a pas été retrouvé", StringComparison.Ordinal).ShouldBe(lost);
            mail.Text.Contains("n’a pas été retrouvé au point retrait", StringComparison.Ordinal).ShouldBe(lost);
            mail.Text.Contains("n’a pas été retirée", StringComparison.Ordinal).ShouldBe(!lost);
        }
    }

    [Fact]
    public async Task A_parcel_that_is_not_found_is_left_out_and_its_resident_and_shop_know()
    {
        var (keeper, one, other) = (await Host.KeeperAsync("point-perdu"), await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-perdu", one, other);
        await DepositAsync(one, order);
        await DepositAsync(other, order);
        using var staff = Host.Member(keeper);
        var seen = Seen(await FindAsync(staff, keeper, order.PickupCode!));
        var given = await staff.PostAsJsonAsync($"/api/v1/shops/{keeper.Slug}/point/orders/{order.OrderId}/handover", new HandOverParcels(order.PickupCode!, [seen[0]], [seen[1]]));
        (await ReadAsync<PointOrder>(given)).Parcels.Select(p => p.Status).ShouldBe(["collected", "ready"]);
        var view = await Host.GetAsync(order);
        view.ShopOrders.Select(s => s.SoughtSince is not null).ShouldBe([false, true]);
        view.Timeline.Count(t => t.Kind == "not-found").ShouldBe(1);
        (await ReadAsync<ShopOrderCard>(await Host.Member(other).GetAsync($"/api/v1/shops/{other.Slug}/orders/{order.OrderId}"))).SoughtSince.ShouldNotBeNull();
        var mail = await Eventually.GetAsync(() => Task.FromResult(Host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains("on cherche votre colis", StringComparison.Ordinal))!), m => m is not null, Long);
        mail.Text.ShouldContain(other.Name);

        (await TryAsync(staff, keeper, order, other)).IsSuccessStatusCode.ShouldBeTrue("found after all");
        (await Host.GetAsync(order)).ShopOrders.ShouldAllBe(s => s.SoughtSince == null && s.Status == "collected");
        await IssuedOnceAsync(order, one, other);
    }

    [Fact]
    public void A_line_that_is_declined_while_its_parcel_lies_at_the_point_is_not_put_on_sale()
    {
        MissingAfter(There).ShouldBe([new MissingQuantity(Bread, 2)]);
        MissingAfter(Ready).ShouldBeNull("it lies in the shop, and goes back on its shelf");

        static IReadOnlyList<MissingQuantity>? MissingAfter(IReadOnlyList<OrderEvent> happened) =>
            ((Order.Confirmed)Given(happened).When(new OrderCommand.Decline(Bakery, "Tombée", [Bread])).After).Find(Bakery)!.Missing;
    }

    [Fact]
    public void What_nobody_collects_at_the_point_is_left_there_until_its_shop_fetches_it()
    {
        Given([.. Ready, BakeryDeposited]).When(new OrderCommand.PassTime(Over))
            .Then(BakeryLeft, new OrderEvent.ShopExpired(Bookshop, "not-collected"), new OrderEvent.Completed("completed"));
        Given(There).When(new OrderCommand.Decline(Bakery, "Tombée", null)).Then(new OrderEvent.ShopLeftAtPoint(Bakery, "declined", "Tombée", Halles));
        OrderEvent[] over = [.. Ready, BakeryDeposited, BakeryLeft, new OrderEvent.ShopExpired(Bookshop, "not-collected"), new OrderEvent.Completed("completed")];
        Given(over).When(new OrderCommand.BringBack(Bakery)).Then(BakeryBroughtBack);
        Given([.. over, BakeryBroughtBack]).When(new OrderCommand.BringBack(Bakery)).ThenNothing();
        Given([.. There, new OrderEvent.ShopLeftAtPoint(Bakery, "declined", "quality", Halles)]).When(new OrderCommand.BringBack(Bakery))
            .Then(new OrderEvent.ShopParcelBroughtBack(Bakery, [new(Bread, 2, Reason: "quality"), new(Brioche, 600, Reason: "quality")]));
        Given(over).When(new OrderCommand.BringBack(Bookshop)).ThenRefused("nothing-left");
        Given(There).When(new OrderCommand.BringBack(Bakery)).ThenRefused("nothing-left");
        Given([.. There, new OrderEvent.ShopExpired(Bakery, "not-collected")]).When(new OrderCommand.BringBack(Bakery)).ThenRefused("nothing-left"); // written before: it went back on the shelf then
    }

    [Fact]
    public async Task Goods_left_at_the_point_are_for_sale_when_their_shop_has_fetched_them()
    {
        var (keeper, one, other) = (await Host.KeeperAsync("point-oubli"), await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-oubli", one, other);
        await DepositAsync(one, order);
        using var shop = Host.Member(one);
        await ActAsync(Host.Member(other), other, order.OrderId, "ready");
        await MailsLeftAsync(order);
        Host.Clock.Pass(order.ShopOrders[0].Pickup!.CollectUntil + ShopOrder.Grace - Host.Clock.GetUtcNow());
        await Host.Others.HearsAsync<ReleaseStock>(order.OrderId, m => m.ShopId == other.Id); // that one is in its shop
        await Host.Others.HearsAsync<OrderEnded>(order.OrderId);
        Host.Others.Of<ReleaseStock>(order.OrderId).ShouldAllBe(m => m.ShopId == other.Id);

        var card = await ReadAsync<ShopOrderCard>(await shop.GetAsync($"/api/v1/shops/{one.Slug}/orders/{order.OrderId}"));
        (card.Status, card.Reason, card.ToBringBack).ShouldBe(("expired", "not-collected", true));
        (await LeftOfAsync(one)).ShouldBe([order.OrderId]);
        (await LeftOfAsync(other)).ShouldBeEmpty();
        (await LeftAtAsync()).Items.ShouldBe([new LeftParcel(order.OrderId, order.Reference, one.Id, one.Slug, one.Name, card.ChangedAt!.Value)]);
        (await FindAsync(Host.Member(keeper), keeper, order.PickupCode!)).Parcels.Select(p => p.ToBringBack).ShouldBe([true, false]);
        (await ProblemAsync(await TryAsync(Host.Member(keeper), keeper, order, one))).Code.ShouldBe("parcels-changed");
        (await ProblemAsync(await OrderingHost.TryAsync(Host.Member(other), other, order.OrderId, "brought-back"))).Code.ShouldBe("nothing-left");
        (await Host.GetAsync(order)).Timeline.Count(t => t is { Kind: "expired", Detail: "not-collected" }).ShouldBe(2);
        var mail = await Eventually.GetAsync(() => Task.FromResult(Host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains("délai de retrait", StringComparison.Ordinal))!), m => m is not null, Long);
        mail.Text.ShouldContain($"Votre commande de {one.Name} n’a pas été retirée au point retrait\u00A0: la boutique la reprend.");
        mail.Text.ShouldContain($"Votre commande chez {other.Name} n’a pas été retirée\u00A0: elle est remise en rayon.");

        var back = await ActAsync(shop, one, order.OrderId, "brought-back");
        (back.Status, back.ToBringBack).ShouldBe(("expired", false));
        (await ActAsync(shop, one, order.OrderId, "brought-back")).Version.ShouldBe(back.Version);
        await Host.Others.HearsAsync<ReleaseStock>(order.OrderId, m => m.ShopId == one.Id);
        Host.Others.Of<ReleaseStock>(order.OrderId).Single(m => m.ShopId == one.Id).At!.Value.ShouldBe(Host.Clock.GetUtcNow(), TimeSpan.FromSeconds(5), "it is back on the shelf since it was fetched");
        (await LeftOfAsync(one)).ShouldBeEmpty();
        (await LeftAtAsync()).ShouldSatisfyAllConditions(p => p.Items.ShouldBeEmpty(), p => p.Total.ShouldBe(0));

        async Task<IReadOnlyList<OrderId>> LeftOfAsync(ShopEntry of) =>
            [.. (await ReadAsync<ShopOrderPage>(await Host.Member(of).GetAsync($"/api/v1/shops/{of.Slug}/orders?status=to-bring-back"))).Items.Select(o => o.OrderId)];
        async Task<LeftParcelPage> LeftAtAsync() => await ReadAsync<LeftParcelPage>(await Host.Member(keeper).GetAsync($"/api/v1/shops/{keeper.Slug}/point/left"));
    }
}
