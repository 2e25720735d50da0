namespace Marketplace.Catalog.Search;

/// <summary>
/// A French title begins with what the goods are and goes on with how they are: "Chips maïs fromage" are chips. Numbers, sizes and vessels may come
/// before it ("12 petits-beurre", "Assortiment de biscuits"); words that together name another thing than the first alone have no head ("Pommes de terre").
/// </summary>
internal static class TitleHead
{
    private static readonly HashSet<string> Leading = [.. SearchData.Lines("leading.fr.txt")];
    private static readonly ILookup<string, string[]> Compounds = SearchData.Lines("compounds.fr.txt")
        .Select(line => Words.Of(line).Where(w => w.Kind == WordKind.Plain).Select(w => w.Term).ToArray()).ToLookup(terms => terms[0], StringComparer.Ordinal);

    /// <returns>Words of the title that start before this place are its head.</returns>
    public static int EndOf(ReadOnlySpan<char> title, List<Word> words)
    {
        var plain = words.FindAll(w => w.Kind == WordKind.Plain);
        for (var i = 0; i < plain.Count; i++)
        {
            if (IsCompound(plain, i))
            {
                return plain[i].Start;
            }

            if (!IsLeading(title, plain[i]))
            {
                return plain[i].Start + 1;
            }
        }

        return title.Length;
    }

    // Not as a part of a compound: petits-beurre are no small butters.
    private static bool IsLeading(ReadOnlySpan<char> title, Word word)
    {
        var end = word.Start + word.Length;
        var isPart = end < title.Length && FrenchFolding.IsHyphen(title[end]);
        return char.IsAsciiDigit(word.Term[0]) || (!isPart && Leading.Contains(title[word.Start..end].ToString().ToLowerInvariant()));
    }

    private static bool IsCompound(List<Word> plain, int at)
    {
        foreach (var compound in Compounds[plain[at].Term])
        {
            if (at + compound.Length <= plain.Count && compound.Index().All(part => plain[at + part.Index].Term == part.Item))
            {
                return true;
            }
        }

        return false;
    }
}
