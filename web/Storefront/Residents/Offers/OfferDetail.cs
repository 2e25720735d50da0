using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Offers;

internal static class OfferDetail
{
    public static void MapOfferDetail(this RouteGroupBuilder town) => town.MapGet("/produits/{offer:guid}/{slug?}", ShowAsync).CachePage(15);

    private static async Task<IResult> ShowAsync(Guid offer, string? slug, HttpContext http, CatalogClient catalog, MerchantsClient merchants, CancellationToken token)
    {
        var town = http.Town();
        if (await catalog.OfferAsync(OfferId.From(offer), town.Slug, token) is not { } found)
        {
            return Trouble.NotFound(TownFrame.Of(town));
        }
        if (OwnTown.Of(found.Towns, town.Slug) is not { } own)
        {
            return Trouble.NotFound(TownFrame.Of(town));
        }
        if (own != town.Slug)
        {
            return Results.Redirect(OfferLinks.To(own, found.OfferId, found.Title), permanent: true);
        }
        var canonical = OfferLinks.To(town.Slug, found.OfferId, found.Title);
        if (slug != OfferLinks.Slug(found.Title))
        {
            return Results.Redirect(canonical, permanent: false);
        }
        return Page.Of<OfferDetailPage, OfferDetailModel>(new OfferDetailModel(town, found, await ShopAsync(merchants, found.Shop.Slug, token)));
    }

    // The product can be shown, and sold, without its shop's hours.
    private static async Task<Shop?> ShopAsync(MerchantsClient merchants, string shop, CancellationToken token)
    {
        try
        {
            return await merchants.ShopAsync(shop, token);
        }
        catch (ServiceUnavailable)
        {
            return null;
        }
    }
}

public sealed record OfferDetailModel(Town Town, Offer Offer, Shop? Shop)
{
    public bool CanBuy => Offer is { Available: > 0, StockState: "in-stock" or "last-ones" };

    /// <summary>Where the earliest pickup is, if not at the shop.</summary>
    public PickupPoint? EarliestPoint => Town.PickupPoints.FirstOrDefault(p => p.Slug == Offer.EarliestPickupPoint);
}
