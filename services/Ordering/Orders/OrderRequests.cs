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
    internal void Send(OrderHistory history, string? trace) => Send([(history, trace)]);

    /// <summary>The same for the orders of a batch.</summary>
    internal void Send(IEnumerable<(OrderHistory History, string? Trace)> orders)
    {
        List<(Order.Pending Order, string? Trace)> pending = [.. orders.Where(o => o.History.State is Order.Pending).Select(o => ((Order.Pending)o.History.State, o.Trace))];
        publisher.Say([.. pending.Where(o => o.Order.Stock is null).Select(o => (StockOf(o.Order.Placed), o.Trace))], together => new ReserveStockBatch(together));
        publisher.Say([.. pending.Where(o => o.Order.Slots is null).Select(o => (SlotsOf(o.Order.Placed), o.Trace))], together => new BookPickupSlotsBatch(together));
    }

    private static ReserveStock StockOf(OrderEvent.Placed placed) => new(placed.Order, placed.HoldExpiresAt,
        [.. placed.Shops.Select(s => new ReserveStock.ShopLines(s.ShopId, [.. s.Lines.Select(l => new ReserveStock.Line(l.OfferId, l.Quantity, l.ExpectedPriceCents, l.ExpectedPieceGrams))], PickupTimes.ReadyBy(s)))]);

    private static BookPickupSlots SlotsOf(OrderEvent.Placed placed) => new(placed.Order, placed.HoldExpiresAt,
        [.. placed.Shops.Select(s => new BookPickupSlots.Booking(s.ShopId, s.SlotId))]);
}
