namespace Marketplace.Catalog.Search;

internal static class StopWords
{
    private static readonly HashSet<string> Words = [.. SearchData.Lines("stopwords.fr.txt")];
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BySpan = Words.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly int Longest = Words.Max(w => w.Length);

    /// <param name="typed">With its accents.</param>
    public static bool Contains(ReadOnlySpan<char> typed)
    {
        if (typed.Length > Longest)
        {
            return false;
        }

        Span<char> lower = stackalloc char[typed.Length];
        typed.ToLowerInvariant(lower);
        return BySpan.Contains(lower);
    }
}
