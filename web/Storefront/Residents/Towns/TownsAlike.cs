using System.Globalization;
using System.Text;
using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Storefront.Residents.Towns;

/// <summary>Towns that may have been meant where none is found: a letter or two other than in its name, a commune's or the first words of them, or a figure other in a postcode.</summary>
internal static class TownsAlike
{
    private const int Most = 3;

    public static IReadOnlyList<TownSummary> Of(string typed, IReadOnlyList<TownSummary> towns)
    {
        var text = Fold(typed);
        // Of two or three letters nearly everything is one away.
        var most = text.Length switch { < 4 => 0, < 6 => 1, _ => 2 };
        if (most == 0)
        {
            return [];
        }
        var alike = towns.Select(town => (Town: town, Distance: Distance(text, town, most))).Where(t => t.Distance <= most).OrderBy(t => t.Distance).ToList();
        return [.. alike.TakeWhile(t => t.Distance == alike[0].Distance).Take(Most).Select(t => t.Town)];
    }

    private static int Distance(string text, TownSummary town, int most)
    {
        var names = town.Communes.Prepend(town.Name).Select(Fold).SelectMany(Beginnings);
        var codes = char.IsAsciiDigit(text[0]) && most > 0 ? town.Postcodes.Select(c => Edits(text, c) is var edits && edits > 1 ? int.MaxValue : edits) : [];
        return names.Select(name => Edits(text, name)).Concat(codes).Min();
    }

    // "oullins", "oullins pierre", "oullins pierre benite", and what follows an article.
    private static IEnumerable<string> Beginnings(string name)
    {
        for (var at = name.IndexOf(' ', StringComparison.Ordinal); at >= 0; at = name.IndexOf(' ', at + 1))
        {
            if (at > 3)
            {
                yield return name[..at];
            }
            else if (name.Length - at > 4)
            {
                yield return name[(at + 1)..];
            }
        }
        yield return name;
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark))
        {
            if (char.IsLetterOrDigit(c))
            {
                folded.Append(char.ToLowerInvariant(c));
            }
            else if (folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }
        return folded.ToString().TrimEnd();
    }

    /// <summary>Letters added, left out, replaced, or two neighbours swapped. Names are short: the whole table is filled.</summary>
    private static int Edits(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0 ? i + j : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }
        return cost[a.Length, b.Length];
    }
}
