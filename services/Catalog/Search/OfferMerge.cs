
namespace Marketplace.Catalog.Search;

/// <summary>Columns of several sources put together in rank order, terms sorted, the gone left out.</summary>
internal sealed class OfferMerge
{
    private readonly IReadOnlyList<Source> _sources;
    private readonly List<(int Source, int Offer)> _order;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _terms = [];
    private readonly List<string> _surfaces = [];

    private OfferMerge(IReadOnlyList<Source> sources)
    {
        _sources = sources;
        _order = new List<(int, int)>(sources.Sum(s => s.Columns.Count));
        for (var source = 0; source < sources.Count; source++)
        {
            for (var offer = 0; offer < sources[source].Columns.Count; offer++)
            {
                if (sources[source].Live is not { } live || Bits.Has(live, offer))
                {
                    _order.Add((source, offer));
                }
            }
        }

        _order.Sort((x, y) => sources[x.Source].Columns.CompareRank(x.Offer, sources[y.Source].Columns, y.Offer));
    }

    /// <param name="Live">Which offers to take; null takes all.</param>
    internal readonly record struct Source(OfferColumns Columns, ulong[]? Live);

    /// <param name="names">Words that offers get from their shop and category; they are in no source's text.</param>
    /// <param name="places">For each source, where its offers went, or -1.</param>
    public static Segment Run(IReadOnlyList<Source> sources, ShopAndCategoryNames names, out int[][] places)
    {
        var merge = new OfferMerge(sources);
        places = merge.Places();
        var columns = merge.Columns();
        var cells = new Cells(columns);
        var numbers = merge.NumberTerms();
        var cellTerms = cells.Shop.Zip(cells.Category, names.Of).Select(terms => merge.Add(terms)).ToArray();
        merge.Sort(columns, numbers, cellTerms);
        return new Segment(columns, cells, cellTerms);
    }

    private int[][] Places()
    {
        var places = _sources.Select(s => new int[s.Columns.Count]).ToArray();
        foreach (var place in places)
        {
            Array.Fill(place, -1);
        }

        for (var i = 0; i < _order.Count; i++)
        {
            places[_order[i].Source][_order[i].Offer] = i;
        }

        return places;
    }

    private OfferColumns Columns()
    {
        var merged = new OfferColumns(_order.Count);
        var titles = new MemoryStream(_order.Count * 40);
        for (var i = 0; i < _order.Count; i++)
        {
            var (source, offer) = _order[i];
            var from = _sources[source].Columns;
            merged.Ids[i] = from.Ids[offer];
            merged.Shop[i] = from.Shop[offer];
            merged.Category[i] = from.Category[offer];
            merged.Price[i] = from.Price[offer];
            merged.Created[i] = from.Created[offer];
            merged.Popularity[i] = from.Popularity[offer];
            merged.Ean[i] = from.Ean[offer];
            merged.TitleKey[i] = from.TitleKey[offer];
            merged.TitleLength[i] = from.TitleLength[offer];
            merged.State[i] = from.State[offer];
            titles.Write(from.Titles.AsSpan(from.TitleStart[offer]..from.TitleStart[offer + 1]));
            merged.TitleStart[i + 1] = (int)titles.Length;
            merged.ForwardStart[i + 1] = merged.ForwardStart[i] + from.TermsOf(offer).Length;
        }

        merged.Titles = titles.ToArray();
        return merged;
    }

    // Only terms that an offer still uses; the best ranked offer decides how a term is written.
    private int[][] NumberTerms()
    {
        var numbers = _sources.Select(s => new int[s.Columns.Terms.Length]).ToArray();
        foreach (var (source, offer) in _order)
        {
            var columns = _sources[source].Columns;
            foreach (var entry in columns.TermsOf(offer))
            {
                ref var number = ref numbers[source][entry.Term];
                if (number == 0)
                {
                    number = NumberOf(columns.Terms[entry.Term], columns.Surfaces[entry.Term]) + 1;
                }
            }
        }

        return numbers;
    }

    private TermEntry[] Add(IReadOnlyList<TextTerm> terms)
    {
        var entries = new SortedDictionary<int, TermEntry>();
        foreach (var (term, surface, field, accents) in terms)
        {
            var number = NumberOf(term, surface);
            entries[number] = entries.TryGetValue(number, out var known) ? known.With(field) : new TermEntry(number, field, accents);
        }

        return [.. entries.Values];
    }

    private int NumberOf(string term, string surface)
    {
        if (!_numbers.TryGetValue(term, out var number))
        {
            _numbers[term] = number = _terms.Count < TermEntry.MostTerms ? _terms.Count : throw new InvalidOperationException($"More than {TermEntry.MostTerms} different words.");
            _terms.Add(term);
            _surfaces.Add(surface);
        }

        return number;
    }

    private void Sort(OfferColumns merged, int[][] numbers, TermEntry[][] cellTerms)
    {
        var terms = _terms.ToArray();
        var sorted = Enumerable.Range(0, terms.Length).ToArray();
        Array.Sort(terms, sorted, StringComparer.Ordinal);
        var final = new int[terms.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            final[sorted[i]] = i;
        }

        merged.Terms = terms;
        merged.Surfaces = [.. sorted.Select(i => _surfaces[i])];
        var forward = new TermEntry[merged.ForwardStart[^1]];
        var at = 0;
        foreach (var (source, offer) in _order)
        {
            foreach (var entry in _sources[source].Columns.TermsOf(offer))
            {
                forward[at++] = entry.Renumbered(final[numbers[source][entry.Term] - 1]);
            }
        }

        merged.Forward = forward;
        foreach (var entries in cellTerms)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                entries[i] = entries[i].Renumbered(final[entries[i].Term]);
            }
        }
    }
}
