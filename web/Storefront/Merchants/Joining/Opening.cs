using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.Earnings;
using Marketplace.Storefront.Merchants.OwnShop;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary><c>/pro/{shop}/ouverture</c>: how the shop stands, and what is missing before it can be seen.</summary>
public static class Opening
{
    /// <param name="JustAsked">The application was sent a moment ago.</param>
    /// <param name="Account">How its payout account stands, which it needs for payment by card alone; null: not known now, or not for who asks.</param>
    /// <param name="Town">Whose coordination answers; null: it cannot be named now.</param>
    public sealed record Model(ProShop Shop, ShopOpening Opening, Town? Town, bool JustAsked, PayoutAccount? Account);

    /// <summary>Where a point of the list is settled; null: in the application itself, or not on a page.</summary>
    internal static string? Place(ProShop shop, string item) => item switch
    {
        "products" => $"/pro/{shop.Slug}/produits",
        "hours" => $"/pro/{shop.Slug}/horaires",
        "contact" when shop.Owns => DetailsDesk.Address(shop.Slug),
        _ => null,
    };

    internal static void MapOpening(this RouteGroupBuilder shop) => shop.MapGet("/ouverture", async (HttpContext http, MerchantsClient merchants, ShopMoneyClient money, TownDirectory towns, string? fait, CancellationToken token) =>
        await merchants.OpeningAsync(http.ProShop().Slug, token) is { } opening
            ? Page.Of<OpeningPage, Model>(new Model(http.ProShop(), opening, await towns.TownAsync(opening.Town, token), fait == "applied", await AccountAsync(http.ProShop(), money, token))) : Trouble.NotFound(null));

    // The list is read without it as well: nothing of it keeps a shop from opening.
    private static async Task<PayoutAccount?> AccountAsync(ProShop shop, ShopMoneyClient money, CancellationToken token)
    {
        try
        {
            return shop.Owns ? await money.AccountAsync(shop.Slug, look: false, token) : null;
        }
        catch (Exception away) when (away is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
    }
}
