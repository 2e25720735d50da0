using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// An offer that is sold by weight from now on, or no longer: its figure measures something else then, and 4,000 g must not become 4,000 pieces. It needs a
/// count in the new unit that nothing of ours has moved since, and nobody may hold any of it in the old one.
/// </summary>
internal static class UnitChanges
{
    internal static Fault Refused() => new("unit-change-refused",
        "L’unité de vente ne change qu’avec un nouveau comptage dans cette unité, et quand aucune commande n’en a mis de côté : donnez le stock, ou attendez ces retraits.",
        "The unit of sale changes only with a new count in that unit, and when no order has any set aside: give the stock, or wait for those pickups.");

    /// <summary>The offers whose unit may change in this transaction; their stock stays locked to its end, as they are.</summary>
    internal static async Task<Guid[]> AllowAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, DateTimeOffset asOf,
        CancellationToken token)
    {
        var units = offers.ToDictionary(o => o.Sku);
        if (!await AnyAsync(session, transaction, shop, offers, token))
        {
            return [];
        }

        // All of the batch: its offers are locked already, and their stock by id.
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                StockTables.LockOf(shop, [.. units.Keys]),
                // Read once they are ours: the statement that waited for the locks would not see what had moved them meanwhile.
                new("""
                    select o.offer_id, o.sku, o.unit, s.on_hand,
                           -- Places in batches are pieces too: none may be held, and none be offered any more.
                           s.reserved + (select coalesce(sum(l.held), 0) from reservation_lines l where l.offer_id = o.offer_id and l.batch_at is not null)::bigint + (o.batches is not null)::int,
                           s.as_of <= $3 and not exists (select from stock_movements m where m.offer_id = s.offer_id and m.at > $3)
                    from stock s join offers o on o.offer_id = s.offer_id
                    where o.shop_id = $1 and o.sku = any($2)
                    """)
                {
                    Parameters = { new() { Value = shop }, new() { Value = units.Keys.ToArray() }, new() { Value = asOf.ToUniversalTime() } },
                },
            },
        };
        var allowed = new List<Guid>();
        await using var reader = await batch.ExecuteReaderAsync(token);
        await reader.NextResultAsync(token); // the locks
        while (await reader.ReadAsync(token))
        {
            var given = units[reader.GetString(1)];
            var (onHand, reserved, counted) = (reader.GetInt64(3), reader.GetInt64(4), given.OnHand is not null && reader.GetBoolean(5));
            if (StockWords.Unit(reader.GetString(2)) != given.Unit && reserved == 0 && (counted || onHand == 0))
            {
                allowed.Add(reader.GetGuid(0));
            }
        }

        return [.. allowed];
    }

    private static async Task<bool> AnyAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from offers o join unnest($2::text[], $3::text[]) as d(sku, unit) on d.sku = o.sku where o.shop_id = $1 and o.unit <> d.unit)", session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = offers.Select(o => o.Sku).ToArray() }, new() { Value = offers.Select(o => o.Unit.Text()).ToArray() } },
        };
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }
}
