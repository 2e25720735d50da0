using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Display;

/// <summary>An offer's list row as UTF-8 JSON. Lists are mostly the same rows again and again, so each is written once per change.</summary>
internal static class SummaryJson
{
    internal sealed record Cached(byte[] Json, Level Level, ShopView Shop, DateTimeOffset ValidUntil);

    internal static byte[] Of(DisplayedOffer offer, ShopView shop, string drawing, DateTimeOffset now)
    {
        var level = offer.Level;
        if (offer.Summary is { } kept && ReferenceEquals(kept.Level, level) && ReferenceEquals(kept.Shop, shop) && now < kept.ValidUntil)
        {
            return kept.Json;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(View(offer, level, shop, drawing, now), CatalogJson.Plain.OfferSummary);
        offer.Summary = new Cached(json, level, shop, StockFreshness.ShownUntil(level, now));
        return json;
    }

    internal static OfferSummary View(DisplayedOffer o, Level level, ShopView shop, string drawing, DateTimeOffset now) => new(
        o.Id, o.Sku, o.Ean13, o.Title, o.Brand, shop.Shown, o.Category, o.Unit, o.PriceCents, o.UnitPrice, o.VatRate, StockFreshness.Available(level, now),
        StockFreshness.State(level, o.Unit, now).Text(), level.AsOf, shop.EarliestPickupOf(level, now), o.SecondHand, o.Alcohol, ImageUrl(o.Photo, drawing), o.PriorPriceCents,
        level.Batches is { } batches ? [.. batches.Open(now)] : null);

    /// <summary>Its shop's photo; without one, the storefront draws one picture per kind of goods. Nothing is fetched from elsewhere.</summary>
    internal static string ImageUrl(string? photo, string drawing) => photo is null ? $"/dessins/{drawing}.svg" : ProductPhoto.Address(photo);
}
