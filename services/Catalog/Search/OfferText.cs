namespace Marketplace.Catalog.Search;

/// <summary>A word of a text.</summary>
/// <param name="Surface">As people write it, with its accents.</param>
internal readonly record struct TextTerm(string Term, string Surface, TextField Field, Accents Accents);

/// <summary>An offer read once: its words with their fields.</summary>
/// <param name="shop">Number of its shop.</param>
/// <param name="category">Number of its category.</param>
internal sealed class OfferText(IndexedOffer offer, int shop, int category)
{
    private const int MostTitleTerms = byte.MaxValue;

    public IndexedOffer Offer { get; } = offer;

    /// <summary>Follows the stock while the offer waits to be indexed.</summary>
    public StockState State { get; set; } = Effective(offer.Available, offer.State);

    public int Shop { get; } = shop;

    public int Category { get; } = category;

    /// <summary>What cannot be reserved is not in stock, whatever is said of it.</summary>
    public static StockState Effective(long available, StockState state) =>
        available <= 0 && state is StockState.InStock or StockState.LastOnes ? StockState.OutOfStock : state;

    public static List<TextTerm> TermsOf(IndexedOffer offer)
    {
        var terms = new List<TextTerm>();
        Add(terms, offer.Title, TextField.Title);
        Add(terms, offer.Brand, TextField.Brand);
        Add(terms, offer.Aliases, TextField.Alias);
        Add(terms, offer.Words, TextField.Words);
        return terms;
    }

    /// <summary>Names of shops and categories are words of the offer too; they are kept apart since they may change.</summary>
    public static List<TextTerm> TermsOf(string name, TextField field)
    {
        var terms = new List<TextTerm>();
        Add(terms, name, field);
        return terms;
    }

    /// <summary>How many different words the title has.</summary>
    public static byte TitleLength(List<TextTerm> terms) => (byte)Math.Min(MostTitleTerms, TitleTerms(terms).Distinct(StringComparer.Ordinal).Count());

    public static IEnumerable<string> TitleTerms(IEnumerable<TextTerm> terms) => terms.Where(t => (t.Field & TextField.Title) != 0).Select(t => t.Term);

    /// <summary>The same for two texts with the same words in any order.</summary>
    public static ulong BagKey(IEnumerable<string> terms)
    {
        var key = 0UL;
        foreach (var term in terms.Distinct(StringComparer.Ordinal))
        {
            key += StableHash.Of(term);
        }

        return key;
    }

    private static void Add(List<TextTerm> terms, string? text, TextField field)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        var words = Words.Of(text);
        var onlyStopWords = words.TrueForAll(w => w.Kind == WordKind.Stop);
        var head = field == TextField.Title ? TitleHead.EndOf(text, words) : 0;
        foreach (var word in words)
        {
            if (word.Kind != WordKind.Stop || (onlyStopWords && field == TextField.Title))
            {
                var written = text.AsSpan(word.Start, word.Length);
                var surface = written.ToString().ToLowerInvariant();
                var isJoined = word.Kind == WordKind.Joined;
                var place = (isJoined ? JoinedIn(field) : field) | (word.Start < head ? TextField.Head : TextField.None);
                terms.Add(new TextTerm(word.Term, isJoined || surface == word.Term ? word.Term : surface, place, AccentsOf.Written(written)));
            }
        }
    }

    private static TextField JoinedIn(TextField field) => field is TextField.Title or TextField.Brand ? TextField.Joined : field;
}
