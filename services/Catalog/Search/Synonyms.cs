namespace Marketplace.Catalog.Search;

/// <summary>A word of a list or of a query.</summary>
internal readonly record struct SynonymWord(string Term, Accents Accents);

/// <summary>
/// Words or phrases used for one another, by the terms they are made of. A line is a group whose members all mean the others ("beignet, bugne"),
/// or says what one means without being meant by them ("bread > pain, baguette").
/// </summary>
internal sealed class Synonyms
{
    private const int LongestPhrase = 4;
    private const char OneWay = '>';
    private readonly Dictionary<string, List<Phrase>> _phrases = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _written = new(StringComparer.Ordinal);
    private readonly string[] _folded;

    private Synonyms(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var sides = line.Split(OneWay);
            foreach (var written in Items(sides[0]))
            {
                _written.TryAdd(FrenchFolding.Fold(written), written);
            }

            var phrases = PhrasesOf(sides[0]);
            var meant = sides.Length > 1 ? PhrasesOf(sides[1]) : phrases;
            foreach (var words in phrases)
            {
                Add(words, meant.Where(m => !m.SequenceEqual(words)));
            }
        }

        _folded = [.. _written.Keys];
    }

    /// <summary>Words with what they mean.</summary>
    private sealed record Phrase(SynonymWord[] Words, List<Alternative> Meant);

    /// <summary>The lists that ship with the service: French words, and everyday English ones.</summary>
    public static Synonyms Shipped { get; } = new(ShippedLines);

    /// <summary>French words alone.</summary>
    public static Synonyms French { get; } = new(SearchData.Lines("synonyms.fr.txt"));

    public static Synonyms None { get; } = new([]);

    private static IEnumerable<string> ShippedLines => SearchData.Lines("synonyms.fr.txt").Concat(SearchData.Lines("synonyms.en.txt"));

    /// <summary>The shipped lists and a town's own, in the same format.</summary>
    public static Synonyms ShippedAnd(TextReader more) => new(ShippedLines.Concat(SearchData.Lines(more)));

    /// <summary>Calls back for every phrase within <paramref name="words"/> that has synonyms.</summary>
    public void Find(IReadOnlyList<SynonymWord> words, Action<int, int, IReadOnlyList<Alternative>> found)
    {
        for (var start = 0; start < words.Count; start++)
        {
            var key = "";
            for (var length = 1; length <= LongestPhrase && start + length <= words.Count; length++)
            {
                key = length == 1 ? words[start].Term : $"{key} {words[start + length - 1].Term}";
                foreach (var phrase in _phrases.GetValueOrDefault(key, []))
                {
                    if (phrase.Words.Index().All(w => AccentsOf.Agree(w.Item.Accents, words[start + w.Index].Accents)))
                    {
                        found(start, length, phrase.Meant);
                    }
                }
            }
        }
    }

    /// <summary>The words and phrases of the lists that go on from what was typed, as they are written there.</summary>
    public IEnumerable<string> Beginning(string folded)
    {
        var at = Array.BinarySearch(_folded, folded, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < _folded.Length && _folded[at].StartsWith(folded, StringComparison.Ordinal); at++)
        {
            yield return _written[_folded[at]];
        }
    }

    private void Add(SynonymWord[] words, IEnumerable<SynonymWord[]> meant)
    {
        var key = string.Join(' ', words.Select(w => w.Term));
        if (!_phrases.TryGetValue(key, out var known))
        {
            _phrases[key] = known = [];
        }

        var phrase = known.Find(p => p.Words.SequenceEqual(words));
        if (phrase is null)
        {
            known.Add(phrase = new Phrase(words, []));
        }

        foreach (var other in meant)
        {
            var terms = Array.ConvertAll(other, w => w.Term);
            if (!phrase.Meant.Exists(m => m.Terms.SequenceEqual(terms)))
            {
                phrase.Meant.Add(new Alternative(terms, MatchKind.Synonym, other.Length == 1 ? other[0].Accents : Accents.Unknown));
            }
        }
    }

    private static string[] Items(string side) => side.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static List<SynonymWord[]> PhrasesOf(string side) => [.. Items(side).Select(WordsOf).Where(words => words.Length is > 0 and <= LongestPhrase)];

    private static SynonymWord[] WordsOf(string phrase)
    {
        var words = Words.Of(phrase).Where(w => w.Kind != WordKind.Joined).ToList();
        var telling = words.Exists(w => w.Kind == WordKind.Plain) ? words.Where(w => w.Kind == WordKind.Plain) : words;
        return [.. telling.Select(w => new SynonymWord(w.Term, AccentsOf.Written(phrase.AsSpan(w.Start, w.Length))))];
    }
}
