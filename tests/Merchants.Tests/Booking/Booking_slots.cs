using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

public sealed class Booking_slots(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Freezes_place_times_and_deadlines()
    {
        var shop = await host.OpenShopAsync("fige", s => s with { Slots = new SlotRules(30, 4, 60, null, 2) });

        var booked = (await BookAsync((shop, "fige~20260612T0630Z"))).ShouldBeOfType<PickupSlotsBooked>().Bookings.ShouldHaveSingleItem();

        booked.ShouldBe(new PickupSlotsBooked.Booking(shop.Id, "fige~20260612T0630Z", Paris("2026-06-12T08:30"), Paris("2026-06-12T09:00"),
            new PickupPlace("shop", "fige", "Le Fournil", "47 Grande Rue", "69600", "Oullins-Pierre-Bénite", Examples.Centre, null),
            CollectUntil: Paris("2026-06-16T19:00"), RemindAt: Paris("2026-06-15T18:00")));
        (await CapacityLeftAsync("fige", "fige~20260612T0630Z")).ShouldBe(3);
    }

    [Fact]
    public async Task Takes_every_slot_of_an_order_or_none()
    {
        var (free, full) = (await host.OpenShopAsync("libre"), await host.OpenShopAsync("complet", s => s with { Slots = new SlotRules(30, 1, 60) }));
        (await BookAsync((full, "complet~20260612T0630Z"))).ShouldBeOfType<PickupSlotsBooked>();

        var refused = (await BookAsync((free, "libre~20260612T0630Z"), (full, "complet~20260612T0630Z"))).ShouldBeOfType<PickupSlotsRefused>();

        refused.Refusals.ShouldBe([new PickupSlotsRefused.Refusal(full.Id, "complet~20260612T0630Z", "slot-full")]);
        (await CapacityLeftAsync("libre", "libre~20260612T0630Z")).ShouldBe(4);
    }

    [Fact]
    public async Task Is_exact_under_a_rush_for_one_slot()
    {
        var shop = await host.OpenShopAsync("ruee", s => s with { Slots = new SlotRules(30, 50, 60) });
        var other = await host.OpenShopAsync("voisin", s => s with { Slots = new SlotRules(30, 500, 60) });
        var orders = Enumerable.Range(0, 200).Select(_ => OrderId.New()).ToList();
        using var figures = new Figures(null);

        // Half of them name the shops the other way round: a deadlock would show.
        await Task.WhenAll(orders.Select((order, i) => host.Bus.Publish(new BookPickupSlots(order, Expiry, i % 2 == 0
            ? [new(shop.Id, "ruee~20260612T0630Z"), new(other.Id, "voisin~20260612T0630Z")]
            : [new(other.Id, "voisin~20260612T0630Z"), new(shop.Id, "ruee~20260612T0630Z")]), None)));
        var facts = await Task.WhenAll(orders.Select(async o => (await host.FactsAsync(o))[0]));

        facts.OfType<PickupSlotsBooked>().Count().ShouldBe(50);
        facts.OfType<PickupSlotsRefused>().Count().ShouldBe(150);
        // These, and what other hosts of the test process refuse meanwhile.
        await Eventually.BecomesAsync(() => figures.Count("marketplace.reservations.conflicts reason=slot-full") >= 150, MerchantsHost.Patience);
        (await CapacityLeftAsync("ruee", "ruee~20260612T0630Z")).ShouldBe(0);
        (await CapacityLeftAsync("voisin", "voisin~20260612T0630Z")).ShouldBe(450);
    }

    [Fact]
    public async Task Orders_that_are_asked_for_together_are_answered_each_for_itself()
    {
        var shop = await host.OpenShopAsync("ensemble", s => s with { Slots = new SlotRules(30, 2, 60) });
        var orders = Enumerable.Range(0, 4).Select(_ => new BookPickupSlots(OrderId.New(), Expiry, [new(shop.Id, "ensemble~20260612T0630Z")])).ToList();

        await host.Bus.Publish(new BookPickupSlotsBatch([.. orders, orders[0]]), None);

        var facts = await Task.WhenAll(orders.Select(async o => (await host.FactsAsync(o.OrderId))[0]));
        (facts.OfType<PickupSlotsBooked>().Count(), facts.OfType<PickupSlotsRefused>().Count()).ShouldBe((2, 2));
        (await CapacityLeftAsync("ensemble", "ensemble~20260612T0630Z")).ShouldBe(0);
    }

    [Fact]
    public async Task Answers_a_repeated_command_as_the_first_time()
    {
        var shop = await host.OpenShopAsync("bis", s => s with { Slots = new SlotRules(30, 1, 60) });
        var (first, second) = (OrderId.New(), OrderId.New());
        await BookAsync(first, (shop, "bis~20260612T0630Z"));
        (await BookAsync(second, (shop, "bis~20260612T0630Z"))).ShouldBeOfType<PickupSlotsRefused>();

        await PublishAsync(first, (shop, "bis~20260612T0630Z"));
        await host.FactsAsync(first, 2); // two repeats that wait together are answered together
        await PublishAsync(first, (shop, "bis~20260612T0700Z"));
        var facts = await host.FactsAsync(first, 3);
        facts.Select(f => Stored(f)).Distinct().ShouldHaveSingleItem();

        // The place that is free again is not for who was refused: the first answer stands.
        await host.Bus.Publish(new ReleasePickupSlots(first, null), None);
        await Eventually.BecomesAsync(async () => await CapacityLeftAsync("bis", "bis~20260612T0630Z") == 1, MerchantsHost.Patience);
        await PublishAsync(second, (shop, "bis~20260612T0630Z"));
        (await host.FactsAsync(second, 2)).ShouldAllBe(f => f is PickupSlotsRefused);
    }

    [Fact]
    public async Task Doubled_commands_in_one_rush_take_one_place()
    {
        var shop = await host.OpenShopAsync("double", s => s with { Slots = new SlotRules(30, 100, 60) });
        var orders = Enumerable.Range(0, 40).Select(_ => OrderId.New()).ToList();

        await Task.WhenAll(orders.Concat(orders).Concat(orders).OrderBy(o => o.Value.GetHashCode()).Select(o => PublishAsync(o, (shop, "double~20260612T0630Z"))));
        await Task.WhenAll(orders.Select(o => host.FactsAsync(o)));

        await Eventually.BecomesAsync(async () => await CapacityLeftAsync("double", "double~20260612T0630Z") == 60, MerchantsHost.Patience);
        (await host.ScalarAsync<long>("select count(*) from slot_bookings where slot_id = 'double~20260612T0630Z'")).ShouldBe(40);
    }

    [Theory]
    [InlineData("juge~20260610T0530Z", "slot-past")]      // 07:30, lead time of an hour gone
    [InlineData("juge~20260609T0630Z", "slot-past")]      // yesterday
    [InlineData("juge~20260612T1030Z", "unknown-slot")]   // the lunch break
    [InlineData("juge~20260612T0645Z", "unknown-slot")]   // between two slots
    [InlineData("juge~20260714T0630Z", "unknown-slot")]   // beyond the horizon
    [InlineData("juge~20260617T0630Z", "slot-closed")]    // closed by exception
    [InlineData("autre~20260612T0630Z", "unknown-slot")]  // another shop's
    [InlineData("personne~20260612T0630Z", "unknown-slot")]
    [InlineData("juge", "unknown-slot")]
    [InlineData("", "unknown-slot")]
    public async Task Is_refused_for_a_reason(string slot, string reason)
    {
        var shop = await host.OpenShopAsync("juge", s => s with { Hours = Week.Always("07:30-12:00") });
        await host.OpenShopAsync("autre");
        await host.Operator.PutAsync("shops/juge/exceptions", new[] { Week.Closed("2026-06-17", "2026-06-17") });

        (await BookAsync((shop, slot))).ShouldBeOfType<PickupSlotsRefused>().Refusals.ShouldHaveSingleItem().Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Is_refused_by_a_shop_that_is_suspended_or_unknown()
    {
        var shop = await host.OpenShopAsync("suspendu");
        await host.OpenShopAsync("suspendu", s => s with { Published = false });

        (await BookAsync((shop, "suspendu~20260612T0630Z"))).ShouldBeOfType<PickupSlotsRefused>().Refusals[0].Reason.ShouldBe("shop-closed");
        (await BookAsync((shop with { Id = ShopId.New() }, "suspendu~20260612T0630Z"))).ShouldBeOfType<PickupSlotsRefused>().Refusals[0].Reason.ShouldBe("shop-closed");
    }

    [Fact]
    public async Task Counts_one_place_of_a_shared_point_per_order_not_per_shop()
    {
        await host.Operator.PutAsync("towns/partage", Examples.Town("partage", Examples.Point("la-memo", capacity: 2)));
        var (bread, cheese) = (await host.OpenShopAsync("pain-p", town: "partage"), await host.OpenShopAsync("fromage-p", town: "partage"));
        var far = await host.OpenShopAsync("loin-p");
        const string slot = "la-memo~20260612T1500Z";
        var order = OrderId.New();

        var booked = (await BookAsync(order, (bread, slot), (cheese, slot))).ShouldBeOfType<PickupSlotsBooked>();

        booked.Bookings.Select(b => b.ShopId).ShouldBe([bread.Id, cheese.Id]);
        booked.Bookings.ShouldAllBe(b => b.Place.Kind == "shared" && b.Place.Slug == "la-memo");
        (await PointCapacityLeftAsync()).ShouldBe(1);
        (await BookAsync((far, slot))).ShouldBeOfType<PickupSlotsRefused>().Refusals[0].Reason.ShouldBe("unknown-slot");

        // The place is free when the last of its shops gives it back.
        await host.Bus.Publish(new ReleasePickupSlots(order, bread.Id), None);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>($"select count(*) from slot_bookings where order_id = '{order}'") == 1, MerchantsHost.Patience);
        (await PointCapacityLeftAsync()).ShouldBe(1);
        await host.Bus.Publish(new ReleasePickupSlots(order, cheese.Id), None);
        await Eventually.BecomesAsync(async () => await PointCapacityLeftAsync() == 2, MerchantsHost.Patience);
        (await host.ScalarAsync<string>($"select state from slot_orders where order_id = '{order}'")).ShouldBe("released");

        async Task<int> PointCapacityLeftAsync() => (await host.GetAsync<List<PickupSlot>>("towns/partage/pickup-points/la-memo/pickup-slots?shops=pain-p,fromage-p"))
            .Single(s => s.SlotId == slot).CapacityLeft;
    }

    [Fact]
    public async Task A_shop_on_leave_brings_nothing_to_a_shared_point_and_one_with_its_day_off_does()
    {
        await host.Operator.PutAsync("towns/conges", Examples.Town("conges", Examples.Point("la-halte", capacity: 9)));
        var away = await host.OpenShopAsync("en-conges", s => s with { Hours = Week.Of((2..6, ["08:30-12:30"])) }, "conges");
        await host.Operator.PutAsync("shops/en-conges/exceptions", new[] { Week.Closed("2026-06-12", "2026-06-13", "Congés") });

        (await BookAsync((away, "la-halte~20260612T1500Z"))).ShouldBeOfType<PickupSlotsRefused>().Refusals[0].Reason.ShouldBe("slot-closed");
        (await BookAsync((away, "la-halte~20260614T1500Z"))).ShouldBeOfType<PickupSlotsBooked>("a Sunday is its day off, and goods of Saturday may lie there");
        var offered = await host.GetAsync<List<PickupSlot>>("towns/conges/pickup-points/la-halte/pickup-slots?shops=en-conges");
        offered.Select(s => s.Start.Day).Distinct().ShouldBe([10, 11, 14, 15, 16]);
    }

    [Theory]
    [InlineData(0, "2026-06-12T20:00")]
    [InlineData(1, "2026-06-13T20:00")]
    [InlineData(5, "2026-06-15T20:00")] // the point's own three days
    public async Task A_shared_point_keeps_goods_no_longer_than_their_shop_would(int days, string until)
    {
        await host.Operator.PutAsync("towns/denrees", Examples.Town("denrees", Examples.Point("la-glaciere", capacity: 9)));
        var shop = await host.OpenShopAsync($"denrees-{days}", s => s with { Slots = new SlotRules(30, 4, 60, null, days) }, "denrees");
        (await BookAsync((shop, "la-glaciere~20260612T1500Z"))).ShouldBeOfType<PickupSlotsBooked>().Bookings.Single().CollectUntil.ShouldBe(Paris(until));
    }

    [Fact]
    public async Task A_release_that_comes_first_keeps_the_booking_from_taking_effect()
    {
        var shop = await host.OpenShopAsync("avant");
        var (order, witness) = (OrderId.New(), OrderId.New());
        await host.Bus.Publish(new ReleasePickupSlots(order, null), None);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>($"select count(*) from slot_orders where order_id = '{order}'") == 1, MerchantsHost.Patience);

        await PublishAsync(order, (shop, "avant~20260612T0630Z"));
        await BookAsync(witness, (shop, "avant~20260612T0630Z"));

        (await CapacityLeftAsync("avant", "avant~20260612T0630Z")).ShouldBe(3);
        host.Heard<PickupSlotsBooked>().ShouldNotContain(f => f.OrderId == order);
    }

    [Fact]
    public async Task A_release_of_one_shop_that_comes_first_leaves_the_others_their_places()
    {
        var (kept, given) = (await host.OpenShopAsync("garde"), await host.OpenShopAsync("rendu"));
        var order = OrderId.New();
        await host.Bus.Publish(new ReleasePickupSlots(order, given.Id), None);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>($"select count(*) from slot_orders where order_id = '{order}'") == 1, MerchantsHost.Patience);

        (await BookAsync(order, (kept, "garde~20260612T0630Z"), (given, "rendu~20260612T0630Z"))).ShouldBeOfType<PickupSlotsBooked>().Bookings.Count.ShouldBe(2);

        (await CapacityLeftAsync("garde", "garde~20260612T0630Z")).ShouldBe(3);
        (await CapacityLeftAsync("rendu", "rendu~20260612T0630Z")).ShouldBe(4);
    }

    [Fact]
    public async Task Shuffled_and_doubled_messages_end_in_the_same_place()
    {
        var shop = await host.OpenShopAsync("melange", s => s with { Slots = new SlotRules(30, 1000, 60) });
        var orders = Enumerable.Range(0, 60).Select(i => (Id: OrderId.New(), Released: i % 2 == 0)).ToList();
        var messages = orders.SelectMany(o => new object[]
        {
            Command(o.Id, (shop, "melange~20260612T0630Z")), Command(o.Id, (shop, "melange~20260612T0630Z")),
            o.Released ? new ReleasePickupSlots(o.Id, null) : new ConfirmPickupSlots(o.Id), o.Released ? new ReleasePickupSlots(o.Id, null) : new ConfirmPickupSlots(o.Id),
        }).ToArray();
        new Random(7).Shuffle(messages);

        await Task.WhenAll(messages.Select(m => host.Bus.Publish(m, None)));

        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>(
            $"select count(*) from slot_orders where order_id = any('{{{string.Join(',', orders.Select(o => o.Id))}}}') and state in ('held', 'confirmed', 'released')") == 60, MerchantsHost.Patience);
        await Eventually.BecomesAsync(async () => await CapacityLeftAsync("melange", "melange~20260612T0630Z") == 970, MerchantsHost.Patience);
        (await host.ScalarAsync<long>("select count(distinct order_id) from slot_bookings where slot_id = 'melange~20260612T0630Z'")).ShouldBe(30);
    }

    [Fact]
    public async Task Follows_a_change_of_hours_at_once()
    {
        var shop = await host.OpenShopAsync("ferme");
        await host.Operator.PutAsync("shops/ferme/exceptions", new[] { Week.Closed("2026-06-12", "2026-06-12", "Inventaire") });

        (await BookAsync((shop, "ferme~20260612T0630Z"))).ShouldBeOfType<PickupSlotsRefused>().Refusals[0].Reason.ShouldBe("slot-closed");
        (await BookAsync((shop, "ferme~20260613T0630Z"))).ShouldBeOfType<PickupSlotsBooked>();
    }

    [Fact]
    public async Task A_lower_capacity_sends_nobody_away_and_lets_nobody_else_in()
    {
        var shop = await host.OpenShopAsync("reduit");
        await BookAsync((shop, "reduit~20260612T0630Z"));
        await BookAsync((shop, "reduit~20260612T0630Z"));
        await host.Operator.PutAsync("shops/reduit/slot-rules", new SlotRules(30, 1, 60));

        (await BookAsync((shop, "reduit~20260612T0630Z"))).ShouldBeOfType<PickupSlotsRefused>().Refusals[0].Reason.ShouldBe("slot-full");
        (await CapacityLeftAsync("reduit", "reduit~20260612T0630Z")).ShouldBe(0);
        (await host.GetAsync<Shop>("shops/reduit")).EarliestPickup.ShouldNotBeNull();
    }

    private static DateTimeOffset Expiry => TestClock.Morning.AddHours(8);

    private static BookPickupSlots Command(OrderId order, params (Shop Shop, string Slot)[] bookings) =>
        new(order, Expiry, [.. bookings.Select(b => new BookPickupSlots.Booking(b.Shop.Id, b.Slot))]);

    private Task PublishAsync(OrderId order, params (Shop Shop, string Slot)[] bookings) => host.Bus.Publish(Command(order, bookings), None);

    private Task<object> BookAsync(params (Shop Shop, string Slot)[] bookings) => BookAsync(OrderId.New(), bookings);

    private async Task<object> BookAsync(OrderId order, params (Shop Shop, string Slot)[] bookings)
    {
        await PublishAsync(order, bookings);
        return (await host.FactsAsync(order))[0];
    }

    private async Task<int> CapacityLeftAsync(string shop, string slot) =>
        (await host.GetAsync<List<PickupSlot>>($"shops/{shop}/pickup-slots?days=7")).Single(s => s.SlotId == slot).CapacityLeft;

    private static DateTimeOffset Paris(string local) => Slots.Paris.Offset(Week.At(local));

    private static string Stored(object fact) => Directory.Stored.Write(fact);
}
