using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Batches;

/// <summary>A shop's coming batches: what is ordered of each, and how many are made of one on its day.</summary>
internal sealed class BatchDesk(NpgsqlDataSource database, ShopViews shops, TimeProvider clock)
{
    private const int Days = 14;

    /// <summary>As far as pickups are booked ahead.</summary>
    private const int MostDaysAhead = 31;

    /// <summary>Batches of today and the days after, those too that can no longer be ordered from: they are to be made.</summary>
    internal async Task<IReadOnlyList<ShopBatch>> ListAsync(ShopEntry shop, CancellationToken token)
    {
        var (today, pickups) = (BatchPlan.DateOf(clock.GetUtcNow()), shops.DaysOf(shop.Id));
        var (from, until) = (BatchPlan.Midnight(today), BatchPlan.Midnight(today.PlusDays(Days + 1)));
        await using var command = database.CreateCommand(
            """
            select o.offer_id, o.sku, o.name, case when o.status = 'active' then o.batches::text end, b.batch_at, b.capacity, b.taken, b.own
            from offers o left join offer_batches b on b.offer_id = o.offer_id and b.batch_at >= $2 and b.batch_at < $3
            where o.shop_id = $1 and (o.status = 'active' and o.batches is not null or b.taken > 0)
            """);
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = until });
        var offers = new Dictionary<OfferId, (string Sku, string Title, BatchPlan? Plan, Dictionary<DateTimeOffset, BatchLevel> Known)>();
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            var id = new OfferId(r.GetGuid(0));
            if (!offers.TryGetValue(id, out var offer))
            {
                offers[id] = offer = (r.GetString(1), r.GetString(2), BatchPlan.Read(r.IsDBNull(3) ? null : r.GetString(3)), []);
            }

            if (!r.IsDBNull(4))
            {
                offer.Known[r.GetFieldValue<DateTimeOffset>(4)] = new BatchLevel(r.GetInt64(5), r.GetInt64(6), r.GetBoolean(7));
            }
        }

        return [.. offers.SelectMany(o => Of(o.Key, o.Value.Sku, o.Value.Title, o.Value.Plan, o.Value.Known)).OrderBy(b => b.At).ThenBy(b => b.Title, StringComparer.CurrentCulture)];

        IEnumerable<ShopBatch> Of(OfferId id, string sku, string title, BatchPlan? plan, Dictionary<DateTimeOffset, BatchLevel> known)
        {
            for (var day = today; day <= today.PlusDays(Days); day = day.PlusDays(1))
            {
                foreach (var batch in plan?.On(day) ?? [])
                {
                    known.Remove(batch.At, out var level);
                    yield return Shown(id, sku, title, batch, level, pickups);
                }
            }

            // Ordered while it was planned, or on sale: it is still to be made.
            foreach (var (at, level) in known.Where(k => k.Value.Taken > 0))
            {
                yield return new ShopBatch(id, sku, title, at, at, level.Taken, level.Taken, 0, pickups?.Has(at) != false);
            }
        }
    }

    /// <param name="quantity">Null: as planned.</param>
    internal async Task<ShopBatch> SetAsync(ShopEntry shop, OfferId offer, DateTimeOffset at, long? quantity, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        if (at < now.AddDays(-1) || at > now.AddDays(MostDaysAhead))
        {
            throw NoSuchBatch();
        }

        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        // The stock first, which every order of it goes through, then the batch.
        await using (var find = new NpgsqlCommand("select from stock s join offers o on o.offer_id = s.offer_id where s.offer_id = $1 and o.shop_id = $2 for update of s", session, transaction)
        {
            Parameters = { new() { Value = offer.Value }, new() { Value = shop.Id.Value } },
        })
        {
            await using var locked = await find.ExecuteReaderAsync(token);
            if (!await locked.ReadAsync(token))
            {
                throw OfferAnswers.Unknown();
            }
        }

        var (sku, title, plan) = await ReadAsync(session, transaction, offer, token);
        if (plan?.Find(at) is not { } planned)
        {
            throw NoSuchBatch();
        }

        var item = (await BatchTables.LoadAsync(session, transaction, [(offer, planned.At)], token))[0];
        if (quantity < item.Now.Taken)
        {
            throw new Refusal("below-ordered", StatusCodes.Status409Conflict, $"Déjà commandé de cette fournée : {item.Now.Taken}. La quantité ne peut pas aller en dessous.",
                $"Already ordered of this batch: {item.Now.Taken}. The quantity cannot go below that.").With("ordered", item.Now.Taken);
        }

        item.Now = item.Now with { Own = quantity is not null, Capacity = quantity ?? 0 };
        item.Now = item.Now with { Capacity = item.Now.Places(planned) };
        await using var batch = new NpgsqlBatch(session, transaction);
        if (batch.WriteBatches([item]) is { } writes)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("update stock set version = version + 1 where offer_id = $1") { Parameters = { new() { Value = offer.Value } } });
            batch.NoteOffers([offer.Value]);
            await batch.ExecuteNonQueryAsync(token);
            BatchTables.DemandAllWritten(writes, [item]);
        }

        await transaction.CommitAsync(token);
        return Shown(offer, sku, title, planned, item.Now, shops.DaysOf(shop.Id));
    }

    private static Refusal NoSuchBatch() => Refusal.NotFound("batch", "Il n’y a pas de fournée à ce moment : le plan a peut-être changé.", "There is no batch at this time: the plan may have changed.");

    private static ShopBatch Shown(OfferId id, string sku, string title, PlannedBatch batch, BatchLevel level, BatchPickupDays? pickups) =>
        new(id, sku, title, batch.At, batch.OrderBefore, level.Places(batch), level.Taken, batch.Quantity, pickups?.Has(batch.At) != false);

    private static async Task<(string Sku, string Title, BatchPlan? Plan)> ReadAsync(NpgsqlConnection session, NpgsqlTransaction transaction, OfferId offer, CancellationToken token)
    {
        await using var read = new NpgsqlCommand("select sku, name, batches::text from offers where offer_id = $1", session, transaction) { Parameters = { new() { Value = offer.Value } } };
        await using var r = await read.ExecuteReaderAsync(token);
        await r.ReadAsync(token);
        return (r.GetString(0), r.GetString(1), BatchPlan.Read(r.IsDBNull(2) ? null : r.GetString(2)));
    }
}
