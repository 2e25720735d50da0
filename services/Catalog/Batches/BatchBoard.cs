using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Batches;

/// <summary>How far a batch is taken.</summary>
/// <param name="Capacity">Places, where <paramref name="Own"/>: the shop said so of this day; else as of the plan.</param>
internal readonly record struct BatchLevel(long Capacity, long Taken, bool Own)
{
    /// <summary>How many places there are: what the shop says today of it, never less than what is taken.</summary>
    internal long Places(PlannedBatch planned) => Math.Max(Own ? Capacity : planned.Quantity, Taken);
}

/// <summary>The batches of an offer with what is taken of each: as shown. Never changed; replaced whole.</summary>
/// <param name="version">Of the stock's row as this was read: the newer one counts.</param>
/// <param name="pickups">When goods of its shop can be collected; null: as far as is known, always.</param>
internal sealed class BatchBoard(BatchPlan plan, IReadOnlyDictionary<DateTimeOffset, BatchLevel> known, long version, BatchPickupDays? pickups = null)
{
    private const int AheadDays = 14;

    internal BatchPlan Plan => plan;
    internal long Version => version;

    /// <param name="levels">Pairs as <c>OfferRow.Select</c> writes them: seconds of the batch, capacity, taken, own (0 or 1).</param>
    internal static BatchBoard? Read(string? planned, string? levels, long version)
    {
        if (BatchPlan.Read(planned) is not { } plan)
        {
            return null;
        }

        var known = new Dictionary<DateTimeOffset, BatchLevel>();
        foreach (var row in levels is null ? [] : JsonSerializer.Deserialize(levels, CatalogJson.Default.Int64ArrayArray)!)
        {
            known[DateTimeOffset.FromUnixTimeSeconds(row[0])] = new BatchLevel(row[1], row[2], row[3] != 0);
        }

        return new BatchBoard(plan, known, version);
    }

    /// <summary>What was read later of the one plan or the other: the plan of this one, the places of whichever is newer.</summary>
    internal BatchBoard With(BatchBoard? other) => other is null || other.Version <= version ? this : other.Under(plan);

    private BatchBoard Under(BatchPlan other) => new(other, known, version, pickups);

    /// <summary>Without the batches that nobody can collect.</summary>
    internal BatchBoard For(BatchPickupDays? days) => ReferenceEquals(days, pickups) ? this : new(plan, known, version, days);

    /// <summary>The batches of the next days that can be ordered from, the earliest first; full ones too, but for those that the shop does not make this time, and those that nobody could collect.</summary>
    internal IEnumerable<OfferBatch> Open(DateTimeOffset now)
    {
        foreach (var batch in Coming(now).Where(b => pickups?.Has(b.At) != false))
        {
            var level = known.GetValueOrDefault(batch.At);
            if (now < batch.OrderBefore && level.Places(batch) is > 0 and var places)
            {
                yield return new OfferBatch(batch.At, batch.OrderBefore, places - level.Taken);
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
    internal DateTimeOffset? EarliestPickup(IReadOnlyList<DateTimeOffset> coming, Func<DateTimeOffset, DateTimeOffset?> readyBy, DateTimeOffset now)
    {
        foreach (var batch in Open(now).Where(b => b.Left > 0))
        {
            var date = BatchPlan.DateOf(batch.At);
            var first = coming.Where(p => readyBy(p) >= batch.At && BatchPlan.DateOf(p) == date).Select(p => (DateTimeOffset?)p).Min();
            if (first is not null || (coming.Count > 0 && BatchPlan.DateOf(coming.Max()) < date))
            {
                return first ?? batch.At; // beyond the days that are known here
            }
        }

        return null;
    }

    private IEnumerable<PlannedBatch> Coming(DateTimeOffset now)
    {
        var today = BatchPlan.DateOf(now);
        return Enumerable.Range(0, AheadDays + 1).SelectMany(day => plan.On(today.PlusDays(day)));
    }
}
