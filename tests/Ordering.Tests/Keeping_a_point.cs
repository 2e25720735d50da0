using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Parcels of several shops at one place, handed over by the shop that keeps it.</summary>
public sealed class Keeping_a_point(OrderingHost host) : AtAPoint(host)
{
    [Fact]
    public void A_parcel_is_deposited_once_and_only_when_it_is_ready()
    {
        Given(Ready).When(new OrderCommand.Deposit(Bakery)).Then(BakeryDeposited);
        Given([.. Ready, BakeryDeposited]).When(new OrderCommand.Deposit(Bakery)).ThenNothing();
        Given(Ready[..^2]).When(new OrderCommand.Deposit(Bakery)).ThenRefused("not-ready");
        Given([.. Ready, BakeryCollected]).When(new OrderCommand.Deposit(Bakery)).ThenRefused("already-collected");
        Given(AllReady).When(new OrderCommand.Deposit(Bakery)).ThenRefused("not-shared");
    }

    [Fact]
    public void All_that_lies_there_goes_out_together() =>
        Given(There).When(HandOver(Bakery, Bookshop)).Then(BakeryCollected, BookshopCollected, new OrderEvent.Completed("completed"));

    [Fact]
    public void What_was_not_shown_stays_for_another_time()
    {
        var after = (Order.Confirmed)Given(There).When(HandOver(Bakery, Bakery)).Then(BakeryCollected).After;
        after.Find(Bookshop)!.Lies.ShouldBeTrue();
    }

    [Fact]
    public void All_of_it_or_nothing()
    {
        Given([.. Ready, BakeryDeposited]).When(HandOver(Bakery, Bookshop)).ThenRefused("parcel-not-there");
        Given([.. There, BakeryCollected]).When(HandOver(Bakery, Bookshop)).ThenRefused("parcels-changed");
        Given([.. There, BakeryLeft]).When(HandOver(Bakery)).ThenRefused("parcels-changed");
        Given([.. There, BakeryCollected, BookshopCollected, new OrderEvent.Completed("completed")]).When(HandOver(Bakery, Bookshop)).ThenRefused("already-collected");
    }

    [Fact]
    public void Not_against_another_code_not_elsewhere_and_nothing_else()
    {
        Given(There).When(new OrderCommand.HandOverAtPoint(Halles, "222222", [Bakery], [])).ThenRefused("wrong-code");
        Given(There).When(new OrderCommand.HandOverAtPoint("gare", Code, [Bakery], [])).ThenRefused("unknown-parcel");
        Given(There).When(HandOver(ShopId.New())).ThenRefused("unknown-parcel");
        Given(There).When(HandOver()).ThenRefused("no-parcel");
        Given(AllReady).When(HandOver(Bakery)).ThenRefused("unknown-parcel");
        Given([Placed]).When(HandOver(Bakery)).ThenRefused("order-not-found");
    }

    [Fact]
    public void A_shop_may_still_hand_over_its_own() => Given(There).When(new OrderCommand.HandOver(Bakery, Code)).Then(BakeryCollected);

