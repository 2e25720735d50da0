using Marketplace.Catalog.Offers;

namespace Marketplace.Catalog.Importing;

/// <summary>
/// Categories as shops write them: by slug, as it is or as a word ("Bières"), or by the town's own name for them in either language. A name that two have is nobody's. What a
/// shop says of its own words goes before; a word is the same in whatever letters (<see cref="ImportColumns.Fold"/>), and what it meant is forgotten with its category.
/// </summary>
internal sealed class CategoryNames(CategoryTree tree, IReadOnlyDictionary<string, string>? families = null)
{
    private readonly Dictionary<string, string> _byName = tree.All
        .SelectMany(c => new[] { c.NameFr, c.NameEn }.OfType<string>().Select(ImportColumns.Fold).Distinct().Select(name => (name, c.Slug)))
        .GroupBy(c => c.name).Where(g => g.Select(c => c.Slug).Distinct().Count() == 1).ToDictionary(g => g.Key, g => g.First().Slug);

    private readonly Dictionary<string, string> _families = Folded(families).Where(f => tree.Find(f.Value) is not null).ToDictionary();

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

    /// <summary>All that the shop has said, under the words as this file writes them; where it does not name one, as they are compared.</summary>
    internal IReadOnlyDictionary<string, string>? Written(IEnumerable<string> words)
    {
        var written = words.GroupBy(ImportColumns.Fold).ToDictionary(w => w.Key, w => w.First());
        return _families.Count == 0 ? null : _families.ToDictionary(f => written.GetValueOrDefault(f.Key, f.Key), f => f.Value);
    }

    /// <summary>By the words as they are compared. Of one that is said twice the last stands.</summary>
    internal static Dictionary<string, string> Folded(IReadOnlyDictionary<string, string>? families) =>
        (families ?? new Dictionary<string, string>()).GroupBy(f => ImportColumns.Fold(f.Key)).ToDictionary(f => f.Key, f => f.Last().Value);

    /// <summary>What somebody who saw these has said by sending those: each word of which that is another, by its category; nothing where it is left out. Null sent: nothing was said.</summary>
    internal static Dictionary<string, string> Said(IReadOnlyDictionary<string, string>? sent, IReadOnlyDictionary<string, string>? seen)
    {
        var (stood, stands) = (Folded(seen), Folded(sent ?? seen));
        return stands.Where(f => stood.GetValueOrDefault(f.Key) != f.Value).Concat(stood.Keys.Where(word => !stands.ContainsKey(word)).Select(word => KeyValuePair.Create(word, ""))).ToDictionary();
    }

    /// <summary>What was remembered, with what has been said since.</summary>
    internal static Dictionary<string, string> Together(IReadOnlyDictionary<string, string> remembered, IReadOnlyDictionary<string, string>? said)
    {
        var all = Folded(remembered);
        foreach (var (word, category) in Folded(said))
        {
            all.Remove(word);
            if (category.Length > 0)
            {
                all.Add(word, category);
            }
        }

        return all;
    }
}
