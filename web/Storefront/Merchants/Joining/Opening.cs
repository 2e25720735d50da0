using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary><c>/pro/{shop}/ouverture</c>: how the shop stands, and what is missing before it can be seen.</summary>
public static class Opening
{
    /// <param name="JustAsked">The application was sent a moment ago.</param>
    public sealed record Model(ProShop Shop, ShopOpening Opening, bool JustAsked);

    /// <summary>Where a point of the list is settled; null: in the application itself, or not on a page.</summary>
    internal static string? Place(string shop, string item) => item switch
    {
        "products" => $"/pro/{shop}/produits",
        "hours" => $"/pro/{shop}/horaires",
        _ => null,
    };

    internal static void MapOpening(this RouteGroupBuilder shop) => shop.MapGet("/ouverture", async (HttpContext http, MerchantsClient merchants, string? fait, CancellationToken token) =>
        await merchants.OpeningAsync(http.ProShop().Slug, token) is { } opening ? Page.Of<OpeningPage, Model>(new Model(http.ProShop(), opening, fait == "applied")) : Trouble.NotFound(null));
}
