using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Residents.Towns;

internal static class TownHome
{
    private const int OffersShown = 8;

    public static void MapTownHome(this RouteGroupBuilder town) => town.MapGet("/", ShowAsync).CachePage(30);

    private static async Task<IResult> ShowAsync(HttpContext http, TownDirectory directory, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town();
        var shops = await directory.ShopsAsync(town.Slug, token);
        var (categories, today) = await GoodsAsync(directory, catalog, town.Slug, token);
        return Page.Of<TownHomePage, TownHomeModel>(new TownHomeModel(town, shops, categories, today));
    }

    // A home page without its offers is still a home page: search, shops and news stand when Catalog does not answer.
    private static async Task<(IReadOnlyList<Category>, OfferPage?)> GoodsAsync(TownDirectory directory, CatalogClient catalog, string town, CancellationToken token)
    {
        try
        {
            var categories = await directory.CategoriesAsync(token);
            return (categories.Roots.ToList(), await catalog.OffersAsync(town, new OfferQuery(AvailableToday: true, PageSize: OffersShown), token));
        }
        catch (ServiceUnavailable)
        {
            return ([], null);
        }
    }
}

/// <param name="Today">Null when Catalog does not answer.</param>
public sealed record TownHomeModel(Town Town, IReadOnlyList<ShopSummary> Shops, IReadOnlyList<Category> Categories, OfferPage? Today);
