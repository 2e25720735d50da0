using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Residents.Offers;

/// <summary>The batches of what is made to order, in words.</summary>
internal static class BatchWords
{
    private const int Named = 3;

    /// <summary>"demain 18 h".</summary>
    internal static string At(DateTimeOffset at, Ui ui) => ui.T("batch.when", ui.Day(Ui.LocalDate(at)), ui.Time(at));

    /// <summary>"Fournée du samedi 12 décembre à 7 h : commandez avant vendredi 18 h, il en reste 12."</summary>
    internal static string Whole(OfferBatch batch, Ui ui) =>
        batch.Left > 0
            ? ui.Count("batch.whole", batch.Left, ui.LongDay(Ui.LocalDate(batch.At)), ui.Time(batch.At), At(batch.OrderBefore, ui))
            : ui.T("batch.full", ui.LongDay(Ui.LocalDate(batch.At)), ui.Time(batch.At));

    /// <summary>"samedi 7 h, mardi 7 h": the next that have so many; null where none has.</summary>
    internal static string? Next(IReadOnlyList<OfferBatch> batches, long quantity, Ui ui) =>
        batches.Where(b => b.Left >= quantity).Take(Named).Select(b => At(b.At, ui)).ToList() is { Count: > 0 } next ? string.Join(", ", next) : null;
}
