namespace Marketplace.Catalog.Search;

/// <summary>
/// Lists without a text. Totals and facets come from the counts per cell, the page from the few offers that stand on it, so that
/// a list of sixty thousand offers costs no more than one of sixty.
/// Reused from query to query.
/// </summary>
internal sealed class Browse
{
    private static readonly Availability[] Availabilities = Enum.GetValues<Availability>();
    private readonly FacetTally _facets = new();
    private readonly TopHits _top = new();
    private CellFlags[][] _flags = [];
    private int[] _perShop = [];
    private int[] _places = [];

    public OfferHits Run(QueryFrame frame)
    {
        _facets.Reset(frame);
        if (_flags.Length < frame.Views.Length)
        {
            _flags = [.. Enumerable.Range(0, frame.Views.Length).Select(_ => Array.Empty<CellFlags>())];
        }

        for (var segment = 0; segment < frame.Views.Length; segment++)
        {
            Count(frame, segment);
        }

        var ids = frame.First >= _facets.Total ? [] : Page(frame);
        return new OfferHits(ids, _facets.Total, false, _facets.ToFacets(), null);
    }

    private void Count(QueryFrame frame, int segment)
    {
        frame.FlagCells(segment, ref _flags[segment]);
        var (cells, counts) = (frame.Snapshot.Segments[segment].Cells, frame.Snapshot.Counts[segment]);
        foreach (var cell in frame.Views[segment].Cells)
        {
            var flags = _flags[segment][cell];
            _facets.Add(cells.Category[cell], cells.Shop[cell], flags, counts.Total[cell], counts.Available[cell]);
            _facets.AddPrices(flags, counts.Lowest[cell], counts.Highest[cell], counts.LowestAvailable[cell], counts.HighestAvailable[cell]);
        }
    }

    private Guid[] Page(QueryFrame frame) => frame.Sort switch
    {
        OfferSort.Distance => ByDistance(frame),
        OfferSort.Price or OfferSort.PriceDescending or OfferSort.Newest => ByColumn(frame),
        _ => ByAvailability(frame),
    };

    // One availability after the other; those wholly before the page are skipped by their counts.
    private Guid[] ByAvailability(QueryFrame frame)
    {
        var before = 0;
        var skip = -1;
        foreach (var availability in Availabilities)
        {
            var size = 0;
            for (var segment = 0; segment < frame.Views.Length; segment++)
            {
                size += new CellWalk(frame, segment, _flags[segment]).Count(availability);
            }

            var wanted = frame.First + frame.PageSize - before;
            if (before + size > frame.First && wanted > 0)
            {
                if (skip < 0)
                {
                    skip = frame.First - before;
                    _top.Reset(frame.Snapshot.Segments, skip + frame.PageSize);
                }

                for (var segment = 0; segment < frame.Views.Length; segment++)
                {
                    new CellWalk(frame, segment, _flags[segment]).Take(availability, wanted, _top);
                }
            }

            before += size;
        }

        return skip < 0 ? [] : _top.Ids(skip);
    }

    private Guid[] ByColumn(QueryFrame frame)
    {
        var wanted = frame.First + frame.PageSize;
        _top.Reset(frame.Snapshot.Segments, wanted);
        for (var segment = 0; segment < frame.Views.Length; segment++)
        {
            new CellWalk(frame, segment, _flags[segment]).TakeSorted(wanted, _facets.Total, _top);
        }

        return _top.Ids(frame.First);
    }

    // Shop after shop; those wholly before the page are skipped by their counts.
    private Guid[] ByDistance(QueryFrame frame)
    {
        var distances = new ShopDistances(frame.Snapshot.Shops, frame.Query.Near!.Value);
        var shops = frame.Snapshot.Shops.Count;
        if (_perShop.Length < shops)
        {
            (_perShop, _places) = (new int[shops], new int[shops]);
        }

        Array.Clear(_perShop);
        for (var segment = 0; segment < frame.Views.Length; segment++)
        {
            new CellWalk(frame, segment, _flags[segment]).CountByShop(_perShop);
        }

        for (var shop = 0; shop < shops; shop++)
        {
            _places[distances.Place(shop)] = shop;
        }

        var (place, before) = (0, 0);
        while (place < shops && before + _perShop[_places[place]] <= frame.First)
        {
            before += _perShop[_places[place++]];
        }

        var skip = frame.First - before;
        _top.Reset(frame.Snapshot.Segments, skip + frame.PageSize);
        for (; place < shops && before < frame.First + frame.PageSize; place++)
        {
            for (var segment = 0; segment < frame.Views.Length && _perShop[_places[place]] > 0; segment++)
            {
                new CellWalk(frame, segment, _flags[segment]).TakeShop(_places[place], place, _top);
            }

            before += _perShop[_places[place]];
        }

        return _top.Ids(skip);
    }
}
