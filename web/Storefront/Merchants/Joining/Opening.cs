using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.OwnShop;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary><c>/pro/{shop}/ouverture</c>: how the shop stands, and what is missing before it can be seen.</summary>
public static class Opening
{
    /// <param name="JustAsked">The application was sent a moment ago.</param>
    /// <param name="Town">Whose coordination answers; null: it cannot be named now.</param>
    public sealed record Model(ProShop Shop, ShopOpening Opening, Town? Town, bool JustAsked);

    /// <summary>Where a point of the list is settled; null: in the application itself, or not on a page.</summary>
    internal static string? Place(ProShop shop, string item) => item switch
    {
        "products" => $"/pro/{shop.Slug}/produits",
        "hours" => $"/pro/{shop.Slug}/horaires",
        "contact" when shop.Owns => DetailsDesk.Address(shop.Slug),
        _ => null,
    };

    internal static void MapOpening(this RouteGroupBuilder shop) => shop.MapGet("/ouverture", async (HttpContext http, MerchantsClient merchants, TownDirectory towns, string? fait, CancellationToken token) =>
        await merchants.OpeningAsync(http.ProShop().Slug, token) is { } opening
            ? Page.Of<OpeningPage, Model>(new Model(http.ProShop(), opening, await towns.TownAsync(opening.Town, token), fait == "applied")) : Trouble.NotFound(null));
}
