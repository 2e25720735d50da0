using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Slots;
using Marketplace.ServiceDefaults;
using NodaTime;

namespace Marketplace.Merchants.Tests.Calendar;

/// <summary>Weeks as a test says them: <c>Week.Of((1..6, ["08:30-12:30", "14:00-19:00"]))</c>.</summary>
internal static class Week
{
    public static WeeklyHours Of(params (Range Days, string[] Blocks)[] days) =>
        new([.. days.SelectMany(d => Enumerable.Range(d.Days.Start.Value, d.Days.End.Value - d.Days.Start.Value + 1).Select(day => new DayHours(day, Blocks(d.Blocks))))]);

    public static WeeklyHours Always(params string[] blocks) => Of((1..7, blocks));

    public static IReadOnlyList<HoursBlock> Blocks(params string[] blocks) =>
        [.. blocks.Select(b => new HoursBlock(b.Split('-')[0], b.Split('-')[1]))];

    public static OpeningCalendar HoursOf(WeeklyHours week, params ExceptionalHours[] exceptions) => new(week, exceptions, HolidayRegion.Metropole);

    public static SlotCalendar SlotsOf(WeeklyHours week, int minutes = 30, int lead = 0, string? cutOff = null, params ExceptionalHours[] exceptions) =>
        new(HoursOf(week, exceptions), new SlotRules(minutes, 4, lead, cutOff));

    public static ExceptionalHours Closed(string from, string to, string? reason = null) => new(Date(from).ToDateOnly(), Date(to).ToDateOnly(), reason, []);

    public static ExceptionalHours Open(string date, params string[] blocks) => new(Date(date).ToDateOnly(), Date(date).ToDateOnly(), null, Blocks(blocks));

    public static LocalDate Date(string iso) => NodaTime.Text.LocalDatePattern.Iso.Parse(iso).Value;

    /// <summary>An instant by its local time; where it comes twice, the first.</summary>
    public static Instant At(string local) => NodaTime.Text.LocalDateTimePattern.GeneralIso.Parse(local + ":00").Value.InZoneLeniently(Paris.Zone).ToInstant();

    public static string Local(Instant instant) => instant.InZone(Paris.Zone).ToString("HH:mm o<g>", System.Globalization.CultureInfo.InvariantCulture);
}
