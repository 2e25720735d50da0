namespace Marketplace.Catalog.Search;

/// <summary>
/// Gives shops and categories the numbers by which segments know them, also those that only an offer or a pickup has named so far.
/// Used by the writer alone, under its lock.
/// </summary>
internal sealed class ShopAndCategoryRegister
{
    private readonly Dictionary<Guid, int> _shopNumbers = [];
    private readonly List<IndexedShop?> _shops = [];
    private readonly Dictionary<string, int> _categoryNumbers = new(StringComparer.Ordinal);
    private readonly List<IndexedCategory> _categories = [];
    private bool _shopsChanged;
    private bool _categoriesChanged;

    public bool HasChanged => _shopsChanged || _categoriesChanged;

    /// <returns>Whether the words that its offers have from its name are others now.</returns>
    public bool Set(IndexedShop shop)
    {
        var number = NumberOf(shop.Id);
        var known = _shops[number];
        if (known is not null && known with { Towns = shop.Towns } == shop && known.Towns.SequenceEqual(shop.Towns, StringComparer.Ordinal))
        {
            return false;
        }

        _shops[number] = shop;
        _shopsChanged = true;
        return known?.Name != shop.Name;
    }

    /// <summary>The whole tree; a category that it does not have any more stands alone.</summary>
    public void Set(IReadOnlyList<IndexedCategory> categories)
    {
        for (var number = 0; number < _categories.Count; number++)
        {
            _categories[number] = Alone(_categories[number].Slug);
        }

        foreach (var category in categories)
        {
            _categories[NumberOf(category.Slug)] = category;
        }

        _categoriesChanged = true;
    }

    public int NumberOf(Guid shop)
    {
        if (!_shopNumbers.TryGetValue(shop, out var number))
        {
            _shopNumbers[shop] = number = _shops.Count;
            _shops.Add(null);
            _shopsChanged = true;
        }

        return number;
    }

    public int NumberOf(string category)
    {
        if (!_categoryNumbers.TryGetValue(category, out var number))
        {
            _categoryNumbers[category] = number = _categories.Count;
            _categories.Add(Alone(category));
            _categoriesChanged = true;
        }

        return number;
    }

    /// <summary>What is known now, for readers; the same objects as before when nothing changed.</summary>
    public (SearchShops Shops, SearchCategories Categories) Publish(Snapshot before)
    {
        var published = (_shopsChanged ? new SearchShops(_shops) : before.Shops, _categoriesChanged ? new SearchCategories(_categories) : before.Categories);
        (_shopsChanged, _categoriesChanged) = (false, false);
        return published;
    }

    private static IndexedCategory Alone(string slug) => new(slug, slug, null, null);
}
