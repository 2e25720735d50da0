using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// The lines, units, weights of a piece and prices that the form showed, carried by the form itself: another tab changes the basket without this one seeing it, and nobody
/// reserves at a price or in a number that was not shown, nor pieces where grams were, nor pieces of another weight.
/// </summary>
internal static class ShownLines
{
    public const string Prefix = "vu.";

    public static IEnumerable<(string Name, string Value)> Of(BasketView basket) =>
        basket.Orderable.SelectMany(s => s.Orderable).Select(l => (Prefix + l.Line.Offer, string.Create(CultureInfo.InvariantCulture, $"{l.Line.Quantity}{UnitOf(l)}{l.Line.PieceGrams}@{l.Line.SeenPriceCents}")));

    /// <summary>The basket, with what is other than the form showed told at its line; the same basket when nothing is.</summary>
    public static BasketView Compare(BasketView basket, IReadOnlyDictionary<string, string> shown)
    {
        var now = Of(basket).ToDictionary(f => f.Name[Prefix.Length..], f => f.Value);
        return now.Count == shown.Count && now.All(f => shown.GetValueOrDefault(f.Key) == f.Value) ? basket
            : new BasketView([.. basket.Shops.Select(s => s with { Lines = [.. s.Lines.Select(l => Compare(l, shown.GetValueOrDefault(l.Line.Offer.ToString())))] })]);
    }

    private static char UnitOf(ReviewedLine line) => line.Line.Unit == SaleUnit.Weight ? 'g' : 'p';

    private static ReviewedLine Compare(ReviewedLine line, string? shown)
    {
        if (!line.Orderable)
        {
            return line;
        }
        if (shown?.Split('@') is not [{ Length: > 1 } many, var cents] || many.AsSpan().IndexOfAnyExceptInRange('0', '9') is not (> 0 and var at) || many[at] is not ('g' or 'p')
            || !long.TryParse(many[..at], NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || !long.TryParse(cents, NumberStyles.None, CultureInfo.InvariantCulture, out var price))
        {
            return line with { NotShown = true };
        }
        if (many[at] != UnitOf(line))
        {
            return line with { UnitMoved = true };
        }
        if (BasketPages.PieceGrams(many[(at + 1)..]) != line.Line.PieceGrams)
        {
            return line with { PiecesMoved = true };
        }
        return line with
        {
            QuantityShown = line.QuantityBefore is null && quantity != line.Line.Quantity ? quantity : null,
            PriceBefore = price == line.Line.SeenPriceCents ? null : price,
        };
    }
}
