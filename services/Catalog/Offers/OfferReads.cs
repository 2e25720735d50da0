using System.Globalization;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Search;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Catalog.Offers;

/// <summary>What anybody may read. Answered from memory: no query, no bus.</summary>
internal static class OfferReads
{
    internal const int MostIds = 100;
    internal const int MostResults = 10_000;
    private const int LongestQuery = 200;

    internal static void MapOfferReads(this RouteGroupBuilder api)
    {
        api.MapGet("/towns/{town}/offers", List).AllowAnyone().Produces<OfferPage>();
        api.MapGet("/towns/{town}/suggestions", Suggest).AllowAnyone();
        api.MapGet("/offers/{offerId:guid}", Details).AllowAnyone().Produces<Offer>();
        api.MapGet("/offers", Some).AllowAnyone().Produces<IReadOnlyList<OfferSummary>>();
    }

    private static OfferAnswers.Page List(string town, string? q, string? category, string? shop, bool? availableToday, long? minPrice, long? maxPrice, string? sort, string? near,
        int? page, int? pageSize, OfferDisplay display, ShopViews views, IShopDirectory shops, TimeProvider clock)
    {
        KnownTown(views, town);
        if (shop is not null && shops.Find(shop) is not { IsPublished: true })
        {
            throw Refusal.NotFound("shop", "Cette boutique n’existe pas, ou n’est plus là.", "There is no such shop here.");
        }

        if (category is not null && display.Categories.Find(category) is null)
        {
            throw Refusal.NotFound("category", "Cette catégorie n’existe pas.", "There is no such category.");
        }

        if (q?.Length > LongestQuery)
        {
            throw Refusal.Invalid("query-too-long", "La recherche est trop longue.", "The search text is too long.");
        }

        var (number, size) = Paging(page, pageSize, 24);
        var now = clock.GetUtcNow();
        var hits = display.Index.Search(new OfferQuery(now, town, string.IsNullOrWhiteSpace(q) ? null : q, category, shop, availableToday ?? false,
            minPrice, maxPrice, Sort(sort), Near(near), number, size));
        return new OfferAnswers.Page(display, hits, number, size, now);
    }

    private static IReadOnlyList<Suggestion> Suggest(string town, string? q, OfferDisplay display, ShopViews views)
    {
        KnownTown(views, town);
        return string.IsNullOrWhiteSpace(q) || q.Length > LongestQuery
            ? []
            : [.. display.Index.Suggest(town, q, 10).Select(s => new Suggestion(s.Kind switch
            {
                SuggestionKind.Offer => "offer", SuggestionKind.Category => "category", SuggestionKind.Shop => "shop", _ => "query",
            }, s.Text, s.Target))];
    }

    private static JsonHttpResult<Offer> Details(Guid offerId, string? town, OfferDisplay display, TimeProvider clock) =>
        TypedResults.Json(OfferAnswers.Details(display, new OfferId(offerId), clock.GetUtcNow(), town) ?? throw OfferAnswers.Unknown(), CatalogJson.Plain.Offer);

    private static OfferAnswers.Some Some(string? ids, OfferDisplay display, TimeProvider clock)
    {
        var texts = (ids ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length is 0 or > MostIds)
        {
            throw Refusal.Invalid("ids-invalid", $"Donnez de 1 à {MostIds} identifiants d’offres.", $"Give 1 to {MostIds} offer ids.");
        }

        var wanted = new List<OfferId>(texts.Length);
        foreach (var text in texts)
        {
            wanted.Add(OfferId.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id
                : throw Refusal.Invalid("ids-invalid", $"« {text} » n’est pas un identifiant d’offre.", $"“{text}” is not an offer id."));
        }

        return new OfferAnswers.Some(display, wanted, clock.GetUtcNow());
    }

    /// <summary>Pages count from 1; beyond ten thousand results nobody pages, and nobody should scrape.</summary>
    internal static (int Page, int Size) Paging(int? page, int? pageSize, int usual)
    {
        var (number, size) = (page ?? 1, pageSize ?? usual);
        return number >= 1 && size is >= 1 and <= 100 && (long)number * size <= MostResults
            ? (number, size)
            : throw Refusal.Invalid("page-invalid", "La page commence à 1, avec 100 éléments au plus, et la liste s’arrête à 10 000.", "Pages start at 1, hold at most 100 items, and lists end at 10,000.");
    }

    private static void KnownTown(ShopViews shops, string town)
    {
        if (!shops.KnowsTown(town))
        {
            throw Refusal.NotFound("town", "Cette ville n’est pas connue ici.", "This town is not known here.");
        }
    }

    private static OfferSort? Sort(string? text) => text switch
    {
        null or "" => null,
        "relevance" => OfferSort.Relevance,
        "availability" => OfferSort.Availability,
        "price" => OfferSort.Price,
        "-price" => OfferSort.PriceDescending,
        "newest" => OfferSort.Newest,
        "distance" => OfferSort.Distance,
        _ => throw Refusal.Invalid("sort-unknown", "Cet ordre de tri n’existe pas.", "There is no such sort order."),
    };

    private static NearPoint? Near(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var comma = text.IndexOf(',', StringComparison.Ordinal);
        return comma > 0
            && double.TryParse(text.AsSpan(0, comma), NumberStyles.Float, CultureInfo.InvariantCulture, out var lat) && lat is >= -90 and <= 90
            && double.TryParse(text.AsSpan(comma + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var lon) && lon is >= -180 and <= 180
                ? new NearPoint(lat, lon)
                : throw Refusal.Invalid("near-invalid", "La position s’écrit « latitude,longitude ».", "A position is “latitude,longitude”.");
    }
}
