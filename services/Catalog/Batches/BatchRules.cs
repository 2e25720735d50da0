using System.Text.Json;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Batches;

/// <summary>What must be true of the batches that a shop says of an offer. Pure.</summary>
internal static class BatchRules
{
    /// <summary>No batches any more, as it is written.</summary>
    internal const string None = "[]";

    internal const int MostBatches = 20;
    internal const int MostPlaces = 10_000;
    private const int MostDaysBefore = 7;

    /// <summary>The plan as it is kept (null where none is told, <see cref="None"/> where there is none any more), or what is wrong with it.</summary>
    internal static (string? Plan, Fault? Fault) Check(OfferDefinition given)
    {
        if (given.Batches is not { } batches)
        {
            return (null, null);
        }

        if (batches.Count == 0)
        {
            return (None, null);
        }

        if (given.Unit != SaleUnit.Piece)
        {
            return (null, new("batches-by-weight", "Les fournées se comptent en pièces : ce produit se vend au poids.", "Batches are counted in pieces: this product is sold by weight."));
        }

        if (batches.Count > MostBatches)
        {
            return (null, new("batches-invalid", $"Un produit a au plus {MostBatches} fournées par semaine.", $"A product has at most {MostBatches} batches a week."));
        }

        var plan = new List<WeeklyBatch>(batches.Count);
        foreach (var batch in batches)
        {
            if (Wrong(batch) is { } wrong)
            {
                return (null, wrong);
            }

            plan.Add(batch with { Days = [.. batch.Days.Distinct().Order()] });
        }

        var twice = plan.SelectMany(b => b.Days.Select(d => (d, b.At))).GroupBy(b => b).Any(same => same.Count() > 1);
        return twice
            ? (null, new("batches-twice", "Deux fournées d’un même jour ont la même heure : réunissez-les en une.", "Two batches of one day have the same time: make them one."))
            : (JsonSerializer.Serialize([.. plan.OrderBy(b => b.At, StringComparer.Ordinal).ThenBy(b => b.Days[0])], CatalogJson.Default.WeeklyBatchArray), null);
    }

    private static Fault? Wrong(WeeklyBatch? batch)
    {
        if (batch?.Days is not { Count: > 0 } || batch.Days.Any(d => d is < 1 or > 7))
        {
            return new("batch-days-invalid", "Chaque fournée a au moins un jour de la semaine, de 1 (lundi) à 7 (dimanche).", "Each batch has at least one day of the week, from 1 (Monday) to 7 (Sunday).");
        }

        if (BatchPlan.TimeOf(batch.At) is not { } at || BatchPlan.TimeOf(batch.OrderUntil) is not { } until)
        {
            return new("batch-time-invalid", "Les heures d’une fournée s’écrivent « 07:00 ».", "The times of a batch are written “07:00”.");
        }

        if (batch.Quantity is < 1 or > MostPlaces)
        {
            return new("batch-quantity-invalid", $"Une fournée compte de 1 à {MostPlaces} pièces.", $"A batch has from 1 to {MostPlaces} pieces.");
        }

        return batch.OrderDaysBefore is < 0 or > MostDaysBefore || (batch.OrderDaysBefore == 0 && until > at)
            ? new("batch-cut-off-invalid", $"On commande au plus tard à l’heure de la fournée, et jusqu’à {MostDaysBefore} jours avant.", $"Orders end at the time of the batch at the latest, and up to {MostDaysBefore} days before.")
            : null;
    }
}
