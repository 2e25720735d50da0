using MassTransit;

namespace Marketplace.Contracts.Ordering;

// Commands that Ordering sends while an order is being placed or ended. All are idempotent by order id and may be repeated at will.

/// <summary>To Catalog: reserve every line of the order, or none. Answered by <c>StockReserved</c> or <c>StockRefused</c>.</summary>
[MessageUrn("marketplace:reserve-stock:v1"), EntityName("marketplace.reserve-stock.v1")]
public sealed record ReserveStock(OrderId OrderId, DateTimeOffset ExpiresAt, IReadOnlyList<ReserveStock.ShopLines> Shops)
{
    /// <param name="PickupAt">When the goods leave the shop at the earliest, to their customer or to a shared point (<see cref="BatchPickups"/>): what is made in batches is taken of one that is ready then. Null (from an older sender too): nothing that is made in batches can be had.</param>
    public sealed record ShopLines(ShopId ShopId, IReadOnlyList<Line> Lines, DateTimeOffset? PickupAt = null);

    /// <param name="ExpectedPriceCents">The price the resident was shown; a different one refuses the line. Null: any price.</param>
    /// <param name="ExpectedPieceGrams">What a piece weighs, about, as the resident was shown, 0: sold in grams; a different one refuses the line. Null: any that the quantity is a multiple of.</param>
    public sealed record Line(OfferId OfferId, long Quantity, long? ExpectedPriceCents, long? ExpectedPieceGrams = null);
}

/// <summary>The orders of one batch in one message; each is answered as <see cref="ReserveStock"/> is.</summary>
[MessageUrn("marketplace:reserve-stock-batch:v1"), EntityName("marketplace.reserve-stock-batch.v1")]
public sealed record ReserveStockBatch(IReadOnlyList<ReserveStock> Orders);

/// <summary>To Catalog, which asked: the order stands, the hold no longer expires. Unasked, <see cref="OrderConfirmed"/> says so.</summary>
[MessageUrn("marketplace:confirm-stock:v1"), EntityName("marketplace.confirm-stock.v1")]
public sealed record ConfirmStock(OrderId OrderId);

/// <summary>To Catalog: give back what this order still holds. For one shop, or (null) for all. Also valid before the reservation arrived: it then never takes effect.</summary>
/// <param name="At">When it was given back, so that a count made since, which found it among the free goods, is not raised by it once more. Null (from an older sender): as late as it is heard.</param>
/// <param name="Missing">What of it the shop looked for and did not find, or found unfit to sell: no longer set aside, and not for sale either.</param>
[MessageUrn("marketplace:release-stock:v1"), EntityName("marketplace.release-stock.v1")]
public sealed record ReleaseStock(OrderId OrderId, ShopId? ShopId, IReadOnlyList<OfferId>? Offers, DateTimeOffset? At = null, IReadOnlyList<MissingGoods>? Missing = null);

/// <param name="Quantity">Pieces or grams.</param>
/// <param name="Reason"><c>quality</c>: there, and unfit to sell. Null: not found.</param>
public sealed record MissingGoods(OfferId OfferId, long Quantity, string? Reason = null)
{
    public const string Quality = "quality";
}

/// <summary>To Catalog: goods left the shop. Final quantities per offer; what was reserved above them is released.</summary>
/// <param name="At">When they left, so that a count made since is not reduced by them once more. Null (from an older sender): as late as it is heard.</param>
/// <param name="Missing">As of <see cref="ReleaseStock"/>: what of the rest is not there to be released.</param>
[MessageUrn("marketplace:issue-stock:v1"), EntityName("marketplace.issue-stock.v1")]
public sealed record IssueStock(OrderId OrderId, ShopId ShopId, IReadOnlyList<IssueStock.Line> Lines, DateTimeOffset? At = null, IReadOnlyList<MissingGoods>? Missing = null)
{
    public sealed record Line(OfferId OfferId, long Quantity);
}

/// <summary>To Merchants: take one place in each slot, or none. Answered by <c>PickupSlotsBooked</c> or <c>PickupSlotsRefused</c>.</summary>
[MessageUrn("marketplace:book-pickup-slots:v1"), EntityName("marketplace.book-pickup-slots.v1")]
public sealed record BookPickupSlots(OrderId OrderId, DateTimeOffset ExpiresAt, IReadOnlyList<BookPickupSlots.Booking> Bookings)
{
    public sealed record Booking(ShopId ShopId, string SlotId);
}

/// <summary>The orders of one batch in one message; each is answered as <see cref="BookPickupSlots"/> is.</summary>
[MessageUrn("marketplace:book-pickup-slots-batch:v1"), EntityName("marketplace.book-pickup-slots-batch.v1")]
public sealed record BookPickupSlotsBatch(IReadOnlyList<BookPickupSlots> Orders);

/// <summary>To Merchants, which asked: the order stands, the holds on its slots no longer expire. Unasked, <see cref="OrderConfirmed"/> says so.</summary>
[MessageUrn("marketplace:confirm-pickup-slots:v1"), EntityName("marketplace.confirm-pickup-slots.v1")]
public sealed record ConfirmPickupSlots(OrderId OrderId);

/// <summary>To Merchants: give back the order's places, of one shop or (null) of all. Also valid before the booking arrived.</summary>
[MessageUrn("marketplace:release-pickup-slots:v1"), EntityName("marketplace.release-pickup-slots.v1")]
public sealed record ReleasePickupSlots(OrderId OrderId, ShopId? ShopId);

// Facts about orders, for whoever follows them (dashboards, other services). No personal data.

[MessageUrn("marketplace:order-confirmed:v1"), EntityName("marketplace.order-confirmed.v1")]
public sealed record OrderConfirmed(OrderId OrderId, string Town, DateTimeOffset At, IReadOnlyList<OrderConfirmed.ShopOrder> ShopOrders)
{
    /// <param name="Accepted">The shop accepted by itself, in the same moment; else it is asked.</param>
    public sealed record ShopOrder(ShopId ShopId, long TotalCents, int Lines, bool Accepted = false);
}

/// <summary>After its confirmation (so always newer than that) a shop order reached a status of its life: <c>accepted ready collected declined expired cancelled</c>; or stands again at <c>requested</c> or <c>accepted</c>, because a tap was taken back.</summary>
[MessageUrn("marketplace:shop-order-changed:v1"), EntityName("marketplace.shop-order-changed.v1")]
public sealed record ShopOrderChanged(OrderId OrderId, ShopId ShopId, string Status, DateTimeOffset At, long Version);

[MessageUrn("marketplace:order-ended:v1"), EntityName("marketplace.order-ended.v1")]
public sealed record OrderEnded(OrderId OrderId, string Outcome, DateTimeOffset At);
