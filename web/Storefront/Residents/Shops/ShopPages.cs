using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Shops;

internal static class ShopPages
{
    public static void MapShops(this RouteGroupBuilder town)
    {
        town.MapGet("/boutiques", ListAsync).CachePage(30, "ouvertes", "genre");
        town.MapGet("/boutiques/{shop}", ShowAsync).CachePage(30);
    }

    private static async Task<IResult> ListAsync(string? ouvertes, string? genre, HttpContext http, TownDirectory directory, CancellationToken token)
    {
        var shops = await directory.ShopsAsync(http.Town().Slug, token);
        var near = shops.Count == 0 ? await directory.NeighboursAsync(http.Town().Slug, token) : [];
        return Page.Of<ShopListPage, ShopListModel>(new ShopListModel(http.Town(), shops, near, ouvertes == "1", genre));
    }

    private static async Task<IResult> ShowAsync(string shop, HttpContext http, MerchantsClient merchants, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town();
        if (await merchants.ShopAsync(shop, token) is not { Status: "published" } found || OwnTown.Of(found.Towns, town.Slug) is not { } own)
        {
            return Trouble.NotFound(TownFrame.Of(town));
        }
        if (own != town.Slug)
        {
            return Results.Redirect($"/{own}/boutiques/{found.Slug}", permanent: true);
        }
        return Page.Of<ShopPage, ShopModel>(new ShopModel(town, found, await OffersAsync(catalog, town.Slug, shop, token)));
    }

    // The address and the hours are worth showing when Catalog does not answer.
    private static async Task<OfferPage?> OffersAsync(CatalogClient catalog, string town, string shop, CancellationToken token)
    {
        try
        {
            return await catalog.OffersAsync(town, new OfferQuery(Shop: shop, PageSize: 12), token);
        }
        catch (ServiceUnavailable)
        {
            return null;
        }
    }
}

public sealed record ShopListModel(Town Town, IReadOnlyList<ShopSummary> All, IReadOnlyList<TownSummary> Near, bool OpenOnly, string? Kind)
{
    public IReadOnlyList<ShopSummary> Shown { get; } = [.. All.Where(s => (!OpenOnly || s.OpenNow) && (Kind is null || Trades.Key(s.Kind) == Trades.Key(Kind)))];
}

public sealed record ShopModel(Town Town, Shop Shop, OfferPage? Offers);
