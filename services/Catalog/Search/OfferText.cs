namespace Marketplace.Catalog.Search;

/// <summary>Where a word of an offer stands. Several may hold for one word.</summary>
[Flags]
internal enum TextField : byte
{
    None = 0,
    Title = 1,
    Brand = 2,
    /// <summary>Names of the category and those above it.</summary>
    Category = 4,
    Shop = 8,
    Words = 16,
    /// <summary>A compound of the title or brand in one word: found, but not counted as one of the title's words.</summary>
    Joined = 32,

    /// <summary>Where a match says that the offer is the thing, not that it mentions it.</summary>
    Strong = Title | Brand | Joined,
}

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

    public static List<(string Term, string Surface, TextField Field)> TermsOf(IndexedOffer offer)
    {
        var terms = new List<(string Term, string Surface, TextField Field)>();
        Add(terms, offer.Title, TextField.Title);
        Add(terms, offer.Brand, TextField.Brand);
        Add(terms, offer.Words, TextField.Words);
        return terms;
    }

    /// <summary>Names of shops and categories are words of the offer too; they are kept apart since they may change.</summary>
    public static List<(string Term, string Surface, TextField Field)> TermsOf(string name, TextField field)
    {
        var terms = new List<(string Term, string Surface, TextField Field)>();
        Add(terms, name, field);
        return terms;
    }

    /// <summary>How many different words the title has.</summary>
    public static byte TitleLength(List<(string Term, string Surface, TextField Field)> terms) =>
        (byte)Math.Min(MostTitleTerms, terms.Where(t => t.Field == TextField.Title).Select(t => t.Term).Distinct(StringComparer.Ordinal).Count());

    /// <summary>The same for two texts with the same words in any order.</summary>
    public static ulong BagKey(IEnumerable<string> terms)
    {
        var key = 0UL;
        foreach (var term in terms.Distinct(StringComparer.Ordinal))
        {
            var hash = 14695981039346656037UL;
            foreach (var c in term)
            {
                hash = (hash ^ c) * 1099511628211UL;
            }

            // Mixed before it is added, or words that differ in their last letter alone could cancel out.
            hash ^= hash >> 32;
            hash *= 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 29;
            key += hash;
        }

        return key;
    }

    private static void Add(List<(string Term, string Surface, TextField Field)> terms, string? text, TextField field)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        var words = Words.Of(text);
        var onlyStopWords = words.TrueForAll(w => w.Kind == WordKind.Stop);
        foreach (var word in words)
        {
            if (word.Kind != WordKind.Stop || (onlyStopWords && field == TextField.Title))
            {
                var surface = text.AsSpan(word.Start, word.Length).ToString().ToLowerInvariant();
                var isJoined = word.Kind == WordKind.Joined;
                terms.Add((word.Term, isJoined || surface == word.Term ? word.Term : surface, isJoined ? JoinedIn(field) : field));
            }
        }
    }

    private static TextField JoinedIn(TextField field) => field is TextField.Title or TextField.Brand ? TextField.Joined : field;
}
