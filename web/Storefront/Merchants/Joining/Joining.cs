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
        joining.MapGet("", (HttpContext http, Ui ui) => Page.Of<JoinPage, Model>(new Model(http.Town(), http.User.SignedIn() is { } person ? JoinForm.Begin(http.Town(), person.Email, ui.Today) : null, new Complaints())));
        joining.MapPost("", ApplyAsync);
    }

    private static async Task<IResult> ApplyAsync([FromForm] JoinForm form, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        if (http.User.SignedIn() is not { } person)
        {
            return Page.Of<JoinPage, Model>(new Model(http.Town(), form, new Complaints(), SignedOut: true), StatusCodes.Status401Unauthorized);
        }
        var complaints = form.Check(ui);
        if (!complaints.Any)
        {
            var answer = await merchants.ApplyAsync(http.Town().Slug, form.ToApplication(ui.Code), token);
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