    [Fact]
    public async Task The_keeper_hands_over_what_is_there_against_the_one_code_and_the_rest_when_it_has_come()
    {
        var (keeper, one, other) = (await Host.KeeperAsync("point-halles"), await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-halles", one, other);
        await DepositAsync(one, order);
        using var staff = Host.Member(keeper);

        var found = await FindAsync(staff, keeper, order.PickupCode!);
        (found.OrderId, found.Customer).ShouldBe((order.OrderId, "Claire D."));
        found.Parcels.Select(p => (p.ShopId, p.Shop, p.DepositedAt is not null, p.TotalCents)).ShouldBe([(one.Id, one.Slug, true, 450), (other.Id, other.Slug, false, 450)]);
        (await ProblemAsync(await TryAsync(staff, keeper, order, one, other))).Code.ShouldBe("parcel-not-there");
        // The other shop's parcel comes between the look and the tap: it was not shown, nothing was asked for it, and it stays.
        await DepositAsync(other, order);
        (await ReadAsync<PointOrder>(await TryAsync(staff, keeper, order, one))).Parcels.Select(p => p.Status).ShouldBe(["collected", "ready"]);
        (await ProblemAsync(await TryAsync(staff, keeper, order, one))).Code.ShouldBe("already-collected");
        (await Host.GetAsync(order)).Status.ShouldBe("confirmed");

        await ReadAsync<PointOrder>(await TryAsync(staff, keeper, order, order.PickupCode!.ToLowerInvariant(), other));
        var view = await Host.GetAsync(order);
        view.Status.ShouldBe("completed");
        view.ShopOrders.ShouldAllBe(s => s.DepositedAt != null);
        view.Timeline.Count(t => t.Kind == "deposited").ShouldBe(2);
        await IssuedOnceAsync(order, one, other);
        (await Host.ScalarAsync<string>("select string_agg(meta ->> 'actor', ' ' order by position) from events where stream = $1 and type = 'shop-order-collected.v1'", $"order-{order.OrderId.Value:N}"))
            .ShouldBe($"keeper:{keeper.Id} keeper:{keeper.Id}", "who gave out the others' goods and took in their money");
    }

    [Fact]
    public async Task Ten_hands_at_once_give_each_parcel_once()
    {
        var (keeper, one, other) = (await Host.KeeperAsync("point-serre"), await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-serre", one, other);
        await DepositAsync(one, order);
        await DepositAsync(other, order);
        using var staff = Host.Member(keeper);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TryAsync(staff, keeper, order, one, other)));
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(1);
        foreach (var late in answers.Where(a => !a.IsSuccessStatusCode))
        {
            (await ProblemAsync(late)).Code.ShouldBe("already-collected");
        }

        await IssuedOnceAsync(order, one, other);
    }

    [Fact]
    public async Task A_shop_that_hands_over_its_own_meanwhile_leaves_the_keeper_to_look_again()
    {
        var (keeper, one, other) = (await Host.KeeperAsync("point-course"), await Host.ShopAsync(), await Host.ShopAsync());
        using var staff = Host.Member(keeper);
        using var shop = Host.Member(one);
        for (var i = 0; i < 5; i++)
        {
            var order = await PlaceThereAsync("point-course", one, other);
            await DepositAsync(one, order);
            await DepositAsync(other, order);
            var (both, own) = (TryAsync(staff, keeper, order, one, other), OrderingHost.TryAsync(shop, one, order.OrderId, "handover", new HandOver(order.PickupCode!)));
            await Task.WhenAll(both, own);
            ((await both).IsSuccessStatusCode ^ (await own).IsSuccessStatusCode).ShouldBeTrue("one of them wins");
            if ((await own).IsSuccessStatusCode)
            {
                (await ProblemAsync(await both)).Code.ShouldBe("parcels-changed");
                (await FindAsync(staff, keeper, order.PickupCode!)).Parcels.Select(p => p.Status).ShouldBe(["collected", "ready"]);
                (await TryAsync(staff, keeper, order, other)).IsSuccessStatusCode.ShouldBeTrue();
            }
            else
            {
                (await ProblemAsync(await own)).Code.ShouldBe("already-collected");
            }

            await IssuedOnceAsync(order, one, other);
        }
    }

