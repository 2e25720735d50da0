using System.Globalization;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Offers;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>What goods that are made to order allow of pickups: those on the day of a batch, from its time on, which has enough places. Catalog decides; these pages say so before.</summary>
internal static class PickupBatches
{
    /// <summary>Of some lines, those that are made to order.</summary>
    internal static IReadOnlyList<ReviewedLine> MadeOf(IEnumerable<ReviewedLine> lines) => [.. lines.Where(l => l.Offer?.Batches is not null)];

    internal static bool Reach(IReadOnlyList<ReviewedLine> made, PickupSlot slot) => made.All(l => Reaches(l, slot.Start));

    private static bool Reaches(ReviewedLine line, DateTimeOffset pickup) =>
        line.Offer!.Batches!.Any(b => b.Left >= line.Line.Quantity && b.At <= pickup && Ui.LocalDate(b.At) == Ui.LocalDate(pickup));

    /// <summary>Why some times cannot be chosen: each article with its next batches.</summary>
    internal static string? Said(IReadOnlyList<ReviewedLine> made, Ui ui) =>
        made.Count == 0 ? null : string.Join(" ", made.Select(l => Said(l.Line.Title, l, ui)));

    private static string Said(string title, ReviewedLine line, Ui ui) => BatchWords.Next(line.Offer!.Batches!, line.Line.Quantity, ui) is { } next
        ? ui.T("checkout.batches", title, next)
        : ui.T("checkout.batches.none", title, ui.Quantity(line.Line.Unit, line.Line.Quantity));

    /// <summary>The sentence for a chosen slot that no batch of something reaches; null: all is well, or the slot's name says nothing.</summary>
    internal static string? Wrong(IEnumerable<ReviewedLine> lines, string slotId, Ui ui)
    {
        var mark = slotId.LastIndexOf('~');
        if (mark <= 0 || !DateTimeOffset.TryParseExact(slotId.AsSpan(mark + 1), "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start))
        {
            return null;
        }
        List<ReviewedLine> missed = [.. MadeOf(lines).Where(l => !Reaches(l, start))];
        return missed.Count == 0 ? null : ui.T("checkout.error.batch", Said(missed, ui));
    }
}
