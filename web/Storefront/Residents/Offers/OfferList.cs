using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Offers;

internal static class OfferList
{
    private const int TownsAsked = 3;

    public static void MapOfferList(this RouteGroupBuilder town) =>
        town.MapGet("/produits", ShowAsync).CachePage(20, "q", "rayon", "boutique", "aujourdhui", "prixmin", "prixmax", "tri", "pres", "page");

    private static async Task<IResult> ShowAsync(HttpContext http, TownDirectory directory, CatalogClient catalog, MerchantsClient merchants, CancellationToken token)
    {
        var town = http.Town();
        var filter = OfferFilter.From(http.Request.Query);
        var categories = await directory.CategoriesAsync(token);
        var shops = await directory.ShopsAsync(town.Slug, token);
        if (filter.Shop is { } shop && shops.All(s => s.Slug != shop) && await OwnAddressAsync(filter, town.Slug, merchants, token) is { } href)
        {
            return Results.Redirect(href);
        }
        var found = await catalog.OffersAsync(town.Slug, filter.ToQuery(town.Position), token);
        if (LastPage.InsteadOf(filter.Page, found.Items.Count, Math.Min(found.Total, 10_000), OfferFilter.PageSize) is { } last)
        {
            return Results.Redirect((filter with { Page = last }).Href(town.Slug));
        }
        // Nothing here: whether another town has it is worth a look, the visitor may live between two.
        var near = found.Total == 0 ? [.. (await directory.NeighboursAsync(town.Slug, token)).Take(TownsAsked)] : Array.Empty<TownSummary>();
        var elsewhere = filter.Text is not null ? await ElsewhereAsync(near, filter, catalog, token) : [];
        var wider = found.Total == 0 ? await WiderAsync(town.Slug, filter, categories, catalog, token) : [];
        return Page.Of<OfferListPage, OfferListModel>(new OfferListModel(town, filter, found, categories, shops, near, elsewhere) { Wider = wider });
    }

    // A shop of another town has its list there; of one that is not to be found the filter is left out. Null where the shop does belong here, or nobody can tell.
    private static async Task<string?> OwnAddressAsync(OfferFilter filter, string town, MerchantsClient merchants, CancellationToken token)
    {
        try
        {
            var own = await merchants.ShopAsync(filter.Shop!, token) is { Status: "published" } found ? OwnTown.Of(found.Towns, town) : null;
            return own == town ? null : own is null ? (filter with { Shop = null, Page = 1 }).Href(town) : filter.Href(own);
        }
        catch (ServiceUnavailable)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<(TownSummary, int)>> ElsewhereAsync(IReadOnlyList<TownSummary> near, OfferFilter filter, CatalogClient catalog, CancellationToken token)
    {
        var totals = await Task.WhenAll(near.Select(town => TotalAsync(town.Slug, filter.Elsewhere, catalog, token)));
        return [.. near.Zip(totals).Where(t => t.Second > 0)];
    }

    // Which of the filters hides what there is; where no single one does, all of them together.
    private static async Task<IReadOnlyList<(OfferFilter, int)>> WiderAsync(string town, OfferFilter filter, CategoryTree categories, CatalogClient catalog, CancellationToken token)
    {
        var wider = filter.WithoutOne(categories).ToList();
        var found = await FoundAsync(wider);
        return found.Count > 0 || wider.Count < 2 ? found : await FoundAsync([filter.TextAlone]);

        async Task<IReadOnlyList<(OfferFilter, int)>> FoundAsync(IReadOnlyList<OfferFilter> filters)
        {
            var totals = await Task.WhenAll(filters.Select(f => TotalAsync(town, f, catalog, token)));
            return [.. filters.Zip(totals).Where(f => f.Second > 0)];
        }
    }

    // The page has its answer without it: a town that cannot be asked now is left out.
    private static async Task<int> TotalAsync(string town, OfferFilter filter, CatalogClient catalog, CancellationToken token)
    {
        try
        {
            return (await catalog.OffersAsync(town, new OfferQuery(filter.Text, filter.Category, filter.Shop, filter.Today, filter.MinEuros * 100L, filter.MaxEuros * 100L, PageSize: 1), token)).Total;
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return 0;
        }
    }
}

/// <param name="Near">Other towns, where nothing was found in this one; <paramref name="Elsewhere"/> those of them that have what was looked for, with the same filters.</param>
public sealed record OfferListModel(Town Town, OfferFilter Filter, OfferPage Found, CategoryTree Categories, IReadOnlyList<ShopSummary> Shops,
    IReadOnlyList<TownSummary> Near, IReadOnlyList<(TownSummary Town, int Total)> Elsewhere)
{
    /// <summary>Where nothing was found: with fewer filters there is this much.</summary>
    public IReadOnlyList<(OfferFilter Filter, int Total)> Wider { get; init; } = [];

    public int LastPage => (Math.Min(Found.Total, 10_000) + OfferFilter.PageSize - 1) / OfferFilter.PageSize;
}
