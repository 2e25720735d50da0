using Marketplace.Merchants.Directory;
using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <summary>How long goods wait for a resident who did not come: counted in days on which the place is open (DOMAIN §3, 30).</summary>
/// <param name="CollectUntil">Closing time of the last of those days; hours that change later move it on (<see cref="MovedDeadlines"/>).</param>
/// <param name="RemindAt">The evening before that day, never before the slot has ended.</param>
internal sealed record HoldDeadline(Instant CollectUntil, Instant RemindAt)
{
    private const int ReminderMinute = 18 * 60;
    private const int HorizonDays = 366;

    /// <summary>
    /// For how many of its opening days a place keeps a shop's goods. A shared point keeps them no longer than their shop would: how soon they spoil is what
    /// a shop says by its own number, and a point knows nothing of it.
    /// </summary>
    public static int DaysAt(Place place, Place shop) => Math.Min(place.Calendar.Rules.HoldOpeningDays, shop.Calendar.Rules.HoldOpeningDays);

    public static HoldDeadline After(OpeningCalendar calendar, Slot slot, int openingDays)
    {
        // A place that closes for good keeps the goods until the last opening known, at worst until the slot ends.
        var last = Enumerable.Range(1, HorizonDays)
            .Select(day => calendar.On(slot.Date.PlusDays(day))).Where(IsOpen)
            .Take(openingDays).LastOrDefault() ?? calendar.On(slot.Date);
        var closing = IsOpen(last) ? Instant.Max(slot.End, last.Blocks[^1].On(last.Date).End) : slot.End;
        return new HoldDeadline(closing, ReminderOf(last.Date, slot));
    }

    /// <summary>
    /// Of goods that were promised until a moment at which the door is shut now: they wait for the end of the next day that is open after it.
    /// Null where it is open until then, or never again.
    /// </summary>
    public static HoldDeadline? PastShutDoor(OpeningCalendar calendar, Instant promised, Slot slot)
    {
        var next = calendar.From(Paris.DateOf(promised), HorizonDays).Where(open => open.End >= promised).Take(1).ToList();
        if (next.Count == 0 || next[0].Start < promised)
        {
            return null;
        }

        var day = Paris.DateOf(next[0].Start);
        return new HoldDeadline(calendar.From(day, 1).Last().End, ReminderOf(day, slot));
    }

    private static Instant ReminderOf(LocalDate last, Slot slot) => Instant.Max(slot.End, Paris.At(last.PlusDays(-1), ReminderMinute));

    private static bool IsOpen(OpeningDay day) => day.Blocks.Any(b => b.On(day.Date).Duration > Duration.Zero);
}
