using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.StockCounts;

/// <summary>A shop counts along its shelf, one list at a time, whoever counts. What is scanned is kept as it comes; nothing moves before the list is applied.</summary>
internal sealed class StockCountDesk(NpgsqlDataSource database, TimeProvider clock)
{
    internal const int MostArticles = 2_000;
    internal const int MostScans = 20_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>The open list, begun where there is none.</summary>
    internal async Task<(StockCountList List, bool Created)> StartAsync(ShopEntry shop, CancellationToken token)
    {
        while (true)
        {
            if (await TryStartAsync(shop, token) is { } started)
            {
                return started;
            }
        }
    }

    private async Task<(StockCountList List, bool Created)?> TryStartAsync(ShopEntry shop, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var now = clock.GetUtcNow();
        await using var start = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("delete from stock_counts where shop_id = $1 and ended_at < $2") { Parameters = { new() { Value = shop.Id.Value }, new() { Value = now - KeptFor } } },
                // Two who begin at once count into one list.
                new("insert into stock_counts (count_id, shop_id, status, started_at) values ($1, $2, 'open', $3) on conflict (shop_id) where status = 'open' do nothing")
                {
                    Parameters = { new() { Value = Guid.CreateVersion7() }, new() { Value = shop.Id.Value }, new() { Value = now } },
                },
            },
        };
        await start.ExecuteNonQueryAsync(token);
        var created = start.BatchCommands[1].RecordsAffected > 0;
        if (await StockCountTables.FindOpenAsync(session, transaction, shop.Id.Value, token) is not { } open)
        {
            return null; // the one that stood in the way was closed between the two
        }

        var list = await ListAsync(session, transaction, shop, open, int.MaxValue, token);
        await transaction.CommitAsync(token);
        return (list, created);
    }

    /// <param name="count">None: the open one.</param>
    internal async Task<StockCountList?> FindAsync(ShopEntry shop, Guid? count, int newest, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var stored = count is { } id ? await StockCountTables.FindAsync(session, transaction, shop.Id.Value, id, false, token) : await StockCountTables.FindOpenAsync(session, transaction, shop.Id.Value, token);
        return stored is null ? null : await ListAsync(session, transaction, shop, stored, newest, token);
    }

    private static async Task<StockCountList> ListAsync(NpgsqlConnection session, NpgsqlTransaction transaction, ShopEntry shop, StoredCount count, int newest, CancellationToken token)
    {
        if (count.Outcome is not null)
        {
            return ApplyStockCount.Told(count);
        }

        var reading = await StockCountReading.ReadAsync(session, transaction, shop.Id.Value, count, false, token);
        return new StockCountList(count.Id, count.Status, count.StartedAt, count.EndedAt, count.Version, reading.Count, reading.Compare(newest));
    }

    /// <summary>Counts what was scanned, once whatever is sent again.</summary>
    /// <param name="key">Idempotency key: the same scan under the same key counts once, also when the list is closed by then.</param>
    /// <returns>The article as it now stands in the list; none where it was taken out of it.</returns>
    internal async Task<CountedArticle?> ScanAsync(ShopEntry shop, Guid id, CountScan scan, string key, CancellationToken token)
    {
        var text = scan.Code.Trim();
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        // Whoever scans into the same list waits here: what was seen is then what is there.
        var count = await StockCountTables.FindAsync(session, transaction, shop.Id.Value, id, true, token) ?? throw Unknown();
        var codes = new[] { text, StockCountTables.CodeOf(text) }.Distinct().ToList();
        var meant = await StockCountTables.MeantAsync(session, transaction, shop.Id.Value, codes, token);
        var code = meant[text].State is null ? text : codes[^1];
        var offer = meant[code].State is null ? meant[code].Offer : null;
        if (await DoneBeforeAsync(session, transaction, id, key, codes, scan, token) is { } same)
        {
            return same ? await ArticleAsync(count, offer, code) : throw Refusal.Invalid("idempotency-key-reused", "Cette clé d’idempotence a déjà servi pour un autre scan.", "This idempotency key was already used for another scan.");
        }

        if (count.Status != "open")
        {
            throw Ended();
        }

        if (scan.Kind == "set" && (await ArticleAsync(count, offer, code))?.Counted is var seen && seen != scan.Seen)
        {
            throw new Refusal("counted-meanwhile", StatusCodes.Status409Conflict, "Quelqu’un a compté cet article entre-temps : le nombre a changé.", "Somebody has counted this article meanwhile: the number has changed.");
        }

        var unit = offer is { } known && (await StockCountTables.ItemsAsync(session, transaction, shop.Id.Value, [known], false, token)).TryGetValue(known, out var of) ? of.Item.Offer.Unit : SaleUnit.Piece;
        await using (var write = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("insert into stock_count_scans (count_id, scan_key, at, code, offer_id, unit, kind, quantity) values ($1, $2, $3, $4, $5, $6, $7, $8)")
                {
                    Parameters =
                    {
                        new() { Value = id }, new() { Value = key }, new() { Value = ScannedAt(scan, count) }, new() { Value = code }, new() { Value = (object?)offer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                        new() { Value = unit.Text() }, new() { Value = scan.Kind }, new() { Value = Told(scan) },
                    },
                },
                new("update stock_counts set version = version + 1 where count_id = $1") { Parameters = { new() { Value = id } } },
            },
        })
        {
            await write.ExecuteNonQueryAsync(token);
        }

        var article = await ArticleAsync(count, offer, code);
        if (article?.Counted > OfferRules.HighestQuantity)
        {
            throw Quantity();
        }

        // What is there can still be set right or taken out.
        if (scan.Kind is "one" or "add" && (count.Version >= MostScans || (article?.Counted is not null && await FullAsync(session, transaction, id, token))))
        {
            throw new Refusal("count-full", StatusCodes.Status409Conflict, $"Une liste contient au plus {MostArticles} articles et {MostScans} passages : appliquez celle-ci, puis commencez-en une autre.",
                $"A list holds {MostArticles} articles and {MostScans} scans at most: apply this one, then begin another.");
        }

        await transaction.CommitAsync(token);
        return article;

        async Task<CountedArticle?> ArticleAsync(StoredCount list, Guid? meantOffer, string meantCode) =>
            (await StockCountReading.ReadAsync(session, transaction, shop.Id.Value, list, false, token, meantOffer ?? Guid.Empty)).Find(meantOffer, meantCode);
    }

    /// <summary>False when there is no such list.</summary>
    internal async Task<bool> AbandonAsync(ShopEntry shop, Guid id, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        if (await StockCountTables.FindAsync(session, transaction, shop.Id.Value, id, true, token) is not { } count)
        {
            return false;
        }

        if (count.Status == "applied")
        {
            throw Ended();
        }

        await using var end = new NpgsqlCommand("update stock_counts set status = 'abandoned', ended_at = $2, version = version + 1 where count_id = $1 and status = 'open'", session, transaction)
        {
            Parameters = { new() { Value = id }, new() { Value = clock.GetUtcNow() } },
        };
        await end.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return true;
    }

    /// <summary>Null when the key is new; else whether it stood for the same scan.</summary>
    private static async Task<bool?> DoneBeforeAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid id, string key, List<string> codes, CountScan scan, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select code = any($3) and kind = $4 and quantity = $5 from stock_count_scans where count_id = $1 and scan_key = $2", session, transaction)
        {
            Parameters = { new() { Value = id }, new() { Value = key }, new() { Value = codes.ToArray() }, new() { Value = scan.Kind }, new() { Value = Told(scan) } },
        };
        return (bool?)await command.ExecuteScalarAsync(token);
    }

    private static async Task<bool> FullAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid id, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select count(distinct coalesce(offer_id::text, code)) > $2 from stock_count_scans where count_id = $1", session, transaction)
        {
            Parameters = { new() { Value = id }, new() { Value = MostArticles } },
        };
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    // Heard of late, it speaks as of when it was scanned: what was sold since is one less. Never before the list was begun.
    private DateTimeOffset ScannedAt(CountScan scan, StoredCount count)
    {
        var now = clock.GetUtcNow();
        var at = now - TimeSpan.FromSeconds(Math.Clamp(scan.AgoSeconds, 0, (long)KeptFor.TotalSeconds));
        return at > count.StartedAt ? at : count.StartedAt < now ? count.StartedAt : now;
    }

    private static long Told(CountScan scan) => scan.Kind is "add" or "set" ? scan.Quantity : 0;

    internal static Refusal Unknown() => Refusal.NotFound("stock-count", "Cette liste de comptage n’existe pas.", "There is no such counting list.");

    internal static Refusal Ended() => new("count-ended", StatusCodes.Status409Conflict, "Cette liste est close : elle a été appliquée ou abandonnée.", "This list is closed: it has been applied or abandoned.");

    internal static Refusal Quantity() => Refusal.Invalid("quantity-invalid", "Le nombre compté ne peut être ni négatif ni aussi grand.", "What was counted can be neither negative nor that much.");
}
