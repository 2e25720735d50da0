using System.Globalization;
using System.Text.Json;
using Marketplace.Catalog.Offers;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>A figure that the shop's software told.</summary>
/// <param name="Until">After it there is none.</param>
internal sealed record FedLine(string Ref, long Available, DateTimeOffset? Until);

/// <summary>A line that could not be taken, and why.</summary>
internal sealed record SkippedLine(string? Ref, Fault Fault);

/// <summary>
/// One answer of <c>GET /stocks/{siret}</c>, as far as it can be read. Pure. The same reference twice on a page with two prices is stock at two prices: added up; with the
/// same price it is the same stock told twice: the later. Prices themselves are not taken: what an offer costs stands on its sheet.
/// </summary>
/// <param name="Count">How many lines there were, the unreadable ones too; none: the reading is at its end.</param>
/// <param name="LastRef">Where the next page begins.</param>
/// <param name="Total">How many lines there are in all, where that is told.</param>
internal sealed record StockFeedPage(int Count, int? Total, string? LastRef, IReadOnlyList<FedLine> Lines, IReadOnlyList<SkippedLine> Skipped)
{
    internal const int MostLines = 10_000;
    private const int LongestRef = 64;

    /// <summary>Null when it is no such answer.</summary>
    internal static StockFeedPage? Read(JsonElement root, DateTimeOffset now)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("stocks", out var stocks) || stocks.ValueKind != JsonValueKind.Array || stocks.GetArrayLength() > MostLines)
        {
            return null;
        }

        var skipped = new List<SkippedLine>();
        var read = new Dictionary<string, Dictionary<string, FedLine>>(StringComparer.Ordinal);
        string? last = null;
        foreach (var stock in stocks.EnumerateArray())
        {
            var reference = RefOf(stock);
            last = reference ?? last;
            var (line, fault) = Line(stock, reference, now);
            if (line is null)
            {
                skipped.Add(new(reference, fault!));
                continue;
            }

            if (!read.TryGetValue(line.Ref, out var byPrice))
            {
                read[line.Ref] = byPrice = [];
            }

            byPrice[stock.TryGetProperty("price", out var price) ? price.GetRawText() : ""] = line;
        }

        int? total = root.TryGetProperty("total", out var told) && told.ValueKind == JsonValueKind.Number && told.TryGetInt32(out var number) && number >= 0 ? number : null;
        return new StockFeedPage(stocks.GetArrayLength(), total, last, [.. read.Select(r => new FedLine(r.Key, r.Value.Values.Sum(l => l.Available), r.Value.Values.Min(l => l.Until)))], skipped);
    }

    private static string? RefOf(JsonElement stock)
    {
        if (stock.ValueKind != JsonValueKind.Object || !stock.TryGetProperty("ref", out var reference))
        {
            return null;
        }

        var text = reference.ValueKind switch { JsonValueKind.String => reference.GetString()!.Trim(), JsonValueKind.Number => reference.GetRawText(), _ => "" };
        return text.Length is 0 or > LongestRef || text.Any(char.IsControl) ? null : text;
    }

    private static (FedLine? Line, Fault? Fault) Line(JsonElement stock, string? reference, DateTimeOffset now)
    {
        if (reference is null)
        {
            return (null, new("ref-missing", "La ligne n’a pas de référence lisible.", "The line has no readable reference."));
        }

        if (!stock.TryGetProperty("available", out var available) || available.ValueKind == JsonValueKind.Null)
        {
            return (null, new("available-missing", "La ligne ne dit pas combien il y en a.", "The line does not say how many there are."));
        }

        var text = available.ValueKind switch { JsonValueKind.Number => available.GetRawText(), JsonValueKind.String => available.GetString()!, _ => "" };
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var pieces) || pieces != decimal.Truncate(pieces) || pieces > OfferRules.HighestQuantity)
        {
            return (null, new("available-unreadable", "La quantité n’est pas un nombre de pièces.", "The quantity is not a number of pieces."));
        }

        if (pieces < 0)
        {
            return (null, new("available-negative", "La quantité est négative : à vérifier dans votre logiciel.", "The quantity is negative: to be checked in your software."));
        }

        DateTimeOffset? until = null;
        if (stock.TryGetProperty("validUntil", out var told) && told.ValueKind != JsonValueKind.Null && !(told.ValueKind == JsonValueKind.String && told.GetString()!.Length == 0))
        {
            if (told.ValueKind != JsonValueKind.String || !DateTimeOffset.TryParse(told.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            {
                return (null, new("valid-until-unreadable", "La date de validité est illisible.", "The date until which it is valid cannot be read."));
            }

            until = moment.ToUniversalTime();
        }

        return (new FedLine(reference, until <= now ? 0 : (long)pieces, until <= now ? null : until), null);
    }
}
