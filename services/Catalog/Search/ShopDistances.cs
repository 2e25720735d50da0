namespace Marketplace.Catalog.Search;

/// <summary>How far each shop is from a point, in kilometres as the crow flies, and their order by it.</summary>
internal sealed class ShopDistances
{
    private const double KmPerDegree = 111.195;
    private readonly double[] _km;
    private readonly int[] _place;

    public ShopDistances(SearchShops shops, NearPoint from)
    {
        _km = new double[shops.Count];
        _place = new int[shops.Count];
        for (var shop = 0; shop < _km.Length; shop++)
        {
            _km[shop] = shops[shop] is { } known ? Between(from, known) : double.MaxValue;
        }

        var order = Enumerable.Range(0, _km.Length).ToArray();
        Array.Sort(order, (x, y) => _km[x] != _km[y] ? _km[x].CompareTo(_km[y]) : string.CompareOrdinal(shops[x]?.Slug, shops[y]?.Slug));
        for (var place = 0; place < order.Length; place++)
        {
            _place[order[place]] = place;
        }
    }

    public double Km(int shop) => _km[shop];

    /// <summary>0 for the nearest.</summary>
    public int Place(int shop) => _place[shop];

    // Flat enough over a region.
    private static double Between(NearPoint from, IndexedShop shop)
    {
        var north = (shop.Lat - from.Lat) * KmPerDegree;
        var east = (shop.Lon - from.Lon) * KmPerDegree * Math.Cos((shop.Lat + from.Lat) / 2 * Math.PI / 180);
        return Math.Sqrt((north * north) + (east * east));
    }
}
