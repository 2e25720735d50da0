namespace Marketplace.Catalog.Search;

/// <summary>Counts a list of hits cell by cell, for the facets. Reused from query to query.</summary>
internal sealed class CellTally
{
    private int[] _total = [];
    private int[] _available = [];
    private long[] _lowest = [];
    private long[] _highest = [];
    private long[] _lowestAvailable = [];
    private long[] _highestAvailable = [];
    private readonly List<int> _touched = [];

    public void Reset(int cells)
    {
        if (_total.Length < cells)
        {
            (_total, _available) = (new int[cells], new int[cells]);
            (_lowest, _highest) = (new long[cells], new long[cells]);
            (_lowestAvailable, _highestAvailable) = (new long[cells], new long[cells]);
            Array.Fill(_highest, long.MinValue);
        }

        foreach (var cell in _touched)
        {
            _highest[cell] = long.MinValue;
        }

        _touched.Clear();
    }

    public void Add(int cell, long price, bool isAvailable, bool isInPrice)
    {
        if (_highest[cell] == long.MinValue)
        {
            _touched.Add(cell);
            (_total[cell], _available[cell]) = (0, 0);
            (_lowest[cell], _lowestAvailable[cell]) = (long.MaxValue, long.MaxValue);
            _highestAvailable[cell] = long.MinValue;
        }

        if (isInPrice)
        {
            _total[cell]++;
            _available[cell] += isAvailable ? 1 : 0;
        }

        (_lowest[cell], _highest[cell]) = (Math.Min(_lowest[cell], price), Math.Max(_highest[cell], price));
        if (isAvailable)
        {
            (_lowestAvailable[cell], _highestAvailable[cell]) = (Math.Min(_lowestAvailable[cell], price), Math.Max(_highestAvailable[cell], price));
        }
    }

    public void AddTo(FacetTally facets, Cells cells, CellFlags[] flags)
    {
        foreach (var cell in _touched)
        {
            facets.Add(cells.Category[cell], cells.Shop[cell], flags[cell], _total[cell], _available[cell]);
            facets.AddPrices(flags[cell], _lowest[cell], _highest[cell], _lowestAvailable[cell], _highestAvailable[cell]);
        }
    }
}
