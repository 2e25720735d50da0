using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.OwnShop;
using Marketplace.Storefront.Merchants.Placing;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary><c>/{town}/rejoindre</c>: a shop asks to come in, on one page.</summary>
public static class Joining
{
    /// <param name="Form">Null: nobody is signed in yet.</param>
    /// <param name="SignedOut">The session ended while the form was filled in: what was typed stays.</param>
    /// <param name="Plan">With the form.</param>
    public sealed record Model(Town Town, JoinForm? Form, Complaints Complaints, TownPlan? Plan, bool SignedOut = false);

    internal static void MapJoining(this RouteGroupBuilder town)
    {
        var joining = town.MapGroup("/rejoindre").NeverStored().WithWholeForms().DisableAntiforgery();
        joining.MapGet("", ShowAsync);
        joining.MapPost("", ApplyAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Placer placer, Ui ui, string? boutique, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Page.Of<JoinPage, Model>(new Model(http.Town(), null, new Complaints(), null));
        }
        var (form, own) = (JoinForm.Begin(http.Town(), person.Email, ui.Today), await OwnAsync(http.Town(), boutique, person, merchants, memberships, token));
        if (own is not null && !await AsksAsync(own, merchants, token))
        {
            return Results.LocalRedirect(DetailsDesk.Address(own.Slug)); // it is in: what it asked with is changed on its own page
        }
        form = own is null ? form : form.Again(own);
        return Page.Of<JoinPage, Model>(new Model(http.Town(), form, new Complaints(), await placer.ShowAsync(form, http.Town(), own?.Slug, [], token)));
    }

    // The shop, if the person owns one of that name in the town.
    private static async Task<Shop?> OwnAsync(Town town, string? slug, SignedIn person, MerchantsClient merchants, MembershipDirectory memberships, CancellationToken token) =>
        !string.IsNullOrEmpty(slug) && (await memberships.OfAsync(person.Email, token)).Shops.Any(s => s.Slug == slug && s.Role == "owner")
        && await merchants.ShopAsync(slug, token) is { } shop && shop.Towns.Contains(town.Slug) ? shop : null;

    private static async Task<bool> AsksAsync(Shop own, MerchantsClient merchants, CancellationToken token) =>
        own.Status == "draft" && await merchants.OpeningAsync(own.Slug, token) is { Application: "pending" or "refused" };

    private static async Task<IResult> ApplyAsync([FromForm] JoinForm form, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Placer placer, Ui ui, CancellationToken token)
    {
        var town = http.Town();
        if (http.User.SignedIn() is not { } person)
        {
            return Page.Of<JoinPage, Model>(new Model(town, form, new Complaints(), await placer.ShowAsync(form, town, null, [], token), SignedOut: true), StatusCodes.Status401Unauthorized);
        }
        if (await placer.PressedAsync(form, http.Request, town, null, token) is { } pressed)
        {
            return Page.Of<JoinPage, Model>(new Model(town, form, new Complaints(), pressed));
        }
        var found = await placer.FindAsync(form, town, token);
        // Sent whatever is missing: the service, which has all the rules, says everything that is wrong with it at once.
        var draft = await OwnAsync(town, form.Draft, person, merchants, memberships, token) is { Status: "draft" } own ? own : null;
        var answer = await merchants.ApplyAsync(town.Slug, form.ToApplication(ui.Code, draft?.Hours), token);
        if (answer.Ok)
        {
            memberships.Forget(person.Email); // the shop is theirs from now on
            return new SeeOther($"/pro/{answer.Value!.Slug}/ouverture?fait=applied");
        }
        return Page.Of<JoinPage, Model>(new Model(town, form, form.Complain(answer.Problem!, ui, found.Count > 0), await placer.ShowAsync(form, town, null, found, token)), StatusCodes.Status422UnprocessableEntity);
    }
}
