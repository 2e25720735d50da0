using System.Text;

namespace Marketplace.ServiceDefaults;

/// <summary>What can be done to whatever text anybody sends.</summary>
public static class TextOfAnybody
{
    /// <summary>At most the first <paramref name="most"/> (1 or more) UTF-16 units; a sign of two is not cut in half, as one half alone is no text and cannot be kept.</summary>
    public static string AtMost(this string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>
    /// Letters and their accents apart (form D), of whatever anybody sends: half a surrogate pair becomes U+FFFD and code points that are no characters are left
    /// out, where <see cref="string.Normalize()"/> throws.
    /// </summary>
    public static string Decomposed(this string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var sound = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if ((rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF)
            {
                sound.Append(units[..rune.EncodeToUtf16(units)]);
            }
        }

        return sound.ToString().Normalize(NormalizationForm.FormD);
    }
}
