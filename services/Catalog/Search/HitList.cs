namespace Marketplace.Catalog.Search;

/// <summary>
/// The offers of one query that were looked at one by one (a text was typed, or a price range given): facets over all of them, scores
/// for the first thousand, the page. Reused from query to query.
/// </summary>
internal sealed class HitList
{
    private const int MostScored = 1_000;
    private const int MostCounted = 10_000;
    private readonly CellTally _cells = new();
    private readonly FacetTally _facets = new();
    private readonly TopHits _top = new();
    private CellFlags[] _flags = [];
    private int[] _hits = [];
    private QueryFrame _frame = null!;
    private ShopDistances? _distances;
    private int _room;

    /// <summary>Something matched, were it filtered out.</summary>
    public bool MatchedAnything { get; private set; }

    /// <summary>Something matched in this town, were it filtered out.</summary>
    public bool MatchedInTown { get; private set; }
    public bool IsLowerBound { get; private set; }

    public void Reset(QueryFrame frame)
    {
        _frame = frame;
        _distances = frame.Query.Near is { } near ? new ShopDistances(frame.Snapshot.Shops, near) : null;
        _facets.Reset(frame);
        _top.Reset(frame.Snapshot.Segments, frame.First + frame.PageSize);
        (MatchedAnything, MatchedInTown, IsLowerBound) = (false, false, false);
        // By price, the cheapest must not be missed for being past a limit.
        _room = frame.Sort == OfferSort.Relevance ? MostCounted : int.MaxValue;
    }

    /// <param name="postings">In rank order.</param>
    /// <param name="matches">What the words are worth; null without a text.</param>
    /// <param name="titleKey">Of a whole title made of these words.</param>
    public void Add(int segment, ReadOnlySpan<int> postings, WordMatches? matches, ulong titleKey)
    {
        var part = _frame.Snapshot.Segments[segment];
        if (_frame.Views.Length == 0)
        {
            MatchedAnything |= matches is not null && AnyOnSale(segment, postings);
            return;
        }

        _frame.FlagCells(segment, ref _flags);
        _cells.Reset(part.Cells.Count);
        var (count, strong) = Collect(segment, postings);
        _cells.AddTo(_facets, part.Cells, _frame.Views[segment].Cells, _flags);
        var hits = _hits.AsSpan(0, count);
        if (_frame.Sort == OfferSort.Relevance && matches is not null)
        {
            Score(segment, hits, strong, matches, titleKey);
        }
        else
        {
            Sort(segment, hits);
        }
    }

    /// <summary>Prices of the segment's offers that the price filter left out.</summary>
    public void AddPrices(int segment)
    {
        var counts = _frame.Snapshot.Counts[segment];
        foreach (var cell in _frame.Views[segment].Cells)
        {
            _facets.AddPrices(_flags[cell], counts.Lowest[cell], counts.Highest[cell], counts.LowestAvailable[cell], counts.HighestAvailable[cell]);
        }
    }

    /// <summary>Where the hits of this page and those before are, in order.</summary>
    public List<(int Segment, int Offer)> Places() => _top.Places();

    public OfferHits ToHits(string? correctedQuery) => new(_top.Ids(_frame.First), _facets.Total, IsLowerBound, _facets.ToFacets(), correctedQuery);

    // Thousands of hits go through here for one word that many offers have: one pass, nothing but counting.
    private (int Count, int Strong) Collect(int segment, ReadOnlySpan<int> postings)
    {
        if (_hits.Length < postings.Length)
        {
            _hits = new int[Math.Max(postings.Length, 1024)];
        }

        var part = _frame.Snapshot.Segments[segment];
        var (live, available, cellOf, prices) = (_frame.Snapshot.Counts[segment].Live, part.Available, part.Cells.Of, part.Columns.Price);
        var (flagsOf, tally, hits) = (_flags, _cells, _hits);
        var (least, most) = (_frame.Query.MinPriceCents ?? long.MinValue, _frame.Query.MaxPriceCents ?? long.MaxValue);
        var (onlyToday, wanted) = (_frame.Query.AvailableToday, _frame.WantedFlags);
        var (lowest, highest) = (long.MaxValue, long.MinValue);
        var (count, strong) = (0, 0);
        foreach (var posting in postings)
        {
            var offer = posting >> 1;
            if (!Bits.Has(live, offer))
            {
                continue;
            }

            var cell = cellOf[offer];
            var flags = flagsOf[cell];
            if (flags == CellFlags.None)
            {
                MatchedAnything = MatchedAnything || _frame.Snapshot.Shops.Sells(part.Cells.Shop[cell], null);
                continue;
            }

            (MatchedAnything, MatchedInTown) = (true, true);
            var price = prices[offer];
            var isAvailable = Bits.Has(available, offer);
            var isInPrice = price >= least && price <= most;
            if ((flags & wanted) == wanted && (isAvailable || !onlyToday))
            {
                if (isInPrice)
                {
                    if (--_room < 0)
                    {
                        IsLowerBound = true;
                        break;
                    }

                    hits[count++] = posting;
                    strong += posting & 1;
                }

                (lowest, highest) = (Math.Min(lowest, price), Math.Max(highest, price));
            }

            if (isInPrice)
            {
                tally.Add(cell, isAvailable);
            }
        }

        _facets.AddPrices(lowest, highest);
        return (count, strong);
    }

