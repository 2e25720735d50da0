using System.Text.Json;
using Marketplace.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Stock;

/// <summary>Writes of reservations and their lines, each one statement for the whole batch.</summary>
internal static class ReservationWrites
{
    internal static void AddReservations(this NpgsqlBatch batch, IReadOnlyCollection<Reservation> reservations, DateTimeOffset at)
    {
        // In key order, new ones among themselves too: two batches that insert the same two orders must not wait crosswise.
        var touched = reservations.Where(r => r.IsTouched).OrderBy(r => r.OrderId.Value).ToList();
        Insert(batch, touched.FindAll(r => r.IsNew), at);
        Update(batch, touched.FindAll(r => !r.IsNew), at);
        var lines = touched.SelectMany(r => r.Lines.Select(l => (r.OrderId, Line: l))).ToList();
        InsertLines(batch, lines.FindAll(l => l.Line.IsNew));
        UpdateLines(batch, lines.FindAll(l => !l.Line.IsNew && l.Line.IsTouched));
    }

    private static void Insert(NpgsqlBatch batch, List<Reservation> added, DateTimeOffset at)
    {
        if (added.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                insert into reservations (order_id, status, expires_at, early, created_at, updated_at)
                select order_id, status, expires_at, early::jsonb, $1, $1
                from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[]) with ordinality as r(order_id, status, expires_at, early, n) order by n
                """)
            {
                Parameters =
                {
                    new() { Value = at.ToUniversalTime() },
                    new() { Value = added.ConvertAll(r => r.OrderId.Value) },
                    new() { Value = added.ConvertAll(Status) },
                    new() { Value = added.ConvertAll(r => r.ExpiresAt?.ToUniversalTime()) },
                    new() { Value = added.ConvertAll(Early), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            });
        }
    }

    private static void Update(NpgsqlBatch batch, List<Reservation> changed, DateTimeOffset at)
    {
        if (changed.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                update reservations r set status = d.status, expires_at = d.expires_at, early = d.early::jsonb, updated_at = $1
                from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[]) as d(order_id, status, expires_at, early)
                where r.order_id = d.order_id
                """)
            {
                Parameters =
                {
                    new() { Value = at.ToUniversalTime() },
                    new() { Value = changed.ConvertAll(r => r.OrderId.Value) },
                    new() { Value = changed.ConvertAll(Status) },
                    new() { Value = changed.ConvertAll(r => r.ExpiresAt?.ToUniversalTime()) },
                    new() { Value = changed.ConvertAll(Early), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            });
        }
    }

    private static void InsertLines(NpgsqlBatch batch, List<(OrderId Order, ReservationLine Line)> added)
    {
        if (added.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                insert into reservation_lines (order_id, offer_id, shop_id, quantity, held, issued, price_cents, batch_at)
                select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::timestamptz[])
                """)
            {
                Parameters =
                {
                    new() { Value = added.ConvertAll(l => l.Order.Value) },
                    new() { Value = added.ConvertAll(l => l.Line.OfferId.Value) },
                    new() { Value = added.ConvertAll(l => l.Line.ShopId.Value) },
                    new() { Value = added.ConvertAll(l => l.Line.Quantity) },
                    new() { Value = added.ConvertAll(l => l.Line.Held) },
                    new() { Value = added.ConvertAll(l => l.Line.Issued) },
                    new() { Value = added.ConvertAll(l => l.Line.PriceCents) },
                    new() { Value = added.ConvertAll(l => l.Line.BatchAt?.ToUniversalTime()) },
                },
            });
        }
    }

    private static void UpdateLines(NpgsqlBatch batch, List<(OrderId Order, ReservationLine Line)> changed)
    {
        if (changed.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                update reservation_lines l set held = d.held, issued = d.issued
                from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) as d(order_id, offer_id, held, issued)
                where l.order_id = d.order_id and l.offer_id = d.offer_id
                """)
            {
                Parameters =
                {
                    new() { Value = changed.ConvertAll(l => l.Order.Value) },
                    new() { Value = changed.ConvertAll(l => l.Line.OfferId.Value) },
                    new() { Value = changed.ConvertAll(l => l.Line.Held) },
                    new() { Value = changed.ConvertAll(l => l.Line.Issued) },
                },
            });
        }
    }

    private static string Status(Reservation r) => r.Status switch
    {
        ReservationStatus.Awaited => "awaited",
        ReservationStatus.Held => "held",
        ReservationStatus.Confirmed => "confirmed",
        ReservationStatus.Refused => "refused",
        ReservationStatus.Released => "released",
        ReservationStatus.Issued => "issued",
        _ => throw new InvalidOperationException($"{r.Status} has no stored name."),
    };

    private static string? Early(Reservation r) => r.Early.Count == 0 ? null : JsonSerializer.Serialize(r.Early, CatalogJson.Default.ListEarlyRelease);
}
