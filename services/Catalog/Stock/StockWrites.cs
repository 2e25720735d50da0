using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Stock;

/// <summary>Writes of the ledger, each one statement for the whole batch.</summary>
internal static class StockWrites
{
    /// <summary>
    /// Levels move by difference and only from the version that was locked; the statement itself keeps reserved within on hand, what is newly set aside within what the shop does not keep back, and the table's
    /// constraint stands behind it. <see cref="DemandAllMoved"/> checks that every row was moved.
    /// </summary>
    internal static NpgsqlBatchCommand? MoveLevels(this NpgsqlBatch batch, IReadOnlyCollection<StockItem> items)
    {
        var moved = items.Where(i => i.Now != i.Before).ToList();
        if (moved.Count == 0)
        {
            return null;
        }

        var command = new NpgsqlBatchCommand(
            """
            update stock s set on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, version = d.version, source = d.source, as_of = d.as_of,
                counted_at = d.counted_at, assumed = d.assumed, missing = d.missing, lacking = d.lacking, looked_at = d.looked_at
            from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::bigint[],
                        $10::bigint[], $11::bigint[], $12::timestamptz[])
                 as d(offer_id, on_hand, reserved, version_before, version, source, as_of, counted_at, assumed, missing, lacking, looked_at)
            where s.offer_id = d.offer_id and s.version = d.version_before
              and s.reserved + d.reserved between 0 and s.on_hand + d.on_hand
              and (d.reserved <= 0 or s.reserved + d.reserved + s.safety <= s.on_hand + d.on_hand)
            """)
        {
            Parameters =
            {
                new() { Value = moved.ConvertAll(i => i.Offer.OfferId.Value) },
                new() { Value = moved.ConvertAll(i => i.Now.OnHand - i.Before.OnHand) },
                new() { Value = moved.ConvertAll(i => i.Now.Reserved - i.Before.Reserved) },
                new() { Value = moved.ConvertAll(i => i.Before.Version) },
                new() { Value = moved.ConvertAll(i => i.Now.Version) },
                new() { Value = moved.ConvertAll(i => i.Now.Source.Text()) },
                new() { Value = moved.ConvertAll(i => i.Now.AsOf.ToUniversalTime()) },
                new() { Value = moved.ConvertAll(i => i.Now.CountedAt?.ToUniversalTime()) },
                new() { Value = moved.ConvertAll(i => i.Now.Assumed) },
                new() { Value = moved.ConvertAll(i => i.Now.Missing) },
                new() { Value = moved.ConvertAll(i => i.Now.Lacking) },
                new() { Value = moved.ConvertAll(i => i.Now.LookedAt?.ToUniversalTime()) },
            },
        };
        batch.BatchCommands.Add(command);
        return command;
    }

    internal static void DemandAllMoved(NpgsqlBatchCommand? moves, IReadOnlyCollection<StockItem> items)
    {
        if (moves is not null && moves.RecordsAffected != items.Count(i => i.Now != i.Before))
        {
            throw new InvalidOperationException("A stock level moved while its row was locked.");
        }
    }

    internal static void AddMovements(this NpgsqlBatch batch, List<Movement> movements, DateTimeOffset at)
    {
        if (movements.Count == 0)
        {
            return;
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into stock_movements (offer_id, at, kind, on_hand_delta, reserved_delta, on_hand_after, reserved_after, counted, order_id, note, request_key, source,
                missing_delta, missing_after)
            select m.offer_id, coalesce(m.at, $1), m.kind, m.on_hand_delta, m.reserved_delta, m.on_hand_after, m.reserved_after, m.counted, m.order_id, m.note, m.request_key, m.source,
                m.missing_delta, m.missing_after
            from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[], $9::uuid[], $10::text[], $11::text[], $12::timestamptz[], $13::text[],
                        $14::bigint[], $15::bigint[])
                 with ordinality as m(offer_id, kind, on_hand_delta, reserved_delta, on_hand_after, reserved_after, counted, order_id, note, request_key, at, source, missing_delta, missing_after, n)
            order by m.n
            """)
        {
            Parameters =
            {
                new() { Value = at.ToUniversalTime() },
                new() { Value = movements.ConvertAll(m => m.OfferId.Value) },
                new() { Value = movements.ConvertAll(m => m.Kind) },
                new() { Value = movements.ConvertAll(m => m.OnHandDelta) },
                new() { Value = movements.ConvertAll(m => m.ReservedDelta) },
                new() { Value = movements.ConvertAll(m => m.OnHandAfter) },
                new() { Value = movements.ConvertAll(m => m.ReservedAfter) },
                new() { Value = movements.ConvertAll(m => m.Counted) },
                new() { Value = movements.ConvertAll(m => m.OrderId?.Value) },
                new() { Value = movements.ConvertAll(m => m.Note), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = movements.ConvertAll(m => m.RequestKey), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = movements.ConvertAll(m => m.At?.ToUniversalTime()) },
                new() { Value = movements.ConvertAll(m => m.Source?.Text()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = movements.ConvertAll(m => NullIfNone(m.Missing.Delta)) },
                new() { Value = movements.ConvertAll(m => NullIfNone(m.Missing.After)) },
            },
        });
    }

    // Of most movements nothing is missing, and a row says nothing of it.
    private static long? NullIfNone(long missing) => missing == 0 ? null : missing;
}
