using System.Text.Json;
using Marketplace.Catalog.Batches;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>Reads and locks what a batch of commands is about: reservations first, then stock rows, then the batches of what is made to order, each in key order, so that no two batches wait for one another in a circle.</summary>
internal static class StockTables
{
    internal const string ItemColumns =
        """
        s.offer_id, o.shop_id, o.sku, o.ean13, o.name, o.category, o.unit, o.price_cents, o.vat_rate, o.second_hand, o.alcohol, o.status = 'active',
        s.on_hand, s.reserved, s.version, s.source, s.as_of, s.counted_at, s.assumed, s.missing, s.lacking, s.looked_at, s.safety, s.fresh_hours,
        o.batches::text as batches, o.piece_grams
        """;

    /// <summary>The offers that the orders want, and those of which they hold some.</summary>
    private const string Meant = "select unnest($1::uuid[]) union select l.offer_id from reservation_lines l where l.order_id = any($2) and l.held > 0";

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
                new("select order_id, offer_id, shop_id, quantity, held, issued, price_cents, batch_at from reservation_lines where order_id = any($1) order by order_id, offer_id")
                {
                    Parameters = { new() { Value = orders } },
                },
                new($"select count(*) from (select from stock s where s.offer_id in ({Meant}) order by s.offer_id for update) locked")
                {
                    Parameters = { new() { Value = wanted }, new() { Value = moving } },
                },
                // Read once they are ours: the statement that waited for the locks would join new figures to the offers, and units, of before its wait.
                new($"select {ItemColumns} from stock s join offers o on o.offer_id = s.offer_id where s.offer_id in ({Meant})")
                {
                    Parameters = { new() { Value = wanted }, new() { Value = moving } },
                },
            },
        };
        await ReadAsync(book, batch, token);
        await ReadMovedAsync(book, orders, session, transaction, token);
        // Goods from the shelf, which is most, ask no more than this.
        var made = BatchesOf(book, commands);
        if (made.Count > 0)
        {
            foreach (var item in await BatchTables.LoadAsync(session, transaction, made, token))
            {
                book.Add(item);
            }
        }
    }

    // Read again once their stock is ours: a plan that changed meanwhile may have moved their batches to other hours.
    private static async Task ReadMovedAsync(StockBook book, Guid[] orders, NpgsqlConnection session, NpgsqlTransaction transaction, CancellationToken token)
    {
        if (!book.Reservations.Any(r => r.Lines.Exists(l => l.BatchAt is not null)))
        {
            return;
        }

        await using var command = new NpgsqlCommand("select order_id, offer_id, batch_at from reservation_lines where order_id = any($1) and batch_at is not null", session, transaction)
        {
            Parameters = { new() { Value = orders } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var offer = new OfferId(reader.GetGuid(1));
            if (book.Find(new OrderId(reader.GetGuid(0)))?.Lines.Find(l => l.OfferId == offer) is { } line)
            {
                line.BatchAt = reader.GetFieldValue<DateTimeOffset>(2);
            }
        }
    }

    /// <summary>The batches that a reservation may choose from, and those that the orders hold places in.</summary>
    private static HashSet<(OfferId, DateTimeOffset)> BatchesOf(StockBook book, IReadOnlyList<StockCommand> commands)
    {
        var made = new HashSet<(OfferId, DateTimeOffset)>();
        foreach (var command in commands)
        {
            foreach (var shop in (command as StockCommand.Reserve)?.Message.Shops ?? [])
            {
                foreach (var line in shop.Lines)
                {
                    made.UnionWith((book.Find(line.OfferId)?.ReadyBy(shop.PickupAt) ?? []).Select(b => (line.OfferId, b.At)));
                }
            }

            if (command is StockCommand.Release or StockCommand.Issue && book.Find(command.OrderId) is { } reservation)
            {
                made.UnionWith(reservation.Lines.Where(l => l is { BatchAt: not null, Held: > 0 }).Select(l => (l.OfferId, l.BatchAt!.Value)));
            }
        }

        return made;
    }

    private static async Task ReadAsync(StockBook book, NpgsqlBatch batch, CancellationToken token)
    {
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
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7)));
        }

        await reader.NextResultAsync(token); // the locks
        await reader.NextResultAsync(token);
        while (await reader.ReadAsync(token))
        {
            book.Add(ReadItem(reader));
        }
    }

    internal static StockItem ReadItem(NpgsqlDataReader r) => new(
        new StockItem.Sold(new(r.GetGuid(0)), new(r.GetGuid(1)), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4), r.GetString(5),
            StockWords.Unit(r.GetString(6)), r.GetInt64(7), r.GetDecimal(8), r.GetBoolean(9), r.GetBoolean(10), r.GetBoolean(11), r.IsDBNull(25) ? null : r.GetInt64(25)),
        new Level(r.GetInt64(12), r.GetInt64(13), r.GetInt64(14), StockWords.Source(r.GetString(15)), r.GetFieldValue<DateTimeOffset>(16))
        {
            CountedAt = r.IsDBNull(17) ? null : r.GetFieldValue<DateTimeOffset>(17),
            Assumed = r.GetInt64(18),
            Missing = r.GetInt64(19),
            Lacking = r.GetInt64(20),
            LookedAt = r.IsDBNull(21) ? null : r.GetFieldValue<DateTimeOffset>(21),
            Safety = r.GetInt64(22),
            FreshHours = r.IsDBNull(23) ? null : r.GetInt32(23),
        })
    {
        Plan = BatchPlan.Read(r.IsDBNull(24) ? null : r.GetString(24)),
    };

    /// <summary>Locks the stock of all these offers of a shop, in the order in which everybody takes it. What is read of them comes after: the statement that waits would not see what it waited for.</summary>
    internal static NpgsqlBatchCommand LockOf(Guid shop, string[] skus) => new(
        """
        select count(*) from (select from stock s join offers o on o.offer_id = s.offer_id
                              where o.shop_id = $1 and o.sku = any($2) order by s.offer_id for update of s) locked
        """)
    {
        Parameters = { new() { Value = shop }, new() { Value = skus } },
    };

    private static Reservation ReadReservation(NpgsqlDataReader r) => new(new OrderId(r.GetGuid(0)), Enum.Parse<ReservationStatus>(r.GetString(1), ignoreCase: true),
        r.IsDBNull(2) ? null : r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateTimeOffset>(4))
    {
        Early = r.IsDBNull(3) ? [] : JsonSerializer.Deserialize(r.GetString(3), CatalogJson.Default.ListEarlyRelease)!,
    };
}
