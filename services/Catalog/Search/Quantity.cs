using System.Globalization;

namespace Marketplace.Catalog.Search;

/// <summary>A number with its unit as one word, in the smallest unit: 500g, 500 g and 0,5 kg are the same.</summary>
internal static class Quantity
{
    private const int MostDigits = 9;

    private static readonly Dictionary<string, (decimal Factor, string Unit)> Units = new(StringComparer.Ordinal)
    {
        ["g"] = (1, "g"),
        ["gr"] = (1, "g"),
        ["gramme"] = (1, "g"),
        ["grammes"] = (1, "g"),
        ["kg"] = (1000, "g"),
        ["kilo"] = (1000, "g"),
        ["kilos"] = (1000, "g"),
        ["ml"] = (1, "ml"),
        ["cl"] = (10, "ml"),
        ["dl"] = (100, "ml"),
        ["l"] = (1000, "ml"),
        ["litre"] = (1000, "ml"),
        ["litres"] = (1000, "ml"),
        ["mm"] = (1, "mm"),
        ["cm"] = (10, "mm"),
        ["m"] = (1000, "mm"),
    };

    /// <param name="text">Begins with a digit.</param>
    public static bool TryRead(ReadOnlySpan<char> text, out string quantity, out int length)
    {
        quantity = "";
        length = 0;
        var at = Digits(text, 0);
        if (at < text.Length - 1 && text[at] is ',' or '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at = Digits(text, at + 1);
        }

        var number = text[..at];
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        var unitStart = at;
        while (at < text.Length && char.IsLetter(text[at]))
        {
            at++;
        }

        // "75 l'eau" is no quantity, nor is "3 m2".
        var ends = at == text.Length || !(char.IsLetterOrDigit(text[at]) || FrenchFolding.IsApostrophe(text[at]));
        if (number.Length > MostDigits || !ends || !Units.TryGetValue(FrenchFolding.Fold(text[unitStart..at]), out var unit))
        {
            return false;
        }

        var value = decimal.Parse(number.ToString().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit.Factor;
        quantity = value.ToString("0.###", CultureInfo.InvariantCulture) + unit.Unit;
        length = at;
        return true;
    }

    private static int Digits(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }
}
