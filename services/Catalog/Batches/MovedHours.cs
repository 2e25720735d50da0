using NodaTime;

namespace Marketplace.Catalog.Batches;

/// <summary>The places that an order has in a batch.</summary>
internal readonly record struct PlacedLine(Guid OrderId, DateTimeOffset At, long Quantity);

/// <summary>
/// A batch that is made at another hour of its day is the same one: forty stay forty. Who ordered of the hour that goes has places at the hour that comes, and a number that the
/// shop said of that day goes along. Hours that come are paired with those that go, in their order; more or fewer are taken together. An hour that goes without one that
/// comes keeps its orders: they are still to be made, apart from the plan. Pure, over rows that are locked.
/// </summary>
internal static class MovedHours
{
    /// <summary>Where a batch of the new plan takes up what is moved.</summary>
    private sealed record Target(PlannedBatch Planned, BatchItem Item, long Places, bool Own)
    {
        internal bool Holds(long quantity) => Item.Now.Taken + quantity <= Places;
    }

    /// <summary>Of one day; what was made before now is left alone.</summary>
    /// <param name="rows">Of all hours that the day has or had.</param>
    /// <param name="lines">In the order in which they take their places.</param>
    /// <returns>The lines that have others now, each with the hour.</returns>
    internal static List<(PlacedLine Line, DateTimeOffset To)> Move(LocalDate date, IReadOnlyDictionary<DateTimeOffset, BatchItem> rows, IReadOnlyList<PlacedLine> lines, BatchPlan? before, BatchPlan plan, DateTimeOffset now)
    {
        var planned = plan.On(date).Where(b => b.At > now).ToList();
        var come = planned.FindAll(b => before?.Find(b.At) is null);
        var had = before?.On(date).Select(b => b.At).ToList() ?? [];
        // Of a day that had no plan, those that an earlier one left behind.
        var gone = (had.Count > 0 ? had : rows.Values.Where(r => r.Now.Taken > 0 || r.Now.Own).Select(r => r.At)).Where(at => at > now && plan.Find(at) is null).Order().ToList();
        var moves = new List<(PlacedLine, DateTimeOffset)>();
        if (come.Count == 0 || gone.Count == 0)
        {
            return moves;
        }

        var kept = planned.Except(come).Select(b => new Target(b, rows[b.At], rows[b.At].Now.Places(b), rows[b.At].Now.Own)).ToList();
        foreach (var (from, to) in gone.Count == come.Count ? gone.Zip(come, (f, t) => (new List<DateTimeOffset> { f }, new List<PlannedBatch> { t })) : [(gone, come)])
        {
            var targets = TargetsOf(from, to, rows, before);
            foreach (var line in lines.Where(l => from.Contains(l.At)))
            {
                var target = targets.Find(t => t.Holds(line.Quantity)) ?? kept.Find(t => t.Holds(line.Quantity)) ?? targets[^1];
                rows[line.At].Give(-line.Quantity);
                target.Item.Give(line.Quantity);
                moves.Add((line, target.Planned.At));
            }

            Settle(targets, from.ConvertAll(at => rows.GetValueOrDefault(at)));
        }

        foreach (var target in kept)
        {
            target.Item.Fit(target.Places, target.Own);
        }

        return moves;
    }

    private static List<Target> TargetsOf(List<DateTimeOffset> from, List<PlannedBatch> to, IReadOnlyDictionary<DateTimeOffset, BatchItem> rows, BatchPlan? before)
    {
        var known = from.ConvertAll(at => rows.GetValueOrDefault(at)?.Now ?? default);
        var own = known.Exists(l => l.Own);
        var left = from.Zip(known, (at, level) => level.Own ? level.Capacity : before?.Find(at)?.Quantity ?? level.Capacity).Sum();
        var targets = new List<Target>(to.Count);
        foreach (var (n, batch) in to.Index())
        {
            var item = rows[batch.At];
            var places = !own ? item.Now.Own ? item.Now.Capacity : batch.Quantity : n == to.Count - 1 ? left : Math.Min(batch.Quantity, left);
            left -= places;
            targets.Add(new Target(batch, item, places, own || item.Now.Own));
        }

        return targets;
    }

    // What is more than an hour has, one order that nothing holds, is made there all the same, and so many fewer are sold at the others.
    private static void Settle(List<Target> targets, List<BatchItem?> gone)
    {
        var over = targets.Sum(t => Math.Max(t.Item.Now.Taken - t.Places, 0));
        foreach (var target in targets)
        {
            var fewer = Math.Min(over, Math.Max(target.Places - target.Item.Now.Taken, 0));
            over -= fewer;
            target.Item.Fit(target.Places - fewer, target.Own || fewer > 0);
        }

        foreach (var item in gone)
        {
            item?.Fit(0, false);
        }
    }
}
