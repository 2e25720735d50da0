using System.Globalization;
using Marketplace.Catalog.Offers;

namespace Marketplace.Catalog.Importing;

/// <summary>Guesses what the columns of a file are: by their names, and by what stands in them where a name says nothing. Pure.</summary>
internal static class ImportGuess
{
    private static readonly decimal[] Rates = [20, 10, 5.5m, 2.1m, 8.5m, 0];

    /// <summary>A line of names holds no article number and no amount; one that names something we know is one in any case.</summary>
    internal static bool IsHeader(string[] first) => Array.Exists(first, f => ImportColumns.FieldOf(f) is not null)
        || (first.Length > 1 && !Array.Exists(first, f => IsEan(f) || IsAmount(f)));

    internal static string[] Columns(string[] header, IReadOnlyList<string[]> lines, CategoryNames categories)
    {
        var width = Math.Max(header.Length, lines.Count == 0 ? 0 : lines.Max(l => l.Length));
        string[] columns = [.. ImportColumns.Of(header), .. Enumerable.Repeat("", width - header.Length)];
        var values = Enumerable.Range(0, width).Select(c => lines.Where(l => c < l.Length).Select(l => l[c].Trim()).Where(v => v.Length > 0).ToList()).ToList();

        // A column called "code" may be anything: what stands in it decides.
        for (var c = 0; c < width; c++)
        {
            if (columns[c] == "ean13" && values[c].Count > 4 && Share(values[c], IsEan) < 0.1 && c < header.Length && ImportColumns.Fold(header[c]) == "code")
            {
                columns[c] = Taken("sku") ? "" : "sku";
            }
        }

        Take("ean13", v => Share(v, IsEan) >= 0.6);
        Take("category", v => Share(v, categories.Knows) >= 0.8);
        if (!Taken("price") && !Taken("price_cents"))
        {
            Take("price", v => Share(v, IsAmount) >= 0.9 && v.Exists(x => x.Contains(',', StringComparison.Ordinal) || x.Contains('.', StringComparison.Ordinal) || x.Contains('€', StringComparison.Ordinal))
                && Share(v, IsRate) < 0.9);
        }

        Take("vat_rate", v => Share(v, IsRate) >= 0.98 && v.Distinct().Count() <= 5 && v.Exists(x => x.TrimEnd('%', ' ') is "5,5" or "5.5" or "20" or "20,0" or "20.0" or "10" or "2,1" or "2.1"));
        if (header.Length == 0)
        {
            // Nothing else to go by: what is short and never twice is a reference, what is longest and made of words is a name.
            Take("sku", v => v.Count == lines.Count && v.Distinct().Count() == v.Count && v.TrueForAll(x => x.Length <= 24 && !x.Contains(' ', StringComparison.Ordinal)) && !v.TrueForAll(IsEan));
            var words = Enumerable.Range(0, width).Where(c => columns[c].Length == 0 && values[c].Count > 0 && Share(values[c], x => x.Any(char.IsLetter)) > 0.8)
                .OrderByDescending(c => values[c].Average(x => x.Length)).Cast<int?>().FirstOrDefault();
            if (words is { } title && !Taken("title"))
            {
                columns[title] = "title";
            }
        }

        return columns;

        bool Taken(string field) => Array.IndexOf(columns, field) >= 0;

        void Take(string field, Predicate<List<string>> fits)
        {
            for (var c = 0; c < width && !Taken(field); c++)
            {
                if (columns[c].Length == 0 && values[c].Count > 0 && fits(values[c]))
                {
                    columns[c] = field;
                }
            }
        }
    }

    private static double Share(List<string> values, Func<string, bool> holds) => values.Count == 0 ? 0 : (double)values.Count(holds) / values.Count;

    private static bool IsEan(string text) => text.Length is >= 10 and <= 17 && Gtin.Normalise(text).Ean13 is not null;

    private static bool IsAmount(string text) => Amount(text) is > -1_000_000 and < 1_000_000;

    private static bool IsRate(string text) => Amount(text) is { } rate && Rates.Contains(rate);

    private static decimal? Amount(string text) =>
        decimal.TryParse(text.Trim('€', '%', ' ', '\u00A0', '\u202F').Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount) ? amount : null;
}
