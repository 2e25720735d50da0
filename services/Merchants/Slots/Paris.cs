using NodaTime;
using NodaTime.TimeZones;

namespace Marketplace.Merchants.Slots;

/// <summary>The towns' local time. Hours are written in it, instants are kept, and both daylight-saving nights are resolved here alone.</summary>
internal static class Paris
{
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    // A time inside the spring gap is the gap's end; a time that comes twice in autumn is the first of the two. Ends and starts are resolved
    // alike, so that neighbouring blocks never overlap nor leave an hour between them.
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    public static LocalDate DateOf(Instant instant) => instant.InZone(Zone).Date;

    /// <summary>The instant of a minute of the local day; 1440 is the end of the day.</summary>
    public static Instant At(LocalDate date, int minute) =>
        (date.AtMidnight() + Period.FromMinutes(minute)).InZone(Zone, Resolver).ToInstant();

    public static DateTimeOffset Offset(Instant instant) => instant.InZone(Zone).ToDateTimeOffset();
}
