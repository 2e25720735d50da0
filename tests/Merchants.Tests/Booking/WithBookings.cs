using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>Orders that have their slots, booked and confirmed over the bus as Ordering does.</summary>
public abstract class WithBookings(MerchantsHost host)
{
    private protected MerchantsHost Host { get; } = host;

    private protected async Task<(OrderId Order, PickupSlotsBooked.Booking Told)> BookAsync(Shop shop, string slot)
    {
        var order = OrderId.New();
        await Host.Bus.Publish(new BookPickupSlots(order, Host.Clock.GetUtcNow().AddMinutes(15), [new(shop.Id, slot)]));
        return (order, (await Host.FactsAsync(order))[0].ShouldBeOfType<PickupSlotsBooked>().Bookings.Single());
    }

    private protected async Task ConfirmAsync(params OrderId[] orders)
    {
        foreach (var order in orders)
        {
            await Host.Bus.Publish(new OrderConfirmed(order, "ville", Host.Clock.GetUtcNow(), []));
            await Eventually.BecomesAsync(async () => await StateAsync(order) == "confirmed", MerchantsHost.Patience);
        }
    }

    private protected Task<string> StateAsync(OrderId order) => Host.ScalarAsync<string>($"select state from slot_orders where order_id = '{order}'");

    private protected static DateTimeOffset Paris(string local) => Slots.Paris.Offset(Week.At(local));
}
