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
            OrderEvent.LinesDeclined e => [.. Released(order, e.ShopId, e.Offers, e.Missing, e.Substitutes)],
            OrderEvent.ShopDeclined e => [.. Released(order, e.ShopId, null, e.Missing, e.Substitutes), new ReleasePickupSlots(order, e.ShopId), Changed(e.ShopId, "declined")],
            OrderEvent.ShopCancelled e => [.. Released(order, e.ShopId, null, e.Missing, e.Substitutes), new ReleasePickupSlots(order, e.ShopId), Changed(e.ShopId, "cancelled")],
            OrderEvent.ShopCollected e => [.. Issued(order, e), Changed(e.ShopId, "collected")],
            // The place in the slot is past and was used up; the goods go back on the shelf.
            OrderEvent.ShopExpired e => [.. Released(order, e.ShopId, null, e.Missing, e.Substitutes), Changed(e.ShopId, "expired")],
            // They lie elsewhere: back on the shelf, and for sale, when the shop says that it has fetched them.
            OrderEvent.ShopLeftAtPoint { Status: "declined" } e => [new ReleasePickupSlots(order, e.ShopId), Changed(e.ShopId, e.Status)],
            OrderEvent.ShopLeftAtPoint e => [Changed(e.ShopId, e.Status)],
            OrderEvent.ShopParcelBroughtBack e => [.. Released(order, e.ShopId, null, e.Missing, e.Substitutes)],
            // The substitute that was taken stays set aside like the order's other goods; else it goes back, and so does what is left of a line that is not wanted.
            OrderEvent.ShortageAnswered e =>
                [.. Gone(order, e.ShopId, e.OfferId, e.Gone, e.Missing), .. e.Hold is not { } hold ? Array.Empty<object>() : [e.Answer is Lack.Substitute ? new ConfirmStock(hold) : GivenBack(hold)]],
            OrderEvent.ShortageLapsed e => [.. Gone(order, e.ShopId, e.OfferId, e.Gone, e.Missing), .. e.Hold is { } hold ? [GivenBack(hold)] : Array.Empty<object>()],
            OrderEvent.ShortageWithdrawn e => e.Hold is { } hold ? [GivenBack(hold)] : [],
            OrderEvent.Completed e => [new OrderEnded(order, e.Outcome, stored.At)],
            OrderEvent.SubstituteRefused { Hold: { } hold } => [GivenBack(hold)],
            OrderEvent.ShortageProposed or OrderEvent.SubstituteHeld or OrderEvent.SubstituteRefused => [], // Catalog is asked at once, and again by the order's timer
            OrderEvent.Placed or OrderEvent.StockReserved or OrderEvent.SlotsBooked or OrderEvent.ShopPreparationStarted or OrderEvent.ShopParcelDeposited or OrderEvent.ShopParcelNotFound
                or OrderEvent.ShopDepositTakenBack or OrderEvent.ShopReminded or OrderEvent.ShopKeptLonger or OrderEvent.ShopSlotShut or OrderEvent.ShopBatchMoved => [],
            // Goods and places stay held meanwhile; whether they stand is said by what comes of it.
            OrderEvent.PaymentRequested or OrderEvent.PaymentPageOpened or OrderEvent.PaymentPageTriedAgain or OrderEvent.PaymentClosing or OrderEvent.PaymentAuthorised
                or OrderEvent.PaymentReturned or OrderEvent.PaymentCaptureRequested or OrderEvent.PaymentCaptureTriedAgain or OrderEvent.PaymentCaptured or OrderEvent.PaymentNotCaptured
                or OrderEvent.PaymentTransferRequested or OrderEvent.PaymentTransferred => [],
            // Goods that come back are counted by who counts the shelf.
            OrderEvent.RefundRequested or OrderEvent.RefundTriedAgain or OrderEvent.RefundMade or OrderEvent.RefundSettled or OrderEvent.RefundFailed or OrderEvent.RefundRefused
                or OrderEvent.PaymentReversalRequested or OrderEvent.PaymentReversed or OrderEvent.WithdrawalDeclared or OrderEvent.WithdrawalReturned or OrderEvent.WithdrawalWithheld or OrderEvent.WithdrawalGoodsSaid or OrderEvent.ShopPaidAtCounter or OrderEvent.RefundGivenOtherwise => [],
            _ => throw new InvalidOperationException($"Nobody decided what the world is told of {data.GetType().Name}."),
        };

        ReleaseStock GivenBack(OrderId hold) => new(hold, null, null, stored.At);

        IEnumerable<object> Gone(OrderId of, ShopId shop, OfferId offer, bool gone, IReadOnlyList<MissingQuantity>? missing) =>
            gone ? [new ReleaseStock(of, shop, [offer], stored.At, Missing(missing))] : [];

        // Each in the name in which it is set aside; what lacks is told with it, offer by offer.
        IEnumerable<object> Released(OrderId of, ShopId shop, IReadOnlyList<OfferId>? offers, IReadOnlyList<MissingQuantity>? missing, IReadOnlyList<HeldSubstitute>? substitutes) =>
        [
            new ReleaseStock(of, shop, offers, stored.At, Missing(missing)),
            .. (substitutes ?? []).Select(s => new ReleaseStock(s.Hold, null, null, stored.At, Missing(Of(missing, s.OfferId)))),
        ];

        IEnumerable<object> Issued(OrderId of, OrderEvent.ShopCollected e)
        {
            List<IssueStock.Line> lines = [.. e.Issued.Select(l => new IssueStock.Line(l.OfferId, l.Quantity))];
            var own = lines.Where(l => e.Substitutes?.Any(s => s.OfferId == l.OfferId) is not true).ToList();
            // Where substitutes took the place of everything, nothing is set aside in the order's own name.
            if (own.Count > 0)
            {
                yield return new IssueStock(of, e.ShopId, own, stored.At, Missing(e.Missing));
            }

            foreach (var substitute in e.Substitutes ?? [])
            {
                yield return new IssueStock(substitute.Hold, e.ShopId, lines.FindAll(l => l.OfferId == substitute.OfferId), stored.At, Missing(Of(e.Missing, substitute.OfferId)));
            }
        }
    }

    private static List<MissingQuantity>? Of(IReadOnlyList<MissingQuantity>? missing, OfferId offer) =>
        missing?.Where(m => m.OfferId == offer).ToList() is { Count: > 0 } found ? found : null;

    private static IReadOnlyList<MissingGoods>? Missing(IReadOnlyList<MissingQuantity>? lines) =>
        lines is null ? null : [.. lines.Select(l => new MissingGoods(l.OfferId, l.Quantity, l.Reason))];
}
