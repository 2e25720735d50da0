using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>A closure is announced over days for which goods are kept. A host of its own: the clock moves.</summary>
public sealed class Closing_over_kept_goods(MerchantsHost host) : WithBookings(host), IClassFixture<MerchantsHost>
{
    private static readonly ExceptionalHours[] AWeek = [Week.Closed("2026-06-13", "2026-06-20")];

    [Fact]
    public async Task Keeps_them_for_as_many_days_on_which_the_shop_is_open()
    {
        var shop = await Host.OpenShopAsync("ferme", s => s with { Slots = new SlotRules(30, 4, 60, null, 2) });
        var (kept, given, pending) = (await BookAsync(shop, "ferme~20260612T0630Z"), await BookAsync(shop, "ferme~20260612T0630Z"), await BookAsync(shop, "ferme~20260612T0700Z"));
        kept.Told.CollectUntil.ShouldBe(Paris("2026-06-16T19:00"));
        await ConfirmAsync(kept.Order, given.Order);
        await Host.Bus.Publish(new ReleasePickupSlots(given.Order, null));
        await Eventually.BecomesAsync(async () => await StateAsync(given.Order) == "released", MerchantsHost.Patience);

        await Host.Operator.PutAsync("shops/ferme/exceptions", AWeek);
        Host.Clock.Advance(MovedDeadlines.Coalescing);
        (await MovedAsync(kept.Order, 1))[0].ShouldBe(new PickupDeadlineMoved(kept.Order, shop.Id, Paris("2026-06-24T19:00"), Paris("2026-06-23T18:00")));

        // What did not stand yet is told once it does.
        Host.Heard<PickupDeadlineMoved>().ShouldNotContain(m => m.OrderId == pending.Order);
        await ConfirmAsync(pending.Order);
        Host.Clock.Advance(TimeSpan.FromMinutes(1));
        (await MovedAsync(pending.Order, 1))[0].CollectUntil.ShouldBe(Paris("2026-06-24T19:00"));
        Host.Heard<PickupDeadlineMoved>().ShouldNotContain(m => m.OrderId == given.Order);
    }

    public static TheoryData<string, int, ExceptionalHours, string, string> ShutDoors => new()
    {
        { "samedi", 1, Week.Open("2026-06-13", "08:30-12:30"), "2026-06-13T19:00", "2026-06-16T19:00" }, // closed on Sundays and Mondays
        { "apres-midi", 0, Week.Open("2026-06-12", "08:30-12:30"), "2026-06-12T19:00", "2026-06-13T19:00" },
        { "journee", 0, Week.Closed("2026-06-12", "2026-06-12"), "2026-06-12T19:00", "2026-06-13T19:00" },
    };

    [Theory]
    [MemberData(nameof(ShutDoors))]
    public async Task Keeps_them_where_the_door_is_shut_at_the_promised_time(string name, int openingDays, ExceptionalHours hours, string promised, string until)
    {
        var shop = await Host.OpenShopAsync(name, s => s with { Slots = new SlotRules(30, 4, 60, null, openingDays) });
        var kept = await BookAsync(shop, $"{name}~20260612T0630Z");
        kept.Told.CollectUntil.ShouldBe(Paris(promised));
        await ConfirmAsync(kept.Order);

        await Host.Operator.PutAsync($"shops/{name}/exceptions", new[] { hours });
        Host.Clock.Advance(MovedDeadlines.Coalescing);

        var moved = (await MovedAsync(kept.Order, 1))[0];
        moved.CollectUntil.ShouldBe(Paris(until));
        moved.RemindAt.ShouldBe(moved.CollectUntil.Date == kept.Told.CollectUntil.Date.AddDays(1) ? Paris("2026-06-12T18:00") : Paris("2026-06-15T18:00"));
    }

    [Fact]
    public async Task Leaves_alone_what_is_open_until_the_promised_time_though_its_days_come_sooner()
    {
        var shop = await Host.OpenShopAsync("dimanche", s => s with { Slots = new SlotRules(30, 4, 60, null, 2) });
        var kept = await BookAsync(shop, "dimanche~20260612T0630Z");
        await ConfirmAsync(kept.Order);

        await Host.Operator.PutAsync("shops/dimanche/exceptions", new[] { Week.Open("2026-06-14", "08:30-12:30") });
        Host.Clock.Advance(MovedDeadlines.Coalescing);

        await Eventually.BecomesAsync(async () => await PendingAsync("dimanche") == 0, MerchantsHost.Patience);
        (await ToldAsync(kept.Order)).ShouldBe(0);
    }

