using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>A finger slipped at the counter: what was tapped is taken back as if it had not been, or it is said why not.</summary>
public sealed class Taking_a_step_back
{
    private static readonly OrderHistory Placed = OrderHistory.None(Sample.Order).With(Standing, Now.AddHours(-1));

    [Fact]
    public void Accepted_by_mistake_is_requested_again() =>
        Back(Tapped(Placed, new OrderCommand.Accept(Bakery))).Find(Bakery)!.ShouldSatisfyAllConditions(
            s => s.Status.ShouldBe(ShopOrderStatus.Requested), s => s.Cancellable.ShouldBeTrue());

    [Fact]
    public void Started_by_mistake_may_be_cancelled_again()
    {
        var started = Tapped(Tapped(Placed, new OrderCommand.Accept(Bakery)), new OrderCommand.StartPreparing(Bakery), 30);
        Back(started, 31).Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Status.ShouldBe(ShopOrderStatus.Accepted), s => s.InPreparation.ShouldBeFalse(), s => s.Cancellable.ShouldBeTrue());
    }

    [Fact]
    public void One_tap_that_was_several_facts_is_taken_back_whole() =>
        Back(Tapped(Placed, new OrderCommand.StartPreparing(Bakery))).Find(Bakery)!.Status.ShouldBe(ShopOrderStatus.Requested);

    [Fact]
    public void Of_goods_that_were_not_ready_no_weight_no_amount_and_no_reminder_stays()
    {
        var ready = Tapped(Tapped(Placed, new OrderCommand.StartPreparing(Bakery)), new OrderCommand.MakeReady(Bakery, [new(Brioche, 540)], Now), 60);
        ((Order.Confirmed)ready.State).Find(Bakery)!.TotalCents.ShouldBe(1872);
        Back(ready, 65).Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Status.ShouldBe(ShopOrderStatus.Accepted), s => s.InPreparation.ShouldBeTrue(),
            s => s.TotalCents.ShouldBe(1980), s => s.DueAt(Now).ShouldBe(Over), s => s.Lines.ShouldAllBe(l => l.Final == null));
    }

    [Fact]
    public void A_tap_in_the_last_moment_may_be_a_while_on_its_way_and_no_longer()
    {
        var accepted = Tapped(Placed, new OrderCommand.Accept(Bakery));
        Back(accepted, 15).Find(Bakery)!.Status.ShouldBe(ShopOrderStatus.Requested);
        Refused(accepted, 16, "too-late-to-take-back");
        (ShopSteps.Offered < ShopSteps.Taken && ShopSteps.Taken < ShopSteps.MailAfter).ShouldBeTrue();
    }

    [Fact]
    public void What_a_colleague_has_built_on_stays()
    {
        var accepted = Tapped(Placed, new OrderCommand.Accept(Bakery));
        var started = Tapped(accepted, new OrderCommand.StartPreparing(Bakery), 2);
        Should.Throw<Refusal>(() => ShopSteps.TakeBack(started, Bakery, accepted.Version, Now.AddSeconds(3))).Code.ShouldBe("too-late-to-take-back");
        Back(started, 3).Find(Bakery)!.Status.ShouldBe(ShopOrderStatus.Accepted);
    }

    [Fact]
    public void Another_shops_tap_is_in_nobodys_way()
    {
        var accepted = Tapped(Placed, new OrderCommand.Accept(Bakery));
        var later = Tapped(accepted, new OrderCommand.MakeReady(Bookshop, [], Now), 2);
        ShopSteps.TakeBack(later, Bakery, accepted.Version, Now.AddSeconds(3)).ShouldHaveSingleItem();
        Should.Throw<Refusal>(() => ShopSteps.TakeBack(later, Bookshop, accepted.Version, Now.AddSeconds(3))).Code.ShouldBe("too-late-to-take-back");
    }

    [Fact]
    public void Goods_given_back_to_the_shelf_and_goods_handed_over_stay_so()
    {
        var short1 = Tapped(Placed, new OrderCommand.MakeReady(Bakery, [new(Bread, 0)], Now));
        ShopSteps.LastOf(short1, Bakery).ShouldBeNull();
        Refused(short1, 1, "too-late-to-take-back");
        var ready = Tapped(Placed, new OrderCommand.MakeReady(Bakery, [], Now));
        Refused(Tapped(ready, new OrderCommand.HandOver(Bakery, Code), 1), 2, "already-collected");
        Refused(Tapped(ready, new OrderCommand.Decline(Bakery, "Tombée", null), 1), 2, "already-declined");
    }

    [Fact]
    public void The_resident_who_cancelled_first_has_cancelled() =>
        Refused(Tapped(Tapped(Placed, new OrderCommand.Accept(Bakery)), new OrderCommand.Cancel(Bakery), 1), 2, "already-cancelled");

    private static readonly OrderHistory There = OrderHistory.None(Sample.Order).With([Sample.Placed, Reserved, BookedThere, Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady], Now.AddHours(-1));

    [Fact]
    public void A_parcel_deposited_by_mistake_is_still_to_be_brought()
    {
        var deposited = Tapped(There, new OrderCommand.Deposit(Bakery));
        Back(deposited).Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Lies.ShouldBeFalse(), s => s.Status.ShouldBe(ShopOrderStatus.Ready), s => s.InPreparation.ShouldBeTrue(),
            s => s.Standing.ShouldAllBe(l => l.Final != null), s => s.DueAt(Now).ShouldBe(RemindAt));
        var back = deposited.With(ShopSteps.TakeBack(deposited, Bakery, deposited.Version, Now.AddSeconds(1)), Now.AddSeconds(1));
        ShopSteps.TakeBack(back, Bakery, deposited.Version, Now.AddSeconds(2)).ShouldBeEmpty("it is so already");
        ShopSteps.LastOf(back, Bakery).ShouldBeNull();
        Should.Throw<Refusal>(() => ShopSteps.TakeBack(back, Bookshop, deposited.Version, Now.AddSeconds(2))).Code.ShouldBe("too-late-to-take-back");
        Refused(deposited, 16, "too-late-to-take-back");
    }

    [Fact]
    public void Made_ready_and_deposited_in_one_moment_are_two_taps() =>
        Back(Tapped(Tapped(There.With([BookshopReady], Now), new OrderCommand.Deposit(Bookshop)), new OrderCommand.Deposit(Bakery))).ShouldSatisfyAllConditions(
            o => o.Find(Bakery)!.Lies.ShouldBeFalse(), o => o.Find(Bookshop)!.Lies.ShouldBeTrue(), o => o.ShopOrders.ShouldAllBe(s => s.Status == ShopOrderStatus.Ready));

    [Fact]
    public void What_was_done_with_the_parcel_at_the_point_keeps_it_there()
    {
        var deposited = Tapped(There, new OrderCommand.Deposit(Bakery));
        Refused(Tapped(deposited, new OrderCommand.HandOverAtPoint(Halles, Code, [Bakery], []), 1), 2, "already-collected");
        Refused(Tapped(deposited, new OrderCommand.HandOverAtPoint(Halles, Code, [], [Bakery]), 1), 2, "too-late-to-take-back");
        Refused(Tapped(deposited, new OrderCommand.Decline(Bakery, "Tombée", null), 1), 2, "already-declined");
    }

    [Fact]
    public void A_reminder_keeps_no_tap_from_being_taken_back()
    {
        var reminded = Tapped(Tapped(There, new OrderCommand.Deposit(Bakery)), new OrderCommand.PassTime(RemindAt), 2);
        reminded.Events[^1].Data.ShouldBeOfType<OrderEvent.ShopReminded>();
        var tap = reminded.Events[^2].Version;
        ((Order.Confirmed)reminded.With(ShopSteps.TakeBack(reminded, Bakery, tap, Now.AddSeconds(5)), Now.AddSeconds(5)).State).Find(Bakery)!.Lies.ShouldBeFalse();
    }

    [Fact]
    public void Hours_that_change_keep_no_tap_from_being_taken_back_and_no_parcel_from_being_handed_over()
    {
        var lies = Tapped(There, new OrderCommand.Deposit(Bakery));
        var longer = Tapped(lies, new OrderCommand.NoteDeadline(Bakery, CollectUntil.AddDays(7), RemindAt.AddDays(7), Now), 2);
        longer.Events[^1].Data.ShouldBeOfType<OrderEvent.ShopKeptLonger>();
        PointParcels.VersionOf(longer, Bakery).ShouldBe(lies.Version);
        var back = (Order.Confirmed)longer.With(ShopSteps.TakeBack(longer, Bakery, lies.Version, Now.AddSeconds(5)), Now.AddSeconds(5)).State;
        back.Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Lies.ShouldBeFalse(), s => s.Pickup.CollectUntil.ShouldBe(CollectUntil.AddDays(7)));
    }

    [Fact]
    public void Said_to_be_there_after_all_by_mistake_it_is_looked_for_again()
    {
        var sought = Tapped(Tapped(There, new OrderCommand.Deposit(Bakery)), new OrderCommand.HandOverAtPoint(Halles, Code, [], [Bakery]), 30);
        var found = Tapped(sought, new OrderCommand.Deposit(Bakery), 60);
        ((Order.Confirmed)found.State).Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Lies.ShouldBeTrue(), s => s.Sought.ShouldBeFalse());
        Back(found, 61).Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Lies.ShouldBeTrue(), s => s.Sought.ShouldBeTrue());
    }

    public static TheoryData<Type> Facts => [.. typeof(OrderEvent).GetNestedTypes(BindingFlags.NonPublic).Where(t => t.GetProperty("ShopId") is not null)];

    [Theory]
    [MemberData(nameof(Facts))]
    public void Every_fact_about_a_shops_part_follows_from_what_was_before_it(Type fact) => ShopSteps.ShopOf((OrderEvent)Samples.Of(fact)).ShouldNotBeNull();

    [Fact]
    public void What_the_shop_accepted_by_itself_nobody_tapped() => ShopSteps.LastOf(Placed, Bookshop).ShouldBeNull();

    [Fact]
    public void Taken_back_twice_is_once_and_there_is_nothing_behind_it()
    {
        var started = Tapped(Tapped(Placed, new OrderCommand.Accept(Bakery)), new OrderCommand.StartPreparing(Bakery), 1);
        var back = started.With(ShopSteps.TakeBack(started, Bakery, started.Version, Now.AddSeconds(2)), Now.AddSeconds(2));
        ShopSteps.TakeBack(back, Bakery, started.Version, Now.AddSeconds(3)).ShouldBeEmpty();
        ShopSteps.LastOf(back, Bakery).ShouldBeNull("the acceptance before it is no longer the last thing that was done");
    }

    [Fact]
    public void Of_another_shops_tap_taken_back_nobody_is_told_that_it_is_so()
    {
        var accepted = Tapped(Placed, new OrderCommand.Accept(Bakery));
        var back = accepted.With(ShopSteps.TakeBack(accepted, Bakery, accepted.Version, Now.AddSeconds(1)), Now.AddSeconds(1));
        Should.Throw<Refusal>(() => ShopSteps.TakeBack(back, Bookshop, accepted.Version, Now.AddSeconds(2))).Code.ShouldBe("too-late-to-take-back");
    }

    private static readonly OrderCommand[] Taps =
    [
        new OrderCommand.Accept(Bakery), new OrderCommand.Accept(Bookshop), new OrderCommand.StartPreparing(Bakery), new OrderCommand.StartPreparing(Bookshop),
        new OrderCommand.MakeReady(Bakery, [], Now), new OrderCommand.MakeReady(Bakery, [new(Brioche, 540)], Now), new OrderCommand.MakeReady(Bakery, [new(Bread, 0)], Now),
        new OrderCommand.MakeReady(Bookshop, [], RemindAt), new OrderCommand.Decline(Bakery, "Four en panne", [Bread]), new OrderCommand.Decline(Bookshop, "Épuisé", null),
        new OrderCommand.Cancel(Bakery), new OrderCommand.Cancel(null), new OrderCommand.PassTime(RemindAt), new OrderCommand.HandOver(Bakery, Code),
        new OrderCommand.Deposit(Bakery), new OrderCommand.Deposit(Bookshop), new OrderCommand.HandOverAtPoint(Halles, Code, [], [Bakery]), new OrderCommand.HandOverAtPoint(Halles, Code, [Bookshop], []),
    ];

    private static readonly OrderHistory PlacedThere = OrderHistory.None(Sample.Order).With([Sample.Placed, Reserved, BookedThere, Confirmed, BookshopAccepted], Now.AddHours(-1));

    private static readonly Gen<List<int>> Walks = Gen.ListOf(Gen.Choose(0, Taps.Length - 1)).Resize(30).Select(w => w.ToList());

    [Fact]
    public void Whatever_went_before_a_step_taken_back_leaves_everything_as_it_was() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var (history, second) = (walk.Count % 2 == 0 ? Placed : PlacedThere, 0);
        foreach (var step in walk)
        {
            var before = history;
            try
            {
                history = Tapped(before, Taps[step], second += 2);
            }
            catch (Refusal)
            {
                continue;
            }

            foreach (var shop in new[] { Bakery, Bookshop })
            {
                if (ShopSteps.LastOf(history, shop) is { } last && last.Version > before.Version)
                {
                    var back = history.With(ShopSteps.TakeBack(history, shop, last.Version, Now.AddSeconds(second)), Now.AddSeconds(second));
                    Written(back.State).ShouldBe(Written(before.State));
                    OrderTimers.Next(back, Now).ShouldBe(OrderTimers.Next(before, Now));
                    history = second % 4 == 0 ? back : history; // the walk goes on from either
                }
            }
        }
    }));

    private static string Written(Order order) => string.Join("\n", ((Order.Confirmed)order).ShopOrders.Select(s => s with { Lines = [] } + string.Join(",", s.Lines)));

    private static OrderHistory Tapped(OrderHistory history, OrderCommand command, int second = 0) => history.With(OrderDecider.Decide(command, history.State), Now.AddSeconds(second));

    private static Order.Confirmed Back(OrderHistory history, int second = 5) =>
        (Order.Confirmed)history.With(ShopSteps.TakeBack(history, Bakery, history.Version, Now.AddSeconds(second)), Now.AddSeconds(second)).State;

    private static void Refused(OrderHistory history, int second, string code) =>
        Should.Throw<Refusal>(() => ShopSteps.TakeBack(history, Bakery, history.Version, Now.AddSeconds(second))).Code.ShouldBe(code);
}

