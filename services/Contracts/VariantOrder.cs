using System.Globalization;

namespace Marketplace.Contracts;

/// <summary>The order in which people look for a size: XS before S before XL, then numbers, then words. The one place where it is decided.</summary>
public static class VariantOrder
{
    private static readonly StringComparer Words = StringComparer.Create(CultureInfo.GetCultureInfo("fr-FR"), ignoreCase: true);

    /// <summary>Compares two sizes; none stands first.</summary>
    public static int CompareSizes(string? one, string? other)
    {
        var (a, b) = (Of(one), Of(other));
        return a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : a.Number != b.Number ? a.Number.CompareTo(b.Number) : Words.Compare(one, other);
    }

    /// <summary>Sizes first, then colours by name.</summary>
    public static int Compare(string? size, string? colour, string? otherSize, string? otherColour) =>
        CompareSizes(size, otherSize) is var first and not 0 ? first : Words.Compare(colour, otherColour);

    /// <summary>Whether the shop wrote the same: letters are compared, their case is not.</summary>
    public static bool Same(string? one, string? other) => string.Equals(one ?? "", other ?? "", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sizes in their order, each once.</summary>
    public static IReadOnlyList<string> Sizes(IEnumerable<string?> sizes) => [.. Once(sizes).Order(Comparer<string>.Create(CompareSizes))];

    /// <summary>Colours by name, each once.</summary>
    public static IReadOnlyList<string> Colours(IEnumerable<string?> colours) => [.. Once(colours).Order(Words)];

    private static IEnumerable<string> Once(IEnumerable<string?> words) => words.OfType<string>().Where(w => w.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);

    // Nothing, letters from small to large, numbers (ages in years), words.
    private static (int Kind, double Number) Of(string? size)
    {
        if (string.IsNullOrWhiteSpace(size))
        {
            return (0, 0);
        }

        var text = size.Trim().ToUpperInvariant();
        if (Letters(text) is { } place)
        {
            return (1, place);
        }

        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || (digits > 0 && text[digits] is '.' or ',' && digits + 1 < text.Length && char.IsAsciiDigit(text[digits + 1]))))
        {
            digits++;
        }

        return digits is > 0 and < 12 && double.TryParse(text[..digits].Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (2, text[digits..].TrimStart().StartsWith("MOIS", StringComparison.Ordinal) ? number / 12 : number)
            : (3, 0);
    }

    // M in the middle; each X one further out, written once each or as a number: XXL and 2XL are one.
    private static int? Letters(string text)
    {
        var times = text.Length > 1 && char.IsAsciiDigit(text[0]) ? text[0] - '0' : 0;
        var rest = times > 0 ? text[1..] : text;
        if (rest is "M" && times == 0)
        {
            return 0;
        }

        var xs = rest.Length - 1;
        if (xs < 0 || rest[^1] is not ('S' or 'L') || rest[..xs].Any(c => c != 'X') || (times > 0 && xs != 1) || xs > 9)
        {
            return null;
        }

        var steps = 1 + (times > 0 ? times : xs);
        return rest[^1] == 'S' ? -steps : steps;
    }
}
