using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Coordination;

/// <summary>A shop is taken out of the town's sight, with a reason, and let back.</summary>
public static class Suspensions
{
    public sealed record Form
    {
        public string? Reason { get; set; }
    }

    public sealed record Model(TownFrame Town, Shop Shop, string? Reason, Complaints Complaints);

    internal static void MapSuspensions(this RouteGroupBuilder desk)
    {
        var shop = desk.MapGroup("/{town}/boutiques/{shop}").OfOwnTown();
        shop.MapGet("/suspension", (string town, string shop, MerchantsClient merchants, CancellationToken token) => ShowAsync(town, shop, null, new Complaints(), merchants, token));
        shop.MapPost("/suspension", SuspendAsync);
        shop.MapPost("/reprise", LiftAsync);
    }

    /// <summary>The route's <c>{town}</c> is one that the person coordinates. Merchants demands it once more.</summary>
    internal static RouteGroupBuilder OfOwnTown(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        return http.User.SignedIn() is { } person
            && (await http.RequestServices.GetRequiredService<MembershipDirectory>().OfAsync(person.Email, http.RequestAborted)).Towns.Contains((string)http.Request.RouteValues["town"]!)
            ? await next(context) : TownDesk.NoTown();
    });

    private static async Task<IResult> ShowAsync(string town, string shop, string? reason, Complaints complaints, MerchantsClient merchants, CancellationToken token) =>
        await merchants.TownAsync(town, token) is { } known && await merchants.ShopAsync(shop, token) is { } found && found.Towns.Contains(town)
            ? Page.Of<SuspensionPage, Model>(new Model(TownFrame.Of(known), found, reason, complaints), complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Trouble.NotFound(null);

    private static async Task<IResult> SuspendAsync(string town, string shop, [FromForm] Form form, MerchantsClient merchants, CancellationToken token)
    {
        var answer = await merchants.SuspendAsync(shop, form.Reason, token);
        return answer.Ok
            ? await DoneAsync("suspended", shop, merchants, token)
            : await ShowAsync(town, shop, form.Reason, new Complaints().Add(answer.Problem!.Code is "reason-missing" or "too-long" ? nameof(form.Reason) : "", answer.Problem.Detail ?? answer.Problem.Code), merchants, token);
    }

    private static async Task<IResult> LiftAsync(string shop, MerchantsClient merchants, CancellationToken token) =>
        (await merchants.LiftAsync(shop, token)).Ok ? await DoneAsync("lifted", shop, merchants, token) : Trouble.NotFound(null);

    private static async Task<IResult> DoneAsync(string done, string shop, MerchantsClient merchants, CancellationToken token) =>
        new SeeOther("/coordination" + LocalUrl.Query(("fait", done), ("boutique", (await merchants.ShopAsync(shop, token))?.Name ?? shop)).ToUriComponent());
}
