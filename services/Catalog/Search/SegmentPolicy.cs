namespace Marketplace.Catalog.Search;

/// <summary>Which segments are merged when: few segments keep searches fast, small merges keep changes visible soon.</summary>
internal static class SegmentPolicy
{
    /// <summary>As much as is merged while a change waits to be seen.</summary>
    public const int MostMergedAtOnce = 20_000;
    private const int AlwaysMerged = 1_000;
    private const int Growth = 4;
    private const int MostSegments = 4;
    private const int SmallestShare = 10;

    /// <summary>Segments that a refresh of so many offers takes in: the newest while they are not much larger, and those whose names changed.</summary>
    public static Segment[] Absorbed(Snapshot snapshot, int offers, IReadOnlySet<Segment> stale, Segment[] inCompaction)
    {
        var absorbed = new List<Segment>();
        var size = offers;
        var isTail = offers > 0;
        foreach (var segment in snapshot.Segments.Reverse().Except(inCompaction))
        {
            var fits = size + segment.Count <= MostMergedAtOnce;
            isTail &= fits && segment.Count <= Math.Max(AlwaysMerged, Growth * size);
            if (isTail || (stale.Contains(segment) && segment.Count <= MostMergedAtOnce))
            {
                absorbed.Add(segment);
                size += segment.Count;
            }
        }

        return [.. absorbed];
    }

    /// <summary>Whether all should become one, in the background.</summary>
    public static bool ShouldCompact(Snapshot snapshot, bool hasLargeStale)
    {
        var largest = snapshot.Segments.Length == 0 ? 0 : snapshot.Segments.Max(s => s.Count);
        var others = snapshot.Segments.Sum(s => s.Count) - largest;
        var gone = snapshot.Segments.Sum(s => s.Count) - snapshot.Counts.Sum(c => c.LiveCount);
        return hasLargeStale || snapshot.Segments.Length > MostSegments
            || (others > MostMergedAtOnce / 2 && others > largest / SmallestShare) || gone > AlwaysMerged + (largest / SmallestShare);
    }
}
