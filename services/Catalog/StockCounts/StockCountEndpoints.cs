using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Catalog.StockCounts;

/// <summary>A shop's list of what it counts along its shelf.</summary>
internal static class StockCountEndpoints
{
    private const int LongestKey = 200;

    internal static void MapStockCounts(this RouteGroupBuilder api)
    {
        var counts = api.MapGroup("/shops/{shop}/stock-counts");
        counts.MapPost("/", StartAsync).RequireShop("stock:write", ShopRole.Staff).AnswersETag().Produces<StockCountList>().Produces<StockCountList>(StatusCodes.Status201Created);
        counts.MapGet("/open", OpenAsync).RequireShop("offers:read", ShopRole.ReadOnly).AnswersETag().Produces<StockCountList>();
        counts.MapGet("/{id:guid}", GetAsync).RequireShop("offers:read", ShopRole.ReadOnly).AnswersETag().Produces<StockCountList>();
        counts.MapPost("/{id:guid}/scans", ScanAsync).RequireShop("stock:write", ShopRole.Staff).WithMetadata(HeaderRead.IdempotencyKey("Of this one scan: sent again under the same key, it counts once.", required: true)).Produces<CountedArticle>().Produces(StatusCodes.Status204NoContent);
        counts.MapPost("/{id:guid}/apply", ApplyAsync).RequireShop("stock:write", ShopRole.Staff).ReadsIfMatch("the list").AnswersETag().Produces<StockCountList>();
        counts.MapDelete("/{id:guid}", AbandonAsync).RequireShop("stock:write", ShopRole.Staff).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> StartAsync(HttpContext context, StockCountDesk desk, CancellationToken token)
    {
        var (list, created) = await desk.StartAsync(context.GetShop(), token);
        return Shown(context, list, created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> OpenAsync(int? newest, HttpContext context, StockCountDesk desk, CancellationToken token) => Shown(context, await desk.FindAsync(context.GetShop(), null, Newest(newest), token));

    private static async Task<IResult> GetAsync(Guid id, int? newest, HttpContext context, StockCountDesk desk, CancellationToken token) => Shown(context, await desk.FindAsync(context.GetShop(), id, Newest(newest), token));

    private static async Task<IResult> ScanAsync(Guid id, CountScan scan, HttpContext context, StockCountDesk desk, CancellationToken token)
    {
        if (context.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 and <= LongestKey } key)
        {
            throw Refusal.Invalid("idempotency-key-invalid", "La clé d’idempotence doit compter de 1 à 200 caractères.", "The idempotency key must have 1 to 200 characters.");
        }

        if (string.IsNullOrWhiteSpace(scan.Code) || scan.Code.Trim().Length > OfferRules.LongestSku || scan.Code.Any(char.IsControl) || scan.Kind is not ("one" or "add" or "set" or "drop"))
        {
            throw Refusal.Invalid("scan-invalid", $"Un scan porte un code d’au plus {OfferRules.LongestSku} caractères, et dit one, add, set ou drop.", $"A scan holds a code of at most {OfferRules.LongestSku} characters, and says one, add, set or drop.");
        }

        if (scan.Kind is "add" or "set" && (scan.Quantity > OfferRules.HighestQuantity || scan.Quantity < (scan.Kind == "set" ? 0 : -OfferRules.HighestQuantity)))
        {
            throw StockCountDesk.Quantity();
        }

        return await desk.ScanAsync(context.GetShop(), id, scan, key, token) is { } article ? Results.Json(article) : Results.NoContent();
    }

    private static async Task<IResult> ApplyAsync(Guid id, HttpContext context, ApplyStockCount apply, TimeProvider clock, CancellationToken token)
    {
        var source = CountingRules.Of(context, null, clock.GetUtcNow(), reservedExcluded: false).Source;
        return Shown(context, await apply.ApplyAsync(context.GetShop(), id, source, ETags.Expected(context.Request), token));
    }

    private static async Task<IResult> AbandonAsync(Guid id, HttpContext context, StockCountDesk desk, CancellationToken token) =>
        await desk.AbandonAsync(context.GetShop(), id, token) ? Results.NoContent() : throw StockCountDesk.Unknown();

    private static int Newest(int? newest) => newest is { } asked ? Math.Clamp(asked, 0, StockCountDesk.MostScans) : int.MaxValue;

    private static IResult Shown(HttpContext context, StockCountList? list, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = ETags.Of((list ?? throw StockCountDesk.Unknown()).Version);
        return Results.Json(list, statusCode: status);
    }
}
