using Marketplace.Contracts.Merchants;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>A leave that is made longer once the hour of the pickup is over. A host of its own: the clock moves by days.</summary>
public sealed class Shut_for_longer(MerchantsHost host) : WithBookings(host), IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Who_waits_for_the_next_opening_is_told_of_another()
    {
        var shop = await Host.OpenShopAsync("prolonge");
        var order = (await BookAsync(shop, "prolonge~20260612T0630Z")).Order;
        await ConfirmAsync(order);
        (await Host.Operator.PutAsync("shops/prolonge/exceptions", new[] { Week.Closed("2026-06-12", "2026-06-13") })).EnsureSuccessStatusCode();
        Host.Clock.Advance(MovedDeadlines.Coalescing);
        (await ToldAsync(1))[0].ShouldBe(new PickupSlotShut(order, shop.Id, 1, true, Paris("2026-06-16T08:30")));

        Host.Clock.Advance(Paris("2026-06-12T15:00") - Host.Clock.GetUtcNow());
        (await Host.Operator.PutAsync("shops/prolonge/exceptions", new[] { Week.Closed("2026-06-12", "2026-06-20") })).EnsureSuccessStatusCode();
        Host.Clock.Advance(MovedDeadlines.Coalescing);
        (await ToldAsync(2))[1].ShouldBe(new PickupSlotShut(order, shop.Id, 2, true, Paris("2026-06-23T08:30")));

        Task<List<PickupSlotShut>> ToldAsync(int count) =>
            Eventually.GetAsync(() => Task.FromResult(Host.Heard<PickupSlotShut>().Where(m => m.OrderId == order).ToList()), m => m.Count >= count, MerchantsHost.Patience);
    }
}
