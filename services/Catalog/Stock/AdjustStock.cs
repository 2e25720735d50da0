using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Stock;

internal enum AdjustmentEffect
{
    Done,
    UnknownOffer,

    /// <summary>It would have gone below what is set aside.</summary>
    Refused,

    /// <summary>The key was used for another adjustment.</summary>
    KeyReused,
}

/// <summary>One offer's figure moved by a difference: a broken jar, a delivery, a return.</summary>
internal sealed class AdjustStock(NpgsqlDataSource database, CountWrites counts, TimeProvider clock)
{
    /// <param name="requestKey">Idempotency key: the same adjustment under the same key moves the figure once.</param>
    internal async Task<(AdjustmentEffect Effect, Level? Level)> ApplyAsync(ShopEntry shop, string sku, StockAdjustment adjustment, string? requestKey, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var items = await CountTables.LockAsync(session, transaction, shop.Id.Value, [sku], [], token);
        if (items is not [var item])
        {
            return (AdjustmentEffect.UnknownOffer, null);
        }

        var level = item.Now;
        var kind = adjustment.Reason is "delivery" or "return" ? adjustment.Reason : "adjustment";
        var movement = new Movement(item.Offer.OfferId, kind, adjustment.Delta, 0, level.OnHand + adjustment.Delta, level.Reserved,
            Note: kind == "adjustment" ? adjustment.Reason : null, RequestKey: requestKey);
        if (requestKey is not null && await DoneBeforeAsync(session, transaction, movement, token) is { } same)
        {
            return (same ? AdjustmentEffect.Done : AdjustmentEffect.KeyReused, level);
        }

        if (movement.OnHandAfter < level.Reserved || movement.OnHandAfter > OfferRules.HighestQuantity)
        {
            return (AdjustmentEffect.Refused, level);
        }

        var movements = Move(item, movement);
        // Somebody has just looked: a figure counted by hand is as fresh as now. A fed one stays as old as its feed.
        item.Now = item.Now with { AsOf = StockFreshness.IsFed(level.Source) ? level.AsOf : clock.GetUtcNow() };
        await counts.WriteAsync(session, transaction, items, movements, token);
        return (AdjustmentEffect.Done, item.Now);
    }

    /// <summary>Moves the item. What comes in is first what the orders lack that hold more than was found; only what is left of it is for sale.</summary>
    internal static List<Movement> Move(StockItem item, Movement movement)
    {
        var lacked = Math.Clamp(movement.OnHandDelta, 0, item.Now.Missing);
        movement = movement with { Missing = item.MissingAsTold };
        item.Now = item.Now.WithoutMissing(lacked) with { OnHand = movement.OnHandAfter - lacked, Version = item.Now.Version + 1 };
        return lacked == 0
            ? [movement]
            : [movement, new Movement(movement.OfferId, "adjustment", -lacked, 0, item.Now.OnHand, item.Now.Reserved, Note: StockCount.WasMissing, Counted: true) { Missing = item.TellMissing() }];
    }

    /// <summary>Null when the key is new; else whether it stood for the same adjustment.</summary>
    private static async Task<bool?> DoneBeforeAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Movement movement, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select on_hand_delta = $3 and kind = $4 and note is not distinct from $5 from stock_movements where offer_id = $1 and request_key = $2", session, transaction)
        {
            Parameters =
            {
                new() { Value = movement.OfferId.Value }, new() { Value = movement.RequestKey! }, new() { Value = movement.OnHandDelta }, new() { Value = movement.Kind },
                new() { Value = (object?)movement.Note ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        return (bool?)await command.ExecuteScalarAsync(token);
    }
}
