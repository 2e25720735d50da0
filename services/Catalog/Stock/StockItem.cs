using Marketplace.Catalog.Batches;
using Marketplace.Contracts;

namespace Marketplace.Catalog.Stock;

/// <summary>An offer's stock as locked for this transaction, with what the order must freeze of it.</summary>
internal sealed class StockItem(StockItem.Sold sold, Level level)
{
    internal sealed record Sold(OfferId OfferId, ShopId ShopId, string Sku, string? Ean13, string Title, string Category, SaleUnit Unit,
        long PriceCents, decimal VatRate, bool SecondHand, bool Alcohol, bool Active, long? PieceGrams = null);

    internal Sold Offer { get; } = sold;
    internal Level Before { get; } = level;
    internal Level Now { get; set; } = level;

    /// <summary>How much the ledger says is missing.</summary>
    private long _missing = level.Missing;

    /// <summary>What the ledger is to say of it with the next movement.</summary>
    internal (long Delta, long After) TellMissing()
    {
        var delta = Now.Missing - _missing;
        _missing = Now.Missing;
        return (delta, _missing);
    }

    /// <summary>What it says already: another movement of the same moment is about the change.</summary>
    internal (long Delta, long After) MissingAsTold => (0, _missing);

    /// <summary>The batches that it is made in; null: it is sold from the shelf.</summary>
    internal BatchPlan? Plan { get; init; }

    /// <summary>Those of them that are locked, and those of an earlier plan in which somebody still has places.</summary>
    internal Dictionary<DateTimeOffset, BatchItem> Batches { get; } = [];

    /// <summary>What is made on the day of the pickup and ready by then, the latest first. Nobody keeps yesterday's.</summary>
    internal IEnumerable<PlannedBatch> ReadyBy(DateTimeOffset? pickupAt) => Plan is null || pickupAt is not { Year: > 1 and < 9999 } at ? [] : Plan.On(BatchPlan.DateOf(at)).Where(b => b.At <= at).Reverse();

    /// <summary>The latest of these that can be ordered from and has so many places; without one, the most that is left in any, and null where there is none at all.</summary>
    internal (PlannedBatch? Batch, long? Left) Choose(DateTimeOffset? pickupAt, long quantity, DateTimeOffset now)
    {
        long? most = null;
        foreach (var batch in ReadyBy(pickupAt).Where(b => now < b.OrderBefore))
        {
            var level = Batches[batch.At].Now;
            if (level.Places(batch) == 0)
            {
                continue; // not made this time
            }

            var left = level.Places(batch) - level.Taken;
            if (left >= quantity)
            {
                return (batch, left);
            }

            most = Math.Max(most ?? 0, left);
        }

        return (null, most);
    }

    /// <summary>Places change, the figure of the shelf does not; who follows levels hears of it by their version.</summary>
    internal void Moved() => Now = Now with { Version = Now.Version + 1 };
}
