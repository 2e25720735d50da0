namespace Marketplace.Catalog.Search;

/// <summary>What a resident may be about to type: the word to its end, a category, a shop, an offer of the town. Reused from query to query.</summary>
internal sealed class Suggestions
{
    /// <summary>So many of the best offers decide which endings are suggested.</summary>
    public const int MostHits = 40;
    private const int MostQueries = 3;
    private const int MostCategories = 2;
    private const int MostShops = 2;
    private const int LongestUnion = 4_000;
    private const int MostScanned = 20_000;

    private readonly HitList _list = new();
    private readonly WordMatches _matches = new();
    private readonly List<int> _scanned = [];

    public IReadOnlyList<SearchSuggestion> Run(QueryFrame frame, Synonyms synonyms, int max)
    {
        var query = TextQuery.Parse(frame.Query.Text ?? "", synonyms);
        if (query.Words.Count == 0 || frame.Views.Length == 0)
        {
            return [];
        }

        var words = query.WithLastAsPrefix();
        var hits = Find(frame, words);
        var typed = query.Words.Select(w => w.Folded).ToArray();
        var suggestions = Queries(frame, query, hits).Take(MostQueries)
            .Concat(Categories(frame, typed).Take(MostCategories))
            .Concat(Shops(frame, typed).Take(MostShops)).ToList();
        if (suggestions.Count == 0 && hits.Count == 0)
        {
            suggestions.AddRange(Listed(frame, query, synonyms));
        }

        if (suggestions.Count == 0 && hits.Count == 0)
        {
            var widened = words.Select(w => Spelling.Widen(frame.Snapshot, w)).ToList();
            hits = Find(frame, widened);
            if (hits.Count > 0 && Spelling.Correct(frame.Snapshot, query.Text, widened, hits[0]) is { } corrected)
            {
                suggestions.Add(new SearchSuggestion(SuggestionKind.Query, corrected, corrected));
            }
        }

        return [.. suggestions.Concat(Offers(frame, hits)).Take(max)];
    }

    private List<(int Segment, int Offer)> Find(QueryFrame frame, IReadOnlyList<QueryWord> words)
    {
        _list.Reset(frame);
        for (var number = 0; number < frame.Views.Length; number++)
        {
            var segment = frame.Snapshot.Segments[number];
            _matches.Reset(segment, words);
            var prefix = segment.Prefix(words[^1].Folded);
            if (words.Count == 1 && segment.Postings(prefix).Count > LongestUnion)
            {
                Scan(frame, number, prefix);
                _list.Add(number, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_scanned), _matches, 0);
            }
            else
            {
                _list.Add(number, _matches.Find(segment, words, exceptOne: false), _matches, 0);
            }
        }

        return _list.Places();
    }

    // The first letters of half the catalogue: the offers that rank first are looked at until enough have them in their title.
    private void Scan(QueryFrame frame, int number, TermRange prefix)
    {
        var (segment, live, inTown) = (frame.Snapshot.Segments[number], frame.Snapshot.Counts[number].Live, frame.Views[number].Offers);
        _scanned.Clear();
        for (var offer = 0; offer < Math.Min(segment.Count, MostScanned) && _scanned.Count < MostHits; offer++)
        {
            if (!Bits.Has(live, offer) || !Bits.Has(inTown, offer))
            {
                continue;
            }

            foreach (var entry in segment.Columns.TermsOf(offer))
            {
                if (entry.Has(TextField.Title) && prefix.Contains(entry.Term))
                {
                    _scanned.Add((offer << 1) | 1);
                    break;
                }
            }
        }
    }

    // The last word as the best answers write it, the commonest first.
    private static IEnumerable<SearchSuggestion> Queries(QueryFrame frame, TextQuery query, List<(int Segment, int Offer)> hits)
    {
        var last = query.Words[^1];
        var endings = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, offer) in hits)
        {
            var segment = frame.Snapshot.Segments[number];
            var prefix = segment.Prefix(last.Folded);
            foreach (var entry in segment.Columns.TermsOf(offer))
            {
                if (prefix.Contains(entry.Term) && entry.Has(TextField.Title | TextField.Brand))
                {
                    var surface = segment.Columns.Surfaces[entry.Term];
                    endings[surface] = endings.GetValueOrDefault(surface) + 1;
                }
            }
        }

        return endings.OrderByDescending(e => e.Value).ThenBy(e => e.Key, StringComparer.Ordinal)
            // Of "le f" only the last counts: "le figue" nobody writes.
            .Select(e => string.Concat(query.Words.Count == 1 ? [] : query.Text.AsSpan(0, last.Start), e.Key, query.Text.AsSpan(last.Start + last.Length)).Trim())
            .Where(text => FrenchFolding.Fold(text) != FrenchFolding.Fold(query.Text.AsSpan().Trim()))
            .Select(text => new SearchSuggestion(SuggestionKind.Query, text, text));
    }

    // What the word lists go on with, where the town sells what it means: "appl" of an English visitor.
    private IEnumerable<SearchSuggestion> Listed(QueryFrame frame, TextQuery query, Synonyms synonyms) =>
        synonyms.Beginning(FrenchFolding.Fold(query.Text.Trim())).Where(text => Find(frame, TextQuery.Parse(text, synonyms).Words).Count > 0).Take(MostQueries)
            .Select(text => new SearchSuggestion(SuggestionKind.Query, text, text));

    private static IEnumerable<SearchSuggestion> Categories(QueryFrame frame, string[] typed)
    {
        var tree = frame.Snapshot.Categories;
        for (var category = 0; category < tree.Count; category++)
        {
            if (Begins(tree.NameWords[category], typed) && IsSold(frame, category))
            {
                yield return new SearchSuggestion(SuggestionKind.Category, tree[category].NameFr, tree[category].Slug);
            }
        }
    }

    private static bool IsSold(QueryFrame frame, int category)
    {
        for (var number = 0; number < frame.Views.Length; number++)
        {
            var cells = frame.Snapshot.Segments[number].Cells;
            foreach (var cell in frame.Views[number].Cells)
            {
                if (frame.Snapshot.Counts[number].Total[cell] > 0 && frame.Snapshot.Categories.Path(cells.Category[cell]).Contains(category))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<SearchSuggestion> Shops(QueryFrame frame, string[] typed)
    {
        var shops = frame.Snapshot.Shops;
        return from shop in Enumerable.Range(0, shops.Count)
               where shops.Sells(shop, frame.Query.Town) && Begins(shops.NameWords[shop], typed)
               orderby shops[shop]!.Slug
               select new SearchSuggestion(SuggestionKind.Shop, shops[shop]!.Name, shops[shop]!.Slug);
    }

    private static IEnumerable<SearchSuggestion> Offers(QueryFrame frame, List<(int Segment, int Offer)> hits) => hits
        .Select(hit => frame.Snapshot.Segments[hit.Segment].Columns)
        .Zip(hits, (columns, hit) => (Title: columns.Title(hit.Offer), Id: columns.Ids[hit.Offer]))
        .DistinctBy(offer => FrenchFolding.Fold(offer.Title))
        .Select(offer => new SearchSuggestion(SuggestionKind.Offer, offer.Title, offer.Id.ToString()));

    private static bool Begins(string[] words, string[] typed) =>
        Array.TrueForAll(typed, start => Array.Exists(words, word => word.StartsWith(start, StringComparison.Ordinal)));
}
