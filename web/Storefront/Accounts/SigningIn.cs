using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Accounts;

/// <summary><c>/compte/connexion</c> and <c>/compte/deconnexion</c>.</summary>
public static class SigningIn
{
    public sealed record Form
    {
        public string? Email { get; set; }
        public string? Password { get; set; }
        public string? Remember { get; set; }
        public string? Retour { get; set; }
    }

    /// <param name="Notice">Key of a text said on top: what just happened elsewhere.</param>
    public sealed record Model(string Email, bool Remember, string? Return, Complaints Complaints, string? Notice = null);

    private static readonly string[] _notices = ["reset", "reset-passkeys", "out", "deleted", "moved"];

    internal static void MapSigningIn(this RouteGroupBuilder account)
    {
        account.MapGet("/connexion", Show);
        account.MapPost("/connexion", SignInAsync).RequireRateLimiting(AccountLimits.SigningIn);
        account.MapPost("/deconnexion", SignOutAsync);
    }

    /// <summary>Where a person who is in goes: back to where they came from, else to their work, else to their account.</summary>
    internal static async Task<string> DestinationAsync(string email, string? wanted, MembershipDirectory memberships, CancellationToken token)
    {
        if (LocalUrl.OrNull(wanted) is { } back)
        {
            return back;
        }
        try
        {
            var of = await memberships.OfAsync(email, token);
            return of.Shops.Count > 0 ? "/pro" : of.Towns.Count > 0 ? "/coordination" : "/compte";
        }
        catch (ServiceUnavailable)
        {
            return "/compte"; // signing in does not depend on the shops' service
        }
    }

    /// <summary>The order pages kept for reading without network, and what "back" would show, go too: the next person at this device is somebody else.</summary>
    internal static void LeaveNothingBehind(this HttpContext http) => http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";

    private static IResult Show(HttpContext http, string? retour, string? fait) => http.User.SignedIn() is not null
        ? Results.LocalRedirect(LocalUrl.OrNull(retour) ?? "/compte")
        : Page.Of<SignInPage, Model>(new Model("", false, LocalUrl.OrNull(retour), new Complaints(), _notices.Contains(fait) ? "account.signin.notice." + fait : null));

    private static async Task<IResult> SignInAsync([FromForm] Form form, SignInDesk desk, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        var email = Inputs.Clean(form.Email);
        var complaints = new Complaints();
        complaints.CheckEmail(ui, nameof(form.Email), email);
        complaints.CheckPassword(ui, nameof(form.Password), form.Password ?? "");
        var outcome = complaints.Any ? SignInOutcome.Refused : await desk.WithPasswordAsync(email, form.Password!, form.Remember is not null);
        if (outcome == SignInOutcome.Done)
        {
            return Results.LocalRedirect(await DestinationAsync(email, form.Retour, memberships, token));
        }
        if (!complaints.Any)
        {
            complaints.Add(outcome == SignInOutcome.Unconfirmed ? "" : nameof(form.Password), ui[outcome == SignInOutcome.Unconfirmed ? "account.signin.unconfirmed" : "account.signin.refused"]);
        }
        return Page.Of<SignInPage, Model>(new Model(email, form.Remember is not null, LocalUrl.OrNull(form.Retour), complaints), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SignInDesk desk)
    {
        await desk.SignOutAsync();
        http.LeaveNothingBehind();
        return Results.LocalRedirect("/compte/connexion?fait=out");
    }
}
