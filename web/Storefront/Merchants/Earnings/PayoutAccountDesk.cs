using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Earnings;

/// <summary><c>/pro/{shop}/argent/compte</c>: the account to which the shop's part of card payments goes: opening it, answering what is asked, and how it stands. For its owners.</summary>
public static class PayoutAccountDesk
{
    /// <param name="Back">They come from the questions.</param>
    /// <param name="Again">The link to the questions was no longer good.</param>
    /// <param name="Refused">What was just tried was not done.</param>
    public sealed record Model(ProShop Shop, PayoutAccount Account, bool Back, bool Again, bool Refused)
    {
        /// <summary>What is asked, in words: each kind once.</summary>
        public IReadOnlyList<string> Needs => [.. Account.PastDue.Concat(Account.Due).Select(NeedOf).Distinct()];
    }

    internal static void MapPayoutAccount(this RouteGroupBuilder shop)
    {
        shop.MapGet("/argent/compte", ShowAsync).OnlyOwners();
        shop.MapPost("/argent/compte", OpenAsync).OnlyOwners();
        // Followed, not posted: a browser lets no form lead to another site from here. It makes a link for one visit, and changes nothing.
        shop.MapGet("/argent/compte/questions", LeaveAsync).OnlyOwners();
    }

    internal static string Address(string shop) => $"/pro/{shop}/argent/compte";

    internal static string NeedOf(string asked) =>
        asked.StartsWith("external_account", StringComparison.Ordinal) ? "bank"
        : asked.Contains(".verification.", StringComparison.Ordinal) ? "document"
        : asked.StartsWith("tos_acceptance", StringComparison.Ordinal) ? "terms"
        : asked.StartsWith("business_", StringComparison.Ordinal) || asked.StartsWith("company.", StringComparison.Ordinal) ? "business"
        : asked.StartsWith("representative.", StringComparison.Ordinal) || asked.StartsWith("individual.", StringComparison.Ordinal) || asked.StartsWith("person_", StringComparison.Ordinal)
            || asked.StartsWith("owners.", StringComparison.Ordinal) || asked.StartsWith("directors.", StringComparison.Ordinal) || asked.StartsWith("executives.", StringComparison.Ordinal) ? "people"
        : "other";

    // Who comes back, or could not go, is shown what stands there now; that somebody comes back proves nothing.
    private static async Task<IResult> ShowAsync(HttpContext http, ShopMoneyClient money, CancellationToken token, string? retour = null, string? encore = null, string? refus = null) =>
        Page.Of<PayoutAccountPage, Model>(new Model(http.ProShop(), await money.AccountAsync(http.ProShop().Slug, look: (retour ?? encore) is not null, token), retour is not null, encore is not null, refus is not null));

    private static async Task<IResult> OpenAsync(HttpContext http, ShopMoneyClient money, CancellationToken token) =>
        Results.LocalRedirect(Address(http.ProShop().Slug) + ((await money.OpenAccountAsync(http.ProShop().Slug, token)).Ok ? "" : "?refus=1"));

    private static async Task<IResult> LeaveAsync(HttpContext http, ShopMoneyClient money, CancellationToken token)
    {
        var made = await money.LinkToAccountAsync(http.ProShop().Slug, token);
        return made.Ok ? Results.Redirect(made.Value!.Url) : Results.LocalRedirect(Address(http.ProShop().Slug) + "?refus=1");
    }
}
