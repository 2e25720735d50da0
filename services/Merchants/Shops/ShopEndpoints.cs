using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Merchants.Shops;

internal static class ShopEndpoints
{
    private const string OfPointAndSuspension = "keepsPoint: null (or nothing) leaves the shop the shared pickup point that it keeps, \"\" takes it away, a slug gives it that point; "
        + "who may say so coordinates the point's town. A shop that the coordination suspended stays so, whatever published says, until DELETE /shops/{shop}/suspension.";

    public static RouteGroupBuilder MapShops(this RouteGroupBuilder api)
    {
        api.MapGet("/towns/{town}/shops", ListAsync).AllowAnyone();
        api.MapPost("/towns/{town}/shops", DefineAsync).RequireTown()
            .WithSummary("A shop of the town: a new one, or one that becomes what its definition says. " + OfPointAndSuspension);
        api.MapGet("/shops/{shop}", GetAsync).AllowAnyoneInShop().AnswersETag();
        api.MapPut("/shops/{shop}", ReplaceAsync).RequireCoordinatorOfShop()
            .WithSummary("The shop becomes what its definition says. " + OfPointAndSuspension);
        return api;
    }

    private static async Task<ShopPage> ListAsync(HttpContext context, LocalDirectory directory, ShopViews views, string town, int page = 1, int pageSize = 50)
    {
        Paging.Check(page, pageSize);
        var now = directory.Now;
        var shops = now.Towns.ContainsKey(town) ? now.ShopsOf(town) : throw TownEndpoints.UnknownTown();
        return new ShopPage(await views.SummariseAsync(Paging.Of(shops, page, pageSize), context.RequestAborted), shops.Count, page, pageSize);
    }

    private static async Task<Shop> GetAsync(HttpContext context, ShopViews views, string shop, CancellationToken token)
    {
        var shown = await views.ShowAsync(shop, token);
        context.Response.Headers.ETag = ETags.Of(shown.Version);
        return shown;
    }

    private static async Task<Results<Created<Shop>, Ok<Shop>>> DefineAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string town, ShopDefinition definition, CancellationToken token)
    {
        ShopRules.Check(definition);
        var isNew = await changes.RunAsync(change => ShopWriting.DefineAsync(change, town, definition, new Caller(context.User)), token);
        var shop = await views.ShowAsync(definition.Slug, token);
        return isNew ? TypedResults.Created($"/api/v1/shops/{definition.Slug}", shop) : TypedResults.Ok(shop);
    }

    private static async Task<Shop> ReplaceAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, ShopDefinition definition, CancellationToken token)
    {
        if (definition.Slug != shop)
        {
            throw Refusal.Invalid("bad-slug", "L’identifiant d’une boutique ne change pas.", "A shop’s slug never changes.").With("field", "slug");
        }

        ShopRules.Check(definition);
        await changes.RunAsync(change =>
        {
            var settled = PointKeeping.Settle(change.Before, definition, change.Before.Shop(shop)!.Towns, new Caller(context.User));
            return ShopWriting.ChangeAsync(change, shop, s => (settled, s.Exceptions));
        }, token);
        return await views.ShowAsync(shop, token);
    }
}
