using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>A shop's stock figures, in and out.</summary>
internal static class StockEndpoints
{
    private const int MostHeld = 50;

    internal static void MapStock(this RouteGroupBuilder api)
    {
        var stock = api.MapGroup("/shops/{shop}/stock");
        stock.MapPut("/", PutAsync).RequireShop("stock:write", ShopRole.Staff).Produces<BatchAnswer>();
        stock.MapPost("/{sku}/adjustments", AdjustAsync).RequireShop("stock:write", ShopRole.Staff).WithMetadata(HeaderRead.IdempotencyKey("Sent again under the same key, it is adjusted once.")).Produces<MerchantOffer>();
        stock.MapGet("/{sku}", AccountAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<StockAccount>();
        stock.MapGet("/{sku}/movements", MovementsAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<StockMovementPage>();
    }

    private static async Task<BatchAnswer> PutAsync(StockLine[] lines, string? source, string? asOf, string? reserved, HttpContext context, PutStock put, TimeProvider clock, CancellationToken token)
    {
        if (lines.Length is 0 or > PutStock.MostLines)
        {
            throw Refusal.Invalid("batch-size", $"Un envoi porte de 1 à {PutStock.MostLines} lignes.", $"A batch holds 1 to {PutStock.MostLines} lines.");
        }

        var counting = CountingRules.Of(context, source, CountingRules.AsOf(asOf, clock.GetUtcNow()), CountingRules.ReservedExcluded(reserved));
        return await put.ApplyAsync(context.GetShop(), lines, counting, context.PrefersEnglish(), token);
    }

    private static async Task<MerchantOffer> AdjustAsync(string sku, StockAdjustment adjustment, HttpContext context, AdjustStock stock, ShopOffers offers, CancellationToken token)
    {
        if (adjustment.Delta is 0 or < -OfferRules.HighestQuantity or > OfferRules.HighestQuantity || string.IsNullOrWhiteSpace(adjustment.Reason) || adjustment.Reason.Length > 200)
        {
            throw Refusal.Invalid("adjustment-invalid", "Une correction a une différence non nulle et un motif d’au plus 200 caractères.",
                "An adjustment has a difference other than zero and a reason of at most 200 characters.");
        }

        var key = context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given ? given : null;
        if (key?.Length > 200)
        {
            throw Refusal.Invalid("idempotency-key-invalid", "La clé d’idempotence doit compter de 1 à 200 caractères.", "The idempotency key must have 1 to 200 characters.");
        }

        var (effect, level) = await stock.ApplyAsync(context.GetShop(), sku, adjustment, key, token);
        return effect switch
        {
            AdjustmentEffect.Done => (await offers.FindAsync(context.GetShop(), sku, token))!,
            AdjustmentEffect.UnknownOffer => throw OfferAnswers.Unknown(),
            AdjustmentEffect.KeyReused => throw Refusal.Invalid("idempotency-key-reused",
                "Cette clé d’idempotence a déjà servi pour une autre correction.", "This idempotency key was already used for another adjustment."),
            _ => throw new Refusal("below-reserved", StatusCodes.Status409Conflict,
                $"Il y en a {level!.OnHand}, dont {level.Reserved} mis de côté pour des commandes : la correction irait en dessous.",
                $"There are {level.OnHand}, {level.Reserved} of them set aside for orders: the adjustment would go below.").With("onHand", level.OnHand).With("reserved", level.Reserved),
        };
    }

    private static async Task<StockAccount> AccountAsync(string sku, HttpContext context, NpgsqlDataSource database, ShopOffers offers, CancellationToken token)
    {
        var offer = await offers.FindAsync(context.GetShop(), sku, token) ?? throw OfferAnswers.Unknown();
        // From the ledger, whose index knows the offer: one of the reservations' lines would cost every order two writes.
        await using var command = database.CreateCommand(
            """
            select order_id, sum(reserved_delta)::bigint, min(at), count(*) over ()
            from stock_movements where offer_id = $1 and order_id is not null
            group by order_id having sum(reserved_delta) > 0 order by min(movement_id) limit $2
            """);
        command.Parameters.Add(new() { Value = offer.OfferId.Value });
        command.Parameters.Add(new() { Value = MostHeld });
        var held = new List<StockAccount.HeldFor>();
        long orders = 0;
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            held.Add(new(new(r.GetGuid(0)), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2)));
            orders = r.GetInt64(3);
        }

        return new StockAccount(offer, held, (int)orders);
    }

    private static async Task<StockMovementPage> MovementsAsync(string sku, int? page, int? pageSize, HttpContext context, NpgsqlDataSource database, ShopOffers offers, CancellationToken token)
    {
        var (number, size) = OfferReads.Paging(page, pageSize, 50);
        var offer = await offers.FindAsync(context.GetShop(), sku, token) ?? throw OfferAnswers.Unknown();
        // As the figure moved: goods that are told of late bear an earlier time.
        await using var command = database.CreateCommand(
            """
            select at, kind, on_hand_delta, reserved_delta, on_hand_after, reserved_after, order_id, note, source, counted,
                case when missing_kept or missing_after is not null or missing_delta is not null then coalesce(missing_delta, 0) end,
                case when missing_kept or missing_after is not null or missing_delta is not null then coalesce(missing_after, 0) end, count(*) over ()
            from stock_movements where offer_id = $1 order by movement_id desc limit $2 offset $3
            """);
        command.Parameters.Add(new() { Value = offer.OfferId.Value });
        command.Parameters.Add(new() { Value = size });
        command.Parameters.Add(new() { Value = (number - 1) * size });
        var items = new List<StockMovement>();
        long total = 0;
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            items.Add(new StockMovement(r.GetFieldValue<DateTimeOffset>(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5),
                r.IsDBNull(6) ? null : new(r.GetGuid(6)), r.IsDBNull(7) ? null : r.GetString(7), r.IsDBNull(8) ? null : r.GetString(8), r.GetBoolean(9), r.IsDBNull(10) ? null : r.GetInt64(10), r.IsDBNull(11) ? null : r.GetInt64(11)));
            total = r.GetInt64(12);
        }

        await r.DisposeAsync();
        if (items.Count == 0 && number > 1)
        {
            total = (await MovementsAsync(sku, 1, 1, context, database, offers, token)).Total; // behind the last page no row says how many there are
        }

        return new StockMovementPage(items, (int)total, number, size);
    }
}
