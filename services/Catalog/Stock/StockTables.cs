using System.Text.Json;
using Marketplace.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Stock;

/// <summary>Reads and locks what a batch of commands is about: reservations first, then stock rows, each in key order, so that no two batches wait for one another in a circle.</summary>
internal static class StockTables
{
    internal const string ItemColumns =
        """
        s.offer_id, o.shop_id, o.sku, o.ean13, o.title, o.category, o.unit, o.price_cents, o.vat_rate, o.second_hand, o.alcohol, o.status = 'active',
        s.on_hand, s.reserved, s.version, s.source, s.as_of
        """;

    internal static async Task LoadAsync(StockBook book, IReadOnlyList<StockCommand> commands, NpgsqlConnection session, NpgsqlTransaction transaction, CancellationToken token)
    {
        var orders = commands.Select(c => c.OrderId.Value).Distinct().ToArray();
        var wanted = commands.OfType<StockCommand.Reserve>().SelectMany(r => r.Message.Shops).SelectMany(s => s.Lines).Select(l => l.OfferId.Value).Distinct().ToArray();
        // A confirmation moves no stock; the others may touch whatever their order holds.
        var moving = commands.Where(c => c is StockCommand.Release or StockCommand.Issue).Select(c => c.OrderId.Value).Distinct().ToArray();
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("select order_id, status, expires_at, early::text, created_at from reservations where order_id = any($1) order by order_id for update")
                {
                    Parameters = { new() { Value = orders } },
                },
                new("select order_id, offer_id, shop_id, quantity, held, issued, price_cents from reservation_lines where order_id = any($1) order by order_id, offer_id")
                {
                    Parameters = { new() { Value = orders } },
                },
                new($"""
                    select {ItemColumns}
                    from stock s join offers o on o.offer_id = s.offer_id
                    where s.offer_id in (select unnest($1::uuid[]) union select l.offer_id from reservation_lines l where l.order_id = any($2) and l.held > 0)
                    order by s.offer_id for update of s
                    """)
                {
                    Parameters = { new() { Value = wanted }, new() { Value = moving } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            book.Add(ReadReservation(reader));
        }

        await reader.NextResultAsync(token);
        while (await reader.ReadAsync(token))
        {
            // Without its reservation when that was committed between the two statements: it is not locked, so it is not ours to move; inserting it will say so.
            book.Find(new OrderId(reader.GetGuid(0)))?.Lines.Add(new ReservationLine(new(reader.GetGuid(1)), new(reader.GetGuid(2)),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        }

        await reader.NextResultAsync(token);
        while (await reader.ReadAsync(token))
        {
            book.Add(ReadItem(reader));
        }
    }

    internal static StockItem ReadItem(NpgsqlDataReader r) => new(
        new StockItem.Sold(new(r.GetGuid(0)), new(r.GetGuid(1)), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4), r.GetString(5),
            StockWords.Unit(r.GetString(6)), r.GetInt64(7), r.GetDecimal(8), r.GetBoolean(9), r.GetBoolean(10), r.GetBoolean(11)),
        new Level(r.GetInt64(12), r.GetInt64(13), r.GetInt64(14), StockWords.Source(r.GetString(15)), r.GetFieldValue<DateTimeOffset>(16)));

    private static Reservation ReadReservation(NpgsqlDataReader r) => new(new OrderId(r.GetGuid(0)), Enum.Parse<ReservationStatus>(r.GetString(1), ignoreCase: true),
        r.IsDBNull(2) ? null : r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateTimeOffset>(4))
    {
        Early = r.IsDBNull(3) ? [] : JsonSerializer.Deserialize(r.GetString(3), CatalogJson.Default.ListEarlyRelease)!,
    };
}

/// <summary>Writes of the ledger, each one statement for the whole batch.</summary>
internal static class StockWrites
{
    /// <summary>
    /// Levels move by difference and only from the version that was locked; the statement itself keeps reserved within on hand, and the table's
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
            update stock s set on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, version = d.version, source = d.source, as_of = d.as_of
            from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[])
                 as d(offer_id, on_hand, reserved, version_before, version, source, as_of)
            where s.offer_id = d.offer_id and s.version = d.version_before
              and s.reserved + d.reserved between 0 and s.on_hand + d.on_hand
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
            insert into stock_movements (offer_id, at, kind, on_hand_delta, reserved_delta, on_hand_after, reserved_after, counted, order_id, note)
            select m.offer_id, $1, m.kind, m.on_hand_delta, m.reserved_delta, m.on_hand_after, m.reserved_after, m.counted, m.order_id, m.note
            from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[], $9::uuid[], $10::text[])
                 with ordinality as m(offer_id, kind, on_hand_delta, reserved_delta, on_hand_after, reserved_after, counted, order_id, note, n)
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
            },
        });
    }

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
                insert into reservation_lines (order_id, offer_id, shop_id, quantity, held, issued, price_cents)
                select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
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
