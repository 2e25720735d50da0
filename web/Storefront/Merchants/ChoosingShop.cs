using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants;

/// <summary><c>/pro</c>: straight to the counter of the only shop, else a choice.</summary>
public static class ChoosingShop
{
    /// <param name="Towns">Where a person without a shop may propose one.</param>
    public sealed record Model(IReadOnlyList<Memberships.OfShop> Shops, IReadOnlyList<TownSummary> Towns);

    internal static async Task<IResult> ShowAsync(HttpContext http, MembershipDirectory memberships, TownDirectory towns, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Results.Challenge();
        }
        var of = await memberships.OfAsync(person.Email, token);
        return of.Shops.Count == 1
            ? Results.LocalRedirect("/pro/" + of.Shops[0].Slug)
            : Page.Of<ChooseShopPage, Model>(new Model([.. of.Shops.OrderBy(s => s.Name, StringComparer.CurrentCulture)], of.Shops.Count == 0 ? await towns.TownsAsync(token) : []));
    }
}
