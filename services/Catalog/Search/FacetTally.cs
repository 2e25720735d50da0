namespace Marketplace.Catalog.Search;

/// <summary>What cells hold of a result, before the filters that each facet leaves out. Reused from query to query.</summary>
internal sealed class FacetTally
{
    private int[] _categories = [];
    private int[] _leaves = [];
    private int[] _shops = [];
    private QueryFrame _frame = null!;
    private int _availableToday;
    private long _lowest;
    private long _highest;

    public int Total { get; private set; }

    public void Reset(QueryFrame frame)
    {
        _frame = frame;
        Clear(ref _categories, frame.Snapshot.Categories.Count);
        Clear(ref _shops, frame.Snapshot.Shops.Count);
        (Total, _availableToday, _lowest, _highest) = (0, 0, long.MaxValue, long.MinValue);
    }

    /// <param name="total">Offers of the cell within the price filter.</param>
    /// <param name="available">Those in stock.</param>
    public void Add(int category, int shop, CellFlags flags, int total, int available)
    {
        var today = (flags & CellFlags.Today) != 0 ? available : 0;
        var count = _frame.Query.AvailableToday ? today : total;
        if ((flags & CellFlags.InShop) != 0)
        {
            _categories[category] += count;
        }

        if ((flags & CellFlags.InCategory) != 0)
        {
            _shops[shop] += count;
        }

        if ((flags & CellFlags.Wanted) == CellFlags.Wanted)
        {
            Total += count;
            _availableToday += today;
        }
    }

    /// <summary>Prices whatever the price filter; the lowest is above the highest when there is none.</summary>
    public void AddPrices(CellFlags flags, long lowest, long highest, long lowestAvailable, long highestAvailable)
    {
        if ((flags & CellFlags.Wanted) != CellFlags.Wanted)
        {
            return;
        }

        if (!_frame.Query.AvailableToday)
        {
            AddPrices(lowest, highest);
        }
        else if ((flags & CellFlags.Today) != 0)
        {
            AddPrices(lowestAvailable, highestAvailable);
        }
    }

    /// <summary>Prices of what the list holds, whatever the price filter.</summary>
    public void AddPrices(long lowest, long highest) => (_lowest, _highest) = (Math.Min(_lowest, lowest), Math.Max(_highest, highest));

    public OfferHitFacets ToFacets()
    {
        var (tree, shops) = (_frame.Snapshot.Categories, _frame.Snapshot.Shops);
        Clear(ref _leaves, tree.Count);
        _categories.AsSpan(0, tree.Count).CopyTo(_leaves);
        for (var category = 0; category < tree.Count; category++)
        {
            foreach (var above in _leaves[category] > 0 ? tree.Path(category)[1..] : [])
            {
                _categories[above] += _leaves[category];
            }
        }

        var categoryFacets = new List<OfferFacet>();
        for (var category = 0; category < tree.Count; category++)
        {
            if (_categories[category] > 0)
            {
                categoryFacets.Add(new OfferFacet(tree[category].Slug, tree[category].NameFr, _categories[category]));
            }
        }

        var shopFacets = new List<OfferFacet>();
        for (var shop = 0; shop < shops.Count; shop++)
        {
            if (_shops[shop] > 0 && shops[shop] is { } known)
            {
                shopFacets.Add(new OfferFacet(known.Slug, known.Name, _shops[shop]));
            }
        }

        categoryFacets.Sort(MostFirst);
        shopFacets.Sort(MostFirst);
        var hasPrices = _lowest <= _highest;
        return new OfferHitFacets(categoryFacets, shopFacets, _availableToday, hasPrices ? _lowest : null, hasPrices ? _highest : null);
    }

    private static int MostFirst(OfferFacet x, OfferFacet y) => x.Count != y.Count ? y.Count.CompareTo(x.Count) : string.CompareOrdinal(x.Slug, y.Slug);

    private static void Clear(ref int[] counts, int size)
    {
        if (counts.Length < size)
        {
            counts = new int[size];
        }

        Array.Clear(counts);
    }
}
