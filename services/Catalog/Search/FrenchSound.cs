using System.Text;

namespace Marketplace.Catalog.Search;

/// <summary>
/// How a word sounds, coarsely: what French is misspelt by most. "Conté", "compté" and "comté" sound the same, so do "rocfort" and "roquefort",
/// "carrotte" and "carotte". Accents are gone before, so a final e is silent whether or not it had one.
/// </summary>
internal static class FrenchSound
{
    private const int Shortest = 4;
    private const string Vowels = "aeiouy";
    private const string SilentAtTheEnd = "tdsxzp";

    // Tried in this order.
    private static readonly (string Letters, string Sound)[] Groups =
    [
        ("eaux", "o"), ("eau", "o"), ("tion", "siO"), ("oeu", "e"), ("oin", "wN"), ("ain", "N"), ("ein", "N"), ("ill", "i"), ("sch", "S"),
        ("au", "o"), ("ou", "w"), ("oi", "wa"), ("ai", "e"), ("ei", "e"), ("eu", "e"), ("oe", "e"), ("ph", "f"), ("ch", "S"), ("sh", "S"),
        ("gn", "n"), ("gu", "g"), ("qu", "k"), ("sc", "s"), ("cc", "k"), ("ck", "k"), ("pt", "t"),
    ];

    /// <returns>The same for words that sound alike; empty for what is too short or no word.</returns>
    /// <param name="word">Folded letters, in the singular.</param>
    public static string Of(string word)
    {
        if (word.Length < Shortest || !word.All(char.IsAsciiLetterLower))
        {
            return "";
        }

        var sound = new StringBuilder(word.Length);
        var end = EndOfSound(word);
        for (var at = 0; at < end;)
        {
            at += Read(word.AsSpan(at), sound);
        }

        return sound.ToString();
    }

    private static int EndOfSound(ReadOnlySpan<char> word)
    {
        var end = word.EndsWith("et") || word.EndsWith("ez") || word.EndsWith("ee") ? word.Length - 2
            : word[^1] == 'e' ? word.Length - 1
            : word.TrimEnd(SilentAtTheEnd).Length;
        return end >= 2 ? end : word.Length;
    }

    /// <returns>How many letters were read.</returns>
    private static int Read(ReadOnlySpan<char> rest, StringBuilder sound)
    {
        if (Nasal(rest) is { } nasal)
        {
            Add(sound, nasal);
            return 2;
        }

        foreach (var (letters, sounds) in Groups)
        {
            if (rest.StartsWith(letters))
            {
                foreach (var c in sounds)
                {
                    Add(sound, c);
                }

                return letters.Length;
            }
        }

        if (rest[0] != 'h')
        {
            Add(sound, rest[0] switch
            {
                'c' when rest.Length > 1 && rest[1] is 'e' or 'i' or 'y' => 's',
                'c' or 'q' => 'k',
                'j' => 'g',
                'y' => 'i',
                'z' => 's',
                'w' => 'v',
                var letter => letter,
            });
        }

        return 1;
    }

    // A vowel with n or m, unless a vowel or another of them follows: conte and comte, but not pomme.
    private static char? Nasal(ReadOnlySpan<char> rest)
    {
        var isNasal = rest.Length > 1 && rest[1] is 'n' or 'm' && (rest.Length == 2 || !(Vowels.Contains(rest[2]) || rest[2] is 'n' or 'm' or 'h'));
        return !isNasal ? null : rest[0] switch
        {
            'a' or 'e' => 'A',
            'o' => 'O',
            'i' or 'y' or 'u' => 'N',
            _ => null,
        };
    }

    // A letter doubled sounds once.
    private static void Add(StringBuilder sound, char c)
    {
        if (sound.Length == 0 || sound[^1] != c)
        {
            sound.Append(c);
        }
    }
}
