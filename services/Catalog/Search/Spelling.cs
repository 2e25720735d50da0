namespace Marketplace.Catalog.Search;

/// <summary>What a mistyped word may have meant, over all segments.</summary>
internal static class Spelling
{
    private const int MostCandidates = 12;

    // Of shorter words the first letter is seldom mistyped, and and another makes another word.
    private const int ShortestWithAnotherFirstLetter = 6;

    /// <summary>Whether some offer has the word as it is, or the word lists do.</summary>
    public static bool IsKnown(Snapshot snapshot, QueryWord word) => word.IsListed || Array.Exists(snapshot.Segments, s => !s.Term(word.Term).IsEmpty);

    /// <summary>The word with what it may have meant: words that sound the same; failing these one letter away; failing these two.</summary>
    public static QueryWord Widen(Snapshot snapshot, QueryWord word)
    {
        if (word.IsListed)
        {
            return word;
        }

        var heard = Hear(snapshot, word);
        return ReferenceEquals(heard, word) ? word.Or(Nearest(snapshot, word)) : heard;
    }

    /// <summary>The word with those that sound the same; the word itself when none does.</summary>
    public static QueryWord Hear(Snapshot snapshot, QueryWord word)
    {
        var heard = new HashSet<string>(StringComparer.Ordinal);
        foreach (var segment in snapshot.Segments)
        {
            foreach (var term in segment.Sounds[word.Term])
            {
                heard.Add(segment.Columns.Terms[term]);
            }
        }

        heard.Remove(word.Term);
        return heard.Count == 0 ? word : word.Or(heard.Order(StringComparer.Ordinal).Take(MostCandidates).Select(term => new Alternative([term], MatchKind.SameSound)));
    }

    /// <summary>The typed text with the words that the best answer has instead of those typed.</summary>
    public static string? Correct(Snapshot snapshot, string text, IReadOnlyList<QueryWord> words, (int Segment, int Offer)? best)
    {
        var corrected = text;
        foreach (var word in words.OrderByDescending(w => w.Start))
        {
            var meant = word.Alternatives.Where(a => IsCorrection(a.Kind)).ToList();
            if (meant.Count == 0 || word.Alternatives.Any(a => !IsCorrection(a.Kind) && Has(snapshot, best, a)))
            {
                continue;
            }

            var likeliest = meant.FirstOrDefault(a => Has(snapshot, best, a), meant[0]).Terms[0];
            corrected = string.Concat(corrected.AsSpan(0, word.Start), SurfaceOf(snapshot, likeliest), corrected.AsSpan(word.Start + word.Length));
        }

        return corrected == text ? null : corrected;
    }

    private static bool IsCorrection(MatchKind kind) => kind is MatchKind.SameSound or MatchKind.OneTypo or MatchKind.TwoTypos;

    // Likeliest first.
    private static IEnumerable<Alternative> Nearest(Snapshot snapshot, QueryWord word)
    {
        var candidates = new Dictionary<string, (int Distance, int Offers)>(StringComparer.Ordinal);
        var found = new List<(int Term, int Distance)>();
        foreach (var segment in snapshot.Segments)
        {
            found.Clear();
            segment.Typos.Find(word.Term, found);
            foreach (var (term, distance) in found.Where(f => word.Term.Length >= ShortestWithAnotherFirstLetter || segment.Columns.Terms[f.Term][0] == word.Term[0]))
            {
                var text = segment.Columns.Terms[term];
                var offers = segment.Postings(new TermRange(term, term + 1)).Count;
                candidates[text] = (distance, candidates.GetValueOrDefault(text).Offers + offers);
            }
        }

        var nearest = candidates.Values.Select(c => c.Distance).DefaultIfEmpty().Min();
        return candidates.Where(c => c.Value.Distance == nearest).OrderByDescending(c => c.Key[0] == word.Term[0]).ThenByDescending(c => c.Value.Offers)
            .ThenBy(c => c.Key, StringComparer.Ordinal).Take(MostCandidates)
            .Select(c => new Alternative([c.Key], nearest == 1 ? MatchKind.OneTypo : MatchKind.TwoTypos));
    }

    private static bool Has(Snapshot snapshot, (int Segment, int Offer)? best, Alternative alternative)
    {
        if (best is not var (number, offer))
        {
            return false;
        }

        var segment = snapshot.Segments[number];
        return Array.TrueForAll(alternative.Terms, text =>
        {
            var range = alternative.Kind == MatchKind.Prefix ? segment.Prefix(text) : segment.Term(text);
            return TextPlaces.Of(segment, offer, range) != TextField.None;
        });
    }

    private static string SurfaceOf(Snapshot snapshot, string term)
    {
        foreach (var segment in snapshot.Segments)
        {
            var range = segment.Term(term);
            if (!range.IsEmpty)
            {
                return segment.Columns.Surfaces[range.Start];
            }
        }

        return term;
    }
}
