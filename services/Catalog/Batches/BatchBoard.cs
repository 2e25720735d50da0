using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Batches;

/// <summary>How far a batch is taken.</summary>
/// <param name="Capacity">Places, where <paramref name="Own"/>: the shop said so of this day and hour; else as of the plan.</param>
/// <param name="Elsewhere">What the same batch has taken at hours from which the plan moved it here; below nothing, how much of <paramref name="Taken"/> is told at the hour to which it moved.</param>
internal readonly record struct BatchLevel(long Capacity, long Taken, bool Own, long Elsewhere)
{
    /// <summary>What is ordered of it and told at no other hour.</summary>
    internal long Ordered => Taken + Elsewhere;

    /// <summary>How many places there are at this hour: what the shop says today of it, never less than what is taken.</summary>
    internal long Places(PlannedBatch planned) => Math.Max(Own ? Capacity : planned.Quantity - Elsewhere, Taken);

    /// <summary>The shop makes it this time; all of it may be ordered.</summary>
    internal bool IsMade(PlannedBatch planned) => Elsewhere > 0 || Places(planned) > 0;
}

/// <summary>The batches of an offer with what is taken of each: as shown. Never changed; replaced whole.</summary>
/// <param name="version">Of the stock's row as this was read: the newer one counts.</param>
internal sealed class BatchBoard(BatchPlan plan, IReadOnlyDictionary<DateTimeOffset, BatchLevel> known, long version)
{
    private const int AheadDays = 14;

    internal BatchPlan Plan => plan;
    internal long Version => version;

    /// <param name="levels">Pairs as <c>OfferRow.Select</c> writes them: seconds of the batch, capacity, taken, own (0 or 1), elsewhere.</param>
    internal static BatchBoard? Read(string? planned, string? levels, long version)
    {
        if (BatchPlan.Read(planned) is not { } plan)
        {
            return null;
        }

        var known = new Dictionary<DateTimeOffset, BatchLevel>();
        foreach (var row in levels is null ? [] : JsonSerializer.Deserialize(levels, CatalogJson.Default.Int64ArrayArray)!)
        {
            known[DateTimeOffset.FromUnixTimeSeconds(row[0])] = new BatchLevel(row[1], row[2], row[3] != 0, row[4]);
        }

        return new BatchBoard(plan, known, version);
    }

    /// <summary>What was read later of the one plan or the other: the plan of this one, the places of whichever is newer.</summary>
    internal BatchBoard With(BatchBoard? other) => other is null || other.Version <= version ? this : other.Under(plan);

    private BatchBoard Under(BatchPlan other) => new(other, known, version);

    /// <summary>The batches of the next days that can be ordered from, the earliest first; full ones too, but for those that the shop does not make this time.</summary>
    internal IEnumerable<OfferBatch> Open(DateTimeOffset now)
    {
        foreach (var batch in Coming(now))
        {
            var level = known.GetValueOrDefault(batch.At);
            if (now < batch.OrderBefore && level.IsMade(batch))
            {
                yield return new OfferBatch(batch.At, batch.OrderBefore, level.Places(batch) - level.Taken);
            }
        }
    }

    /// <summary>The most that one order can have: what is left in one of them.</summary>
    internal long Available(DateTimeOffset now) => Open(now).Select(b => b.Left).DefaultIfEmpty().Max();

    /// <summary>There is some to be had today yet.</summary>
    internal bool IsForToday(DateTimeOffset now)
    {
        var today = BatchPlan.DateOf(now);
        return Open(now).Any(b => b.Left > 0 && BatchPlan.DateOf(b.At) == today);
    }

    /// <summary>When all this changes by itself: orders for a batch end, or another day begins.</summary>
    internal DateTimeOffset ChangesAt(DateTimeOffset now)
    {
        var midnight = BatchPlan.Midnight(BatchPlan.DateOf(now).PlusDays(1));
        return Coming(now).Select(b => b.OrderBefore).Where(end => end > now).Append(midnight).Min();
    }

    /// <summary>The first of the shop's pickups that a batch reaches, of those that are known.</summary>
    internal DateTimeOffset? EarliestPickup(IReadOnlyList<DateTimeOffset> pickups, DateTimeOffset now) =>
        Open(now).Where(b => b.Left > 0 && IsReached(b.At, pickups)).Select(b => (DateTimeOffset?)(First(b.At, pickups) ?? b.At)).FirstOrDefault();

    /// <summary>Somebody can fetch it: on its day, or on a day beyond those whose pickups are known.</summary>
    internal static bool IsReached(DateTimeOffset at, IReadOnlyList<DateTimeOffset> pickups) => First(at, pickups) is not null || (pickups.Count > 0 && pickups.Max() < at);

    private static DateTimeOffset? First(DateTimeOffset at, IReadOnlyList<DateTimeOffset> pickups)
    {
        var date = BatchPlan.DateOf(at);
        return pickups.Where(p => p >= at && BatchPlan.DateOf(p) == date).Select(p => (DateTimeOffset?)p).Min();
    }

    private IEnumerable<PlannedBatch> Coming(DateTimeOffset now)
    {
        var today = BatchPlan.DateOf(now);
        return Enumerable.Range(0, AheadDays + 1).SelectMany(day => plan.On(today.PlusDays(day)));
    }
}