    private bool IsHit(int segment, int offer)
    {
        var part = _frame.Snapshot.Segments[segment];
        return Bits.Has(_frame.Snapshot.Counts[segment].Live, offer) && _frame.InPrice(part.Columns.Price[offer])
            && (_flags[part.Cells.Of[offer]] & _frame.WantedFlags) == _frame.WantedFlags && (!_frame.Query.AvailableToday || Bits.Has(part.Available, offer));
    }

    // First those that the words name, then those that mention them, up to the limit; what is left keeps its rank behind them.
    private void Score(int segment, ReadOnlySpan<int> hits, int strong, WordMatches matches, ulong titleKey)
    {
        var part = _frame.Snapshot.Segments[segment];
        var weak = Math.Max(0, MostScored - strong);
        var lastStrong = -1;
        var needsRest = hits.Length > MostScored && _frame.First + _frame.PageSize > MostScored;
        var scoredStrong = 0;
        var whole = hits.Length > MostScored ? part.WithTitle(titleKey) : [];
        foreach (var hit in hits)
        {
            var offer = hit >> 1;
            if ((hit & 1) != 0 ? scoredStrong < MostScored : weak-- > 0)
            {
                scoredStrong += hit & 1;
                lastStrong = (hit & 1) != 0 ? offer : lastStrong;
                _top.Add(-ScoreOf(part, offer, matches), segment, offer);
            }
            else if (needsRest && whole.BinarySearch(offer) < 0)
            {
                _top.Add(long.MaxValue, segment, offer);
            }
        }

        foreach (var offer in whole)
        {
            // A whole title is never left unread for being far down the list, or past its end.
            if (offer > lastStrong && (hits.BinarySearch((offer << 1) | 1) >= 0 || (IsLowerBound && IsHit(segment, offer))))
            {
                _top.Add(-ScoreOf(part, offer, matches), segment, offer);
            }
        }
    }

    private int ScoreOf(Segment part, int offer, WordMatches matches)
    {
        var shop = part.Columns.Shop[offer];
        return Ranking.Score(matches.Weigh(part, offer) with { Availability = _frame.AvailabilityOf(part, offer, shop), DistanceKm = _distances?.Km(shop) });
    }

    private void Sort(int segment, ReadOnlySpan<int> hits)
    {
        var part = _frame.Snapshot.Segments[segment];
        var (column, sign) = _frame.Sort switch
        {
            OfferSort.Price => (part.Columns.Price, 1),
            OfferSort.PriceDescending => (part.Columns.Price, -1),
            OfferSort.Newest => (part.Columns.Created, -1),
            _ => (null, 0),
        };
        if (column is not null)
        {
            foreach (var hit in hits)
            {
                _top.Add(sign * column[hit >> 1], segment, hit >> 1);
            }

            return;
        }

        var places = _frame.Sort == OfferSort.Distance ? _distances : null;
        foreach (var hit in hits)
        {
            var (offer, shop) = (hit >> 1, part.Columns.Shop[hit >> 1]);
            var place = places is null ? 0 : (long)places.Place(shop) << 2;
            _top.Add(place + (long)_frame.AvailabilityOf(part, offer, shop), segment, offer);
        }
    }

    private bool AnyOnSale(int segment, ReadOnlySpan<int> postings)
    {
        var part = _frame.Snapshot.Segments[segment];
        foreach (var posting in postings)
        {
            if (Bits.Has(_frame.Snapshot.Counts[segment].Live, posting >> 1) && _frame.Snapshot.Shops.Sells(part.Columns.Shop[posting >> 1], null))
            {
                return true;
            }
        }

        return false;
    }
}
