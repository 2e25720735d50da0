using System.Text;

namespace Marketplace.Catalog.Search;

/// <summary>
/// Offers column by column, with their words as term numbers: what an index segment keeps of them, and all that is needed to merge
/// two segments without reading any text again.
/// </summary>
internal sealed class OfferColumns(int count)
{
    public int Count { get; } = count;
    public Guid[] Ids { get; } = new Guid[count];
    public int[] Shop { get; } = new int[count];
    public int[] Category { get; } = new int[count];
    public long[] Price { get; } = new long[count];
    /// <summary>UTC ticks.</summary>
    public long[] Created { get; } = new long[count];
    public int[] Popularity { get; } = new int[count];
    public long[] Ean { get; } = new long[count];
    public ulong[] TitleKey { get; } = new ulong[count];
    public byte[] TitleLength { get; } = new byte[count];

    /// <summary>The one column that changes in place: written by the writer alone, read by everyone.</summary>
    public StockState[] State { get; } = new StockState[count];

    /// <summary>Titles one after the other in UTF-8.</summary>
    public byte[] Titles { get; set; } = [];
    public int[] TitleStart { get; } = new int[count + 1];

    /// <summary>Each offer's words.</summary>
    public TermEntry[] Forward { get; set; } = [];
    public int[] ForwardStart { get; } = new int[count + 1];

    public string[] Terms { get; set; } = [];
    /// <summary>How a term is written for people, with its accents.</summary>
    public string[] Surfaces { get; set; } = [];

    public string Title(int offer) => Encoding.UTF8.GetString(Titles.AsSpan(TitleStart[offer]..TitleStart[offer + 1]));

    public ReadOnlySpan<TermEntry> TermsOf(int offer) => Forward.AsSpan(ForwardStart[offer]..ForwardStart[offer + 1]);

    /// <summary>The order of equally good answers: what sells, then what is new, then the id so that it never changes by itself.</summary>
    public int CompareRank(int offer, OfferColumns others, int other)
    {
        var byPopularity = others.Popularity[other].CompareTo(Popularity[offer]);
        if (byPopularity != 0)
        {
            return byPopularity;
        }

        var byAge = others.Created[other].CompareTo(Created[offer]);
        return byAge != 0 ? byAge : Ids[offer].CompareTo(others.Ids[other]);
    }

    public static OfferColumns From(IReadOnlyList<OfferText> offers)
    {
        var columns = new OfferColumns(offers.Count);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var surfaces = new List<string>();
        var forward = new List<TermEntry>(offers.Count * 12);
        var titles = new MemoryStream(offers.Count * 40);
        for (var i = 0; i < offers.Count; i++)
        {
            var offer = offers[i].Offer;
            columns.Ids[i] = offer.Id;
            columns.Shop[i] = offers[i].Shop;
            columns.Category[i] = offers[i].Category;
            columns.Price[i] = offer.PriceCents;
            columns.Created[i] = offer.CreatedAt.UtcTicks;
            columns.Popularity[i] = offer.Popularity;
            columns.Ean[i] = TypedEan.TryRead(offer.Ean13 ?? "", out var ean) ? ean : 0;
            columns.State[i] = offers[i].State;
            titles.Write(Encoding.UTF8.GetBytes(offer.Title));
            columns.TitleStart[i + 1] = (int)titles.Length;

            var terms = OfferText.TermsOf(offer);
            columns.TitleLength[i] = OfferText.TitleLength(terms);
            columns.TitleKey[i] = OfferText.BagKey(OfferText.TitleTerms(terms));
            foreach (var term in terms)
            {
                if (!numbers.TryGetValue(term.Term, out var number))
                {
                    numbers[term.Term] = number = surfaces.Count;
                    surfaces.Add(term.Surface);
                }

                AddEntry(forward, columns.ForwardStart[i], new TermEntry(number, term.Field, term.Accents));
            }

            columns.ForwardStart[i + 1] = forward.Count;
        }

        columns.Titles = titles.ToArray();
        columns.Forward = [.. forward];
        columns.Terms = new string[numbers.Count];
        foreach (var (term, number) in numbers)
        {
            columns.Terms[number] = term;
        }

        columns.Surfaces = [.. surfaces];
        return columns;
    }

    private static void AddEntry(List<TermEntry> forward, int start, TermEntry entry)
    {
        for (var i = start; i < forward.Count; i++)
        {
            if (forward[i].Term == entry.Term)
            {
                forward[i] = forward[i].With(entry.Fields);
                return;
            }
        }

        forward.Add(entry);
    }
}
