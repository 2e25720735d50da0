using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Catalog.Batches;

/// <summary>Reads and writes of batches' rows. Their offers' stock is locked by then: whoever touches a batch comes through that lock, in its order, and then takes the batches in the order of their keys.</summary>
internal static class BatchTables
{
    internal static async Task<List<BatchItem>> LoadAsync(NpgsqlConnection session, NpgsqlTransaction transaction, IReadOnlyCollection<(OfferId Offer, DateTimeOffset At)> wanted, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            """
            select offer_id, batch_at, capacity, taken, own from offer_batches
            where (offer_id, batch_at) in (select * from unnest($1::uuid[], $2::timestamptz[])) order by offer_id, batch_at for update
            """, session, transaction)
        {
            Parameters = { new() { Value = wanted.Select(w => w.Offer.Value).ToArray() }, new() { Value = wanted.Select(w => w.At.ToUniversalTime()).ToArray() } },
        };
        var found = new Dictionary<(OfferId, DateTimeOffset), BatchItem>();
        await using (var reader = await command.ExecuteReaderAsync(token))
        {
            while (await reader.ReadAsync(token))
            {
                var (offer, at) = (new OfferId(reader.GetGuid(0)), reader.GetFieldValue<DateTimeOffset>(1));
                found[(offer, at)] = new BatchItem(offer, at, new BatchLevel(reader.GetInt64(2), reader.GetInt64(3), reader.GetBoolean(4)), false);
            }
        }

        return [.. wanted.Distinct().Select(w => found.GetValueOrDefault(w) ?? new BatchItem(w.Offer, w.At, default, true))];
    }

    /// <summary>Written from what was locked, and in the order of their keys; <see cref="DemandAllWritten"/> checks that every row was. The table's constraint stands behind it.</summary>
    internal static NpgsqlBatchCommand? WriteBatches(this NpgsqlBatch batch, IEnumerable<BatchItem> items)
    {
        var touched = items.Where(i => i.IsTouched).OrderBy(i => i.OfferId.Value).ThenBy(i => i.At).ToList();
        if (touched.Count == 0)
        {
            return null;
        }

        var command = new NpgsqlBatchCommand(
            """
            insert into offer_batches as b (offer_id, batch_at, capacity, taken, own)
            select offer_id, batch_at, capacity, taken, own
            from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::boolean[]) with ordinality as d(offer_id, batch_at, capacity, taken, own, n) order by n
            on conflict (offer_id, batch_at) do update set capacity = excluded.capacity, taken = excluded.taken, own = excluded.own
            where (b.offer_id, b.batch_at, b.taken) in (select * from unnest($6::uuid[], $7::timestamptz[], $8::bigint[]))
            """)
        {
            Parameters =
            {
                new() { Value = touched.ConvertAll(i => i.OfferId.Value) },
                new() { Value = touched.ConvertAll(i => i.At.ToUniversalTime()) },
                new() { Value = touched.ConvertAll(i => i.Now.Capacity) },
                new() { Value = touched.ConvertAll(i => i.Now.Taken) },
                new() { Value = touched.ConvertAll(i => i.Now.Own) },
                // A new row is nobody's yet: one that is there all the same was not locked, and is not written over.
                new() { Value = touched.FindAll(i => !i.IsNew).ConvertAll(i => i.OfferId.Value) },
                new() { Value = touched.FindAll(i => !i.IsNew).ConvertAll(i => i.At.ToUniversalTime()) },
                new() { Value = touched.FindAll(i => !i.IsNew).ConvertAll(i => i.Before.Taken) },
            },
        };
        batch.BatchCommands.Add(command);
        return command;
    }

    internal static void DemandAllWritten(NpgsqlBatchCommand? writes, IEnumerable<BatchItem> items)
    {
        if (writes is not null && writes.RecordsAffected != items.Count(i => i.IsTouched))
        {
            throw new InvalidOperationException("A batch was taken from while its offer's stock was locked.");
        }
    }
}