/// <summary>The same where it is asked for: over HTTP, by several at once, as everybody sees it afterwards.</summary>
public sealed class Asking_to_take_a_step_back(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task The_board_the_resident_and_the_lists_see_it_where_it_was()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var bread = OfferId.New();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, bread, 3)));
        (await ActAsync(staff, shop, order.OrderId, "accept")).Step!.Name.ShouldBe("accepted");
        var ready = await ActAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(bread, 2)]));
        (ready.Step!.Name, ready.Step.Until - ready.ChangedAt!.Value).ShouldBe(("ready", ShopSteps.Offered));
        (await host.GetAsync(order)).TotalCents.ShouldBe(900);

        var back = await ActAsync(staff, shop, order.OrderId, "undo", new TakeBack(ready.Step.Version));
        (back.Status, back.Step, back.PreparingSince, back.TotalCents).ShouldBe(("accepted", null, null, 1350));
        (await ActAsync(staff, shop, order.OrderId, "undo", new TakeBack(ready.Step.Version))).Version.ShouldBe(back.Version, "asked again, it is so already");
        (await ReadAsync<ShopOrderPage>(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders?status=accepted"))).Items.Single().TotalCents.ShouldBe(1350);
        var seen = await host.GetAsync(order);
        (seen.TotalCents, seen.ShopOrders[0].Status, seen.ShopOrders[0].Cancellable).ShouldBe((1350, "accepted", true));
        seen.Timeline.Select(t => t.Kind).ShouldBe(["placed", "confirmed", "accepted", "ready", "taken-back"]);
        (await host.ScalarAsync<long>("select total_cents from orders where order_id = $1", order.OrderId.Value)).ShouldBe(1350);
        await host.Others.HearsAsync<ShopOrderChanged>(order.OrderId, m => m.Version == back.Version && m.Status == "accepted");
    }

    [Fact]
    public async Task Too_late_is_said_and_changes_nothing()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var accepted = await ActAsync(staff, shop, order.OrderId, "accept");
        host.Clock.Pass(ShopSteps.Taken);
        var late = await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "undo", new TakeBack(accepted.Step!.Version)));
        (late.Status, late.Code).ShouldBe((409, "too-late-to-take-back"));
        (await ReadAsync<ShopOrderCard>(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}"))).ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe("accepted"), c => c.Step.ShouldBeNull(), c => c.Version.ShouldBe(accepted.Version));
        (await ProblemAsync(await TryAsync(staff, shop, OrderId.New(), "undo", new TakeBack(1)))).Code.ShouldBe("order-not-found");
    }

    [Fact]
    public async Task Everybody_at_once_takes_it_back_once()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var tapped = await ActAsync(staff, shop, order.OrderId, "preparation");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TryAsync(staff, shop, order.OrderId, "undo", new TakeBack(tapped.Step!.Version))));
        answers.ShouldAllBe(a => a.IsSuccessStatusCode);
        (await host.GetAsync(order)).Timeline.Count(t => t.Kind == "taken-back").ShouldBe(1);
    }

    [Fact]
    public async Task The_resident_cancels_while_it_is_taken_back()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        for (var i = 0; i < 10; i++)
        {
            var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
            var tapped = await ActAsync(staff, shop, order.OrderId, "preparation");
            var cancel = host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null);
            var back = TryAsync(staff, shop, order.OrderId, "undo", new TakeBack(tapped.Step!.Version));
            await Task.WhenAll(cancel, back);
            // In preparation nobody cancels: so the way back came first, or the resident was refused.
            (await back).IsSuccessStatusCode.ShouldBeTrue();
            var cancelled = (await cancel).IsSuccessStatusCode;
            (await host.GetAsync(order)).Status.ShouldBe(cancelled ? "cancelled" : "confirmed");
            if (cancelled)
            {
                await host.Others.HearsAsync<ReleaseStock>(order.OrderId);
            }
            else
            {
                host.Others.Of<ReleaseStock>(order.OrderId).ShouldBeEmpty();
            }
        }
    }
}
