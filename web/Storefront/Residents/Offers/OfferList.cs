using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Offers;

internal static class OfferList
{
    public static void MapOfferList(this RouteGroupBuilder town) =>
        town.MapGet("/produits", ShowAsync).CachePage(20, "q", "rayon", "boutique", "aujourdhui", "prixmin", "prixmax", "tri", "pres", "page");

    private static async Task<IResult> ShowAsync(HttpContext http, TownDirectory directory, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town();
        var filter = OfferFilter.From(http.Request.Query);
        var categories = await directory.CategoriesAsync(token);
        var shops = await directory.ShopsAsync(town.Slug, token);
        var found = await catalog.OffersAsync(town.Slug, filter.ToQuery(town.Position), token);
        // Nothing here: whether another town has it is worth a look, the visitor may live between two.
        var elsewhere = found.Total == 0 && filter.Text is not null ? await ElsewhereAsync(town.Slug, filter.Text, directory, catalog, token) : [];
        return Page.Of<OfferListPage, OfferListModel>(new OfferListModel(town, filter, found, categories, shops, elsewhere));
    }

    private static async Task<IReadOnlyList<(TownSummary, int)>> ElsewhereAsync(string here, string text, TownDirectory directory, CatalogClient catalog, CancellationToken token)
    {
        var found = new List<(TownSummary, int)>();
        foreach (var town in (await directory.TownsAsync(token)).Where(t => t.Slug != here).Take(3))
        {
            var offers = await catalog.OffersAsync(town.Slug, new OfferQuery(text, PageSize: 1), token);
            if (offers.Total > 0)
            {
                found.Add((town, offers.Total));
            }
        }
        return found;
    }
}

public sealed record OfferListModel(Town Town, OfferFilter Filter, OfferPage Found, CategoryTree Categories, IReadOnlyList<ShopSummary> Shops, IReadOnlyList<(TownSummary Town, int Total)> Elsewhere)
{
    public int LastPage => (Math.Min(Found.Total, 10_000) + OfferFilter.PageSize - 1) / OfferFilter.PageSize;
}
