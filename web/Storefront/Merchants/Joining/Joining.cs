using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary><c>/{town}/rejoindre</c>: a shop asks to come in, on one page.</summary>
public static class Joining
{
    /// <param name="Form">Null: nobody is signed in yet.</param>
    /// <param name="SignedOut">The session ended while the form was filled in: what was typed stays.</param>
    public sealed record Model(Town Town, JoinForm? Form, Complaints Complaints, bool SignedOut = false);

    internal static void MapJoining(this RouteGroupBuilder town)
    {
        var joining = town.MapGroup("/rejoindre").NeverStored().WithWholeForms().DisableAntiforgery();
        joining.MapGet("", ShowAsync);
        joining.MapPost("", ApplyAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, string? boutique, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Page.Of<JoinPage, Model>(new Model(http.Town(), null, new Complaints()));
        }
        var form = JoinForm.Begin(http.Town(), person.Email, ui.Today);
        return Page.Of<JoinPage, Model>(new Model(http.Town(), await OwnDraftAsync(http.Town(), boutique, person, merchants, memberships, token) is { } draft ? form.Again(draft) : form, new Complaints()));
    }

    // The draft, if the person owns one of that name in the town.
    private static async Task<Shop?> OwnDraftAsync(Town town, string? slug, SignedIn person, MerchantsClient merchants, MembershipDirectory memberships, CancellationToken token) =>
        !string.IsNullOrEmpty(slug) && (await memberships.OfAsync(person.Email, token)).Shops.Any(s => s.Slug == slug && s.Role == "owner")
        && await merchants.ShopAsync(slug, token) is { Status: "draft" } draft && draft.Towns.Contains(town.Slug) ? draft : null;

    private static async Task<IResult> ApplyAsync([FromForm] JoinForm form, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Page.Of<JoinPage, Model>(new Model(http.Town(), form, new Complaints(), SignedOut: true), StatusCodes.Status401Unauthorized);
        }
        var complaints = form.Check(ui);
        if (!complaints.Any)
        {
            var draft = await OwnDraftAsync(http.Town(), form.Draft, person, merchants, memberships, token);
            var answer = await merchants.ApplyAsync(http.Town().Slug, form.ToApplication(ui.Code, draft?.Hours), token);
            if (answer.Ok)
            {
                memberships.Forget(person.Email); // the shop is theirs from now on
                return new SeeOther($"/pro/{answer.Value!.Slug}/ouverture?fait=applied");
            }
            complaints.Add(JoinForm.FieldOf(answer.Problem!), answer.Problem!.Detail ?? ui["join.refused"]);
        }
        return Page.Of<JoinPage, Model>(new Model(http.Town(), form, complaints), StatusCodes.Status422UnprocessableEntity);
    }
}
