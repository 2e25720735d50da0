using NodaTime;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>When a feed is read, and from when it asks. Pure.</summary>
internal static class StockFeedTimes
{
    /// <summary>What changed while the last run began, or on a clock that is a little late, is asked for again.</summary>
    internal static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>Of a software that does not say what time it is there.</summary>
    internal static readonly TimeSpan MarginWithoutClock = TimeSpan.FromHours(1);

    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];
    private static readonly LocalTime Night = new(3, 0);
    private const int NightMinutes = 120;

    /// <summary>
    /// The start of a run as the software's own clock told it, less a margin: what it stamps as changed afterwards is not missed, whichever way the clocks differ.
    /// </summary>
    internal static DateTimeOffset NextSince(DateTimeOffset startedAt, DateTimeOffset? serverTime, DateTimeOffset now)
    {
        if (serverTime is not { } there)
        {
            return startedAt - MarginWithoutClock;
        }

        var late = now - there;
        return (late > TimeSpan.Zero ? startedAt - late : startedAt) - Margin;
    }

    /// <summary>All is read once a night: a changed line that was never told is made good by it.</summary>
    internal static bool IsWholeDue(Guid shop, DateTimeOffset? lastWhole, DateTimeOffset now) => lastWhole is not { } last || last < LastNight(shop, now);

    // Not all shops in the same minute.
    private static DateTimeOffset LastNight(Guid shop, DateTimeOffset now)
    {
        var today = Instant.FromDateTimeOffset(now).InZone(Paris).Date;
        var tonight = At(today);
        return tonight <= now ? tonight : At(today.PlusDays(-1));

        DateTimeOffset At(LocalDate day) => Paris.AtLeniently(day + Night).ToDateTimeOffset().ToUniversalTime().AddMinutes(shop.ToByteArray()[15] % NightMinutes);
    }
}
