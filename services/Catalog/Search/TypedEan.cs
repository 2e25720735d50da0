using System.Globalization;

namespace Marketplace.Catalog.Search;

/// <summary>A product code as people type or scan it: EAN-13, ISBN-13 or ISBN-10, with or without hyphens.</summary>
internal static class TypedEan
{
    private const int Longest = 30;

    /// <summary>The code as the number that the index keeps, or false for any other text.</summary>
    public static bool TryRead(string text, out long ean)
    {
        ean = 0;
        var typed = text.AsSpan().Trim();
        foreach (var label in (string[])["isbn", "ean", "gtin"])
        {
            if (typed.StartsWith(label, StringComparison.OrdinalIgnoreCase))
            {
                typed = typed[label.Length..].TrimStart([' ', ':', '\u00A0', '\u202F']);
            }
        }

        if (typed.Length > Longest)
        {
            return false;
        }

        Span<char> digits = stackalloc char[Longest];
        var count = 0;
        foreach (var c in typed)
        {
            if (char.IsAsciiDigit(c) || (c is 'x' or 'X' && count == 9))
            {
                digits[count++] = char.ToUpperInvariant(c);
            }
            else if (!FrenchFolding.IsHyphen(c) && !char.IsWhiteSpace(c) && c != '.')
            {
                return false;
            }
        }

        return count switch
        {
            13 when digits[..13].IndexOf('X') < 0 => Parse(digits[..13], out ean),
            // A scanner that leaves out the leading zero of an American code.
            12 when digits[..12].IndexOf('X') < 0 => Parse(digits[..12], out ean),
            10 => TryReadIsbn10(digits[..10], out ean),
            _ => false,
        };
    }

    private static bool TryReadIsbn10(ReadOnlySpan<char> isbn, out long ean)
    {
        ean = 0;
        var sum = 0;
        for (var i = 0; i < 10; i++)
        {
            sum += (10 - i) * (isbn[i] == 'X' ? 10 : isbn[i] - '0');
        }

        if (sum % 11 != 0)
        {
            return false;
        }

        Span<char> digits = stackalloc char[13];
        "978".CopyTo(digits);
        isbn[..9].CopyTo(digits[3..]);
        var check = 0;
        for (var i = 0; i < 12; i++)
        {
            check += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
        }

        digits[12] = (char)('0' + ((10 - (check % 10)) % 10));
        return Parse(digits, out ean);
    }

    private static bool Parse(ReadOnlySpan<char> digits, out long ean) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ean);
}
