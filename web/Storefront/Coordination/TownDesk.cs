using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Coordination;

/// <summary><c>/coordination</c>: the towns that a person coordinates, and how their shops stand today.</summary>
public static class TownDesk
{
    /// <param name="Done">What was just decided: the key of its text, and of which shop.</param>
    /// <param name="Attempt">An answer to an application that was not taken.</param>
    public sealed record Model(IReadOnlyList<TownToday> Towns, (string Key, string Shop)? Done, Candidates.Attempt? Attempt);

    public sealed record TownToday(Town Town, IReadOnlyList<ShopSummary> Shops, IReadOnlyList<PendingApplication> Asking, IReadOnlyList<SuspendedShop> Suspended, IReadOnlyList<AssistedShop> Helping)
    {
        public int OpenNow => Shops.Count(s => s.OpenNow);

        /// <summary>Shops at which nothing can be collected in the coming days: worth a call.</summary>
        public IReadOnlyList<ShopSummary> WithoutPickup => [.. Shops.Where(s => s.EarliestPickup is null)];
    }

    internal static void MapCoordination(this WebApplication app)
    {
        var desk = app.MapGroup("/coordination").NeverStored().WithWholeForms().DisableAntiforgery().RequireAuthorization();
        desk.MapGet("", (HttpContext http, MembershipDirectory memberships, MerchantsClient merchants, string? fait, string? boutique, CancellationToken token) =>
            ShowAsync(http, memberships, merchants, token, fait is "approved" or "refused" or "suspended" or "lifted" && boutique is { Length: > 0 and <= 120 } ? ("coordination.done." + fait, boutique) : null));
        desk.MapCandidates();
        desk.MapSuspensions();
        desk.MapTownMoney();
        desk.MapTownGaps();
    }

    internal static IResult NoTown() => Page.Of<NoTownPage>(new Dictionary<string, object?>(), StatusCodes.Status403Forbidden);

    internal static async Task<IResult> ShowAsync(
        HttpContext http, MembershipDirectory memberships, MerchantsClient merchants, CancellationToken token, (string Key, string Shop)? done = null, Candidates.Attempt? attempt = null)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Results.Challenge();
        }
        var towns = (await memberships.OfAsync(person.Email, token)).Towns;
        if (towns.Count == 0)
        {
            return NoTown();
        }
        var all = await Task.WhenAll(towns.Order(StringComparer.Ordinal).Select(async slug =>
            await merchants.TownAsync(slug, token) is { } town ? new TownToday(town, await merchants.ShopsAsync(slug, token), await merchants.ApplicationsAsync(slug, token), await merchants.SuspendedAsync(slug, token), await merchants.AssistedAsync(slug, token)) : null));
        return Page.Of<TownDeskPage, Model>(new Model([.. all.OfType<TownToday>()], done, attempt), attempt is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
