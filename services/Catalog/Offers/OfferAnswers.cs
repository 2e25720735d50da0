using System.Text.Json;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Search;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Offers;

/// <summary>Answers about offers, written straight to the response: list rows are copied in as they were kept.</summary>
internal static class OfferAnswers
{
    private static readonly JsonWriterOptions Writing = new() { SkipValidation = true, Encoder = CatalogJson.Plain.Options.Encoder };

    /// <summary>A page of a search.</summary>
    internal sealed class Page(OfferDisplay display, OfferHits hits, int page, int pageSize, DateTimeOffset now) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            Begin(httpContext);
            await using (var json = new Utf8JsonWriter(httpContext.Response.BodyWriter, Writing))
            {
                json.WriteStartObject();
                json.WriteStartArray("items"u8);
                foreach (var id in hits.Ids)
                {
                    if (display.Find(new OfferId(id)) is { } offer && display.Summary(offer, now) is { } row)
                    {
                        json.WriteRawValue(row, skipInputValidation: true);
                    }
                }

                json.WriteEndArray();
                json.WriteNumber("total"u8, hits.Total);
                json.WriteBoolean("totalIsLowerBound"u8, hits.TotalIsLowerBound);
                json.WriteNumber("page"u8, page);
                json.WriteNumber("pageSize"u8, pageSize);
                WriteFacets(json, hits.Facets);
                json.WriteString("correctedQuery"u8, hits.CorrectedQuery);
                json.WriteEndObject();
            }

            await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }

        private static void WriteFacets(Utf8JsonWriter json, OfferHitFacets facets)
        {
            json.WriteStartObject("facets"u8);
            json.WriteStartArray("categories"u8);
            WriteCounts(json, facets.Categories);
            json.WriteStartArray("shops"u8);
            WriteCounts(json, facets.Shops);
            json.WriteNumber("availableToday"u8, facets.AvailableToday);
            WriteNumber(json, "minPriceCents"u8, facets.MinPriceCents);
            WriteNumber(json, "maxPriceCents"u8, facets.MaxPriceCents);
            json.WriteEndObject();
        }

        private static void WriteCounts(Utf8JsonWriter json, IReadOnlyList<OfferFacet> counts)
        {
            foreach (var count in counts)
            {
                json.WriteStartObject();
                json.WriteString("slug"u8, count.Slug);
                json.WriteString("name"u8, count.Name);
                json.WriteNumber("count"u8, count.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }

    /// <summary>Some offers by id; those that are not shown are left out.</summary>
    internal sealed class Some(OfferDisplay display, IReadOnlyList<OfferId> ids, DateTimeOffset now) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            Begin(httpContext);
            await using (var json = new Utf8JsonWriter(httpContext.Response.BodyWriter, Writing))
            {
                json.WriteStartArray();
                foreach (var id in ids)
                {
                    if (display.Find(id) is { } offer && display.Summary(offer, now) is { } row)
                    {
                        json.WriteRawValue(row, skipInputValidation: true);
                    }
                }

                json.WriteEndArray();
            }

            await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }

    /// <summary>One offer with everything a resident may know of it; null when it is not on sale.</summary>
    internal static Offer? Details(OfferDisplay display, OfferId id, DateTimeOffset now, string? town = null)
    {
        if (display.Find(id) is not { } o || display.ShopOf(o, now) is not { } shop)
        {
            return null;
        }

        var level = o.Level;
        var earliest = shop.EarliestPickupOf(level, now);
        return new Offer(o.Id, o.Sku, o.Ean13, o.Title, o.Brand, shop.Shown, shop.Towns, o.Category, display.Categories.PathOf(o.Category), o.Description, o.Unit, o.PriceCents, o.UnitPrice,
            o.VatRate, o.NetQuantity, o.NetUnit, o.Allergens, o.Origin, o.Alcohol, o.SecondHand, StockFreshness.Available(level, now, o.PieceGrams), StockFreshness.State(level, o.Unit, now, o.PieceGrams).Text(),
            level.Source.Text(), level.AsOf, earliest, SummaryJson.ImageUrl(display.PhotoOf(o), display.DrawingOf(o)), AlsoAt(display, o, town is null ? shop.Towns : [town], now), "active", o.PriorPriceCents,
            level.Batches is { } batches ? [.. batches.Open(now)] : null, o.ReducedUntil,
            display.ModelOf(o), o.Variant is null ? null : [.. display.VariantsOf(o).Select(v => VariantOf(v, now))], o.PieceGrams,
            earliest is { } at ? shop.AtPoints.GetValueOrDefault(at) : null);
    }

    private static OfferVariant VariantOf(DisplayedOffer o, DateTimeOffset now)
    {
        var level = o.Level;
        return new(o.Id, o.Title, o.Variant?.Size, o.Variant?.Colour, o.PriceCents, StockFreshness.Available(level, now, o.PieceGrams), StockFreshness.State(level, o.Unit, now, o.PieceGrams).Text());
    }

    internal static Refusal Unknown() => Refusal.NotFound("offer", "Cette offre n’existe pas, ou n’est plus en vente.", "This offer does not exist or is no longer on sale.");

    // One basket is collected in one town: the same book elsewhere does not help.
    private static List<OfferSummary> AlsoAt(OfferDisplay display, DisplayedOffer offer, IReadOnlyList<string> towns, DateTimeOffset now)
    {
        var others = new List<OfferSummary>();
        foreach (var other in display.AlsoAt(offer))
        {
            if (display.ShopOf(other, now) is { } shop && shop.Towns.Any(towns.Contains))
            {
                others.Add(SummaryJson.View(other, other.Level, shop, display, now));
            }
        }

        others.Sort((a, b) => (b.Available > 0).CompareTo(a.Available > 0) is var first and not 0 ? first : a.PriceCents.CompareTo(b.PriceCents));
        return others;
    }

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
    }
}
