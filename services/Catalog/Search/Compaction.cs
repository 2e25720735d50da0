namespace Marketplace.Catalog.Search;

/// <summary>All segments of a snapshot as one: merged while searches and changes go on, installed in an instant.</summary>
internal sealed class Compaction
{
    private readonly Snapshot _before;
    private readonly Segment _merged;
    private readonly int[][] _places;

    /// <param name="before">As it was when the merge began.</param>
    public Compaction(Snapshot before)
    {
        _before = before;
        var sources = before.Parts.Select(part => new OfferMerge.Source(part.Segment.Columns, part.Counts.Live)).ToList();
        _merged = OfferMerge.Run(sources, new ShopAndCategoryNames(before.Shops, before.Categories), out _places);
    }

    /// <summary>The merged segment in the place of its sources. What happened to those meanwhile happens to it now; names that changed meanwhile leave it stale.</summary>
    public Snapshot Install(Snapshot now, ISet<Segment> stale)
    {
        var counts = new SegmentCounts(_merged);
        var gone = new List<int>();
        for (var source = 0; source < _before.Segments.Length; source++)
        {
            var segment = _before.Segments[source];
            counts.TakeStates(segment.Columns, _places[source]);
            var live = now.Counts[Array.IndexOf(now.Segments, segment)].Live;
            gone.AddRange(_places[source].Where((place, offer) => place >= 0 && !Bits.Has(live, offer)));
        }

        if (stale.Overlaps(_before.Segments))
        {
            stale.ExceptWith(_before.Segments);
            stale.Add(_merged);
        }

        var whole = gone.Count > 0 ? counts.Without(gone) : counts;
        var parts = now.Parts.Where(p => !_before.Segments.Contains(p.Segment));
        return new Snapshot(now.Shops, now.Categories, [.. whole.LiveCount > 0 ? [(_merged, whole)] : Array.Empty<(Segment, SegmentCounts)>(), .. parts], now);
    }
}
