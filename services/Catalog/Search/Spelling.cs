namespace Marketplace.Catalog.Search;

/// <summary>What a mistyped word may have meant, over all segments.</summary>
internal static class Spelling
{
    private const int MostCandidates = 12;

    /// <summary>Whether some offer has the word as it is.</summary>
    public static bool IsKnown(Snapshot snapshot, QueryWord word) => Array.Exists(snapshot.Segments, s => !s.Term(word.Term).IsEmpty);

    /// <summary>The word with its likely corrections, likeliest first.</summary>
    public static QueryWord Widen(Snapshot snapshot, QueryWord word)
    {
        var candidates = new Dictionary<string, (int Distance, int Offers)>(StringComparer.Ordinal);
        var found = new List<(int Term, int Distance)>();
        foreach (var segment in snapshot.Segments)
        {
            found.Clear();
            segment.Typos.Find(word.Term, found);
            foreach (var (term, distance) in found)
            {
                var text = segment.Columns.Terms[term];
                var offers = segment.Postings(new TermRange(term, term + 1)).Count;
                candidates[text] = (distance, candidates.GetValueOrDefault(text).Offers + offers);
            }
        }

        return word.Or(candidates.OrderBy(c => c.Value.Distance).ThenByDescending(c => c.Key[0] == word.Term[0]).ThenByDescending(c => c.Value.Offers)
            .ThenBy(c => c.Key, StringComparer.Ordinal).Take(MostCandidates)
            .Select(c => new Alternative([c.Key], c.Value.Distance == 1 ? MatchKind.OneTypo : MatchKind.TwoTypos)));
    }

    /// <summary>The typed text with the words that the best answer has instead of those typed.</summary>
    public static string? Correct(Snapshot snapshot, string text, IReadOnlyList<QueryWord> words, (int Segment, int Offer)? best)
    {
        var corrected = text;
        foreach (var word in words.OrderByDescending(w => w.Start))
        {
            var typos = word.Alternatives.Where(a => a.Kind is MatchKind.OneTypo or MatchKind.TwoTypos).ToList();
            if (typos.Count == 0 || word.Alternatives.Any(a => a.Kind is not (MatchKind.OneTypo or MatchKind.TwoTypos) && Has(snapshot, best, a)))
            {
                continue;
            }

            var meant = typos.FirstOrDefault(a => Has(snapshot, best, a), typos[0]).Terms[0];
            corrected = string.Concat(corrected.AsSpan(0, word.Start), SurfaceOf(snapshot, meant), corrected.AsSpan(word.Start + word.Length));
        }

        return corrected == text ? null : corrected;
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
            return Contains(segment.Columns.TermsOf(offer), range) || Contains(segment.CellTerms[segment.Cells.Of[offer]], range);
        });
    }

    private static bool Contains(ReadOnlySpan<int> entries, TermRange range)
    {
        foreach (var entry in entries)
        {
            if (range.Contains(entry >> OfferColumns.FieldBits))
            {
                return true;
            }
        }

        return false;
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
