using Marketplace.Contracts.Ordering;
using Marketplace.EventStore.Relay;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// The two questions that open an order. They may be repeated at will, so they are said and forgotten right after the commit; what gets lost the order's
/// timer asks again.
/// </summary>
internal sealed class OrderRequests(RepeatablePublisher publisher)
{
    /// <summary>Asks for what a pending order still lacks, in the trace of its own request.</summary>
    internal void Send(OrderHistory history, string? trace)
    {
        if (history.State is not Order.Pending pending)
        {
            return;
        }

        if (pending.Stock is null)
        {
            publisher.Say(StockOf(pending.Placed), trace);
        }

        if (pending.Slots is null)
        {
            publisher.Say(SlotsOf(pending.Placed), trace);
        }
    }

    private static ReserveStock StockOf(OrderEvent.Placed placed) => new(placed.Order, placed.HoldExpiresAt,
        [.. placed.Shops.Select(s => new ReserveStock.ShopLines(s.ShopId, [.. s.Lines.Select(l => new ReserveStock.Line(l.OfferId, l.Quantity, l.ExpectedPriceCents))]))]);

    private static BookPickupSlots SlotsOf(OrderEvent.Placed placed) => new(placed.Order, placed.HoldExpiresAt,
        [.. placed.Shops.Select(s => new BookPickupSlots.Booking(s.ShopId, s.SlotId))]);
}
