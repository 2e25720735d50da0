using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Stock;

internal enum ReservationStatus
{
    /// <summary>Only a partial release has come so far; the reservation itself is still on its way.</summary>
    Awaited,
    Held,
    Confirmed,
    Refused,
    Released,
    Issued,
}

/// <summary>What one order has set aside. Changed in memory under its row's lock, then written.</summary>
internal sealed class Reservation(OrderId orderId, ReservationStatus status, DateTimeOffset? expiresAt, DateTimeOffset createdAt)
{
    internal OrderId OrderId { get; } = orderId;
    internal ReservationStatus Status { get; set; } = status;
    internal DateTimeOffset? ExpiresAt { get; set; } = expiresAt;
    internal DateTimeOffset CreatedAt { get; } = createdAt;
    internal List<EarlyRelease> Early { get; init; } = [];
    internal List<ReservationLine> Lines { get; } = [];

    /// <summary>Not in the table yet.</summary>
    internal bool IsNew { get; init; }
    internal bool IsTouched { get; set; }

    /// <summary>Once nothing is set aside any more the reservation has ended, one way or the other.</summary>
    internal void EndIfEmpty()
    {
        if (Status is ReservationStatus.Held or ReservationStatus.Confirmed && Lines.TrueForAll(l => l.Held == 0))
        {
            Status = Lines.Exists(l => l.Issued > 0) ? ReservationStatus.Issued : ReservationStatus.Released;
        }
    }
}

/// <summary>A release: of one shop, or of some offers. Kept where it overtook its reservation.</summary>
/// <param name="Missing">What of it the shop did not find.</param>
internal sealed record EarlyRelease(ShopId? Shop, IReadOnlyList<OfferId>? Offers, IReadOnlyList<MissingGoods>? Missing = null)
{
    internal bool Covers(ReservationLine line) => (Shop is null || line.ShopId == Shop) && (Offers is null || Offers.Contains(line.OfferId));
}

internal sealed class ReservationLine(OfferId offerId, ShopId shopId, long quantity, long held, long issued, long priceCents, DateTimeOffset? batchAt = null)
{
    internal OfferId OfferId { get; } = offerId;
    internal ShopId ShopId { get; } = shopId;
    internal long Quantity { get; } = quantity;
    internal long Held { get; set; } = held;
    internal long Issued { get; set; } = issued;
    internal long PriceCents { get; } = priceCents;

    /// <summary>The batch in which it has places; null: goods from the shelf.</summary>
    internal DateTimeOffset? BatchAt { get; set; } = batchAt;
    internal bool IsNew { get; init; }
    internal bool IsTouched { get; set; }
}
