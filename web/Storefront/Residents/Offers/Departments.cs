using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Offers;

internal static class Departments
{
    public static void MapDepartments(this RouteGroupBuilder town) => town.MapGet("/rayons", ShowAsync).CachePage(60);

    private static async Task<IResult> ShowAsync(HttpContext http, TownDirectory directory, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town();
        var categories = await directory.CategoriesAsync(token);
        var counts = (await catalog.OffersAsync(town.Slug, new OfferQuery(PageSize: 1), token)).Facets.Categories.ToDictionary(c => c.Slug, c => c.Count);
        var shops = await directory.ShopsAsync(town.Slug, token);
        var near = shops.Count == 0 ? await directory.NeighboursAsync(town.Slug, token) : [];
        return Page.Of<DepartmentsPage, DepartmentsModel>(new DepartmentsModel(town, categories, counts, shops.Count, near));
    }
}

public sealed record DepartmentsModel(Town Town, CategoryTree Categories, IReadOnlyDictionary<string, int> Counts, int Shops, IReadOnlyList<TownSummary> Near);
