namespace Marketplace.Catalog.Search;

/// <summary>The shops by number; null for one that only an offer or a pickup has named so far.</summary>
internal sealed class SearchShops
{
    private readonly IndexedShop?[] _shops;
    private readonly Dictionary<string, int> _slugs = new(StringComparer.Ordinal);

    public SearchShops(IReadOnlyList<IndexedShop?> shops)
    {
        _shops = [.. shops];
        for (var number = 0; number < _shops.Length; number++)
        {
            if (_shops[number] is { } shop)
            {
                _slugs[shop.Slug] = number;
            }
        }

        Towns = [.. _shops.Where(s => s is { Open: true }).SelectMany(s => s!.Towns).Distinct(StringComparer.Ordinal)];
        NameWords = [.. _shops.Select(s => s is null ? [] : Words.Of(s.Name).Select(w => w.Folded).ToArray())];
    }

    public int Count => _shops.Length;

    /// <summary>Towns with an open shop.</summary>
    public IReadOnlyList<string> Towns { get; }

    /// <summary>Each shop's name as folded words.</summary>
    public IReadOnlyList<string[]> NameWords { get; }

    public IndexedShop? this[int number] => number < _shops.Length ? _shops[number] : null;

    public int Find(string slug) => _slugs.GetValueOrDefault(slug, -1);

    /// <param name="town">Null: anywhere.</param>
    public bool Sells(int number, string? town) => this[number] is { Open: true } shop && (town is null || shop.Towns.Contains(town, StringComparer.Ordinal));
}
