using Marketplace.Contracts;

namespace Marketplace.Catalog.Stock;

// What Catalog's log remembers of reservations. Stored shapes: never edited, only upcast.

/// <summary>Every line of an order was set aside, as sold at that moment.</summary>
internal sealed record StockHeld(OrderId OrderId, IReadOnlyList<StockHeld.Shop> Shops)
{
    internal sealed record Shop(ShopId ShopId, bool AcceptedByItself, IReadOnlyList<SoldLine> Lines);

    internal sealed record SoldLine(OfferId OfferId, string Sku, string? Ean13, string Title, string Category, SaleUnit Unit,
        long Quantity, long PriceCents, decimal VatRate, bool SecondHand, bool Alcohol, DateTimeOffset? BatchAt = null, long? PieceGrams = null, string? NoWithdrawal = null);
}

/// <summary>Nothing of an order was set aside.</summary>
internal sealed record StockHoldRefused(OrderId OrderId, IReadOnlyList<StockHoldRefused.RefusedLine> Lines)
{
    internal sealed record RefusedLine(ShopId ShopId, OfferId OfferId, string Reason, string? Title, long Requested, long Available, long? PriceCents, SaleUnit? Unit = null, long? PieceGrams = null);
}

/// <summary>A hold passed its expiry unanswered; Ordering is asked what becomes of it.</summary>
internal sealed record StockHoldExpired(OrderId OrderId);
