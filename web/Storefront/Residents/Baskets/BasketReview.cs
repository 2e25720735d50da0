using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>The basket against what the shops have now. What had to change is changed, kept, and told.</summary>
internal sealed class BasketReview(BasketStore store, CatalogClient catalog, TownDirectory towns)
{
    public async Task<BasketView> ReviewAsync(byte[]? key, string town, CancellationToken token)
    {
        var lines = key is null ? [] : await store.LinesAsync(key, town, token);
        if (key is null || lines.Count == 0)
        {
            return new BasketView([]);
        }
        var now = (await catalog.OffersAsync([.. lines.Select(l => l.Offer)], token)).ToDictionary(o => o.OfferId);
        var shops = (await towns.ShopsAsync(town, token)).ToDictionary(s => s.Slug);
        var reviewed = new List<ReviewedLine>(lines.Count);
        foreach (var line in lines)
        {
            var found = Review(line, now.GetValueOrDefault(line.Offer));
            reviewed.Add(found);
            // Also the title and the unit: a line of an order that was never confirmed came without them.
            if (found.Line != line && found.Orderable)
            {
                await store.ChangeAsync(key, town, found.Line, line.Quantity, token);
            }
        }
        return new BasketView([.. reviewed.GroupBy(l => l.Line.Shop).Select(g => new BasketShop(g.Key, shops.GetValueOrDefault(g.Key), [.. g]))]);
    }

    /// <summary>Pure: a line and the offer as it is now.</summary>
    internal static ReviewedLine Review(BasketLine line, OfferSummary? offer)
    {
        if (offer is null)
        {
            return new ReviewedLine(line, null, LineTrouble.Gone);
        }
        // A line of an order that was never confirmed came without title and unit; any other says how its goods were sold when it was put in.
        var known = line.Title.Length > 0;
        var unitMoved = known && line.Unit != offer.Unit;
        line = line with { Title = offer.Title };
        if (offer.StockState == "to-confirm")
        {
            return new ReviewedLine(line, offer, LineTrouble.ToConfirm);
        }
        if (offer.Available <= 0 || offer.StockState == "out-of-stock")
        {
            return new ReviewedLine(line, offer, LineTrouble.SoldOut);
        }
        var measure = Measure.Of(offer);
        var piecesMoved = known && !unitMoved && line.Measure != measure;
        var quantity = unitMoved || piecesMoved ? BasketQuantity.Moved(line.Measure, measure, line.Quantity, offer.Available) : BasketQuantity.Fit(measure, line.Quantity, offer.Available);
        var adjusted = line with { Unit = offer.Unit, Quantity = quantity, SeenPriceCents = offer.PriceCents, PieceGrams = measure.PieceGrams };
        return new ReviewedLine(adjusted, offer, LineTrouble.None)
        {
            UnitMoved = unitMoved,
            PiecesMoved = piecesMoved,
            QuantityBefore = unitMoved || piecesMoved || quantity == line.Quantity ? null : line.Quantity,
            PriceBefore = unitMoved || offer.PriceCents == line.SeenPriceCents ? null : line.SeenPriceCents,
        };
    }
}

public enum LineTrouble
{
    None,
    Gone,
    SoldOut,
    ToConfirm,
}

/// <param name="Offer">As it is now; null when it is no longer sold.</param>
public sealed record ReviewedLine(BasketLine Line, OfferSummary? Offer, LineTrouble Trouble)
{
    /// <summary>Sold by the piece before and by weight now, or the other way round: quantity and price are others.</summary>
    public bool UnitMoved { get; init; }
    /// <summary>Sold by weight still, in pieces of another weight than was seen, or no longer in pieces: the quantity is another.</summary>
    public bool PiecesMoved { get; init; }
    /// <summary>The quantity asked before the stock made it smaller.</summary>
    public long? QuantityBefore { get; init; }
    /// <summary>The price seen before it moved.</summary>
    public long? PriceBefore { get; init; }

    /// <summary>Put in since the page was shown.</summary>
    public bool NotShown { get; init; }
    /// <summary>The quantity that the page showed, when it is another by now.</summary>
    public long? QuantityShown { get; init; }

    public bool Orderable => Trouble == LineTrouble.None;
    public long TotalCents => Orderable ? Money.LineTotal(Line.Unit, Line.Quantity, Line.SeenPriceCents) : 0;

    /// <summary>What it may come to on the scale.</summary>
    public long AtMostCents => Orderable ? Money.LineTotal(Line.Unit, Overweight.AtMost(Line.Unit, Line.Quantity), Line.SeenPriceCents) : 0;
}

/// <param name="Shop">Null when the shop is no longer in the town.</param>
public sealed record BasketShop(string Slug, ShopSummary? Shop, IReadOnlyList<ReviewedLine> Lines)
{
    public string Name => Shop?.Name ?? Lines.Select(l => l.Offer?.Shop.Name).FirstOrDefault(n => n is not null) ?? Slug;
    public IEnumerable<ReviewedLine> Orderable => Shop is null ? [] : Lines.Where(l => l.Orderable);
    public long TotalCents => Orderable.Sum(l => l.TotalCents);

    /// <summary>All of it: no sooner than the batches of what is made to order.</summary>
    public DateTimeOffset? EarliestPickup => Orderable.Where(l => l.Offer!.Batches is not null).Select(l => l.Offer!.EarliestPickup).ToList() is { Count: > 0 } made
        ? made.Contains(null) ? null : made.Max()
        : Shop?.EarliestPickup;
}

public sealed record BasketView(IReadOnlyList<BasketShop> Shops)
{
    public IReadOnlyList<BasketShop> Orderable { get; } = [.. Shops.Where(s => s.Orderable.Any())];
    public long TotalCents => Orderable.Sum(s => s.TotalCents);
    public long AtMostCents => Orderable.Sum(s => s.Orderable.Sum(l => l.AtMostCents));
    public int Lines => Orderable.Sum(s => s.Orderable.Count());
    public bool IsEmpty => Shops.Count == 0;
    public bool Alcohol => Orderable.Any(s => s.Orderable.Any(l => l.Offer!.Alcohol));
}
