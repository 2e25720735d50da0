using Marketplace.Catalog.Stock;
using Marketplace.Contracts;

namespace Marketplace.Catalog.StockCounts;

/// <summary>One scan, or what was typed, as it came.</summary>
/// <param name="Kind"><c>one</c> more, <c>add</c> so many, <c>set</c>: there are so many, <c>drop</c>: not counted after all.</param>
/// <param name="Unit">What the quantity was told in.</param>
internal sealed record Scan(long Id, string Code, Guid? Offer, SaleUnit Unit, string Kind, long Quantity, DateTimeOffset At);

/// <summary>Something that moved an article's figure, and was no count.</summary>
internal readonly record struct Moved(DateTimeOffset At, long OnHand, long Reserved);

/// <summary>
/// What was counted of one article, piece by piece, while the shop went on selling. What was counted at 10:02 and handed over at 10:05 is one less, whether or not another piece was counted at
/// 10:07: what leaves takes of what had been counted by then. What comes in while an article is being counted is taken to have been counted: one too few is for sale rather than one too many. Pure.
/// </summary>
/// <param name="Counted">None: it was seen, but nobody has said how much there is.</param>
/// <param name="Still">How much of that was still there when the last of it was counted.</param>
/// <param name="Asks">It was seen once more, and nobody has said how much there is of that.</param>
internal sealed record CountedGoods(long? Counted, long Still, DateTimeOffset From, DateTimeOffset Until, bool Asks = false)
{
    /// <summary>None where nothing of it is in the list (any more).</summary>
    internal static CountedGoods? Of(IEnumerable<Scan> scans, SaleUnit unit, IReadOnlyList<Moved> moved)
    {
        CountedGoods? so = null;
        foreach (var scan in scans)
        {
            so = scan.Kind == "drop" ? null : Take(so, scan, unit, moved);
        }

        return so;
    }

    /// <summary>As the ledger takes it: as of when its first piece was counted, with what has moved since.</summary>
    internal MovedSince Since(IReadOnlyList<Moved> moved)
    {
        var still = Still;
        foreach (var move in moved.Where(m => m.At > Until))
        {
            still = Math.Max(still + move.OnHand, 0);
        }

        return new(still - (Counted ?? 0), moved.Where(m => m.At > From).Sum(m => m.Reserved), 0);
    }

    /// <summary>Takes it over into the figure.</summary>
    /// <returns><c>counted</c>, <c>below-reserved</c> (taken, but orders wait for more), or why not: <c>to-count</c>, <c>newer-known</c>.</returns>
    internal string Apply(StockItem item, StockSource source, IReadOnlyList<Moved> moved, List<Movement> movements)
    {
        var level = item.Now;
        if (Counted is not { } counted || Asks)
        {
            return "to-count";
        }

        // A figure that was given later stands. A difference, or the article's first appearance, is none: it has moved what was counted, and is summed.
        var onlyMoved = level.AsOf > From && (level.CountedAt is not { } at || at <= From);
        var (movement, fault) = StockCount.Apply(item, counted, new Counting(source, onlyMoved ? level.AsOf : From), Since(moved));
        if (fault?.Reason == StockCount.OlderThanKnown)
        {
            return "newer-known";
        }

        if (onlyMoved && item.Now != level)
        {
            // As fresh as the difference made it; but the count knows of nothing that happened after it.
            item.Now = item.Now with { CountedAt = From, LookedAt = From };
        }

        if (movement is not null)
        {
            movements.Add(movement with { Note = movement.Note ?? StockCount.Listed });
        }

        return fault is null ? "counted" : "below-reserved";
    }

    private static CountedGoods? Take(CountedGoods? so, Scan scan, SaleUnit unit, IReadOnlyList<Moved> moved)
    {
        // One less of what nobody has counted is not "there is none": somebody else has just taken it out of the list.
        if (scan is { Kind: "add", Quantity: < 0 } && so?.Counted is null)
        {
            return so;
        }

        // A scan says that there is one, not what it weighs; and pieces say nothing in grams.
        var told = scan.Unit == unit && !(scan.Kind == "one" && unit == SaleUnit.Weight);
        if (!told)
        {
            return so is null ? new CountedGoods(null, 0, scan.At, scan.At) : so with { Until = scan.At, Still = so.LeftBy(scan.At, moved), Asks = true };
        }

        if (scan.Kind == "set" || so?.Counted is not { } counted)
        {
            var first = Math.Max(scan.Kind == "one" ? 1 : scan.Quantity, 0);
            return new CountedGoods(first, first, scan.At, scan.At);
        }

        var more = scan.Kind == "one" ? 1 : scan.Quantity;
        return so with { Counted = Math.Max(counted + more, 0), Still = Math.Max(so.LeftBy(scan.At, moved) + more, 0), Until = scan.At, Asks = false };
    }

    private long LeftBy(DateTimeOffset at, IReadOnlyList<Moved> moved)
    {
        var still = Still;
        foreach (var move in moved.Where(m => m.At > Until && m.At <= at && m.OnHand < 0))
        {
            still = Math.Max(still + move.OnHand, 0);
        }

        return still;
    }
}
