using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.EventStore;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>A closure that is announced after a slot was booked in it: its order is told, and told again when it is no longer so. A host of its own: the clock moves.</summary>
public sealed class Shut_at_the_slot(MerchantsHost host) : WithBookings(host), IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Is_told_with_when_the_shop_opens_next_and_so_is_that_it_is_open_after_all()
    {
        var shop = await Host.OpenShopAsync("absent");
        var (shut, later, held) = ((await BookAsync(shop, "absent~20260612T0630Z")).Order, (await BookAsync(shop, "absent~20260619T0630Z")).Order, (await BookAsync(shop, "absent~20260612T0700Z")).Order);
        await ConfirmAsync(shut, later);

        await CloseAsync("absent", Week.Closed("2026-06-12", "2026-06-13"));
        (await ToldAsync(shut, 1))[0].ShouldBe(new PickupSlotShut(shut, shop.Id, 1, true, Paris("2026-06-16T08:30")), "closed on Sundays and Mondays");
        Host.Heard<PickupSlotShut>().ShouldNotContain(m => m.OrderId == later || m.OrderId == held);

        // What did not stand yet is told once it does; a longer leave is told again; and the same once.
        await ConfirmAsync(held);
        Host.Clock.Advance(TimeSpan.FromMinutes(1));
        (await ToldAsync(held, 1))[0].Shut.ShouldBeTrue();
        await CloseAsync("absent", Week.Closed("2026-06-12", "2026-06-16"));
        (await ToldAsync(shut, 2))[1].ShouldBe(new PickupSlotShut(shut, shop.Id, 2, true, Paris("2026-06-17T08:30")));
        await CloseAsync("absent", Week.Closed("2026-06-12", "2026-06-16"), Week.Closed("2026-07-12", "2026-07-16"));
        (await CountAsync(shut)).ShouldBe(2);

        await CloseAsync("absent");
        (await ToldAsync(shut, 3))[2].ShouldBe(new PickupSlotShut(shut, shop.Id, 3, false, null));
        (await CountAsync(later)).ShouldBe(0);
    }

    [Fact]
    public async Task A_day_that_ends_before_the_slot_is_over_shuts_it_and_one_that_is_cut_otherwise_does_not()
    {
        var shop = await Host.OpenShopAsync("coupe");
        var (whole, cut) = ((await BookAsync(shop, "coupe~20260612T0630Z")).Order, (await BookAsync(shop, "coupe~20260612T0730Z")).Order);
        await ConfirmAsync(whole, cut);
        await Host.OpenShopAsync("coupe", s => s with { Slots = new SlotRules(240, 4, 60) });
        await CloseAsync("coupe");
        (await CountAsync(whole), await CountAsync(cut)).ShouldBe((0, 0), "longer slots are no other hours");
        await Host.OpenShopAsync("coupe");
        await CloseAsync("coupe", Week.Open("2026-06-12", "08:30-09:45", "14:00-19:00"));
        (await ToldAsync(cut, 1))[0].ShouldBe(new PickupSlotShut(cut, shop.Id, 1, true, Paris("2026-06-12T14:00")));
        (await CountAsync(whole)).ShouldBe(0);
    }

    [Fact]
    public async Task Of_two_that_look_at_once_one_tells()
    {
        var shop = await Host.OpenShopAsync("double");
        var order = (await BookAsync(shop, "double~20260619T0630Z")).Order;
        await ConfirmAsync(order);
        await CloseAsync("double", Week.Closed("2026-06-19", "2026-06-19"));
        (await ToldAsync(order, 1))[0].Version.ShouldBe(1);
        await using var connection = await Host.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await ShutSlots.TellAsync(connection, Host.Services.GetRequiredService<EventTypes>(), [ShutSlots.Fact(order, shop.Id, 1, new(false, null))], Host.Clock.GetUtcNow(), default);
        (await CountAsync(order)).ShouldBe(1, "what it read is no longer so");
    }

    private async Task CloseAsync(string shop, params ExceptionalHours[] days)
    {
        (await Host.Operator.PutAsync($"shops/{shop}/exceptions", days)).EnsureSuccessStatusCode();
        Host.Clock.Advance(MovedDeadlines.Coalescing);
        await Eventually.BecomesAsync(async () => await Host.ScalarAsync<long>($"select count(*) from due_work where kind = '{MovedDeadlines.WorkKind}' and key = '{shop}' and due_at <= '{Host.Clock.GetUtcNow():O}'") == 0, MerchantsHost.Patience);
    }

    private Task<List<PickupSlotShut>> ToldAsync(OrderId order, int count) =>
        Eventually.GetAsync(() => Task.FromResult(Host.Heard<PickupSlotShut>().Where(m => m.OrderId == order).ToList()), m => m.Count >= count, MerchantsHost.Patience);

    private Task<long> CountAsync(OrderId order) => Host.ScalarAsync<long>($"select count(*) from events where stream = '{SlotBooking.StreamOf(order)}' and type = 'pickup-slot-shut.v1'");
}
