namespace Marketplace.Catalog.Search;

/// <summary>One thing that answers a word: a term, or several that must stand together (a synonym of many words).</summary>
internal readonly record struct Alternative(string[] Terms, MatchKind Kind);

/// <param name="Folded">As typed, before stemming.</param>
/// <param name="Start">Where it stands in the typed text.</param>
internal sealed record QueryWord(string Term, string Folded, int Start, int Length, IReadOnlyList<Alternative> Alternatives)
{
    public QueryWord Or(IEnumerable<Alternative> more) => this with { Alternatives = [.. Alternatives, .. more] };
}

/// <summary>What was typed, as the words to look for.</summary>
internal sealed class TextQuery
{
    private const int LongestText = 200;
    private const int MostWords = 10;

    private TextQuery(string text, IReadOnlyList<QueryWord> words)
    {
        Text = text;
        Words = words;
    }

    public string Text { get; }

    /// <summary>Different from one another; none when nothing was typed that could be looked for.</summary>
    public IReadOnlyList<QueryWord> Words { get; }

    public static TextQuery Parse(string text, Synonyms synonyms)
    {
        if (text.Length > LongestText)
        {
            text = text[..LongestText];
        }

        var all = Search.Words.Of(text);
        var plain = all.FindAll(w => w.Kind == WordKind.Plain);
        if (plain.Count == 0)
        {
            plain = all.FindAll(w => w.Kind == WordKind.Stop);
        }

        var terms = plain.ConvertAll(w => w.Term);
        var alternatives = plain.ConvertAll(w => new List<Alternative> { new([w.Term], MatchKind.Exact) });
        for (var i = 0; i + 1 < plain.Count; i++)
        {
            // chou fleur, t shirt: written in one word elsewhere.
            var joined = new Alternative([FrenchStemmer.Stem(plain[i].Folded + plain[i + 1].Folded)], MatchKind.Exact);
            alternatives[i].Add(joined);
            alternatives[i + 1].Add(joined);
        }

        synonyms.Find(terms, (start, length, others) =>
        {
            for (var i = start; i < start + length; i++)
            {
                alternatives[i].AddRange(others.Select(other => new Alternative(other, MatchKind.Synonym)));
            }
        });
        var words = plain.Select((w, i) => new QueryWord(w.Term, w.Folded, w.Start, w.Length, alternatives[i])).DistinctBy(w => w.Term).Take(MostWords);
        return new TextQuery(text, [.. words]);
    }

    /// <summary>The same, the last word perhaps not typed to its end.</summary>
    public IReadOnlyList<QueryWord> WithLastAsPrefix() => WithPrefix(Words);

    public static IReadOnlyList<QueryWord> WithPrefix(IReadOnlyList<QueryWord> words) =>
        words.Count == 0 ? words : [.. words.SkipLast(1), words[^1].Or([new Alternative([words[^1].Folded], MatchKind.Prefix)])];
}
