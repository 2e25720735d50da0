using NodaTime;

namespace Marketplace.Catalog;

/// <summary>The calendar day of the towns, for rules that hold from a date.</summary>
internal static class Day
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    internal static DateOnly In(DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(Paris).Date.ToDateOnly();
}
