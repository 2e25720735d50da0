using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Offers;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>What goods that are made to order allow of pickups: those on the day of a batch which has enough places, in the shop from its hour on, at a shared point once it was carried there. Catalog decides; these pages say so before.</summary>
internal static class PickupBatches
{
    /// <summary>Of some lines, those that are made to order.</summary>
    internal static IReadOnlyList<ReviewedLine> MadeOf(IEnumerable<ReviewedLine> lines) => [.. lines.Where(l => l.Offer?.Batches is not null)];

    internal static bool Reach(IReadOnlyList<ReviewedLine> made, PickupSlot slot, bool atPoint) => made.All(l => Reaches(l, slot.Start, atPoint));

    /// <summary>The shared point that has a time for what is made, where a shop of the basket has none; null: each has one, or no point has.</summary>
    internal static string? OnlyAt(BasketView basket, FreeSlots slots)
    {
        if (basket.Orderable.All(s => MadeOf(s.Orderable) is var made && (made.Count == 0 || slots.Of(s.Slug).Any(slot => slot.CapacityLeft > 0 && Reach(made, slot, atPoint: false)))))
        {
            return null;
        }
        var all = MadeOf(basket.Orderable.SelectMany(s => s.Orderable));
        return slots.Points.FirstOrDefault(p => p.Slots.Any(slot => slot.CapacityLeft > 0 && Reach(all, slot, atPoint: true)))?.Point.Slug;
    }

    private static bool Reaches(ReviewedLine line, DateTimeOffset pickup, bool atPoint) =>
        line.Offer!.Batches!.Any(b => b.Left >= line.Line.Quantity && !BatchPickups.Misses(b.At, pickup, atPoint) && Ui.LocalDate(b.At) == Ui.LocalDate(pickup));

    /// <summary>Why some times cannot be chosen: each article with its next batches.</summary>
    internal static string? Said(IReadOnlyList<ReviewedLine> made, bool atPoint, Ui ui) =>
        made.Count == 0 ? null : string.Join(" ", made.Select(l => Said(l.Line.Title, l, atPoint, ui)));

    private static string Said(string title, ReviewedLine line, bool atPoint, Ui ui) => BatchWords.Next(line.Offer!.Batches!, line.Line.Quantity, ui) is { } next
        ? ui.T(atPoint ? "checkout.batches.point" : "checkout.batches", title, next, BatchPickups.Carrying.TotalMinutes)
        : ui.T("checkout.batches.none", title, ui.Quantity(line.Line.Unit, line.Line.Quantity));

    /// <summary>The sentence for a chosen slot that no batch of something reaches; null: all is well, or the slot's name says nothing.</summary>
    internal static string? Wrong(IEnumerable<ReviewedLine> lines, string slotId, bool atPoint, Ui ui)
    {
        var mark = slotId.LastIndexOf('~');
        if (mark <= 0 || !DateTimeOffset.TryParseExact(slotId.AsSpan(mark + 1), "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start))
        {
            return null;
        }
        List<ReviewedLine> missed = [.. MadeOf(lines).Where(l => !Reaches(l, start, atPoint))];
        return missed.Count == 0 ? null : ui.T("checkout.error.batch", Said(missed, atPoint, ui));
    }
}
