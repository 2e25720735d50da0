using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Display;

/// <summary>An offer's list row as UTF-8 JSON. Lists are mostly the same rows again and again, so each is written once per change.</summary>
internal static class SummaryJson
{
    /// <param name="Age">Of the offer, when this was written.</param>
    internal sealed record Cached(byte[] Json, Level Level, ShopView Shop, DateTimeOffset ValidUntil, int Age);

    internal static byte[] Of(DisplayedOffer offer, ShopView shop, OfferDisplay display, DateTimeOffset now)
    {
        var (level, age) = (offer.Level, offer.Age);
        if (offer.Summary is { } kept && ReferenceEquals(kept.Level, level) && ReferenceEquals(kept.Shop, shop) && now < kept.ValidUntil && kept.Age == age)
        {
            return kept.Json;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(View(offer, level, shop, display, now), CatalogJson.Plain.OfferSummary);
        offer.Summary = new Cached(json, level, shop, StockFreshness.ShownUntil(level, now), age);
        return json;
    }

    internal static OfferSummary View(DisplayedOffer o, Level level, ShopView shop, OfferDisplay display, DateTimeOffset now) => new(
        o.Id, o.Sku, o.Ean13, o.Title, o.Brand, shop.Shown, o.Category, o.Unit, o.PriceCents, o.UnitPrice, o.VatRate, StockFreshness.Available(level, now, o.PieceGrams),
        StockFreshness.State(level, o.Unit, now, o.PieceGrams).Text(), level.AsOf, shop.EarliestPickupOf(level, now), o.SecondHand, o.Alcohol, ImageUrl(display.PhotoOf(o), display.DrawingOf(o)), o.PriorPriceCents,
        level.Batches is { } batches ? [.. batches.Open(now)] : null, display.ModelOf(o), o.PieceGrams);

    /// <summary>Its shop's photo; without one, the storefront draws one picture per kind of goods. Nothing is fetched from elsewhere.</summary>
    internal static string ImageUrl(string? photo, string drawing) => photo is null ? $"/dessins/{drawing}.svg" : ProductPhoto.Address(photo);
}
