namespace Marketplace.Catalog.Search;

/// <summary>The categories by number. An offer's category that the tree does not have stands alone, under its slug.</summary>
internal sealed class SearchCategories
{
    private const int Deepest = 8;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly IndexedCategory[] _categories;
    private readonly int[][] _paths;

    public SearchCategories(IReadOnlyList<IndexedCategory> categories)
    {
        _categories = [.. categories];
        for (var number = 0; number < _categories.Length; number++)
        {
            _numbers[_categories[number].Slug] = number;
        }

        NameWords = [.. _categories.Select(c => Words.Of(c.NameFr).Select(w => w.Folded).ToArray())];
        _paths = new int[_categories.Length][];
        for (var number = 0; number < _categories.Length; number++)
        {
            var path = new List<int>();
            for (var at = number; at >= 0 && path.Count < Deepest && !path.Contains(at); at = _categories[at].Parent is { } parent ? Find(parent) : -1)
            {
                path.Add(at);
            }

            _paths[number] = [.. path];
        }
    }

    public int Count => _categories.Length;

    /// <summary>Each category's French name as folded words.</summary>
    public IReadOnlyList<string[]> NameWords { get; }

    public IndexedCategory this[int number] => _categories[number];

    /// <summary>The category and those above it, from itself upwards.</summary>
    public ReadOnlySpan<int> Path(int number) => _paths[number];

    public int Find(string slug) => _numbers.GetValueOrDefault(slug, -1);
}
