using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants;

/// <summary><c>/pro</c>: straight to the counter of the only shop, else a choice.</summary>
internal static class ChoosingShop
{
    public static async Task<IResult> ShowAsync(HttpContext http, MembershipDirectory memberships, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Results.Challenge();
        }
        var of = await memberships.OfAsync(person.Email, token);
        return of.Shops.Count == 1
            ? Results.LocalRedirect("/pro/" + of.Shops[0].Slug)
            : Page.Of<ChooseShopPage, IReadOnlyList<Memberships.OfShop>>([.. of.Shops.OrderBy(s => s.Name, StringComparer.CurrentCulture)]);
    }
}
