namespace Marketplace.Catalog.Search;

internal static class StopWords
{
    private const char Kept = '~';
    private static readonly ILookup<bool, string> Listed = SearchData.Lines("stopwords.fr.txt").ToLookup(line => line[0] == Kept, line => line.TrimStart(Kept));
    private static readonly HashSet<string> Words = [.. Listed[false]];
    private static readonly HashSet<string> Untelling = [.. Listed[true]];
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

    /// <summary>Whether a word that is looked for says by itself what is looked for: "sans" and "500 g" do not.</summary>
    /// <param name="folded">As it is indexed.</param>
    public static bool IsTelling(string folded) => !Untelling.Contains(folded) && !(char.IsAsciiDigit(folded[0]) && char.IsAsciiLetter(folded[^1]));
}
