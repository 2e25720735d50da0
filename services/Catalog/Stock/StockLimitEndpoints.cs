using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Catalog.Stock;

/// <summary>What a shop keeps back, and how long its figures stand.</summary>
internal static class StockLimitEndpoints
{
    private const long MostPieces = 1000;
    private const int MostHours = 365 * 24;

    internal static void MapStockLimits(this RouteGroupBuilder api)
    {
        api.MapGet("/shops/{shop}/stock-limits", GetAsync).RequireShop("offers:read", ShopRole.ReadOnly).AnswersETag().Produces<StockLimits>();
        api.MapPut("/shops/{shop}/stock-limits", PutAsync).RequireShop("stock:write", ShopRole.Staff).ReadsIfMatch("the limits").AnswersETag().Produces<StockLimits>();
        api.MapPut("/shops/{shop}/stock/{sku}/safety", KeepAsync).RequireShop("stock:write", ShopRole.Staff).Produces<MerchantOffer>();
    }

    private static async Task<IResult> GetAsync(HttpContext context, KeepBack keep, CancellationToken token) => Shown(context, await keep.FindAsync(context.GetShop(), token));

    private static async Task<IResult> PutAsync(StockLimits limits, HttpContext context, KeepBack keep, CancellationToken token)
    {
        if (limits.Safety is < 0 or > MostPieces)
        {
            throw Refusal.Invalid("safety-invalid", $"La réserve compte de 0 à {MostPieces} pièces.", $"From 0 to {MostPieces} pieces can be kept back.");
        }

        if (limits.FreshHours is < 0 or > MostHours)
        {
            throw Refusal.Invalid("fresh-hours-invalid", "Un chiffre se garde au plus un an ; 0 : sans limite.", "A figure stands for a year at most; 0: without a limit.");
        }

        await keep.SetAsync(context.GetShop(), limits, ETags.Expected(context.Request), token);
        return Shown(context, await keep.FindAsync(context.GetShop(), token));
    }

    private static async Task<MerchantOffer> KeepAsync(string sku, OfferSafety safety, HttpContext context, KeepBack keep, ShopOffers offers, CancellationToken token)
    {
        if (safety.Quantity is < 0 or > OfferRules.HighestQuantity)
        {
            throw Refusal.Invalid("safety-invalid", "La réserve est un nombre de pièces ou de grammes, ou rien.", "What is kept back is a number of pieces or grams, or nothing.");
        }

        await keep.SetAsync(context.GetShop(), sku, safety.Quantity, token);
        return await offers.FindAsync(context.GetShop(), sku, token) ?? throw OfferAnswers.Unknown();
    }

    private static IResult Shown(HttpContext context, StockLimits limits)
    {
        context.Response.Headers.ETag = ETags.Of(limits.Version);
        return Results.Json(limits);
    }
}
