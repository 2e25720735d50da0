using Marketplace.Contracts.Merchants.Api;
using NodaTime;

namespace Marketplace.Merchants.Slots;

internal static class NextDays
{
    private const int Count = 8;

    /// <summary>Today and the week after it, as they will really be.</summary>
    public static IReadOnlyList<DayHoursOn> Of(OpeningCalendar calendar, Instant now)
    {
        var today = Paris.DateOf(now);
        return [.. Enumerable.Range(0, Count).Select(day => calendar.On(today.PlusDays(day)).ToHours())];
    }
}
