using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// What the other services are told of each stored event. The log is the outbox: whatever is in it reaches them, in the order's own order.
/// The two requests that open an order are not here: they go out at once, and again by the order’s timer until they are answered.
/// </summary>
internal sealed class OrderPublications : IPublication
{
    public IEnumerable<object> Publish(StoredEvent happened) => happened.Data is OrderEvent data ? Publish(Order.IdOf(happened.Stream), data, happened) : [];

    /// <summary>Commands must arrive, and the confirmation that ends the holds; the other facts are for whoever follows.</summary>
    public bool NeedsConsumer(Type message) =>
        message == typeof(OrderConfirmed) || message == typeof(ConfirmStock) || message == typeof(ReleaseStock) || message == typeof(IssueStock)
        || message == typeof(ConfirmPickupSlots) || message == typeof(ReleasePickupSlots);

    private static IEnumerable<object> Publish(OrderId order, OrderEvent data, StoredEvent stored)
    {
        object Changed(ShopId shop, string status) => new ShopOrderChanged(order, shop, status, stored.At, stored.Version);
        return data switch
        {
            OrderEvent.Confirmed e =>
            [
                // Catalog and Merchants keep what they hold for it; one message, where a command to each would be two more.
                new OrderConfirmed(order, e.Town, stored.At, [.. e.Shops.Select(s => new OrderConfirmed.ShopOrder(s.ShopId, s.TotalCents, s.Lines, s.Accepted))]),
            ],
            // Refused for its stock, the order holds no stock but perhaps slots; and the other way round.
            OrderEvent.Refused e =>
                [e.Lines.Count > 0 ? new ReleasePickupSlots(order, null) : new ReleaseStock(order, null, null, stored.At), new OrderEnded(order, "refused", stored.At)],
            OrderEvent.HoldExpired => [new ReleaseStock(order, null, null, stored.At), new ReleasePickupSlots(order, null), new OrderEnded(order, "expired", stored.At)],
            OrderEvent.Abandoned => [new ReleaseStock(order, null, null, stored.At), new ReleasePickupSlots(order, null), new OrderEnded(order, "cancelled", stored.At)],
            OrderEvent.StockHoldSettled e => [e.Stands ? new ConfirmStock(order) : new ReleaseStock(order, null, null, stored.At)],
            OrderEvent.SlotHoldSettled e => [e.Stands ? new ConfirmPickupSlots(order) : new ReleasePickupSlots(order, null)],
            OrderEvent.ShopAccepted { ByItself: true } => [], // said by the confirmation
            OrderEvent.ShopAccepted e => [Changed(e.ShopId, "accepted")],
            OrderEvent.ShopReady e => [Changed(e.ShopId, "ready")],
            OrderEvent.ShopStepTakenBack e => [Changed(e.ShopId, e.Status)],
            OrderEvent.LinesDeclined e => [new ReleaseStock(order, e.ShopId, e.Offers, stored.At, Missing(e.Missing))],
            OrderEvent.ShopDeclined e => [new ReleaseStock(order, e.ShopId, null, stored.At, Missing(e.Missing)), new ReleasePickupSlots(order, e.ShopId), Changed(e.ShopId, "declined")],
            OrderEvent.ShopCancelled e => [new ReleaseStock(order, e.ShopId, null, stored.At, Missing(e.Missing)), new ReleasePickupSlots(order, e.ShopId), Changed(e.ShopId, "cancelled")],
            OrderEvent.ShopCollected e =>
                [new IssueStock(order, e.ShopId, [.. e.Issued.Select(l => new IssueStock.Line(l.OfferId, l.Quantity))], stored.At, Missing(e.Missing)), Changed(e.ShopId, "collected")],
            // The place in the slot is past and was used up; the goods go back on the shelf.
            OrderEvent.ShopExpired e => [new ReleaseStock(order, e.ShopId, null, stored.At, Missing(e.Missing)), Changed(e.ShopId, "expired")],
            // They lie elsewhere: back on the shelf, and for sale, when the shop says that it has fetched them.
            OrderEvent.ShopLeftAtPoint { Status: "declined" } e => [new ReleasePickupSlots(order, e.ShopId), Changed(e.ShopId, e.Status)],
            OrderEvent.ShopLeftAtPoint e => [Changed(e.ShopId, e.Status)],
            OrderEvent.ShopParcelBroughtBack e => [new ReleaseStock(order, e.ShopId, null, stored.At, Missing(e.Missing))],
            OrderEvent.Completed e => [new OrderEnded(order, e.Outcome, stored.At)],
            OrderEvent.Placed or OrderEvent.StockReserved or OrderEvent.SlotsBooked or OrderEvent.ShopPreparationStarted or OrderEvent.ShopParcelDeposited or OrderEvent.ShopParcelNotFound
                or OrderEvent.ShopDepositTakenBack or OrderEvent.ShopReminded or OrderEvent.ShopKeptLonger => [],
            _ => throw new InvalidOperationException($"Nobody decided what the world is told of {data.GetType().Name}."),
        };
    }

    private static IReadOnlyList<MissingGoods>? Missing(IReadOnlyList<MissingQuantity>? lines) =>
        lines is null ? null : [.. lines.Select(l => new MissingGoods(l.OfferId, l.Quantity, l.Reason))];
}
