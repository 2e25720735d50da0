namespace Marketplace.Catalog.Offers;

/// <summary>Article numbers as people type them: EAN-13, ISBN-13, ISBN-10, with or without hyphens.</summary>
internal static class Gtin
{
    /// <summary>The 13 digits (of an ISBN-10: its 978 form; books of the 979-10 range never had one), or null with the reason when this is no article number.</summary>
    internal static (string? Ean13, string? Reason) Normalise(string text)
    {
        Span<char> digits = stackalloc char[13];
        var length = 0;
        foreach (var c in text)
        {
            if (c is '-' or ' ' or '\u00A0' or '\u202F' or '‐' or '‑')
            {
                continue;
            }

            if (length == 13 || !(char.IsAsciiDigit(c) || (length == 9 && c is 'X' or 'x')))
            {
                return (null, "ean-malformed");
            }

            digits[length++] = char.ToUpperInvariant(c);
        }

        return length switch
        {
            13 when digits[9] == 'X' => (null, "ean-malformed"),
            13 => digits[12] == CheckDigit(digits[..12]) ? (new string(digits), null) : (null, "ean-check-digit"),
            10 => FromIsbn10(digits[..10]),
            _ => (null, "ean-malformed"),
        };
    }

    /// <summary>Prefixes 20–29 are given out by each shop for itself, often with a price or weight inside: never the same product elsewhere.</summary>
    internal static bool IsInStore(string ean13) => ean13[0] == '2';

    internal static char CheckDigit(ReadOnlySpan<char> first12)
    {
        var sum = 0;
        for (var i = 0; i < 12; i++)
        {
            sum += (first12[i] - '0') * (i % 2 == 0 ? 1 : 3);
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    private static (string?, string?) FromIsbn10(ReadOnlySpan<char> isbn10)
    {
        if (isbn10[9] != Isbn10Check(isbn10[..9]))
        {
            return (null, "ean-check-digit");
        }

        Span<char> ean = stackalloc char[13];
        "978".CopyTo(ean);
        isbn10[..9].CopyTo(ean[3..]);
        ean[12] = CheckDigit(ean[..12]);
        return (new string(ean), null);
    }

    private static char Isbn10Check(ReadOnlySpan<char> first9)
    {
        var sum = 0;
        for (var i = 0; i < 9; i++)
        {
            sum += (10 - i) * (first9[i] - '0');
        }

        var check = (11 - (sum % 11)) % 11;
        return check == 10 ? 'X' : (char)('0' + check);
    }
}
