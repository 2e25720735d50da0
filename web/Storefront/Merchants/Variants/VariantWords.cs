using System.Text.RegularExpressions;

namespace Marketplace.Storefront.Merchants.Variants;

/// <summary>Sizes and colours as somebody writes several of them into one field.</summary>
internal static class VariantWords
{
    // The comma of "38,5" parts nothing where the others are parted by semicolons, or by commas with a space behind; nor, beside semicolons, that of "M, long".
    private static readonly Regex Between = new(@"[,;\n\r]", RegexOptions.Compiled);
    private static readonly Regex BetweenHalves = new(@"[\n\r]|(?<!\d),|,(?!\d)", RegexOptions.Compiled);
    private static readonly Regex BetweenPhrases = new(@"[;\n\r]|(?<!\d),(?!\s)|,(?![\s\d])", RegexOptions.Compiled);

    // "38,5" and "0,75 l" are one size; "38,39" are two.
    private static readonly Regex HalfSize = new(@"^\D*(\d+,\d|\d,\d+)(\D.*)?$", RegexOptions.Compiled);
    private static readonly Regex LastOfAll = new(@"\s+(?:et|ou|and|or)\s+", RegexOptions.Compiled | RegexOptions.IgnoreCase);

    internal static IReadOnlyList<string> Of(string? typed) => Tidied(Parted(typed ?? ""));

    internal static string Written(IReadOnlyList<string> words) => words.Any(w => w.Contains(',', StringComparison.Ordinal)) ? string.Join("; ", words) + (words.Count == 1 ? ";" : "") : string.Join(", ", words);

    /// <summary>The words of a list that stands in a field for one of them; none where it is one. "S / M / L" is a list, "40/42" and "noir / blanc" are not, nor is what "et" alone joins.</summary>
    internal static IReadOnlyList<string> SeveralIn(string? typed)
    {
        var text = (typed ?? "").Trim();
        var parted = text.Count(c => c == ',') == 1 && !text.Contains(';', StringComparison.Ordinal) && HalfSize.IsMatch(text) ? [text] : Parted(text);
        parted = parted.Length == 1 && text.Count(c => c == '/') > 1 ? text.Split('/') : parted;
        var words = Tidied(parted);
        return words.Count < 2 ? [] : Tidied([.. words.SkipLast(1), .. LastOfAll.Split(words[^1])]);
    }

    private static string[] Parted(string text) =>
        (text.Contains(';', StringComparison.Ordinal) ? BetweenPhrases : text.Contains(", ", StringComparison.Ordinal) ? BetweenHalves : Between).Split(text);

    private static IReadOnlyList<string> Tidied(IEnumerable<string> words) =>
        [.. words.Select(w => string.Join(' ', w.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(w => w.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
}
