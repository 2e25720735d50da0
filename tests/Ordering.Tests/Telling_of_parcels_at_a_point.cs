using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>What a resident is told of parcels that are at the point, are to come, or were said to be there by mistake.</summary>
public sealed class Telling_of_parcels_at_a_point(OrderingHost host) : AtAPoint(host)
{
    [Fact]
    public void A_late_mail_says_only_what_still_holds()
    {
        var (waits, there) = (Fold(Ready), Fold(There));
        Told(NoticeKind.Ready, waits).ShouldBe([Bakery]);
        Told(NoticeKind.Ready, there).ShouldBeNull();
        Told(NoticeKind.Deposited, Fold([.. Ready, BakeryDeposited])).ShouldBe([Bakery]);
        Told(NoticeKind.Deposited, Fold([.. Ready, BakeryDeposited, BakeryCollected])).ShouldBeNull();
        Told(NoticeKind.Deposited, Fold([.. Ready, BakeryDeposited, new OrderEvent.ShopParcelNotFound(Bakery)])).ShouldBeNull();
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
    public async Task Nobody_is_reminded_to_go_to_the_shop_of_what_is_collected_at_the_point()
    {
        await Host.KeeperAsync("point-rappel");
        foreach (var (point, coming) in new[] { (Halles, false), ("point-rappel", true) })
        {
            OrderEvent there = BookedThere with { Bookings = [.. BookedThere.Bookings.Select(b => b with { Pickup = b.Pickup with { Place = b.Pickup.Place with { Slug = point, Name = "La Halle" } } })] };
            var waits = Fold(Ready.Select(e => e is OrderEvent.SlotsBooked ? there : e));
            var mail = Host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Reminder, [Bakery], Ready.Length, Now), waits, Eve);
            mail.Subject.ShouldContain("se retire au point retrait");
            mail.Text.ShouldContain("La Halle. Après, elle sera remise en rayon.");
            mail.Text.ShouldNotContain("garde votre commande");
            mail.Text.Contains("Elle n’y est pas encore", StringComparison.Ordinal).ShouldBe(coming, "where nobody keeps the point the shop is there itself");
        }
    }

    [Fact]
    public async Task What_was_deposited_is_told_once_and_no_tap_before_it_is_taken_back()
    {
        var (_, one) = (await Host.KeeperAsync("point-retour"), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-retour", one, await Host.ShopAsync());
        using var staff = Host.Member(one);
        var ready = await ActAsync(staff, one, order.OrderId, "ready");
        (await ActAsync(staff, one, order.OrderId, "deposit")).Step!.Name.ShouldBe("deposited");
        (await ProblemAsync(await OrderingHost.TryAsync(staff, one, order.OrderId, "undo", new TakeBack(ready.Step!.Version)))).Code.ShouldBe("too-late-to-take-back");
        (await Host.GetAsync(order)).ShopOrders[0].DepositedAt.ShouldNotBeNull();
        await MailsLeftAsync(order);
        Told(order).ShouldBe([$"{one.Name}\u00A0: votre commande est au point retrait"]);
    }

    [Fact]
    public async Task A_parcel_deposited_by_mistake_is_taken_back_and_its_resident_is_told_that_it_is_to_come()
    {
        var (keeper, one) = (await Host.KeeperAsync("point-erreur"), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-erreur", one, await Host.ShopAsync());
        using var staff = Host.Member(one);
        await ActAsync(staff, one, order.OrderId, "ready");
        var deposited = await ActAsync(staff, one, order.OrderId, "deposit");
        var back = await ActAsync(staff, one, order.OrderId, "undo", new TakeBack(deposited.Step!.Version));
        (back.Status, back.DepositedAt, back.Step).ShouldBe(("ready", null, null));
        (await ActAsync(staff, one, order.OrderId, "undo", new TakeBack(deposited.Step.Version))).Version.ShouldBe(back.Version, "asked again, it is so already");
        (await ProblemAsync(await TryAsync(Host.Member(keeper), keeper, order, one))).Code.ShouldBe("parcel-not-there");
        var view = await Host.GetAsync(order);
        (view.ShopOrders[0].DepositedAt, view.Timeline[^1].Kind, view.Timeline[^1].Detail).ShouldBe((null, "taken-back", "deposited"));
        await MailsLeftAsync(order);
        Told(order).ShouldBe([$"C’est prêt chez {one.Name}, bientôt au point retrait"]);

        await ActAsync(staff, one, order.OrderId, "deposit");
        await MailsLeftAsync(order);
        Told(order).Count.ShouldBe(2);
        (await TryAsync(Host.Member(keeper), keeper, order, one)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_keeper_hands_over_while_the_deposit_is_taken_back_has_been_there()
    {
        var (keeper, one) = (await Host.KeeperAsync("point-va-et-vient"), await Host.ShopAsync());
        var other = await Host.ShopAsync();
        using var shop = Host.Member(one);
        using var staff = Host.Member(keeper);
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
    public async Task The_mails_say_where_each_parcel_is()
    {
        var (_, one, other) = (await Host.KeeperAsync("point-poste"), await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-poste", one, other);
        (await MailAsync("confirmée")).Text.ShouldContain("vous réglerez au point retrait");
        await OrderingHost.ActAsync(Host.Member(one), one, order.OrderId, "ready");
        Host.Clock.Pass(ShopSteps.MailAfter);
        (await MailAsync($"C’est prêt chez {one.Name}, bientôt au point retrait")).Text.ShouldContain("l’apporte à l’endroit choisi");
        await OrderingHost.ActAsync(Host.Member(one), one, order.OrderId, "deposit");
        Host.Clock.Pass(ShopSteps.MailAfter);
        var there = await MailAsync($"{one.Name}\u00A0: votre commande est au point retrait");
        there.Text.ShouldContain(order.PickupCode!);
        there.Text.ShouldContain("À régler au point retrait");
        there.Text.ShouldNotContain(other.Name);

        Task<Mail> MailAsync(string subject) => Eventually.GetAsync(() => Task.FromResult(Host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains(subject, StringComparison.Ordinal))!), m => m is not null, Long);
    }

    [Fact]
    public async Task At_a_point_that_nobody_keeps_the_shop_itself_is_who_to_come_to()
    {
        var (one, other) = (await Host.ShopAsync(), await Host.ShopAsync());
        var order = await PlaceThereAsync("point-seul", one, other);
        order.ShopOrders.ShouldAllBe(s => s.PointKept == false);
        using var staff = Host.Member(one);
        (await ActAsync(staff, one, order.OrderId, "ready")).PointKept.ShouldBe(false);
        (await ProblemAsync(await OrderingHost.TryAsync(staff, one, order.OrderId, "deposit"))).Code.ShouldBe("point-not-kept");
        Host.Clock.Pass(ShopSteps.MailAfter);
        var mail = await Eventually.GetAsync(() => Task.FromResult(Host.Mails.All.FirstOrDefault(m =>
            m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains("C’est prêt", StringComparison.Ordinal))!), m => m is not null, Long);
        mail.Subject.ShouldContain("venez au point retrait");
        mail.Text.ShouldContain("vous remet elle-même votre commande");
        mail.Text.ShouldNotContain("l’apporte");
        (await ActAsync(staff, one, order.OrderId, "handover", new HandOver(order.PickupCode!))).Status.ShouldBe("collected");

        var suspended = await Host.KeeperAsync("point-seul");
        (await Host.GetAsync(order)).ShopOrders.ShouldAllBe(s => s.PointKept == true);
        await Host.Others.SayAsync(suspended.Details! with { Version = 2, Status = "suspended" });
        await Eventually.BecomesAsync(async () => (await Host.GetAsync(order)).ShopOrders.All(s => s.PointKept == false), Long);
        (await ProblemAsync(await TryFindAsync(Host.Member(suspended), suspended, order.PickupCode!))).Code.ShouldBe("point-not-found");
        (await Host.GetAsync(await PlaceAsync(Host.Anonymous, Host.Basket((one, OfferId.New(), 1))))).ShopOrders[0].PointKept.ShouldBeNull("collected in the shop");
    }

    [Fact]
    public async Task What_three_shops_bring_one_after_the_other_is_one_mail_and_what_comes_later_its_own()
    {
        var shops = new[] { await Host.KeeperAsync("point-trois"), await Host.ShopAsync(), await Host.ShopAsync(), await Host.ShopAsync() }[1..];
        var order = await PlaceThereAsync("point-trois", shops);
        foreach (var shop in shops)
        {
            await ActAsync(Host.Member(shop), shop, order.OrderId, "ready");
        }

        await MailsLeftAsync(order);
        await DepositedAsync(shops[0]);
        Host.Clock.Pass(ShopSteps.MailAfter / 2);
        await DepositedAsync(shops[1]);
        Host.Clock.Pass(ShopSteps.MailAfter / 2); // the first would be told of now
        await Eventually.BecomesAsync(async () => await Host.ScalarAsync<long>("select count(*) from due_work where key like $1 and kind = 'mail' and due_at > $2",
            order.OrderId + "/%", Host.Clock.GetUtcNow().AddSeconds(2)) == 2, Long);
        await MailsLeftAsync(order);
        await DepositedAsync(shops[2]);
        await MailsLeftAsync(order);
        Told(order).Where(t => t.Contains("est au point retrait", StringComparison.Ordinal)).ShouldBe(
            [$"{shops[0].Name}, {shops[1].Name}\u00A0: votre commande est au point retrait", $"{shops[2].Name}\u00A0: votre commande est au point retrait"]);

        async Task DepositedAsync(ShopEntry shop) => await ActAsync(Host.Member(shop), shop, order.OrderId, "deposit");
    }

    [Theory]
    [InlineData(10, false, "1 2")] // the second's mail tells of both
    [InlineData(19, false, "1 2")]
    [InlineData(20, false, "1|2")] // the first's has left
    [InlineData(10, true, "1")] // the second was a slip
    public void One_mail_tells_of_all_that_was_brought_before_it_could_leave(int secondsLater, bool takenBack, string expected)
    {
        var history = Fold(Ready).With([BakeryDeposited], Now).With([BookshopDeposited], Now.AddSeconds(secondsLater));
        var (first, second) = (Of(Bakery, history.Version - 1), Of(Bookshop, history.Version));
        if (takenBack)
        {
            Notices.WaitsUntil(first, history, Now.AddSeconds(20)).ShouldBe(Now.AddSeconds(secondsLater + 20), "nobody knows yet whether it stands");
            history = history.With([new OrderEvent.ShopDepositTakenBack(Bookshop, history.Version, Sought: false)], Now.AddSeconds(secondsLater + 5));
        }

        Telling(first, second).ShouldBe(expected);
        if (!takenBack)
        {
            // Whichever is asked first, and whatever was handed over between: each parcel that lies there is told of once.
            history = history.With([BookshopCollected], Now.AddSeconds(secondsLater + 20));
            Telling(first, second).ShouldBe("1");
        }

        string Telling(params Notice[] notices) => string.Join("|", notices.Select(n => Notices.ShopsStillIn(n, history)).OfType<IReadOnlyList<ShopId>>()
            .Select(told => string.Join(" ", told.Select(s => s == Bakery ? 1 : 2))));
    }

    // The tap was in time, and its transaction was not: the first shop's mail has been left to the second's by then.
    [Fact]
    public void A_slip_that_is_taken_back_while_the_mails_leave_leaves_no_parcel_untold()
    {
        var history = Fold(Ready).With([BakeryDeposited], Now).With([BookshopDeposited], Now.AddSeconds(5));
        var (first, second) = (Of(Bakery, history.Version - 1), Of(Bookshop, history.Version));
        Notices.ShopsStillIn(first, history).ShouldBeNull();
        var back = history.With([new OrderEvent.ShopDepositTakenBack(Bookshop, history.Version, Sought: false)], Now.AddSeconds(20));
        Notices.Overtaken(new OrderMove(history, back, null)).ShouldBeEmpty();
        Notices.ShopsStillIn(first, back).ShouldBeNull("nor does it tell now, or both would");
        Notices.ShopsStillIn(second, back).ShouldBe([Bakery]);
    }

    private static Notice Of(ShopId shop, long version) => new(NoticeKind.Deposited, [shop], version, Now);

    [Fact]
    public void The_mail_of_what_was_handed_over_still_leaves_while_it_has_to_tell_of_another()
    {
        var before = Fold(There);
        Notices.Overtaken(new OrderMove(before, before.With([BookshopCollected], Now), null)).ShouldNotContain(before.Version, "the bakery's parcel is told of in it");
        var alone = Fold([.. Ready, BookshopDeposited]);
        Notices.Overtaken(new OrderMove(alone, alone.With([BookshopCollected], Now), null)).ShouldContain(alone.Version);
    }

    [Fact]
    public void Of_what_lies_in_one_place_the_mail_says_place_and_hours_once_and_each_shops_sum()
    {
        var mail = Host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Deposited, [Bakery, Bookshop], There.Length, Now), Fold(There), Eve);
        mail.Text.Split("Gardée jusqu’au").Length.ShouldBe(2, mail.Text);
        mail.Text.ShouldContain("Tout au même endroit");
        mail.Text.Split("À régler au point retrait").Length.ShouldBe(3, mail.Text);
    }

    [Fact]
    public async Task Who_is_told_of_a_parcel_at_a_point_whose_keeper_has_left_is_to_call_its_shop()
    {
        await Host.KeeperAsync("point-tenu");
        foreach (var kind in new[] { NoticeKind.Deposited, NoticeKind.Reminder })
        {
            foreach (var (point, kept) in new[] { (Halles, false), ("point-tenu", true) })
            {
                OrderEvent there = BookedThere with { Bookings = [.. BookedThere.Bookings.Select(b => b with { Pickup = b.Pickup with { Place = b.Pickup.Place with { Slug = point } } })] };
                var lies = Fold(There.Select(e => e is OrderEvent.SlotsBooked ? there : e));
                var mail = Host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(kind, [Bakery], There.Length, Now), lies, Eve);
                mail.Text.Contains("vous attend", StringComparison.Ordinal).ShouldBe(kept);
                mail.Text.Contains("prévenez-la avant de venir", StringComparison.Ordinal).ShouldBe(!kept);
            }
        }
    }
}
