using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>A host of its own: these tests move the clock.</summary>
public sealed class Overdue_holds(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Are_asked_about_until_Ordering_answers_and_never_end_by_themselves()
    {
        var shop = await host.OpenShopAsync("attente");
        var (forgotten, confirmed) = (await BookAsync(shop), await BookAsync(shop));
        await host.Bus.Publish(new OrderConfirmed(confirmed, "ville", host.Clock.GetUtcNow(), [new(shop.Id, 100, 1)]));
        await Eventually.BecomesAsync(async () => await StateAsync(confirmed) == "confirmed", MerchantsHost.Patience);

        host.Clock.Advance(TimeSpan.FromMinutes(16));
        (await host.FactsAsync(forgotten, 2))[1].ShouldBe(new SlotHoldOverdue(forgotten));
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        (await host.FactsAsync(forgotten, 3))[2].ShouldBe(new SlotHoldOverdue(forgotten));
        (await StateAsync(forgotten)).ShouldBe("held");
        (await LeftAsync()).ShouldBe(2);

        await host.Bus.Publish(new ReleasePickupSlots(forgotten, null));
        await Eventually.BecomesAsync(async () => await LeftAsync() == 3, MerchantsHost.Patience);
        host.Heard<SlotHoldOverdue>().ShouldNotContain(f => f.OrderId == confirmed);

        async Task<int> LeftAsync() => (await host.GetAsync<List<PickupSlot>>("shops/attente/pickup-slots")).Single(s => s.SlotId == Slot).CapacityLeft;
    }

    private const string Slot = "attente~20260612T0630Z";

    private async Task<OrderId> BookAsync(Shop shop)
    {
        var order = OrderId.New();
        await host.Bus.Publish(new BookPickupSlots(order, host.Clock.GetUtcNow().AddMinutes(15), [new(shop.Id, Slot)]));
        (await host.FactsAsync(order))[0].ShouldBeOfType<PickupSlotsBooked>();
        return order;
    }

    private Task<string> StateAsync(OrderId order) => host.ScalarAsync<string>($"select state from slot_orders where order_id = '{order}'");
}
