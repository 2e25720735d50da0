namespace Marketplace.Catalog.Search;

/// <summary>One thing that answers a word: a term, or several that must stand together (a synonym of many words).</summary>
/// <param name="Accents">Of the word meant; where an offer writes it with others, it may be another word.</param>
internal readonly record struct Alternative(string[] Terms, MatchKind Kind, Accents Accents = Accents.Unknown);

/// <param name="Folded">As typed, before stemming.</param>
/// <param name="Start">Where it stands in the typed text.</param>
internal sealed record QueryWord(string Term, string Folded, Accents Accents, int Start, int Length, IReadOnlyList<Alternative> Alternatives)
{
    /// <summary>The word lists know it: it is no typing mistake, whether or not it is sold.</summary>
    public bool IsListed { get; } = Alternatives.Any(a => a.Kind == MatchKind.Synonym);

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

        var accents = plain.ConvertAll(w => AccentsOf.Typed(text.AsSpan(w.Start, w.Length)));
        var alternatives = plain.Select((w, i) => new List<Alternative> { new([w.Term], MatchKind.Exact, accents[i]) }).ToList();
        for (var i = 0; i + 1 < plain.Count; i++)
        {
            // chou fleur, t shirt: written in one word elsewhere.
            var joined = new Alternative([FrenchStemmer.Stem(plain[i].Folded + plain[i + 1].Folded)], MatchKind.Exact);
            alternatives[i].Add(joined);
            alternatives[i + 1].Add(joined);
        }

        synonyms.Find([.. plain.Select((w, i) => new SynonymWord(w.Term, accents[i]))], (start, length, others) =>
        {
            for (var i = start; i < start + length; i++)
            {
                alternatives[i].AddRange(others);
            }
        });
        var words = plain.Select((w, i) => new QueryWord(w.Term, w.Folded, accents[i], w.Start, w.Length, alternatives[i])).DistinctBy(w => w.Term).Take(MostWords);
        return new TextQuery(text, [.. words]);
    }

    /// <summary>The same, the last word perhaps not typed to its end.</summary>
    public IReadOnlyList<QueryWord> WithLastAsPrefix() => WithPrefix(Words);

    public static IReadOnlyList<QueryWord> WithPrefix(IReadOnlyList<QueryWord> words) =>
        words.Count == 0 ? words : [.. words.SkipLast(1), words[^1].Or([new Alternative([words[^1].Folded], MatchKind.Prefix)])];
}
