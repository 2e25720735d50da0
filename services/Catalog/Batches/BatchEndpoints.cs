using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Catalog.Batches;

/// <summary>What a shop sees and says of its coming batches.</summary>
internal static class BatchEndpoints
{
    private const string Instants = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    internal static void MapBatches(this RouteGroupBuilder api)
    {
        var batches = api.MapGroup("/shops/{shop}/batches");
        batches.MapGet("/", async (HttpContext context, BatchDesk desk, CancellationToken token) => new ShopBatchList(await desk.ListAsync(context.GetShop(), token)))
            .RequireShop("offers:read", ShopRole.ReadOnly).Produces<ShopBatchList>();
        batches.MapPut("/{offerId:guid}/{at}", PutAsync).RequireShop("stock:write", ShopRole.Staff).Produces<ShopBatch>();
    }

    private static async Task<ShopBatch> PutAsync(Guid offerId, string at, BatchQuantity quantity, HttpContext context, BatchDesk desk, CancellationToken token)
    {
        if (!DateTimeOffset.TryParseExact(at, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            throw Refusal.Invalid("batch-at-invalid", "Le moment d’une fournée s’écrit « 2026-12-12T06:00:00Z ».", "The moment of a batch is written “2026-12-12T06:00:00Z”.");
        }

        if (quantity.Quantity is < 0 or > BatchRules.MostPlaces)
        {
            throw Refusal.Invalid("batch-quantity-invalid", $"Une fournée compte de 0 à {BatchRules.MostPlaces} pièces.", $"A batch has from 0 to {BatchRules.MostPlaces} pieces.");
        }

        return await desk.SetAsync(context.GetShop(), new OfferId(offerId), instant, quantity.Quantity, token);
    }
}
