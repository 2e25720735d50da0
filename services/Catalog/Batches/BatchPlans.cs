using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Batches;

/// <summary>Puts the plans that offers are given in place; of offers that say nothing of it nothing changes, and nothing is asked.</summary>
internal static class BatchPlans
{
    private static readonly EventTypes Types = CatalogPublications.Types();

    /// <summary>Their rows are ours already.</summary>
    /// <returns>What changed by it.</returns>
    internal static async Task<IReadOnlyList<Guid>> ApplyAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, DateTimeOffset now, CancellationToken token)
    {
        var changed = new List<Guid>();
        var given = offers.Where(o => o.Batches is not null).ToList();
        if (given.Count == 0)
        {
            return changed;
        }

        // The stock of all that is written, which every order goes through, in its one order: no place is taken while plans change.
        await using (var locks = new NpgsqlBatch(session, transaction) { BatchCommands = { StockTables.LockOf(shop, [.. offers.Select(o => o.Sku)]) } })
        {
            await locks.ExecuteNonQueryAsync(token);
        }

        foreach (var (id, before, said) in await ChangedAsync(session, transaction, shop, given, token))
        {
            await using var write = new NpgsqlCommand("update offers set batches = $2, version = version + 1, updated_at = $3 where offer_id = $1", session, transaction)
            {
                Parameters = { new() { Value = id.Value }, new() { Value = (object?)said ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = now } },
            };
            await write.ExecuteNonQueryAsync(token);
            changed.Add(id.Value);
            if (BatchPlan.Read(said) is { } plan)
            {
                await MoveHoursAsync(session, transaction, new ShopId(shop), id, before, plan, now, token);
            }
        }

        return changed;
    }

    private static async Task<List<(OfferId Id, BatchPlan? Before, string? Said)>> ChangedAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, List<CheckedOffer> given, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            """
            select o.offer_id, o.batches::text, d.plan::text
            from (select sku, nullif(plan, '[]')::jsonb as plan from unnest($2::text[], $3::text[]) as d(sku, plan)) d join offers o on o.shop_id = $1 and o.sku = d.sku
            where o.batches is distinct from d.plan and (o.unit = 'piece' or d.plan is null) order by o.sku
            """, session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = given.ConvertAll(o => o.Sku) }, new() { Value = given.ConvertAll(o => o.Batches!) } },
        };
        var changed = new List<(OfferId, BatchPlan?, string?)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            changed.Add((new OfferId(reader.GetGuid(0)), BatchPlan.Read(reader.IsDBNull(1) ? null : reader.GetString(1)), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        return changed;
    }

    private static async Task MoveHoursAsync(NpgsqlConnection session, NpgsqlTransaction transaction, ShopId shop, OfferId offer, BatchPlan? before, BatchPlan plan, DateTimeOffset now, CancellationToken token)
    {
        var known = await KnownAsync(session, transaction, offer, now, token);
        var days = known.Select(BatchPlan.DateOf).Distinct().ToList();
        if (days.Count == 0)
        {
            return;
        }

        var (lines, version) = await LinesAsync(session, transaction, offer, known, token);
        var items = await BatchTables.LoadAsync(session, transaction, [.. known.Concat(days.SelectMany(plan.On).Select(b => b.At)).Distinct().Select(at => (offer, at))], token);
        var rows = items.ToDictionary(i => i.At);
        var moves = days.SelectMany(day => MovedHours.Move(day, rows, lines, before, plan, now)).ToList();
        await using var batch = new NpgsqlBatch(session, transaction);
        if (batch.WriteBatches(items) is { } writes)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("update reservation_lines l set batch_at = d.at from unnest($2::uuid[], $3::timestamptz[]) as d(order_id, at) where l.offer_id = $1 and l.order_id = d.order_id")
            {
                Parameters = { new() { Value = offer.Value }, new() { Value = moves.ConvertAll(m => m.Line.OrderId) }, new() { Value = moves.ConvertAll(m => m.To.ToUniversalTime()) } },
            });
            batch.BatchCommands.Add(new NpgsqlBatchCommand("update stock set version = version + 1 where offer_id = $1") { Parameters = { new() { Value = offer.Value } } });
            // Told order by order: each knows when its goods are fetched.
            if (moves.Count > 0)
            {
                batch.AppendFacts(Types, [.. moves.Select(m => (StockDesk.StreamOf(new OrderId(m.Line.OrderId)), (object)new BatchMoved(new OrderId(m.Line.OrderId), shop, offer, m.Line.At, m.To, version + 1)))], now);
            }

            await batch.ExecuteNonQueryAsync(token);
            BatchTables.DemandAllWritten(writes, items);
        }
    }

    private static async Task<List<DateTimeOffset>> KnownAsync(NpgsqlConnection session, NpgsqlTransaction transaction, OfferId offer, DateTimeOffset now, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select batch_at from offer_batches where offer_id = $1 and batch_at > $2 order by batch_at", session, transaction)
        {
            Parameters = { new() { Value = offer.Value }, new() { Value = now.ToUniversalTime() } },
        };
        var known = new List<DateTimeOffset>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            known.Add(reader.GetFieldValue<DateTimeOffset>(0));
        }

        return known;
    }

    // Those that were handed over too: they are of that batch. And the version of the stock, which is ours to raise.
    private static async Task<(List<PlacedLine> Lines, long Version)> LinesAsync(NpgsqlConnection session, NpgsqlTransaction transaction, OfferId offer, List<DateTimeOffset> known, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            """
            select order_id, batch_at, held + issued, (select version from stock where offer_id = $1)
            from reservation_lines where offer_id = $1 and batch_at = any($2) and held + issued > 0 order by order_id
            """, session, transaction)
        {
            Parameters = { new() { Value = offer.Value }, new() { Value = known.ConvertAll(at => at.ToUniversalTime()) } },
        };
        var (lines, version) = (new List<PlacedLine>(), 0L);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            lines.Add(new PlacedLine(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2)));
            version = reader.GetInt64(3);
        }

        return (lines, version);
    }
}
