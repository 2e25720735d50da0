namespace Marketplace.Catalog.Search;

/// <summary>Terms by how they sound.</summary>
/// <param name="isWanted">By term number.</param>
internal sealed class SoundLookup(string[] terms, Func<int, bool> isWanted)
{
    private readonly KeyLookup _terms = new([.. terms.Select((term, number) => isWanted(number) ? KeyOf(term) : 0)]);

    /// <summary>Numbers of the terms that sound like the word, among them perhaps itself.</summary>
    public ReadOnlySpan<int> this[string word] => _terms[KeyOf(word)];

    private static ulong KeyOf(string word) => FrenchSound.Of(word) is { Length: > 0 } sound ? StableHash.Of(sound) : 0;
}
