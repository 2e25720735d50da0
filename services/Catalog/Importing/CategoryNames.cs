using Marketplace.Catalog.Offers;

namespace Marketplace.Catalog.Importing;

/// <summary>Categories as shops write them: by slug, as it is or as a word ("Bières"), or by the town's own name for them in either language. A name that two have is nobody's. What a shop says of its own words goes before.</summary>
internal sealed class CategoryNames(CategoryTree tree, IReadOnlyDictionary<string, string>? families = null)
{
    private readonly Dictionary<string, string> _byName = tree.All
        .SelectMany(c => new[] { c.NameFr, c.NameEn }.OfType<string>().Select(ImportColumns.Fold).Distinct().Select(name => (name, c.Slug)))
        .GroupBy(c => c.name).Where(g => g.Select(c => c.Slug).Distinct().Count() == 1).ToDictionary(g => g.Key, g => g.First().Slug);

    private readonly Dictionary<string, string> _families = (families ?? new Dictionary<string, string>()).Where(f => tree.Find(f.Value) is not null)
        .GroupBy(f => ImportColumns.Fold(f.Key)).ToDictionary(f => f.Key, f => f.First().Value);

    internal CategoryTree Tree { get; } = tree;

    /// <summary>The slug; what nobody knows as it was written, for the rules to refuse.</summary>
    internal string SlugOf(string written)
    {
        var folded = ImportColumns.Fold(written);
        return _families.GetValueOrDefault(folded) ?? (Tree.Find(written) ?? Tree.Find(folded.Replace(' ', '-')))?.Slug ?? _byName.GetValueOrDefault(folded, written);
    }

    /// <summary>Which one the shop has said that its word is; null: it has not.</summary>
    internal string? FamilyOf(string written) => _families.GetValueOrDefault(ImportColumns.Fold(written));

    internal bool Knows(string written) => Tree.Find(SlugOf(written)) is not null;
}
