using NodaTime;

namespace Marketplace.Catalog.Batches;

/// <summary>
/// A batch that is made at another hour of its day is the same one: forty stay forty. What is ordered at the hour that goes stays there and is told at the hour that comes
/// (<see cref="BatchLevel.Elsewhere"/>), which sells so many fewer. Pure, over rows that are locked.
/// </summary>
internal static class MovedHours
{
    /// <summary>Of one day: its rows, those of hours that are planned from now on too.</summary>
    internal static void Move(IReadOnlyCollection<BatchItem> day, LocalDate date, BatchPlan? before, BatchPlan plan)
    {
        var items = day.ToDictionary(i => i.At);
        var planned = plan.On(date).ToList();
        // An hour that is planned again tells its own.
        foreach (var batch in planned)
        {
            Free(day, items[batch.At], long.MaxValue, 0);
        }

        var gone = day.Where(i => plan.Find(i.At) is null && (i.Now.Ordered > 0 || i.Now.Own)).OrderBy(i => i.At).ToList();
        var come = planned.FindAll(b => before?.Find(b.At) is null);
        if (gone.Count == 0 || come.Count == 0)
        {
            return;
        }

        // As many as before: each moved. More or fewer: all are one.
        foreach (var (from, to) in gone.Count == come.Count ? gone.Zip(come, (f, t) => (new List<BatchItem> { f }, new List<PlannedBatch> { t })) : [(gone, come)])
        {
            Tell(from, to, items, before);
        }
    }

    // What the first hour cannot make of it the next one does; the last one has the rest.
    private static void Tell(List<BatchItem> gone, List<PlannedBatch> come, Dictionary<DateTimeOffset, BatchItem> items, BatchPlan? before)
    {
        var own = gone.Exists(i => i.Now.Own);
        var left = gone.Sum(i => Math.Max(i.Now.Own ? i.Now.Capacity - i.Now.Taken : (before?.Find(i.At)?.Quantity ?? 0) - i.Now.Ordered, 0));
        var ordered = gone.Sum(i => i.Now.Ordered);
        foreach (var (n, to) in come.Index())
        {
            var last = n == come.Count - 1;
            var told = last ? ordered : Math.Clamp(to.Quantity, 0, ordered);
            ordered -= told;
            var item = items[to.At];
            item.Now = item.Now with { Elsewhere = item.Now.Elsewhere + told };
            if (own)
            {
                // The shop said a number of that day: it stands, whatever is usual.
                var places = last ? left : Math.Min(to.Quantity, left);
                left -= places;
                item.Now = item.Now with { Own = true, Capacity = places };
            }

            item.Now = item.Now with { Capacity = item.Now.Places(to) };
        }

        foreach (var item in gone)
        {
            item.Now = item.Now with { Own = false, Capacity = item.Now.Taken, Elsewhere = -item.Now.Taken };
        }
    }

    /// <summary>Of what is ordered at an hour that is no longer planned, so much is wanted no more: it is free at the hour to which it moved, but for what the shop has none of.</summary>
    internal static void Free(IReadOnlyCollection<BatchItem> items, BatchItem from, long quantity, long unmade)
    {
        var free = from.TellBack(quantity) - unmade;
        foreach (var item in items.Where(i => free > 0 && i != from && i.OfferId == from.OfferId && BatchPlan.DateOf(i.At) == BatchPlan.DateOf(from.At)).OrderByDescending(i => i.At))
        {
            free -= item.Free(free);
        }
    }
}
