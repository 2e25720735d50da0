using Marketplace.Catalog.Display;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Stock;

/// <summary>
/// What a shop keeps back for its counter, of all it sells or of one offer, and how long it stands by its figures. It moves nothing: what is set aside already stays so,
/// and only less, or more, is for sale from now on.
/// </summary>
internal sealed class KeepBack(NpgsqlDataSource database, OfferDisplay display, ChangeHints hints, TimeProvider clock)
{
    /// <summary>So many rows a transaction: an order that wants one of them waits for these, not for all that the shop sells.</summary>
    private const int MostRows = 500;
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    // In the order in which every batch takes them.
    private const string Lock = "select count(*) from (select from stock where offer_id = any($1) order by offer_id for update) locked";

    private const string Hold =
        """
        update stock s set safety = d.safety, fresh_hours = d.fresh_hours, own_safety = d.own_safety, version = s.version + 1
        from (select s.offer_id, coalesce(n.own_safety, case when o.unit = 'piece' then coalesce(l.safety, 0) else 0 end) as safety, l.fresh_hours, n.own_safety
              from stock s join offers o on o.offer_id = s.offer_id left join stock_limits l on l.shop_id = o.shop_id
                   cross join lateral (select case when $2 then $3::bigint else s.own_safety end as own_safety) n
              where s.offer_id = any($1)) d
        where s.offer_id = d.offer_id and (s.safety, s.fresh_hours, s.own_safety) is distinct from (d.safety, d.fresh_hours, d.own_safety)
        returning s.offer_id, s.on_hand, s.reserved, s.version, s.source, s.as_of, s.safety, s.fresh_hours
        """;

    internal async Task<StockLimits> FindAsync(ShopEntry shop, CancellationToken token)
    {
        await using var command = database.CreateCommand("select safety, fresh_hours, version from stock_limits where shop_id = $1");
        command.Parameters.Add(new() { Value = shop.Id.Value });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new StockLimits(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetInt64(2)) : new StockLimits(0, null);
    }

    /// <param name="expected">The version that was seen; null: whichever there is.</param>
    internal async Task SetAsync(ShopEntry shop, StockLimits limits, long? expected, CancellationToken token)
    {
        await WriteAsync(shop, limits, expected, token);
        await HoldAsync(shop.Id, token);
    }

    private async Task WriteAsync(ShopEntry shop, StockLimits limits, long? expected, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using (var set = new NpgsqlCommand(
            """
            insert into stock_limits as l (shop_id, safety, fresh_hours, version) select $1, $2, $3, 1 where coalesce($4::bigint, 0) = 0 or exists (select from stock_limits where shop_id = $1)
            on conflict (shop_id) do update set safety = excluded.safety, fresh_hours = excluded.fresh_hours, version = l.version + 1 where $4::bigint is null or l.version = $4
            """, session, transaction)
        {
            Parameters =
            {
                new() { Value = shop.Id.Value }, new() { Value = limits.Safety }, new() { Value = (object?)limits.FreshHours ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                new() { Value = (object?)expected ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        })
        {
            if (await set.ExecuteNonQueryAsync(token) == 0)
            {
                throw new ConcurrencyException($"stock-limits-{shop.Id}");
            }
        }

        // Whatever keeps this process from the rest, and whoever brings new offers with the limits of a moment ago: all is gone through once more.
        await using (var batch = new NpgsqlBatch(session, transaction))
        {
            batch.ScheduleWork(StockLimitsWork.WorkKind, shop.Id.ToString(), clock.GetUtcNow() + Again);
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
    }

    /// <summary>What is said of all that a shop sells comes to stand in each row that says otherwise, some hundred a transaction. Repeated it changes nothing.</summary>
    internal async Task HoldAsync(ShopId shop, CancellationToken token)
    {
        foreach (var some in (await OffersAsync(shop, null, token)).Chunk(MostRows))
        {
            await HoldAsync(some, false, null, token);
        }
    }

    /// <param name="quantity">Null: as of all that the shop sells.</param>
    internal async Task SetAsync(ShopEntry shop, string sku, long? quantity, CancellationToken token) => await HoldAsync(await OffersAsync(shop.Id, sku, token), true, quantity, token);

    private async Task<Guid[]> OffersAsync(ShopId shop, string? sku, CancellationToken token)
    {
        await using var command = database.CreateCommand("select coalesce(array_agg(offer_id order by offer_id), '{}') from offers where shop_id = $1 and ($2::text is null or sku = $2)");
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = (object?)sku ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return (Guid[])(await command.ExecuteScalarAsync(token))!;
    }

    private async Task HoldAsync(Guid[] offers, bool one, long? own, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using (var locks = new NpgsqlCommand(Lock, session, transaction) { Parameters = { new() { Value = offers } } })
        {
            await locks.ExecuteNonQueryAsync(token);
        }

        var levels = new List<LevelChange>();
        await using (var hold = new NpgsqlCommand(Hold, session, transaction)
        {
            Parameters = { new() { Value = offers }, new() { Value = one }, new() { Value = (object?)own ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint } },
        })
        {
            await using var r = await hold.ExecuteReaderAsync(token);
            while (await r.ReadAsync(token))
            {
                levels.Add(new LevelChange(new OfferId(r.GetGuid(0)), new Level(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), StockWords.Source(r.GetString(4)), r.GetFieldValue<DateTimeOffset>(5))
                {
                    Safety = r.GetInt64(6),
                    FreshHours = r.IsDBNull(7) ? null : r.GetInt32(7),
                }));
            }
        }

        if (levels.Count > 0)
        {
            await using var batch = new NpgsqlBatch(session, transaction);
            batch.NoteLevels(levels);
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        display.Apply(levels);
        hints.Note(levels.Select(l => l.OfferId));
    }
}
