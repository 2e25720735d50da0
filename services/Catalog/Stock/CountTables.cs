using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>The rows that counts are about.</summary>
internal static class CountTables
{
    /// <summary>Locks a shop's stock rows by sku or article number, in key order. Archived offers have no stock to count unless asked for.</summary>
    internal static async Task<List<StockItem>> LockAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop,
        IReadOnlyCollection<string> skus, IReadOnlyCollection<string> eans, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {StockTables.ItemColumns}
            from stock s join offers o on o.offer_id = s.offer_id
            where o.offer_id in (select offer_id from offers where shop_id = $1 and sku = any($2)
                                 union select offer_id from offers where shop_id = $1 and ean13 = any($3))
              and o.status <> 'archived'
            order by s.offer_id for update of s
            """, session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = skus.ToArray() }, new() { Value = eans.ToArray() } },
        };
        var items = new List<StockItem>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            items.Add(StockTables.ReadItem(reader));
        }

        return items;
    }

    /// <summary>Our own movements after the moment of the count; counts among them are left out, for they replace, not add. Where a newer count is known this one is not taken, so nothing is summed.</summary>
    internal static async Task<Dictionary<Guid, MovedSince>> MovedSinceAsync(NpgsqlConnection session, NpgsqlTransaction transaction,
        IReadOnlyCollection<StockItem> items, DateTimeOffset asOf, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            """
            select offer_id, coalesce(sum(on_hand_delta) filter (where not counted), 0)::bigint, sum(reserved_delta)::bigint,
                coalesce(sum(on_hand_delta) filter (where counted and order_id is not null and note = $3), 0)::bigint
            from stock_movements where offer_id = any($1) and at > $2 group by offer_id
            """, session, transaction)
        {
            Parameters = { new() { Value = items.Where(i => i.Now.AsOf <= asOf).Select(i => i.Offer.OfferId.Value).ToArray() }, new() { Value = asOf.ToUniversalTime() }, new() { Value = StockCount.WasMissing } },
        };
        var moved = new Dictionary<Guid, MovedSince>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            moved[reader.GetGuid(0)] = new MovedSince(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        }

        return moved;
    }
}
