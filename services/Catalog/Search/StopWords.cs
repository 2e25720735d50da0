namespace Marketplace.Catalog.Search;

internal static class StopWords
{
    private static readonly HashSet<string> Words = [.. SearchData.Lines("stopwords.fr.txt").Select(line => FrenchFolding.Fold(line))];

    public static bool Contains(string folded) => Words.Contains(folded);
}
