namespace Marketplace.Catalog.Search;

/// <summary>
/// Singular and plural as one: -s, -x, -aux. No more on purpose: agreement follows the noun in titles and in queries alike, whereas
/// dropping a final e would mix up port and porte, or frais and fraise.
/// </summary>
internal static class FrenchStemmer
{
    private const int ShortestPlural = 4;

    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["travaux"] = "travail",
        ["vitraux"] = "vitrail",
        ["coraux"] = "corail",
        ["emaux"] = "email",
        ["baux"] = "bail",
        ["yeux"] = "oeil",
        ["messieurs"] = "monsieur",
        ["mesdames"] = "madame",
        // Not plurals, and their stem would be another word.
        ["mais"] = "mais",
        ["mois"] = "mois",
        ["paris"] = "paris",
        ["fils"] = "fils",
        ["bois"] = "bois",
        ["faux"] = "faux",
        ["chaux"] = "chaux",
        ["pois"] = "pois",
        ["trois"] = "trois",
        ["sous"] = "sous",
        ["corps"] = "corps",
        ["temps"] = "temps",
        ["cours"] = "cours",
        ["roux"] = "roux",
        ["doux"] = "doux",
        ["deux"] = "deux",
        ["prix"] = "prix",
        ["noix"] = "noix",
        ["voix"] = "voix",
        ["croix"] = "croix",
        ["paix"] = "paix",
    };

    /// <param name="word">Folded letters.</param>
    public static string Stem(string word)
    {
        if (word.Length < ShortestPlural || Irregular.TryGetValue(word, out _))
        {
            return Irregular.GetValueOrDefault(word, word);
        }

        return word[^1] switch
        {
            's' => word[..^1],
            // chevaux → cheval; but gâteaux → gâteau and noyaux → noyau keep their u.
            'x' when word.EndsWith("aux", StringComparison.Ordinal) && word.Length > ShortestPlural && word[^4] is not ('e' or 'y') => string.Concat(word.AsSpan(0, word.Length - 2), "l"),
            'x' => word[..^1],
            _ => word,
        };
    }
}
