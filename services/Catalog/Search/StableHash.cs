namespace Marketplace.Catalog.Search;

/// <summary>The same number for the same text in every process and at every start.</summary>
internal static class StableHash
{
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        // Mixed to the end: such numbers are added up, and words that differ in their last letter alone could cancel out.
        hash ^= hash >> 32;
        hash *= 0x9E3779B97F4A7C15UL;
        return hash ^ (hash >> 29);
    }
}
