using System.Globalization;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Shops;

/// <summary>Names in addresses, and the folding that lets "Pierre Benite" find Pierre-Bénite.</summary>
internal static class Slug
{
    public const int MaxLength = 60;

    /// <summary>Lower-case letters and digits in words joined by single hyphens.</summary>
    public static bool IsValid(string? slug) =>
        slug is { Length: > 1 and <= MaxLength } && slug[0] != '-' && slug[^1] != '-'
        && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && !slug.Contains("--", StringComparison.Ordinal);

    /// <summary>Without accents, ligatures, case and punctuation, words apart by a space.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        var between = false;
        foreach (var c in text.Replace("œ", "oe", StringComparison.OrdinalIgnoreCase).Replace("æ", "ae", StringComparison.OrdinalIgnoreCase).Decomposed())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            if (!char.IsLetterOrDigit(c))
            {
                between = folded.Length > 0;
                continue;
            }

            if (between)
            {
                folded.Append(' ');
                between = false;
            }

            folded.Append(char.ToLowerInvariant(c));
        }

        return folded.ToString();
    }
}
