using System.Collections.Frozen;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Offers;

/// <summary>The whole category tree, immutable; a change replaces it.</summary>
internal sealed class CategoryTree
{
    internal static readonly CategoryTree Empty = new([]);

    private readonly FrozenDictionary<string, CategoryDefinition> _bySlug;
    private readonly FrozenDictionary<string, IReadOnlyList<Category>> _paths;

    internal CategoryTree(IReadOnlyList<CategoryDefinition> definitions)
    {
        _bySlug = definitions.ToFrozenDictionary(d => d.Slug);
        All = [.. definitions.Select(View)];
        Rules = [.. definitions.Select(d => new CategoryRule(d.Slug, d.DefaultVatRate, d.Food, d.Alcohol))];
        _paths = definitions.ToFrozenDictionary(d => d.Slug, d => (IReadOnlyList<Category>)[.. Upwards(d).Reverse().Select(View)]);
    }

    /// <summary>Parents before children, in the order they were given.</summary>
    internal IReadOnlyList<Category> All { get; }

    internal IReadOnlyList<CategoryRule> Rules { get; }

    internal CategoryDefinition? Find(string? slug) => slug is null ? null : _bySlug.GetValueOrDefault(slug);

    /// <summary>From the root down to the category itself.</summary>
    internal IReadOnlyList<Category> PathOf(string slug) => _paths.GetValueOrDefault(slug, []);

    /// <summary>The first thing wrong with a tree that someone sends, or null.</summary>
    internal static Fault? FaultOf(IReadOnlyList<CategoryDefinition> definitions)
    {
        var seen = new HashSet<string>();
        foreach (var d in definitions)
        {
            if (string.IsNullOrWhiteSpace(d.Slug) || d.Slug.Length > 60 || !d.Slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                return Wrong($"« {d.Slug} » n’est pas un identifiant de catégorie : lettres minuscules, chiffres et tirets.", $"“{d.Slug}” is not a category’s slug: lower-case letters, digits and hyphens.");
            }

            if (string.IsNullOrWhiteSpace(d.NameFr) || string.IsNullOrWhiteSpace(d.Drawing))
            {
                return Wrong($"La catégorie « {d.Slug} » n’a pas de nom ou pas de dessin.", $"The category “{d.Slug}” has no name or no drawing.");
            }

            if (d.Parent is not null && !seen.Contains(d.Parent))
            {
                return Wrong($"La catégorie « {d.Slug} » vient avant sa catégorie mère « {d.Parent} », ou celle-ci manque.",
                    $"The category “{d.Slug}” comes before its parent “{d.Parent}”, or that one is missing.");
            }

            if (!seen.Add(d.Slug))
            {
                return Wrong($"La catégorie « {d.Slug} » figure deux fois.", $"The category “{d.Slug}” appears twice.");
            }
        }

        return null;
    }

    internal static Fault Wrong(string french, string english) => new("categories-invalid", french, english);

    private static Category View(CategoryDefinition d) => new(d.Slug, d.NameFr, d.NameEn, d.Parent, d.Drawing);

    private IEnumerable<CategoryDefinition> Upwards(CategoryDefinition leaf)
    {
        for (var d = leaf; d is not null; d = Find(d.Parent))
        {
            yield return d;
        }
    }
}
