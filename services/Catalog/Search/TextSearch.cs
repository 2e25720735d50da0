namespace Marketplace.Catalog.Search;

/// <summary>
/// Offers that answer a text: all its words first; only when nothing at all has them, the last as a beginning, then typing mistakes,
/// then all words but one. Filters never lead further: a right word that this town does not sell is no mistake. But a word that the town's offers
/// only mention ("compté" of a spoon counted out in a description) does not hide those that are called what sounds the same. Reused from query to query.
/// </summary>
internal sealed class TextSearch
{
    private readonly HitList _list = new();
    private readonly WordMatches _matches = new();
    private int[] _postings = [];

    public OfferHits Run(QueryFrame frame, Synonyms synonyms)
    {
        var text = frame.Query.Text!.Trim();
        if (TypedEan.TryRead(text, out var ean) && HasEan(frame, ean))
        {
            return _list.ToHits(null);
        }

        var query = TextQuery.Parse(text, synonyms);
        var key = OfferText.BagKey(query.Words.Select(w => w.Term));
        var words = query.WithLastAsPrefix();
        if (Matches(frame, query.Words, key))
        {
            return Heard(frame, query) is { } heard && Matches(frame, heard, key) ? _list.ToHits(Spelling.Correct(frame.Snapshot, query.Text, heard, Best())) : _list.ToHits(null);
        }

        if (Matches(frame, words, key))
        {
            return _list.ToHits(null);
        }

        var known = words.Select(w => Spelling.IsKnown(frame.Snapshot, w)).ToArray();
        if (!Array.TrueForAll(known, k => k))
        {
            var unknownWidened = words.Select((w, i) => known[i] ? w : Spelling.Widen(frame.Snapshot, w)).ToList();
            if (Matches(frame, unknownWidened, key))
            {
                return _list.ToHits(Spelling.Correct(frame.Snapshot, query.Text, unknownWidened, Best()));
            }
        }

        var widened = words.Select(w => Spelling.Widen(frame.Snapshot, w)).ToList();
        if (Matches(frame, widened, key) || (words.Count > 1 && Matches(frame, widened, key, exceptOne: true)))
        {
            return _list.ToHits(Spelling.Correct(frame.Snapshot, query.Text, widened, Best()));
        }

        return _list.ToHits(null);
    }

    /// <summary>Everything within the price range, by the sort asked for.</summary>
    public OfferHits RunByPrice(QueryFrame frame)
    {
        _list.Reset(frame);
        for (var segment = 0; segment < frame.Views.Length; segment++)
        {
            var prices = frame.Snapshot.Segments[segment].Columns.Price;
            var byPrice = frame.Views[segment].ByPrice.AsSpan();
            var from = frame.Query.MinPriceCents is { } least ? FirstFrom(byPrice, prices, least) : 0;
            var to = frame.Query.MaxPriceCents is { } most and < long.MaxValue ? FirstFrom(byPrice, prices, most + 1) : byPrice.Length;
            var inRange = byPrice[from..Math.Max(from, to)];
            Grow(ref _postings, inRange.Length);
            for (var i = 0; i < inRange.Length; i++)
            {
                _postings[i] = inRange[i] << 1;
            }

            _list.Add(segment, _postings.AsSpan(0, inRange.Length), null, 0);
            _list.AddPrices(segment);
        }

        return _list.ToHits(null);
    }

    private static int FirstFrom(ReadOnlySpan<int> byPrice, long[] prices, long price)
    {
        var (from, to) = (0, byPrice.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = prices[byPrice[middle]] < price ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    private static void Grow(ref int[] buffer, int size)
    {
        if (buffer.Length < size)
        {
            buffer = new int[Math.Max(size, 256)];
        }
    }

    private (int Segment, int Offer)? Best() => _list.Places() is [var best, ..] ? best : null;

    // The words with what sounds the same beside those by which nothing is called: in this town, if it has anything to show for the words, or else anywhere.
    private List<QueryWord>? Heard(QueryFrame frame, TextQuery query)
    {
        var town = _list.MatchedInTown ? frame.Query.Town : null;
        var heard = query.Words.Select(word => word.IsListed || frame.Snapshot.Names(word, town) ? word : Spelling.Hear(frame.Snapshot, word)).ToList();
        return heard.SequenceEqual(query.Words, ReferenceEqualityComparer.Instance) ? null : heard;
    }

    private bool HasEan(QueryFrame frame, long ean)
    {
        _list.Reset(frame);
        for (var segment = 0; segment < frame.Snapshot.Segments.Length; segment++)
        {
            var offers = frame.Snapshot.Segments[segment].WithEan(ean);
            Grow(ref _postings, offers.Length);
            for (var i = 0; i < offers.Length; i++)
            {
                _postings[i] = (offers[i] << 1) | 1;
            }

            _matches.Reset(frame.Snapshot.Segments[segment], []);
            _list.Add(segment, _postings.AsSpan(0, offers.Length), _matches, 0);
        }

        return _list.MatchedAnything;
    }

    private bool Matches(QueryFrame frame, IReadOnlyList<QueryWord> words, ulong key, bool exceptOne = false)
    {
        _list.Reset(frame);
        for (var segment = 0; segment < frame.Snapshot.Segments.Length && words.Count > 0; segment++)
        {
            var part = frame.Snapshot.Segments[segment];
            _matches.Reset(part, words);
            _list.Add(segment, _matches.Find(part, words, exceptOne), _matches, key);
        }

        return _list.MatchedAnything;
    }
}
