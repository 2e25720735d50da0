using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// The fourteen allergens to be declared in writing (regulation 1169/2011, annex II; décret 2015-447), by their French names.
/// "aucun" is a declaration of its own: a food that says nothing has not been declared.
/// </summary>
internal static class Allergens
{
    internal const string None = "aucun";

    internal static readonly string[] All =
    [
        "gluten", "crustacés", "œufs", "poissons", "arachides", "soja", "lait", "fruits à coque",
        "céleri", "moutarde", "sésame", "sulfites", "lupin", "mollusques",
    ];

    private static readonly FrozenDictionary<string, string> Known = Names().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names as the decree writes them, in its order; or the first one that is unknown.</summary>
    internal static (string[]? Names, string? Unknown) Read(IEnumerable<string> texts)
    {
        var found = new HashSet<string>();
        foreach (var text in texts.Select(t => t.Trim()).Where(t => t.Length > 0))
        {
            if (!Known.TryGetValue(Fold(text), out var name))
            {
                return (null, text);
            }

            found.Add(name);
        }

        if (found.Contains(None))
        {
            return found.Count == 1 ? ([None], null) : (null, None);
        }

        return ([.. All.Where(found.Contains)], null);
    }

    private static IEnumerable<KeyValuePair<string, string>> Names()
    {
        foreach (var name in All.Append(None))
        {
            yield return new(Fold(name), name);
        }

        // What labels and tills write for the same thing.
        foreach (var (other, name) in new[]
        {
            ("ble", "gluten"), ("cereales contenant du gluten", "gluten"), ("crustace", "crustacés"), ("oeuf", "œufs"), ("poisson", "poissons"),
            ("arachide", "arachides"), ("cacahuetes", "arachides"), ("lactose", "lait"), ("produits laitiers", "lait"), ("noix", "fruits à coque"),
            ("fruit a coque", "fruits à coque"), ("sulfite", "sulfites"), ("anhydride sulfureux et sulfites", "sulfites"), ("graines de sesame", "sésame"),
            ("mollusque", "mollusques"), ("neant", None), ("sans", None),
        })
        {
            yield return new(other, name);
        }
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant().Replace("œ", "oe", StringComparison.Ordinal).Replace('-', ' ').Decomposed())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(c);
            }
        }

        return folded.ToString();
    }
}
