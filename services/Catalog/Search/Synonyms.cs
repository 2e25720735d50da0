namespace Marketplace.Catalog.Search;

/// <summary>Groups of words or phrases used for one another, by the terms they are made of.</summary>
internal sealed class Synonyms
{
    private const int LongestPhrase = 4;
    private readonly Dictionary<string, List<string[]>> _others = new(StringComparer.Ordinal);

    private Synonyms(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var phrases = line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(Terms).Where(terms => terms.Length is > 0 and <= LongestPhrase).DistinctBy(Key).ToList();
            foreach (var phrase in phrases)
            {
                var key = Key(phrase);
                if (!_others.TryGetValue(key, out var others))
                {
                    _others[key] = others = [];
                }

                others.AddRange(phrases.Where(p => Key(p) != key && !others.Any(known => Key(known) == Key(p))));
            }
        }
    }

    /// <summary>The list that ships with the service.</summary>
    public static Synonyms French { get; } = new(SearchData.Lines("synonyms.fr.txt"));

    public static Synonyms None { get; } = new([]);

    /// <summary>The shipped list and a town's own, in the same format.</summary>
    public static Synonyms FrenchAnd(TextReader more) => new(SearchData.Lines("synonyms.fr.txt").Concat(SearchData.Lines(more)));

    /// <summary>Calls back for every phrase within <paramref name="terms"/> that has synonyms.</summary>
    public void Find(IReadOnlyList<string> terms, Action<int, int, IReadOnlyList<string[]>> found)
    {
        for (var start = 0; start < terms.Count; start++)
        {
            var key = "";
            for (var length = 1; length <= LongestPhrase && start + length <= terms.Count; length++)
            {
                key = length == 1 ? terms[start] : $"{key} {terms[start + length - 1]}";
                if (_others.TryGetValue(key, out var others))
                {
                    found(start, length, others);
                }
            }
        }
    }

    private static string Key(string[] terms) => string.Join(' ', terms);

    private static string[] Terms(string phrase)
    {
        var words = Words.Of(phrase).Where(w => w.Kind != WordKind.Joined).ToList();
        var telling = words.Where(w => w.Kind == WordKind.Plain).Select(w => w.Term).ToArray();
        return telling.Length > 0 ? telling : [.. words.Select(w => w.Term)];
    }
}