    [Fact]
    public async Task What_a_shop_took_out_between_the_look_and_the_tap_is_not_given_out_unseen()
    {
        var (keeper, one, other) = (await Host.KeeperAsync("point-ecart"), await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-ecart", 2, one, other);
        await DepositAsync(one, order);
        await DepositAsync(other, order);
        using var staff = Host.Member(keeper);
        var seen = await FindAsync(staff, keeper, order.PickupCode!);

        await OrderingHost.ActAsync(Host.Member(one), one, order.OrderId, "decline", new Decline("shortage", [order.ShopOrders[0].Lines[0].OfferId]));
        (await ProblemAsync(await TryAsync(staff, keeper, order, order.PickupCode!, Seen(seen)))).Code.ShouldBe("parcels-changed");
        (await Host.GetAsync(order)).ShopOrders.ShouldAllBe(s => s.Status == "ready", "all of it or nothing");
        (await TryAsync(staff, keeper, order, order.PickupCode!, [Seen(seen)[1]])).IsSuccessStatusCode.ShouldBeTrue("another shop's parcel is as it was");

        var now = await FindAsync(staff, keeper, order.PickupCode!);
        now.Parcels[0].TotalCents.ShouldBe(seen.Parcels[0].TotalCents / 2);
        (await ReadAsync<PointOrder>(await TryAsync(staff, keeper, order, order.PickupCode!, [Seen(now)[0]]))).Parcels.ShouldAllBe(p => p.Status == "collected");
        (await ProblemAsync(await TryAsync(staff, keeper, order, order.PickupCode!, Seen(seen)))).Code.ShouldBe("already-collected");
        await IssuedOnceAsync(order, one, other);
    }

    [Fact]
    public async Task Nobody_but_the_keeper_of_that_point_opens_anything_there()
    {
        var (keeper, elsewhere, one) = (await Host.KeeperAsync("point-quai"), await Host.KeeperAsync("point-gare"), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-quai", one, await Host.ShopAsync());
        await DepositAsync(one, order);
        foreach (var (shop, found, given) in new[] { (one, "point-not-found", "point-not-found"), (elsewhere, "code-not-found", "order-not-found") })
        {
            using var staff = Host.Member(shop, "owner");
            (await ProblemAsync(await TryFindAsync(staff, shop, order.PickupCode!))).Code.ShouldBe(found);
            (await ProblemAsync(await TryAsync(staff, shop, order, one))).Code.ShouldBe(given);
            (await TryFindAsync(staff, keeper, order.PickupCode!)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await TryAsync(staff, keeper, order, one)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await Host.GetAsync(order)).ShopOrders[0].Status.ShouldBe("ready");
    }

    [Fact]
    public async Task A_point_that_changes_hands_opens_to_the_new_keeper_and_no_longer_to_the_old()
    {
        var (old, one) = (await Host.KeeperAsync("point-pont"), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-pont", one, await Host.ShopAsync());
        await DepositAsync(one, order);
        await Host.Others.SayAsync(old.Details! with { Version = 2, KeepsPoint = null });
        await Eventually.BecomesAsync(() => Host.App.Services.GetRequiredService<IShopDirectory>().Find(old.Id)!.Details!.KeepsPoint is null, Long);
        (await ProblemAsync(await OrderingHost.TryAsync(Host.Member(one), one, order.OrderId, "deposit"))).Code.ShouldBe("point-not-kept");

        var keeper = await Host.KeeperAsync("point-pont");
        (await ProblemAsync(await TryAsync(Host.Member(old), old, order, one))).Code.ShouldBe("point-not-found");
        (await TryAsync(Host.Member(keeper), keeper, order, one)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Wrong_codes_are_counted_for_each_order_and_for_each_look()
    {
        var (keeper, one) = (await Host.KeeperAsync("point-essais"), await Host.ShopAsync());
        var (order, next) = (await PlaceThereAsync("point-essais", one, await Host.ShopAsync()), await PlaceThereAsync("point-essais", one, await Host.ShopAsync()));
        await DepositAsync(one, order);
        await DepositAsync(one, next);
        using var staff = Host.Member(keeper);
        for (var i = 0; i < 10; i++)
        {
            (await ProblemAsync(await TryAsync(staff, keeper, order, "222222", one))).Code.ShouldBe("wrong-code");
        }

        (await ProblemAsync(await TryAsync(staff, keeper, order, one))).Code.ShouldBe("too-many-wrong-codes");
        (await TryAsync(staff, keeper, next, one)).IsSuccessStatusCode.ShouldBeTrue("mistakes with one order keep no other from being handed over");
        var inTheShop = await PlaceAsync(Host.Anonymous, Host.Basket((one, OfferId.New(), 1)));
        for (var i = 0; i < 10; i++)
        {
            (await ProblemAsync(await TryFindAsync(staff, keeper, inTheShop.PickupCode!))).Code.ShouldBe("code-not-found");
        }

        (await ProblemAsync(await TryFindAsync(staff, keeper, order.PickupCode!))).Code.ShouldBe("too-many-wrong-codes");
    }
}
