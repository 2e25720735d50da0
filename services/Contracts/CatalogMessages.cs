using MassTransit;

namespace Marketplace.Contracts.Catalog;

/// <summary>Every line of the order is reserved; the lines as they were sold at that moment, to be frozen on the order.</summary>
[MessageUrn("marketplace:stock-reserved:v1"), EntityName("marketplace.stock-reserved.v1")]
public sealed record StockReserved(OrderId OrderId, IReadOnlyList<StockReserved.ShopLines> Shops)
{
    /// <param name="AcceptedByItself">The shop's stock is fed and fresh: its order needs no acceptance by hand.</param>
    public sealed record ShopLines(ShopId ShopId, bool AcceptedByItself, IReadOnlyList<Line> Lines);

    /// <param name="Quantity">Pieces or grams, see <see cref="SaleUnit"/>.</param>
    /// <param name="PriceCents">Per piece or per kilogram, VAT included.</param>
    /// <param name="VatRate">Percent.</param>
    /// <param name="BatchAt">The batch in which it has its places; null: it is on the shelf.</param>
    /// <param name="PieceGrams">Sold by weight in pieces of about so many grams; the quantity is a multiple of it. Null: it is not, or (from an older sender) nothing is said of it.</param>
    /// <param name="NoWithdrawal">Why who buys it at a distance may not withdraw from it (<c>perishable press made-to-measure</c>), or only as long as it is not opened (<c>hygiene recording</c>), as the rules were when it was reserved. Null: nothing stands against it, or an older sender.</param>
    public sealed record Line(OfferId OfferId, string Sku, string? Ean13, string Title, string Category, SaleUnit Unit,
        long Quantity, long PriceCents, decimal VatRate, bool SecondHand, bool Alcohol, DateTimeOffset? BatchAt = null, long? PieceGrams = null, string? NoWithdrawal = null);
}

/// <summary>Nothing of the order is reserved; why, line by line.</summary>
[MessageUrn("marketplace:stock-refused:v1"), EntityName("marketplace.stock-refused.v1")]
public sealed record StockRefused(OrderId OrderId, IReadOnlyList<StockRefused.Line> Lines)
{
    /// <param name="Reason"><c>out-of-stock</c>, <c>price-changed</c>, <c>pieces-changed</c> (sold in pieces of another weight than was seen, or of which the quantity is no multiple), <c>unknown-offer</c> (of this shop), <c>not-for-sale</c> (archived, shop suspended, stock past its freshness limit), <c>batch-closed</c> (made to order, and no batch that can still be ordered from is ready by the pickup).</param>
    /// <param name="Unit">What the quantities count; null of an unknown offer, and from who does not say it yet.</param>
    /// <param name="PieceGrams">What a piece of it weighs now, about; null: it is not sold by weight in pieces.</param>
    public sealed record Line(ShopId ShopId, OfferId OfferId, string Reason, string? Title, long Requested, long Available, long? PriceCents, SaleUnit? Unit = null, long? PieceGrams = null);
}

/// <summary>The answers of one batch in one message.</summary>
[MessageUrn("marketplace:stock-answer-batch:v1"), EntityName("marketplace.stock-answer-batch.v1")]
public sealed record StockAnswerBatch(IReadOnlyList<StockReserved> Reserved, IReadOnlyList<StockRefused> Refused);

/// <summary>The hour at which an order's goods are made has moved, within its day: the shop changed its plan. Of two about one line the one with the higher version stands.</summary>
/// <param name="OrderId">In whose name the places are taken.</param>
/// <param name="Version">Of the offer's stock: it rises with each move.</param>
[MessageUrn("marketplace:batch-moved:v1"), EntityName("marketplace.batch-moved.v1")]
public sealed record BatchMoved(OrderId OrderId, ShopId ShopId, OfferId OfferId, DateTimeOffset From, DateTimeOffset To, long Version);

/// <summary>A hold passed its expiry and was neither confirmed nor released: Ordering answers with <c>ConfirmStock</c> or <c>ReleaseStock</c>.</summary>
[MessageUrn("marketplace:stock-hold-overdue:v1"), EntityName("marketplace.stock-hold-overdue.v1")]
public sealed record StockHoldOverdue(OrderId OrderId);

/// <summary>Cache hint, not a fact: what these offers show has changed. Coalesced, may be lost, never relied upon.</summary>
[MessageUrn("marketplace:offers-changed:v1"), EntityName("marketplace.offers-changed.v1")]
public sealed record OffersChanged(IReadOnlyList<string> Towns, IReadOnlyList<ShopId> Shops, IReadOnlyList<OfferId> Offers);

/// <summary>How many offers a shop that is not published yet has for sale: what its opening waits for. A count of an earlier time than the known one is dropped.</summary>
[MessageUrn("marketplace:shop-assortment-counted:v1"), EntityName("marketplace.shop-assortment-counted.v1")]
public sealed record ShopAssortmentCounted(ShopId ShopId, int Offers, DateTimeOffset At);
