using NodaTime;

namespace Marketplace.Catalog.Batches;

/// <summary>On which of the coming days, and until which hour, what a shop makes can be collected at all: neither on its leave, nor after the last pickup of a day that ends early. Never changed.</summary>
/// <param name="lastReady">As Merchants told it: of each day on which anything can be collected, the latest hour of a batch.</param>
internal sealed class BatchPickupDays(IReadOnlyList<DateTimeOffset> lastReady)
{
    private readonly Dictionary<LocalDate, DateTimeOffset> _last = lastReady.GroupBy(BatchPlan.DateOf).ToDictionary(day => day.Key, day => day.Max());

    /// <summary>Somebody can collect it on its day.</summary>
    internal bool Has(DateTimeOffset batch) => _last.TryGetValue(BatchPlan.DateOf(batch), out var last) && batch <= last;

    internal bool IsOf(IReadOnlyList<DateTimeOffset> told) => lastReady.SequenceEqual(told);
}
