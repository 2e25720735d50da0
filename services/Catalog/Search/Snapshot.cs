namespace Marketplace.Catalog.Search;

/// <summary>All that a reader needs, as it was at one moment (the stock excepted, which changes under it).</summary>
internal sealed class Snapshot
{
    private const string Anywhere = "";
    private readonly Dictionary<string, SegmentView[]> _views = new(StringComparer.Ordinal);

    public Snapshot(SearchShops shops, SearchCategories categories, IReadOnlyList<(Segment Segment, SegmentCounts Counts)> parts, Snapshot? before)
    {
        Shops = shops;
        Categories = categories;
        Segments = [.. parts.Select(p => p.Segment)];
        Counts = [.. parts.Select(p => p.Counts)];
        foreach (var town in shops.Towns.Append(Anywhere))
        {
            _views[town] = [.. Segments.Select(s => before?.Kept(s, shops, town) ?? new SegmentView(s, shops, town == Anywhere ? null : town))];
        }
    }

    public SearchShops Shops { get; }
    public SearchCategories Categories { get; }

    /// <summary>Oldest and largest first.</summary>
    public Segment[] Segments { get; }
    public SegmentCounts[] Counts { get; }

    public IReadOnlyList<(Segment Segment, SegmentCounts Counts)> Parts => [.. Segments.Zip(Counts)];

    /// <summary>Views by segment, or null where nothing is sold.</summary>
    public SegmentView[]? In(string? town) => _views.GetValueOrDefault(town is null or "" ? Anywhere : town);

    /// <summary>Whether an offer there is called so, with these accents if any were typed, or stands in a department that is.</summary>
    /// <param name="town">Null: anywhere.</param>
    public bool Names(QueryWord word, string? town)
    {
        var views = In(town) ?? [];
        for (var part = 0; part < views.Length; part++)
        {
            var segment = Segments[part];
            var term = segment.Term(word.Term);
            foreach (var posting in segment.Postings(term).AsSpan())
            {
                var offer = posting >> 1;
                if ((posting & 1) != 0 && Bits.Has(views[part].Offers, offer) && Bits.Has(Counts[part].Live, offer) && segment.IsWritten(offer, term.Start, word.Accents))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private SegmentView? Kept(Segment segment, SearchShops shops, string town)
    {
        var at = ReferenceEquals(shops, Shops) ? Array.IndexOf(Segments, segment) : -1;
        return at >= 0 && _views.TryGetValue(town, out var views) ? views[at] : null;
    }
}
