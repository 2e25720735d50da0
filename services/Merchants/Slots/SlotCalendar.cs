using Marketplace.Contracts.Merchants.Api;
using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <param name="BookableUntil">First instant at which the slot can no longer be booked: lead time and cut-off counted.</param>
internal sealed record Slot(LocalDate Date, Instant Start, Instant End, Instant BookableUntil);

/// <summary>What became of a slot that somebody chose a while ago.</summary>
internal enum SlotState { Open, Past, Closed, Unknown }

/// <summary>
/// Pickup slots of one place: each block of its opening hours is cut into slots of equal length. They are cut in elapsed time, not on the
/// local clock, so on the night that loses an hour a slot spans the gap, and on the night that has one twice both hours have their slots.
/// </summary>
internal sealed class SlotCalendar(OpeningCalendar opening, SlotRules rules)
{
    /// <summary>How far ahead a slot may be booked.</summary>
    public const int HorizonDays = 31;

    private readonly Duration _length = Duration.FromMinutes(rules.Minutes);
    private readonly Duration _lead = Duration.FromMinutes(rules.LeadMinutes);
    private readonly int?[] _cutOffs = [.. Enumerable.Range(1, 7).Select(day => CutOffOf(rules, day))];

    public SlotRules Rules { get; } = rules;

    public OpeningCalendar Opening { get; } = opening;

    public IEnumerable<Slot> On(LocalDate date) => Cut(date, Opening.On(date).Blocks);

    /// <summary>Slots that can still be booked, in order.</summary>
    public IEnumerable<Slot> Bookable(Instant now, int days)
    {
        var today = Paris.DateOf(now);
        return Enumerable.Range(0, days).SelectMany(day => On(today.PlusDays(day))).Where(slot => now < slot.BookableUntil);
    }

    /// <summary>The slot that starts then, judged now: the answer a resident gets who chose it earlier.</summary>
    public (SlotState State, Slot? Slot) Find(Instant start, Instant now)
    {
        var (date, today) = (Paris.DateOf(start), Paris.DateOf(now));
        if (start <= now)
        {
            return (SlotState.Past, null);
        }

        if (Period.DaysBetween(today, date) >= HorizonDays)
        {
            return (SlotState.Unknown, null);
        }

        if (On(date).FirstOrDefault(s => s.Start == start) is { } slot)
        {
            return (now < slot.BookableUntil ? SlotState.Open : SlotState.Past, slot);
        }

        // On an ordinary week it would exist: a holiday or an exception has closed it since.
        return (Cut(date, Opening.UsualOn(date)).Any(s => s.Start == start) ? SlotState.Closed : SlotState.Unknown, null);
    }

    /// <summary>The slot that was booked, also where these hours have none that starts then.</summary>
    public Slot Booked(Instant start) => new(Paris.DateOf(start), start, start + _length, BookableUntil(Paris.DateOf(start), start));

    /// <summary>From when on this place no longer takes orders for a slot of that date which starts then.</summary>
    public Instant BookableUntil(LocalDate date, Instant start)
    {
        var lead = start - _lead;
        return _cutOffs[(int)date.DayOfWeek - 1] is { } cutOff ? Instant.Min(lead, Paris.At(date, cutOff)) : lead;
    }

    /// <summary>
    /// The shop of these hours brings its goods to a shared point for a slot of that date: it can still be ordered from, by its own lead time and
    /// cut-off, and is not away. On its usual day off it may well have brought them the day before; how long before is its lead time.
    /// </summary>
    public bool Brings(LocalDate date, Instant start, Instant now) => now < BookableUntil(date, start) && !Opening.IsAwayOn(date);

    private static int? CutOffOf(SlotRules rules, int day) =>
        Block.TryParseMinute(rules.CutOffs?.FirstOrDefault(c => c.Day == day)?.At ?? rules.CutOff, out var minute) ? minute : null;

    private IEnumerable<Slot> Cut(LocalDate date, IReadOnlyList<Block> blocks)
    {
        foreach (var block in blocks)
        {
            var open = block.On(date);
            for (var start = open.Start; start + _length <= open.End; start += _length)
            {
                yield return new Slot(date, start, start + _length, BookableUntil(date, start));
            }
        }
    }
}
