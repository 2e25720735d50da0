namespace Marketplace.Catalog.Search;

/// <summary>
/// What folding takes away, as far as it tells words apart: an accent on the last letter makes another word (pâte and pâté, rose and rosé,
/// the and thé); which accent stands within a word is spelling.
/// </summary>
internal enum Accents : byte
{
    /// <summary>Written in capitals without any, or typed without any: it may have been meant with them.</summary>
    Unknown,
    None,
    Within,
    Last,
}

internal static class AccentsOf
{
    /// <param name="word">As a text has it, with its accents and its plural.</param>
    public static Accents Written(ReadOnlySpan<char> word) => Read(word) switch
    {
        Accents.None when IsShouted(word) => Accents.Unknown,
        var accents => accents,
    };

    /// <summary>Who types no accent says nothing of accents.</summary>
    public static Accents Typed(ReadOnlySpan<char> word) => Read(word) switch
    {
        Accents.None => Accents.Unknown,
        var accents => accents,
    };

    public static bool Agree(Accents one, Accents other) => one == Accents.Unknown || other == Accents.Unknown || one == other;

    private static Accents Read(ReadOnlySpan<char> word)
    {
        var singular = word.TrimEnd("sSxX");
        if (!singular.IsEmpty && IsAccented(singular[^1]))
        {
            return Accents.Last;
        }

        foreach (var c in singular)
        {
            if (IsAccented(c))
            {
                return Accents.Within;
            }
        }

        return Accents.None;
    }

    // A ligature is no accent: bœuf and boeuf are written alike.
    private static bool IsAccented(char c) => c > '\u007F' && char.ToLowerInvariant(c) is not ('œ' or 'æ' or 'ß') && (char.IsLetter(c) || FrenchFolding.IsCombining(c));

    private static bool IsShouted(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (char.IsLower(c))
            {
                return false;
            }
        }

        return true;
    }
}
