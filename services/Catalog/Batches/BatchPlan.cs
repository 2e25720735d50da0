using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Marketplace.Catalog.Batches;

/// <summary>One batch of a plan, on its day.</summary>
/// <param name="OrderBefore">From this instant on nobody takes a place in it any more.</param>
/// <param name="Quantity">Places, where the shop says nothing else of that day.</param>
internal readonly record struct PlannedBatch(DateTimeOffset At, DateTimeOffset OrderBefore, long Quantity);

/// <summary>The batches that a shop makes of an offer, week by week, by the town's clock: a batch of an hour that a night skips or repeats is made once, after the gap or at the first of the two. Never changed.</summary>
internal sealed class BatchPlan
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private readonly Planned[] _planned;

    private sealed record Planned(HashSet<IsoDayOfWeek> Days, LocalTime At, long Quantity, int DaysBefore, LocalTime Until);

    private BatchPlan(WeeklyBatch[] weekly)
    {
        Weekly = weekly;
        _planned = [.. weekly.Select(w => new Planned([.. w.Days.Select(d => (IsoDayOfWeek)d)], TimeOf(w.At)!.Value, w.Quantity, w.OrderDaysBefore, TimeOf(w.OrderUntil)!.Value)).OrderBy(p => p.At)];
    }

    /// <summary>As the shop said it.</summary>
    internal IReadOnlyList<WeeklyBatch> Weekly { get; }

    /// <summary>Of what <see cref="BatchRules"/> wrote; none of what is sold from the shelf.</summary>
    internal static BatchPlan? Read(string? json) => json is null || JsonSerializer.Deserialize(json, CatalogJson.Default.WeeklyBatchArray) is not { Length: > 0 } weekly ? null : new BatchPlan(weekly);

    internal static LocalTime? TimeOf(string? text) => text is not null && Clock.Parse(text) is { Success: true } time ? time.Value : null;

    internal static LocalDate DateOf(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Paris).Date;

    internal static DateTimeOffset Midnight(LocalDate date) => Paris.AtStartOfDay(date).ToInstant().ToDateTimeOffset();

    /// <summary>The batches of a day, the earliest first.</summary>
    internal IEnumerable<PlannedBatch> On(LocalDate date) => _planned.Where(p => p.Days.Contains(date.DayOfWeek))
        .Select(p => new PlannedBatch(Instance(date + p.At), Instance(date.PlusDays(-p.DaysBefore) + p.Until), p.Quantity)).DistinctBy(b => b.At);

    /// <summary>The batch of exactly this moment.</summary>
    internal PlannedBatch? Find(DateTimeOffset at) => On(DateOf(at)).Select(b => (PlannedBatch?)b).FirstOrDefault(b => b!.Value.At == at);

    private static DateTimeOffset Instance(LocalDateTime local) => local.InZone(Paris, Resolvers.LenientResolver).ToInstant().ToDateTimeOffset();
}
