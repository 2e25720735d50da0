using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.StockCounts;

/// <summary>A list as it is stored.</summary>
/// <param name="Outcome">Of an applied one: what became of each article.</param>
internal sealed record StoredCount(Guid Id, string Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Version, string? Outcome);

/// <summary>What a code means to the shop now.</summary>
/// <param name="Offer">None: <c>unknown</c> or <c>ambiguous</c>.</param>
/// <param name="State">None: an article that can be counted.</param>
internal readonly record struct Meant(Guid? Offer, string? State);

/// <summary>Reads lists, their scans, and the articles that these mean.</summary>
internal static class StockCountTables
{
    private const string CountColumns = "select count_id, status, started_at, ended_at, version, outcome::text from stock_counts where shop_id = $1 and ";

    internal static Task<StoredCount?> FindAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, Guid count, bool locked, CancellationToken token) =>
        ReadCountAsync(session, transaction, CountColumns + "count_id = $2" + (locked ? " for update" : ""), [shop, count], token);

    internal static Task<StoredCount?> FindOpenAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, CancellationToken token) =>
        ReadCountAsync(session, transaction, CountColumns + "status = 'open'", [shop], token);

    private static async Task<StoredCount?> ReadCountAsync(NpgsqlConnection session, NpgsqlTransaction transaction, string sql, Guid[] values, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, session, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var r = await command.ExecuteReaderAsync(token);
        return await r.ReadAsync(token)
            ? new StoredCount(r.GetGuid(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.IsDBNull(3) ? null : r.GetFieldValue<DateTimeOffset>(3), r.GetInt64(4), r.IsDBNull(5) ? null : r.GetString(5))
            : null;
    }

    /// <summary>In the order in which they were scanned: one that waited for the network came later.</summary>
    /// <param name="only">Of this article alone, and those of none.</param>
    internal static async Task<List<Scan>> ScansAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid count, Guid? only, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select scan_id, code, offer_id, unit, kind, quantity, at from stock_count_scans where count_id = $1 and ($2::uuid is null or offer_id is null or offer_id = $2) order by at, scan_id", session, transaction)
        {
            Parameters = { new() { Value = count }, new() { Value = (object?)only ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid } },
        };
        var scans = new List<Scan>();
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            scans.Add(new Scan(r.GetInt64(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetGuid(2), StockWords.Unit(r.GetString(3)), r.GetString(4), r.GetInt64(5), r.GetFieldValue<DateTimeOffset>(6)));
        }

        return scans;
    }

    /// <summary>As a scanner types it or a person does: an article number in its thirteen digits (an American one has twelve), else the text.</summary>
    internal static string CodeOf(string text) =>
        Gtin.Normalise(text).Ean13 ?? (text.Length == 12 && text.All(char.IsAsciiDigit) ? Gtin.Normalise("0" + text).Ean13 : null) ?? text;

    /// <summary>The shop's own reference first; of an article number, a draft or two beside the offer that is on sale are not meant.</summary>
    internal static async Task<Dictionary<string, Meant>> MeantAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyCollection<string> codes, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.code, o.offer_id, o.sku = c.code, o.status
            from unnest($2::text[]) as c(code) join offers o on o.shop_id = $1 and (o.sku = c.code or o.ean13 = c.code)
            """, session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = codes.ToArray() } },
        };
        var found = new List<(string Code, Guid Offer, bool BySku, string Status)>();
        await using (var r = await command.ExecuteReaderAsync(token))
        {
            while (await r.ReadAsync(token))
            {
                found.Add((r.GetString(0), r.GetGuid(1), r.GetBoolean(2), r.GetString(3)));
            }
        }

        var byCode = found.ToLookup(f => f.Code);
        return codes.ToDictionary(c => c, c => Choose([.. byCode[c].Select(f => (f.Offer, f.BySku, f.Status))]));
    }

    private static Meant Choose(List<(Guid Offer, bool BySku, string Status)> found)
    {
        var there = found.FindAll(f => f.Status != OfferRules.Archived);
        var own = there.FindAll(f => f.BySku);
        var active = there.FindAll(f => f.Status == OfferRules.Active);
        return own.Count == 1 ? new(own[0].Offer, null)
            : there.Count == 1 ? new(there[0].Offer, null)
            : active.Count == 1 ? new(active[0].Offer, null)
            : there.Count > 1 ? new(null, "ambiguous")
            : found.Count > 0 ? new(found[0].Offer, "archived") : new(null, "unknown");
    }

    /// <summary>The articles with their figures, in key order; none of another shop's.</summary>
    internal static async Task<Dictionary<Guid, (StockItem Item, bool Archived)>> ItemsAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, Guid[] offers, bool locked, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(session, transaction);
        if (locked)
        {
            // Read once they are ours, as the orders' stock is.
            batch.BatchCommands.Add(new("select count(*) from (select from stock s where s.offer_id = any($1) order by s.offer_id for update) locked") { Parameters = { new() { Value = offers } } });
        }

        batch.BatchCommands.Add(new($"select {StockTables.ItemColumns}, o.status from stock s join offers o on o.offer_id = s.offer_id where o.shop_id = $1 and s.offer_id = any($2) order by s.offer_id")
        {
            Parameters = { new() { Value = shop }, new() { Value = offers } },
        });
        var items = new Dictionary<Guid, (StockItem, bool)>();
        await using var r = await batch.ExecuteReaderAsync(token);
        if (locked)
        {
            await r.NextResultAsync(token);
        }

        while (await r.ReadAsync(token))
        {
            var item = StockTables.ReadItem(r);
            items[item.Offer.OfferId.Value] = (item, r.GetString(r.FieldCount - 1) == OfferRules.Archived);
        }

        return items;
    }

    /// <summary>Our own movements since then; counts are left out, for they replace, not add.</summary>
    internal static async Task<ILookup<Guid, Moved>> MovedAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid[] offers, DateTimeOffset since, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select offer_id, at, case when counted then 0 else on_hand_delta end, reserved_delta from stock_movements where offer_id = any($1) and at > $2 order by at, movement_id", session, transaction)
        {
            Parameters = { new() { Value = offers }, new() { Value = since.ToUniversalTime() } },
        };
        var moved = new List<(Guid Offer, Moved Moved)>();
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            moved.Add((r.GetGuid(0), new Moved(r.GetFieldValue<DateTimeOffset>(1), r.GetInt64(2), r.GetInt64(3))));
        }

        return moved.ToLookup(m => m.Offer, m => m.Moved);
    }
}
