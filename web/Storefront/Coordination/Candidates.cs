using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Coordination;

/// <summary>The answer to a shop that asks to come in.</summary>
public static class Candidates
{
    public sealed record Form
    {
        public string? Version { get; set; }
        public string? Approved { get; set; }
        public string? Reason { get; set; }
    }

    /// <summary>An answer that was not taken: what was typed, and why not.</summary>
    public sealed record Attempt(string Shop, string? Reason, string Message);

    internal static void MapCandidates(this RouteGroupBuilder desk) => desk.MapGroup("/{town}/demandes/{shop}").OfOwnTown().MapPost("", DecideAsync);

    private static async Task<IResult> DecideAsync(string shop, [FromForm] Form form, HttpContext http, MembershipDirectory memberships, MerchantsClient merchants, CancellationToken token)
    {
        var approved = form.Approved == "oui";
        var answer = await merchants.DecideAsync(shop, new ApplicationDecision(int.TryParse(form.Version, out var version) ? version : 0, approved, approved ? null : form.Reason), token);
        return answer.Ok
            ? new SeeOther("/coordination" + LocalUrl.Query(("fait", approved ? "approved" : "refused"), ("boutique", answer.Value!.Name)).ToUriComponent())
            : await TownDesk.ShowAsync(http, memberships, merchants, token, attempt: new Attempt(shop, form.Reason, answer.Problem!.Detail ?? answer.Problem.Code));
    }
}
