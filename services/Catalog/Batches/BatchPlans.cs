using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Batches;

/// <summary>Puts the plans that offers are given in place; of offers that say nothing of it nothing changes, and nothing is asked.</summary>
internal static class BatchPlans
{
    /// <summary>Their rows are ours already.</summary>
    /// <returns>What changed by it.</returns>
    internal static async Task<IReadOnlyList<Guid>> ApplyAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, DateTimeOffset now, CancellationToken token)
    {
        var changed = new List<Guid>();
        foreach (var offer in offers.Where(o => o.Batches is not null).OrderBy(o => o.Sku, StringComparer.Ordinal))
        {
            var before = await LockAsync(session, transaction, shop, offer, token);
            await using var write = new NpgsqlCommand(
                """
                update offers set batches = $3, version = version + 1, updated_at = $4
                where shop_id = $1 and sku = $2 and batches is distinct from $3 and (unit = 'piece' or $3::jsonb is null) returning offer_id
                """, session, transaction)
            {
                Parameters =
                {
                    new() { Value = shop }, new() { Value = offer.Sku },
                    new() { Value = offer.Batches == BatchRules.None ? DBNull.Value : offer.Batches!, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = now },
                },
            };
            if (await write.ExecuteScalarAsync(token) is Guid id)
            {
                changed.Add(id);
                await MoveHoursAsync(session, transaction, new OfferId(id), before, BatchPlan.Read(offer.Batches), now, token);
            }
        }

        return changed;
    }

    // Through its stock, as every order of it: no place is taken while the plan changes.
    private static async Task<BatchPlan?> LockAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, CheckedOffer offer, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select o.batches::text from stock s join offers o on o.offer_id = s.offer_id where o.shop_id = $1 and o.sku = $2 and o.batches is not null for update of s",
            session, transaction)
        { Parameters = { new() { Value = shop }, new() { Value = offer.Sku } } };
        return BatchPlan.Read(await command.ExecuteScalarAsync(token) as string);
    }

    // A batch that is to be made at another hour is the same one: what is ordered of it stays where it is, and is taken off what the new hour of that day opens with.
    private static async Task MoveHoursAsync(NpgsqlConnection session, NpgsqlTransaction transaction, OfferId offer, BatchPlan? before, BatchPlan? plan, DateTimeOffset now, CancellationToken token)
    {
        if (before is null || plan is null)
        {
            return;
        }

        var moved = new Dictionary<DateTimeOffset, (PlannedBatch To, long Taken)>();
        foreach (var (at, taken) in await OrderedAsync(session, transaction, offer, now, token))
        {
            var open = plan.On(BatchPlan.DateOf(at)).Where(b => before.Find(b.At) is null).Select(b => (PlannedBatch?)b).FirstOrDefault();
            if (plan.Find(at) is null && open is { } to)
            {
                moved[to.At] = (to, moved.GetValueOrDefault(to.At).Taken + taken);
            }
        }

        if (moved.Count == 0)
        {
            return;
        }

        var items = await BatchTables.LoadAsync(session, transaction, [.. moved.Keys.Select(at => (offer, at))], token);
        foreach (var item in items)
        {
            var (to, taken) = moved[item.At];
            item.Now = new BatchLevel(Math.Max(to.Quantity - taken, item.Now.Taken), item.Now.Taken, true);
        }

        await using var batch = new NpgsqlBatch(session, transaction);
        var writes = batch.WriteBatches(items);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update stock set version = version + 1 where offer_id = $1") { Parameters = { new() { Value = offer.Value } } });
        await batch.ExecuteNonQueryAsync(token);
        BatchTables.DemandAllWritten(writes, items);
    }

    private static async Task<List<(DateTimeOffset At, long Taken)>> OrderedAsync(NpgsqlConnection session, NpgsqlTransaction transaction, OfferId offer, DateTimeOffset now, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select batch_at, taken from offer_batches where offer_id = $1 and batch_at >= $2 and taken > 0 order by batch_at", session, transaction)
        {
            Parameters = { new() { Value = offer.Value }, new() { Value = BatchPlan.Midnight(BatchPlan.DateOf(now)) } },
        };
        var ordered = new List<(DateTimeOffset, long)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            ordered.Add((reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1)));
        }

        return ordered;
    }
}