    [Fact]
    public async Task Tells_each_order_once_and_none_whose_day_stands()
    {
        var shop = await Host.OpenShopAsync("moulin", s => s with { Slots = new SlotRules(30, 4, 60, null, 2) });
        var (near, far) = (await BookAsync(shop, "moulin~20260612T0630Z"), await BookAsync(shop, "moulin~20260619T0630Z"));
        await ConfirmAsync(near.Order, far.Order);
        await CloseAsync([Week.Closed("2026-06-13", "2026-06-16")]);
        (await ToldAsync(near.Order), await ToldAsync(far.Order)).ShouldBe((1, 0), "the later one is kept for days that are all open");

        // One that is booked on the new hours knows them: though it does not stand yet, nobody has to look again.
        var held = await BookAsync(shop, "moulin~20260612T0700Z");
        await CloseAsync([Week.Closed("2026-06-13", "2026-06-16"), Week.Closed("2026-07-13", "2026-07-16")]);
        (await ToldAsync(near.Order), await ToldAsync(far.Order), await ToldAsync(held.Order)).ShouldBe((1, 0, 0), "neither again, nor for days that are none of theirs");
        (await StateAsync(held.Order)).ShouldBe("held");

        async Task CloseAsync(ExceptionalHours[] days)
        {
            (await Host.Operator.PutAsync("shops/moulin/exceptions", days)).EnsureSuccessStatusCode();
            (await PendingAsync("moulin")).ShouldBe(1);
            Host.Clock.Advance(MovedDeadlines.Coalescing);
            await Eventually.BecomesAsync(async () => await PendingAsync("moulin") == 0, MerchantsHost.Patience);
        }
    }

    [Fact]
    public async Task Tells_every_order_however_many_there_are()
    {
        var shop = await Host.OpenShopAsync("foule", s => s with { Slots = new SlotRules(30, 250, 60, null, 2) });
        var orders = new List<OrderId>();
        for (var i = 0; i < 205; i++)
        {
            orders.Add(OrderId.New());
            await Host.Bus.Publish(new BookPickupSlots(orders[i], Host.Clock.GetUtcNow().AddMinutes(15), [new(shop.Id, "foule~20260612T0630Z")]));
        }

        await Eventually.BecomesAsync(async () => await Host.ScalarAsync<long>("select count(*) from slot_bookings where slot_id = 'foule~20260612T0630Z'") == 205, MerchantsHost.Patience);
        foreach (var order in orders)
        {
            await Host.Bus.Publish(new OrderConfirmed(order, "ville", Host.Clock.GetUtcNow(), []));
        }

        await Eventually.BecomesAsync(async () => await Host.ScalarAsync<long>(
            "select count(*) from slot_bookings join slot_orders using (order_id) where slot_id = 'foule~20260612T0630Z' and state = 'confirmed'") == 205, MerchantsHost.Patience);
        await Host.Operator.PutAsync("shops/foule/exceptions", AWeek);
        Host.Clock.Advance(MovedDeadlines.Coalescing);
        await Eventually.BecomesAsync(() => Task.FromResult(Host.Heard<PickupDeadlineMoved>().Count(m => m.ShopId == shop.Id) == 205), MerchantsHost.Patience);
    }

    [Fact]
    public async Task Keeps_them_at_a_shared_point_by_its_own_days()
    {
        (await Host.Operator.PutAsync("towns/relais", Examples.Town("relais", Examples.Point("memo-relais")))).EnsureSuccessStatusCode();
        var shop = await Host.OpenShopAsync("du-relais", town: "relais");
        var kept = await BookAsync(shop, "memo-relais~20260612T1500Z");
        await ConfirmAsync(kept.Order);

        await Host.Operator.PutAsync("shops/du-relais/exceptions", AWeek);
        (await Host.Operator.PutAsync("towns/relais/pickup-points/memo-relais/exceptions", AWeek)).EnsureSuccessStatusCode();
        Host.Clock.Advance(MovedDeadlines.Coalescing);
        var moved = (await MovedAsync(kept.Order, 1))[0];
        moved.CollectUntil.ShouldBe(kept.Told.CollectUntil.AddDays(8), "open every day but those eight");
        moved.RemindAt.ShouldBe(kept.Told.RemindAt.AddDays(8));
    }

    [Fact]
    public async Task Other_changes_of_a_shop_move_nothing()
    {
        await Host.OpenShopAsync("renomme");
        await Host.OpenShopAsync("renomme", s => s with { Name = "Le Fournil d’Oullins" });
        (await PendingAsync("renomme")).ShouldBe(0);
    }

    private Task<long> PendingAsync(string place) => Host.ScalarAsync<long>($"select count(*) from due_work where kind = '{MovedDeadlines.WorkKind}' and key = '{place}'");

    private Task<long> ToldAsync(OrderId order) => Host.ScalarAsync<long>($"select count(*) from events where stream = '{SlotBooking.StreamOf(order)}' and type = 'pickup-deadline-moved.v1'");

    private Task<List<PickupDeadlineMoved>> MovedAsync(OrderId order, int count) =>
        Eventually.GetAsync(() => Task.FromResult(Host.Heard<PickupDeadlineMoved>().Where(m => m.OrderId == order).ToList()), m => m.Count >= count, MerchantsHost.Patience);
}
