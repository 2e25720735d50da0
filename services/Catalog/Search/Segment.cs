namespace Marketplace.Catalog.Search;

/// <summary>Some offers, indexed. Immutable but for the stock; offers are numbered in rank order, so a list of numbers is a ranked list.</summary>
internal sealed class Segment
{
    private readonly int[] _postings;
    private readonly int[] _postingsStart;
    private readonly KeyLookup _titles;
    private readonly KeyLookup _eans;
    private readonly IdLookup _ids;

    public Segment(OfferColumns columns, Cells cells, TermEntry[][] cellTerms)
    {
        Columns = columns;
        Cells = cells;
        CellTerms = cellTerms;
        (_postings, _postingsStart) = Invert(columns, cells, cellTerms);
        var named = InTitleOrBrand(columns);
        Typos = new TypoDictionary(columns.Terms, term => named[term]);
        Sounds = new SoundLookup(columns.Terms, term => named[term]);
        _titles = new KeyLookup(columns.TitleKey);
        _eans = new KeyLookup(Array.ConvertAll(columns.Ean, ean => (ulong)ean));
        _ids = new IdLookup(columns.Ids);
        ByPrice = Sorted((x, y) => columns.Price[x] != columns.Price[y] ? columns.Price[x].CompareTo(columns.Price[y]) : x.CompareTo(y));
        ByNewest = Sorted((x, y) => columns.Created[x] != columns.Created[y] ? columns.Created[y].CompareTo(columns.Created[x]) : x.CompareTo(y));
        Available = Bits.Create(columns.Count);
        ToConfirm = Bits.Create(columns.Count);
        for (var offer = 0; offer < columns.Count; offer++)
        {
            SetState(offer, columns.State[offer]);
        }
    }

    public OfferColumns Columns { get; }
    public Cells Cells { get; }
    /// <summary>Words that a cell's offers have from their shop and categories.</summary>
    public TermEntry[][] CellTerms { get; }
    public TypoDictionary Typos { get; }
    public SoundLookup Sounds { get; }
    public int Count => Columns.Count;
    public int[] ByPrice { get; }
    public int[] ByNewest { get; }

    /// <summary>In stock, or the last ones.</summary>
    public ulong[] Available { get; }
    public ulong[] ToConfirm { get; }

    public ReadOnlySpan<int> WithTitle(ulong bagKey) => _titles[bagKey];

    public ReadOnlySpan<int> WithEan(long ean) => _eans[(ulong)ean];

    public int Find(Guid id) => _ids.Find(id);

    /// <summary>The offers of a range's terms, one list after the other: number × 2, plus 1 where the term says what the offer is (<see cref="TextField.Naming"/>).</summary>
    public ArraySegment<int> Postings(TermRange range) =>
        range.IsEmpty ? [] : new ArraySegment<int>(_postings, _postingsStart[range.Start], _postingsStart[range.End] - _postingsStart[range.Start]);

    public TermRange Term(string term)
    {
        var at = Array.BinarySearch(Columns.Terms, term, StringComparer.Ordinal);
        return at < 0 ? default : new TermRange(at, at + 1);
    }

    /// <summary>All terms that begin so.</summary>
    public TermRange Prefix(string start) => new(FirstFrom(start), FirstFrom(start + '\uFFFF'));

    /// <summary>Whether the offer has the term with accents that agree.</summary>
    public bool IsWritten(int offer, int term, Accents accents) =>
        accents == Accents.Unknown || IsWritten(Columns.TermsOf(offer), term, accents) || IsWritten(CellTerms[Cells.Of[offer]], term, accents);

    /// <summary>By the writer alone; the counts that depend on it are <see cref="SegmentCounts"/>.</summary>
    public void SetState(int offer, StockState state)
    {
        Columns.State[offer] = state;
        Bits.Set(Available, offer, state is StockState.InStock or StockState.LastOnes);
        Bits.Set(ToConfirm, offer, state is StockState.ToConfirm);
    }

    private static bool IsWritten(ReadOnlySpan<TermEntry> entries, int term, Accents accents)
    {
        foreach (var entry in entries)
        {
            if (entry.Term == term && AccentsOf.Agree(entry.Accents, accents))
            {
                return true;
            }
        }

        return false;
    }

    private int FirstFrom(string term)
    {
        var at = Array.BinarySearch(Columns.Terms, term, StringComparer.Ordinal);
        return at < 0 ? ~at : at;
    }

    // By term. Words that descriptions alone have are not worth being corrected to.
    private static bool[] InTitleOrBrand(OfferColumns columns)
    {
        var named = new bool[columns.Terms.Length];
        foreach (var entry in columns.Forward)
        {
            named[entry.Term] |= entry.Has(TextField.InTitleOrBrand);
        }

        return named;
    }

    private int[] Sorted(Comparison<int> comparison)
    {
        var offers = new int[Count];
        for (var offer = 0; offer < offers.Length; offer++)
        {
            offers[offer] = offer;
        }

        Array.Sort(offers, comparison);
        return offers;
    }

    private static (int[] Postings, int[] Start) Invert(OfferColumns columns, Cells cells, TermEntry[][] cellTerms)
    {
        var start = new int[columns.Terms.Length + 1];
        for (var offer = 0; offer < columns.Count; offer++)
        {
            foreach (var entry in columns.TermsOf(offer))
            {
                start[entry.Term + 1]++;
            }

            foreach (var entry in cellTerms[cells.Of[offer]])
            {
                start[entry.Term + 1] += FieldsOf(columns.TermsOf(offer), entry.Term) == TextField.None ? 1 : 0;
            }
        }

        for (var term = 0; term < columns.Terms.Length; term++)
        {
            start[term + 1] += start[term];
        }

        var postings = new int[start[^1]];
        var next = start.AsSpan(0, columns.Terms.Length).ToArray();
        for (var offer = 0; offer < columns.Count; offer++)
        {
            var own = columns.TermsOf(offer);
            var cell = cellTerms[cells.Of[offer]];
            foreach (var entry in own)
            {
                postings[next[entry.Term]++] = Posting(offer, entry.Fields | FieldsOf(cell, entry.Term));
            }

            foreach (var entry in cell)
            {
                if (FieldsOf(own, entry.Term) == TextField.None)
                {
                    postings[next[entry.Term]++] = Posting(offer, entry.Fields);
                }
            }
        }

        return (postings, start);
    }

    private static int Posting(int offer, TextField fields) => (offer << 1) | ((fields & TextField.Naming) != 0 ? 1 : 0);

    private static TextField FieldsOf(ReadOnlySpan<TermEntry> entries, int term)
    {
        foreach (var entry in entries)
        {
            if (entry.Term == term)
            {
                return entry.Fields;
            }
        }

        return TextField.None;
    }
}

/// <summary>Neighbouring terms of a segment's sorted dictionary.</summary>
internal readonly record struct TermRange(int Start, int End)
{
    public bool IsEmpty => End <= Start;

    public bool Contains(int term) => term >= Start && term < End;
}
