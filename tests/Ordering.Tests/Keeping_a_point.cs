using System.Net;
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

/// <summary>Parcels of several shops at one place, handed over by the shop that keeps it.</summary>
public sealed class Keeping_a_point(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly OrderEvent.ShopParcelDeposited BakeryDeposited = new(Bakery);
    private static readonly OrderEvent.ShopParcelDeposited BookshopDeposited = new(Bookshop);
    private static readonly OrderEvent.ShopCollected BookshopCollected = new(Bookshop, [new(Novel, 1)]);
    private static readonly OrderEvent.ShopLeftAtPoint BakeryLeft = new(Bakery, "expired", "not-collected", Halles);
    private static readonly OrderEvent.ShopParcelBroughtBack BakeryBroughtBack = new(Bakery);

    private static readonly OrderEvent[] Ready = [Placed, Reserved, BookedThere, Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady];
    private static readonly OrderEvent[] There = [.. Ready, BakeryDeposited, BookshopDeposited];

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
    public void A_late_mail_says_only_what_still_holds()
    {
        var (waits, there) = (Fold(Ready), Fold(There));
        Told(NoticeKind.Ready, waits).ShouldBe([Bakery]);
        Told(NoticeKind.Ready, there).ShouldBeNull();
        Told(NoticeKind.Deposited, there).ShouldBe([Bakery]);
        Told(NoticeKind.Deposited, Fold([.. There, BakeryCollected])).ShouldBeNull();
        Told(NoticeKind.Deposited, Fold([.. There, new OrderEvent.ShopParcelNotFound(Bakery)])).ShouldBeNull();
        Told(NoticeKind.NotFound, Fold([.. There, new OrderEvent.ShopParcelNotFound(Bakery)])).ShouldBe([Bakery]);
        Told(NoticeKind.Reminder, Fold([.. There, new OrderEvent.ShopParcelNotFound(Bakery)])).ShouldBeNull("nobody is to come for it");
        Told(NoticeKind.Reminder, there).ShouldBe([Bakery]);
        Told(NoticeKind.NotFound, Fold([.. There, new OrderEvent.ShopParcelNotFound(Bakery), BakeryDeposited])).ShouldBeNull("found meanwhile");
        var twice = Fold([.. There, new OrderEvent.ShopParcelNotFound(Bakery), BakeryDeposited, new OrderEvent.ShopParcelNotFound(Bakery)]);
        Told(NoticeKind.NotFound, twice).ShouldBe([Bakery]);
        Notices.ShopsStillIn(new Notice(NoticeKind.NotFound, [Bakery], There.Length + 1, Now), twice).ShouldBeNull("the second has a mail of its own");

        static IReadOnlyList<ShopId>? Told(NoticeKind kind, OrderHistory order) => Notices.ShopsStillIn(new Notice(kind, [Bakery], order.Events.Last(e => kind switch
        {
            NoticeKind.Ready => e.Data is OrderEvent.ShopReady ready && ready.ShopId == Bakery,
            NoticeKind.NotFound => e.Data is OrderEvent.ShopParcelNotFound sought && sought.ShopId == Bakery,
            _ => e.Data is OrderEvent.ShopParcelDeposited there && there.ShopId == Bakery,
        }).Version, Now), order);
    }

    [Fact]
    public void Of_a_parcel_that_was_never_found_nobody_says_that_its_resident_did_not_come()
    {
        OrderEvent[] sought = [.. There, new OrderEvent.ShopParcelNotFound(Bakery)];
        foreach (var (happened, lost) in new (IEnumerable<OrderEvent>, bool)[] { ([.. sought, BakeryLeft], true), ([.. sought, BakeryLeft, BakeryBroughtBack], true), (There.Append(BakeryLeft), false), ([.. sought, BakeryDeposited, BakeryLeft], false) })
        {
            var history = Fold(happened);
            var part = ((Order.Confirmed)history.State).Find(Bakery)!;
            var view = OrderViews.Resident(history, Eve, null, host.App.Services.GetRequiredService<PointKeepers>());
            (view.ShopOrders.Single(s => s.ShopId == Bakery).SoughtSince is not null).ShouldBe(lost);
            view.Timeline.Last(t => t.Kind == "expired").Detail.ShouldBe(lost ? "not-found" : "not-collected");
            (OrderViews.LeftAtPoint(history, part).SoughtSince is not null).ShouldBe(lost);
            var mail = host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Expired, [Bakery], There.Length + 1, Now), history, Eve);
            mail.Subject.Contains("le colis n’a pas été retrouvé", StringComparison.Ordinal).ShouldBe(lost);
            mail.Text.Contains("n’a pas été retrouvé au point retrait", StringComparison.Ordinal).ShouldBe(lost);
            mail.Text.Contains("n’a pas été retirée", StringComparison.Ordinal).ShouldBe(!lost);
        }
    }

    [Fact]
    public async Task Nobody_is_reminded_to_go_to_the_shop_of_what_is_collected_at_the_point()
    {
        await host.KeeperAsync("point-rappel");
        foreach (var (point, coming) in new[] { (Halles, false), ("point-rappel", true) })
        {
            OrderEvent there = BookedThere with { Bookings = [.. BookedThere.Bookings.Select(b => b with { Pickup = b.Pickup with { Place = b.Pickup.Place with { Slug = point, Name = "La Halle" } } })] };
            var waits = Fold(Ready.Select(e => e is OrderEvent.SlotsBooked ? there : e));
            var mail = host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Reminder, [Bakery], Ready.Length, Now), waits, Eve);
            mail.Subject.ShouldContain("se retire au point retrait");
            mail.Text.ShouldContain("La Halle. Après, elle sera remise en rayon.");
            mail.Text.ShouldNotContain("garde votre commande");
            mail.Text.Contains("Elle n’y est pas encore", StringComparison.Ordinal).ShouldBe(coming, "where nobody keeps the point the shop is there itself");
        }
    }

    [Fact]
    public async Task The_keeper_hands_over_what_is_there_against_the_one_code_and_the_rest_when_it_has_come()
    {
        var (keeper, one, other) = (await host.KeeperAsync("point-halles"), await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-halles", one, other);
        await DepositAsync(one, order);
        using var staff = host.Member(keeper);

        var found = await FindAsync(staff, keeper, order.PickupCode!);
        (found.OrderId, found.Customer).ShouldBe((order.OrderId, "Claire D."));
        found.Parcels.Select(p => (p.ShopId, p.Shop, p.DepositedAt is not null, p.TotalCents)).ShouldBe([(one.Id, one.Slug, true, 450), (other.Id, other.Slug, false, 450)]);
        (await ProblemAsync(await TryAsync(staff, keeper, order, one, other))).Code.ShouldBe("parcel-not-there");
        // The other shop's parcel comes between the look and the tap: it was not shown, nothing was asked for it, and it stays.
        await DepositAsync(other, order);
        (await ReadAsync<PointOrder>(await TryAsync(staff, keeper, order, one))).Parcels.Select(p => p.Status).ShouldBe(["collected", "ready"]);
        (await ProblemAsync(await TryAsync(staff, keeper, order, one))).Code.ShouldBe("already-collected");
        (await host.GetAsync(order)).Status.ShouldBe("confirmed");

        await ReadAsync<PointOrder>(await TryAsync(staff, keeper, order, order.PickupCode!.ToLowerInvariant(), other));
        var view = await host.GetAsync(order);
        view.Status.ShouldBe("completed");
        view.ShopOrders.ShouldAllBe(s => s.DepositedAt != null);
        view.Timeline.Count(t => t.Kind == "deposited").ShouldBe(2);
        await IssuedOnceAsync(order, one, other);
        (await host.ScalarAsync<string>("select string_agg(meta ->> 'actor', ' ' order by position) from events where stream = $1 and type = 'shop-order-collected.v1'", $"order-{order.OrderId.Value:N}"))
            .ShouldBe($"keeper:{keeper.Id} keeper:{keeper.Id}", "who gave out the others' goods and took in their money");
    }

    [Fact]
    public async Task Ten_hands_at_once_give_each_parcel_once()
    {
        var (keeper, one, other) = (await host.KeeperAsync("point-serre"), await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-serre", one, other);
        await DepositAsync(one, order);
        await DepositAsync(other, order);
        using var staff = host.Member(keeper);
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
        var (keeper, one, other) = (await host.KeeperAsync("point-course"), await host.ShopAsync(), await host.ShopAsync());
        using var staff = host.Member(keeper);
        using var shop = host.Member(one);
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
        var (keeper, one, other) = (await host.KeeperAsync("point-ecart"), await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-ecart", 2, one, other);
        await DepositAsync(one, order);
        await DepositAsync(other, order);
        using var staff = host.Member(keeper);
        var seen = await FindAsync(staff, keeper, order.PickupCode!);

        await OrderingHost.ActAsync(host.Member(one), one, order.OrderId, "decline", new Decline("shortage", [order.ShopOrders[0].Lines[0].OfferId]));
        (await ProblemAsync(await TryAsync(staff, keeper, order, order.PickupCode!, Seen(seen)))).Code.ShouldBe("parcels-changed");
        (await host.GetAsync(order)).ShopOrders.ShouldAllBe(s => s.Status == "ready", "all of it or nothing");
        (await TryAsync(staff, keeper, order, order.PickupCode!, [Seen(seen)[1]])).IsSuccessStatusCode.ShouldBeTrue("another shop's parcel is as it was");

        var now = await FindAsync(staff, keeper, order.PickupCode!);
        now.Parcels[0].TotalCents.ShouldBe(seen.Parcels[0].TotalCents / 2);
        (await ReadAsync<PointOrder>(await TryAsync(staff, keeper, order, order.PickupCode!, [Seen(now)[0]]))).Parcels.ShouldAllBe(p => p.Status == "collected");
        (await ProblemAsync(await TryAsync(staff, keeper, order, order.PickupCode!, Seen(seen)))).Code.ShouldBe("already-collected");
        await IssuedOnceAsync(order, one, other);
    }

    [Fact]
    public async Task What_was_deposited_is_told_once_and_no_tap_before_it_is_taken_back()
    {
        var (_, one) = (await host.KeeperAsync("point-retour"), await host.ShopAsync());
        var order = await PlaceThereAsync("point-retour", one, await host.ShopAsync());
        using var staff = host.Member(one);
        var ready = await ActAsync(staff, one, order.OrderId, "ready");
        (await ActAsync(staff, one, order.OrderId, "deposit")).Step!.Name.ShouldBe("deposited");
        (await ProblemAsync(await OrderingHost.TryAsync(staff, one, order.OrderId, "undo", new TakeBack(ready.Step!.Version)))).Code.ShouldBe("too-late-to-take-back");
        (await host.GetAsync(order)).ShopOrders[0].DepositedAt.ShouldNotBeNull();
        await MailsLeftAsync(order);
        Told(order).ShouldBe([$"{one.Name}\u00A0: votre commande est au point retrait"]);
    }

    [Fact]
    public async Task A_parcel_deposited_by_mistake_is_taken_back_and_its_resident_is_told_that_it_is_to_come()
    {
        var (keeper, one) = (await host.KeeperAsync("point-erreur"), await host.ShopAsync());
        var order = await PlaceThereAsync("point-erreur", one, await host.ShopAsync());
        using var staff = host.Member(one);
        await ActAsync(staff, one, order.OrderId, "ready");
        var deposited = await ActAsync(staff, one, order.OrderId, "deposit");
        var back = await ActAsync(staff, one, order.OrderId, "undo", new TakeBack(deposited.Step!.Version));
        (back.Status, back.DepositedAt, back.Step).ShouldBe(("ready", null, null));
        (await ActAsync(staff, one, order.OrderId, "undo", new TakeBack(deposited.Step.Version))).Version.ShouldBe(back.Version, "asked again, it is so already");
        (await ProblemAsync(await TryAsync(host.Member(keeper), keeper, order, one))).Code.ShouldBe("parcel-not-there");
        var view = await host.GetAsync(order);
        (view.ShopOrders[0].DepositedAt, view.Timeline[^1].Kind, view.Timeline[^1].Detail).ShouldBe((null, "taken-back", "deposited"));
        await MailsLeftAsync(order);
        Told(order).ShouldBe([$"C’est prêt chez {one.Name}, bientôt au point retrait"]);

        await ActAsync(staff, one, order.OrderId, "deposit");
        await MailsLeftAsync(order);
        Told(order).Count.ShouldBe(2);
        (await TryAsync(host.Member(keeper), keeper, order, one)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_keeper_hands_over_while_the_deposit_is_taken_back_has_been_there()
    {
        var (keeper, one) = (await host.KeeperAsync("point-va-et-vient"), await host.ShopAsync());
        var other = await host.ShopAsync();
        using var shop = host.Member(one);
        using var staff = host.Member(keeper);
        for (var i = 0; i < 5; i++)
        {
            var order = await PlaceThereAsync("point-va-et-vient", one, other);
            await ActAsync(shop, one, order.OrderId, "ready");
            var tap = (await ActAsync(shop, one, order.OrderId, "deposit")).Step!;
            var (given, back) = (TryAsync(staff, keeper, order, one), OrderingHost.TryAsync(shop, one, order.OrderId, "undo", new TakeBack(tap.Version)));
            await Task.WhenAll(given, back);
            ((await given).IsSuccessStatusCode ^ (await back).IsSuccessStatusCode).ShouldBeTrue("one of them wins");
            (await ProblemAsync((await given).IsSuccessStatusCode ? await back : await given)).Code.ShouldBeOneOf("already-collected", "parcel-not-there");
        }
    }

    [Fact]
    public async Task Goods_left_at_the_point_are_for_sale_when_their_shop_has_fetched_them()
    {
        var (keeper, one, other) = (await host.KeeperAsync("point-oubli"), await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-oubli", one, other);
        await DepositAsync(one, order);
        using var shop = host.Member(one);
        await ActAsync(host.Member(other), other, order.OrderId, "ready");
        await MailsLeftAsync(order);
        host.Clock.Pass(order.ShopOrders[0].Pickup!.CollectUntil + ShopOrder.Grace - host.Clock.GetUtcNow());
        await host.Others.HearsAsync<ReleaseStock>(order.OrderId, m => m.ShopId == other.Id); // that one is in its shop
        await host.Others.HearsAsync<OrderEnded>(order.OrderId);
        host.Others.Of<ReleaseStock>(order.OrderId).ShouldAllBe(m => m.ShopId == other.Id);

        var card = await ReadAsync<ShopOrderCard>(await shop.GetAsync($"/api/v1/shops/{one.Slug}/orders/{order.OrderId}"));
        (card.Status, card.Reason, card.ToBringBack).ShouldBe(("expired", "not-collected", true));
        (await LeftOfAsync(one)).ShouldBe([order.OrderId]);
        (await LeftOfAsync(other)).ShouldBeEmpty();
        (await LeftAtAsync()).Items.ShouldBe([new LeftParcel(order.OrderId, order.Reference, one.Id, one.Slug, one.Name, card.ChangedAt!.Value)]);
        (await FindAsync(host.Member(keeper), keeper, order.PickupCode!)).Parcels.Select(p => p.ToBringBack).ShouldBe([true, false]);
        (await ProblemAsync(await TryAsync(host.Member(keeper), keeper, order, one))).Code.ShouldBe("parcels-changed");
        (await ProblemAsync(await OrderingHost.TryAsync(host.Member(other), other, order.OrderId, "brought-back"))).Code.ShouldBe("nothing-left");
        (await host.GetAsync(order)).Timeline.Count(t => t is { Kind: "expired", Detail: "not-collected" }).ShouldBe(2);
        var mail = await Eventually.GetAsync(() => Task.FromResult(host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains("délai de retrait", StringComparison.Ordinal))!), m => m is not null, Long);
        mail.Text.ShouldContain($"Votre commande de {one.Name} n’a pas été retirée au point retrait\u00A0: la boutique la reprend.");
        mail.Text.ShouldContain($"Votre commande chez {other.Name} n’a pas été retirée\u00A0: elle est remise en rayon.");

        var back = await ActAsync(shop, one, order.OrderId, "brought-back");
        (back.Status, back.ToBringBack).ShouldBe(("expired", false));
        (await ActAsync(shop, one, order.OrderId, "brought-back")).Version.ShouldBe(back.Version);
        await host.Others.HearsAsync<ReleaseStock>(order.OrderId, m => m.ShopId == one.Id);
        host.Others.Of<ReleaseStock>(order.OrderId).Single(m => m.ShopId == one.Id).At!.Value.ShouldBe(host.Clock.GetUtcNow(), TimeSpan.FromSeconds(5), "it is back on the shelf since it was fetched");
        (await LeftOfAsync(one)).ShouldBeEmpty();
        (await LeftAtAsync()).ShouldSatisfyAllConditions(p => p.Items.ShouldBeEmpty(), p => p.Total.ShouldBe(0));

        async Task<IReadOnlyList<OrderId>> LeftOfAsync(ShopEntry of) =>
            [.. (await ReadAsync<ShopOrderPage>(await host.Member(of).GetAsync($"/api/v1/shops/{of.Slug}/orders?status=to-bring-back"))).Items.Select(o => o.OrderId)];
        async Task<LeftParcelPage> LeftAtAsync() => await ReadAsync<LeftParcelPage>(await host.Member(keeper).GetAsync($"/api/v1/shops/{keeper.Slug}/point/left"));
    }

    [Fact]
    public async Task Nobody_but_the_keeper_of_that_point_opens_anything_there()
    {
        var (keeper, elsewhere, one) = (await host.KeeperAsync("point-quai"), await host.KeeperAsync("point-gare"), await host.ShopAsync());
        var order = await PlaceThereAsync("point-quai", one, await host.ShopAsync());
        await DepositAsync(one, order);
        foreach (var (shop, found, given) in new[] { (one, "point-not-found", "point-not-found"), (elsewhere, "code-not-found", "order-not-found") })
        {
            using var staff = host.Member(shop, "owner");
            (await ProblemAsync(await TryFindAsync(staff, shop, order.PickupCode!))).Code.ShouldBe(found);
            (await ProblemAsync(await TryAsync(staff, shop, order, one))).Code.ShouldBe(given);
            (await TryFindAsync(staff, keeper, order.PickupCode!)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await TryAsync(staff, keeper, order, one)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await host.GetAsync(order)).ShopOrders[0].Status.ShouldBe("ready");
    }

    [Fact]
    public async Task A_point_that_changes_hands_opens_to_the_new_keeper_and_no_longer_to_the_old()
    {
        var (old, one) = (await host.KeeperAsync("point-pont"), await host.ShopAsync());
        var order = await PlaceThereAsync("point-pont", one, await host.ShopAsync());
        await DepositAsync(one, order);
        await host.Others.SayAsync(old.Details! with { Version = 2, KeepsPoint = null });
        await Eventually.BecomesAsync(() => host.App.Services.GetRequiredService<IShopDirectory>().Find(old.Id)!.Details!.KeepsPoint is null, Long);
        (await ProblemAsync(await OrderingHost.TryAsync(host.Member(one), one, order.OrderId, "deposit"))).Code.ShouldBe("point-not-kept");

        var keeper = await host.KeeperAsync("point-pont");
        (await ProblemAsync(await TryAsync(host.Member(old), old, order, one))).Code.ShouldBe("point-not-found");
        (await TryAsync(host.Member(keeper), keeper, order, one)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Wrong_codes_are_counted_for_each_order_and_for_each_look()
    {
        var (keeper, one) = (await host.KeeperAsync("point-essais"), await host.ShopAsync());
        var (order, next) = (await PlaceThereAsync("point-essais", one, await host.ShopAsync()), await PlaceThereAsync("point-essais", one, await host.ShopAsync()));
        await DepositAsync(one, order);
        await DepositAsync(one, next);
        using var staff = host.Member(keeper);
        for (var i = 0; i < 10; i++)
        {
            (await ProblemAsync(await TryAsync(staff, keeper, order, "222222", one))).Code.ShouldBe("wrong-code");
        }

        (await ProblemAsync(await TryAsync(staff, keeper, order, one))).Code.ShouldBe("too-many-wrong-codes");
        (await TryAsync(staff, keeper, next, one)).IsSuccessStatusCode.ShouldBeTrue("mistakes with one order keep no other from being handed over");
        var inTheShop = await PlaceAsync(host.Anonymous, host.Basket((one, OfferId.New(), 1)));
        for (var i = 0; i < 10; i++)
        {
            (await ProblemAsync(await TryFindAsync(staff, keeper, inTheShop.PickupCode!))).Code.ShouldBe("code-not-found");
        }

        (await ProblemAsync(await TryFindAsync(staff, keeper, order.PickupCode!))).Code.ShouldBe("too-many-wrong-codes");
    }

    [Fact]
    public async Task The_mails_say_where_each_parcel_is()
    {
        var (_, one, other) = (await host.KeeperAsync("point-poste"), await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-poste", one, other);
        (await MailAsync("confirmée")).Text.ShouldContain("vous réglerez au point retrait");
        await OrderingHost.ActAsync(host.Member(one), one, order.OrderId, "ready");
        host.Clock.Pass(ShopSteps.MailAfter);
        (await MailAsync($"C’est prêt chez {one.Name}, bientôt au point retrait")).Text.ShouldContain("l’apporte à l’endroit choisi");
        await OrderingHost.ActAsync(host.Member(one), one, order.OrderId, "deposit");
        host.Clock.Pass(ShopSteps.MailAfter);
        var there = await MailAsync($"{one.Name}\u00A0: votre commande est au point retrait");
        there.Text.ShouldContain(order.PickupCode!);
        there.Text.ShouldContain("À régler au point retrait");
        there.Text.ShouldNotContain(other.Name);

        Task<Mail> MailAsync(string subject) => Eventually.GetAsync(() => Task.FromResult(host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains(subject, StringComparison.Ordinal))!), m => m is not null, Long);
    }

    [Fact]
    public async Task At_a_point_that_nobody_keeps_the_shop_itself_is_who_to_come_to()
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-seul", one, other);
        order.ShopOrders.ShouldAllBe(s => s.PointKept == false);
        using var staff = host.Member(one);
        (await ActAsync(staff, one, order.OrderId, "ready")).PointKept.ShouldBe(false);
        (await ProblemAsync(await OrderingHost.TryAsync(staff, one, order.OrderId, "deposit"))).Code.ShouldBe("point-not-kept");
        host.Clock.Pass(ShopSteps.MailAfter);
        var mail = await Eventually.GetAsync(() => Task.FromResult(host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains("C’est prêt", StringComparison.Ordinal))!), m => m is not null, Long);
        mail.Subject.ShouldContain("venez au point retrait");
        mail.Text.ShouldContain("vous remet elle-même votre commande");
        mail.Text.ShouldNotContain("l’apporte");
        (await ActAsync(staff, one, order.OrderId, "handover", new HandOver(order.PickupCode!))).Status.ShouldBe("collected");

        var suspended = await host.KeeperAsync("point-seul");
        (await host.GetAsync(order)).ShopOrders.ShouldAllBe(s => s.PointKept == true);
        await host.Others.SayAsync(suspended.Details! with { Version = 2, Status = "suspended" });
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders.All(s => s.PointKept == false), Long);
        (await ProblemAsync(await TryFindAsync(host.Member(suspended), suspended, order.PickupCode!))).Code.ShouldBe("point-not-found");
        (await host.GetAsync(await PlaceAsync(host.Anonymous, host.Basket((one, OfferId.New(), 1))))).ShopOrders[0].PointKept.ShouldBeNull("collected in the shop");
    }

    [Fact]
    public async Task A_parcel_that_is_not_found_is_left_out_and_its_resident_and_shop_know()
    {
        var (keeper, one, other) = (await host.KeeperAsync("point-perdu"), await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceThereAsync("point-perdu", one, other);
        await DepositAsync(one, order);
        await DepositAsync(other, order);
        using var staff = host.Member(keeper);
        var seen = Seen(await FindAsync(staff, keeper, order.PickupCode!));
        var given = await staff.PostAsJsonAsync($"/api/v1/shops/{keeper.Slug}/point/orders/{order.OrderId}/handover", new HandOverParcels(order.PickupCode!, [seen[0]], [seen[1]]));
        (await ReadAsync<PointOrder>(given)).Parcels.Select(p => p.Status).ShouldBe(["collected", "ready"]);
        var view = await host.GetAsync(order);
        view.ShopOrders.Select(s => s.SoughtSince is not null).ShouldBe([false, true]);
        view.Timeline.Count(t => t.Kind == "not-found").ShouldBe(1);
        (await ReadAsync<ShopOrderCard>(await host.Member(other).GetAsync($"/api/v1/shops/{other.Slug}/orders/{order.OrderId}"))).SoughtSince.ShouldNotBeNull();
        var mail = await Eventually.GetAsync(() => Task.FromResult(host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains("on cherche votre colis", StringComparison.Ordinal))!), m => m is not null, Long);
        mail.Text.ShouldContain(other.Name);

        (await TryAsync(staff, keeper, order, other)).IsSuccessStatusCode.ShouldBeTrue("found after all");
        (await host.GetAsync(order)).ShopOrders.ShouldAllBe(s => s.SoughtSince == null && s.Status == "collected");
        await IssuedOnceAsync(order, one, other);
    }

    private static OrderContact Eve => new(Sample.Order, null, "Eve", "eve@exemple.fr", null, "fr", null);

    private static OrderHistory Fold(IEnumerable<OrderEvent> happened) => OrderHistory.None(Sample.Order).With([.. happened], Now);

    private async Task MailsLeftAsync(OrderView order)
    {
        host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where key like $1 and kind = 'mail'", order.OrderId + "/%") == 0, Long);
    }

    /// <summary>What the resident was told of goods that are ready, in turn.</summary>
    private List<string> Told(OrderView order) => [.. host.Mails.All.Where(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal)
        && !m.Subject.Contains("confirmée", StringComparison.Ordinal)).Select(m => m.Subject)];

    private static OrderCommand.HandOverAtPoint HandOver(params ShopId[] parcels) => new(Halles, Code, parcels, []);

    private Task<OrderView> PlaceThereAsync(string point, params ShopEntry[] shops) => PlaceThereAsync(point, 1, shops);

    private async Task<OrderView> PlaceThereAsync(string point, int lines, params ShopEntry[] shops)
    {
        host.Others.Slots = asked =>
        {
            var booked = host.Others.Booked(asked);
            return booked with { Bookings = [.. booked.Bookings.Select(b => b.Place.Slug.StartsWith("point-", StringComparison.Ordinal) ? b with { Place = b.Place with { Kind = "shared" } } : b)] };
        };
        var basket = host.Basket([.. shops.SelectMany(s => Enumerable.Range(0, lines).Select(_ => (s, OfferId.New(), 1L)))]);
        var slot = $"{point}~{host.Clock.GetUtcNow().AddHours(5).UtcDateTime:yyyyMMdd'T'HHmm'Z'}";
        return await PlaceAsync(host.Anonymous, basket with { ShopOrders = [.. basket.ShopOrders.Select(s => s with { PickupSlotId = slot })] });
    }

    private async Task IssuedOnceAsync(OrderView order, params ShopEntry[] shops)
    {
        await host.Others.HearsAsync<OrderEnded>(order.OrderId);
        await Eventually.BecomesAsync(() => shops.All(s => host.Others.Of<IssueStock>(order.OrderId).Any(m => m.ShopId == s.Id)), Long);
        host.Others.Of<IssueStock>(order.OrderId).Count().ShouldBe(shops.Length);
    }

    private async Task DepositAsync(ShopEntry shop, OrderView order)
    {
        using var staff = host.Member(shop);
        await ActAsync(staff, shop, order.OrderId, "ready");
        (await ActAsync(staff, shop, order.OrderId, "deposit")).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("ready"), o => o.DepositedAt.ShouldNotBeNull());
    }

    private static async Task<PointOrder> FindAsync(HttpClient staff, ShopEntry keeper, string code) =>
        await ReadAsync<PointOrder>(await TryFindAsync(staff, keeper, code));

    private static Task<HttpResponseMessage> TryFindAsync(HttpClient staff, ShopEntry keeper, string code) =>
        staff.PostAsJsonAsync($"/api/v1/shops/{keeper.Slug}/point/by-code", new FindByCode(code));

    private Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry keeper, OrderView order, params ShopEntry[] parcels) =>
        TryAsync(staff, keeper, order, order.PickupCode!, parcels);

    /// <summary>The parcels as they are now.</summary>
    private async Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry keeper, OrderView order, string code, params ShopEntry[] parcels)
    {
        var history = await host.App.Services.GetRequiredService<OrderLog>().ReadAsync(order.OrderId, TestContext.Current.CancellationToken);
        return await TryAsync(staff, keeper, order, code, [.. parcels.Select(p => new HandOverParcels.Seen(p.Id, PointParcels.VersionOf(history, p.Id)))]);
    }

    private static Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry keeper, OrderView order, string code, HandOverParcels.Seen[] parcels) =>
        staff.PostAsJsonAsync($"/api/v1/shops/{keeper.Slug}/point/orders/{order.OrderId}/handover", new HandOverParcels(code, parcels));

    private static HandOverParcels.Seen[] Seen(PointOrder found) => [.. found.Parcels.Select(p => new HandOverParcels.Seen(p.ShopId, p.Version))];
}
