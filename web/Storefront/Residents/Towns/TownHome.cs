using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Residents.Towns;

internal static class TownHome
{
    private const int OffersShown = 8;
    private const int StallsLookedFor = 5;

    public static void MapTownHome(this RouteGroupBuilder town) => town.MapGet("/", ShowAsync).CachePage(30);

    private static async Task<IResult> ShowAsync(HttpContext http, TownDirectory directory, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town();
        var shops = await directory.ShopsAsync(town.Slug, token);
        var (categories, today) = await GoodsAsync(directory, catalog, town.Slug, token);
        var near = shops.Count == 0 ? await directory.NeighboursAsync(town.Slug, token) : [];
        return Page.Of<TownHomePage, TownHomeModel>(new TownHomeModel(town, shops, categories, today, near));
    }

    // A home page without its offers is still a home page: search, shops and news stand when Catalog does not answer.
    private static async Task<(IReadOnlyList<Category>, OfferPage?)> GoodsAsync(TownDirectory directory, CatalogClient catalog, string town, CancellationToken token)
    {
        try
        {
            var categories = await directory.CategoriesAsync(token);
            var all = catalog.OffersAsync(town, new OfferQuery(PageSize: 1), token);
            var today = catalog.OffersAsync(town, new OfferQuery(AvailableToday: true, PageSize: 60), token);
            await Task.WhenAll(all, today);
            var page = await today;
            var items = await WithOtherStallsAsync(page, categories, catalog, town, token);
            var sold = (await all).Facets.Categories.Where(c => c.Count > 0).Select(c => c.Slug).ToHashSet();
            return (categories.Roots.Where(c => sold.Contains(c.Slug)).ToList(), page with { Items = Mixed(items) });
        }
        catch (ServiceUnavailable)
        {
            return ([], null);
        }
    }

    // Where one trade has by far the most articles, those of the others are looked for apart: bread and cheese are what a market is known by.
    private static async Task<IReadOnlyList<OfferSummary>> WithOtherStallsAsync(OfferPage today, CategoryTree categories, CatalogClient catalog, string town, CancellationToken token)
    {
        if (today.Total <= today.Items.Count)
        {
            return today.Items;
        }
        var (there, seen) = (today.Facets.Categories.Where(c => c.Count > 0).Select(c => c.Slug).ToHashSet(), today.Items.Select(o => categories.Path(o.Category) is [var root, ..] ? root.Slug : null).ToHashSet());
        var others = await Task.WhenAll(categories.Roots.Where(c => there.Contains(c.Slug) && !seen.Contains(c.Slug)).Take(StallsLookedFor)
            .Select(c => catalog.OffersAsync(town, new OfferQuery(Category: c.Slug, AvailableToday: true, PageSize: 4), token)));
        return [.. others.SelectMany(o => o.Items), .. today.Items];
    }

    // A market shows every stall: one offer of each shop in turn, in the order that Catalog gave.
    private static List<OfferSummary> Mixed(IReadOnlyList<OfferSummary> offers) =>
        [.. offers.GroupBy(o => o.Shop.Id).SelectMany(shop => shop.DistinctBy(o => o.Category).Concat(shop).Distinct().Select((offer, turn) => (offer, turn)))
            .OrderBy(o => o.turn).Select(o => o.offer).Take(OffersShown)];
}

/// <param name="Today">Null when Catalog does not answer.</param>
/// <param name="Near">Where to go meanwhile, of a town without shops.</param>
public sealed record TownHomeModel(Town Town, IReadOnlyList<ShopSummary> Shops, IReadOnlyList<Category> Categories, OfferPage? Today,
    IReadOnlyList<TownSummary> Near);
