using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Coordination;

/// <summary><c>/coordination</c>: the towns that a person coordinates, and how their shops stand today.</summary>
public static class TownDesk
{
    public sealed record TownToday(Town Town, IReadOnlyList<ShopSummary> Shops)
    {
        public int OpenNow => Shops.Count(s => s.OpenNow);

        /// <summary>Shops at which nothing can be collected in the coming days: worth a call.</summary>
        public IReadOnlyList<ShopSummary> WithoutPickup => [.. Shops.Where(s => s.EarliestPickup is null)];
    }

    internal static void MapCoordination(this WebApplication app) => app.MapGroup("/coordination").NeverStored().RequireAuthorization().MapGet("", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, MembershipDirectory memberships, MerchantsClient merchants, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Results.Challenge();
        }
        var towns = (await memberships.OfAsync(person.Email, token)).Towns;
        if (towns.Count == 0)
        {
            return Page.Of<NoTownPage>(new Dictionary<string, object?>(), StatusCodes.Status403Forbidden);
        }
        var all = await Task.WhenAll(towns.Order(StringComparer.Ordinal).Select(async slug =>
            await merchants.TownAsync(slug, token) is { } town ? new TownToday(town, await merchants.ShopsAsync(slug, token)) : null));
        return Page.Of<TownDeskPage, IReadOnlyList<TownToday>>([.. all.OfType<TownToday>()]);
    }
}
