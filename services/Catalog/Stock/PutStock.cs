using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>What became of the lines of a batch.</summary>
/// <param name="Items">Of each line, the offer that it meant; null where it meant none.</param>
internal sealed record TakenLines(IReadOnlyList<StockItem?> Items, IReadOnlyList<(int Index, Fault Fault)> Faults)
{
    internal int Changed => Items.Count(i => i is not null && i.Now.OnHand != i.Before.OnHand);
}

/// <summary>A shop tells how much it has, up to a thousand lines at once; each line stands or falls by itself, and every fallen one is named.</summary>
internal sealed class PutStock(NpgsqlDataSource database, CountWrites counts)
{
    internal const int MostLines = 1000;

    internal async Task<BatchAnswer> ApplyAsync(ShopEntry shop, IReadOnlyList<StockLine> lines, Counting counting, bool english, CancellationToken token)
    {
        var taken = await TakeAsync(shop, lines, counting, null, token);
        return new BatchAnswer(lines.Count - taken.Faults.Count, [.. taken.Faults.Select(f => f.Fault.At(f.Index, english))]);
    }

    /// <param name="alongside">What is written in the same transaction.</param>
    internal async Task<TakenLines> TakeAsync(ShopEntry shop, IReadOnlyList<StockLine> lines, Counting counting, Action<NpgsqlBatch, TakenLines>? alongside, CancellationToken token)
    {
        var faults = new List<(int, Fault)>();
        var meant = new List<StockItem?>(lines.Count);
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var items = await CountTables.LockAsync(session, transaction, shop.Id.Value,
            [.. lines.Select(l => l.Sku?.Trim()).OfType<string>()], [.. lines.Select(EanOf).OfType<string>()], token);
        var moved = await CountTables.MovedSinceAsync(session, transaction, items, counting.AsOf, token);
        var bySku = items.ToDictionary(i => i.Offer.Sku);
        var byEan = items.Where(i => i.Offer.Ean13 is not null).ToLookup(i => i.Offer.Ean13!);
        var movements = new List<Movement>();
        var seen = new HashSet<StockItem>();
        for (var index = 0; index < lines.Count; index++)
        {
            var (item, fault) = Resolve(lines[index], bySku, byEan);
            if (item is not null && !seen.Add(item))
            {
                (item, fault) = (null, StockCount.Duplicate());
            }
            else if (item is not null && counting.OfPieces && item.Offer.Unit == SaleUnit.Weight)
            {
                (item, fault) = (null, StockCount.ByWeight());
            }
            else if (counting.OnlyFed && item?.Now.Source != StockSource.Feed)
            {
                (item, fault) = (null, null);
            }

            meant.Add(item);
            if (item is not null)
            {
                (var movement, fault) = StockCount.Apply(item, lines[index].OnHand, counting, moved.GetValueOrDefault(item.Offer.OfferId.Value));
                if (movement is not null)
                {
                    movements.Add(movement with { Note = movement.Note ?? counting.Note });
                }
            }

            if (fault is not null)
            {
                faults.Add((index, fault));
            }
        }

        var taken = new TakenLines(meant, faults);
        await counts.WriteAsync(session, transaction, items, movements, token, alongside is null ? null : batch => alongside(batch, taken));
        return taken;
    }

    private static (StockItem? Item, Fault? Fault) Resolve(StockLine line, Dictionary<string, StockItem> bySku, ILookup<string, StockItem> byEan)
    {
        if (line.OnHand is < 0 or > OfferRules.HighestQuantity)
        {
            return (null, new("quantity-invalid", "Le stock ne peut être ni négatif ni aussi grand.", "The stock can be neither negative nor that large."));
        }

        if (!string.IsNullOrWhiteSpace(line.Sku))
        {
            return bySku.TryGetValue(line.Sku.Trim(), out var item) ? (item, null) : (null, new("unknown-offer", $"Aucune offre n’a la référence « {line.Sku} ».", $"No offer has the reference “{line.Sku}”."));
        }

        if (string.IsNullOrWhiteSpace(line.Ean13))
        {
            return (null, new("unknown-offer", "La ligne n’a ni référence ni code EAN.", "The line has neither a reference nor an EAN code."));
        }

        var (ean, reason) = Gtin.Normalise(line.Ean13);
        // A draft or two beside the offer that is on sale do not keep the till's figure from it.
        var found = ean is null ? [] : byEan[ean].ToList();
        found = found.Count(i => i.Offer.Active) == 1 ? found.FindAll(i => i.Offer.Active) : found;
        return found.Count switch
        {
            1 => (found[0], null),
            0 when ean is null => (null, new(reason!, $"« {line.Ean13} » n’est pas un code valable.", $"“{line.Ean13}” is not a valid code.")),
            0 => (null, new("unknown-offer", $"Aucune offre n’a le code {ean}.", $"No offer has the code {ean}.")),
            _ => (null, new("ambiguous", $"Plusieurs offres ont le code {ean} : donnez la référence.", $"Several offers have the code {ean}: give the reference.")),
        };
    }

    private static string? EanOf(StockLine line) =>
        string.IsNullOrWhiteSpace(line.Sku) && !string.IsNullOrWhiteSpace(line.Ean13) ? Gtin.Normalise(line.Ean13).Ean13 : null;
}
