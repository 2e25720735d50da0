using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults;
using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <summary>The hours of one date; no block: closed, with the reason if there is one to tell.</summary>
internal sealed record OpeningDay(LocalDate Date, IReadOnlyList<Block> Blocks, string? Reason)
{
    public DayHoursOn ToHours() => new(Date.ToDateOnly(), [.. Blocks.Select(b => b.ToHours())], Reason);
}

/// <summary>When a place is open: a week, then public holidays (closed), then dated exceptions, the most precise one last.</summary>
internal sealed class OpeningCalendar
{
    private readonly IReadOnlyList<Block>[] _week = [[], [], [], [], [], [], []];
    private readonly IReadOnlyList<DatedHours> _exceptions;
    private readonly HolidayRegion _region;

    /// <summary>Takes hours that passed <see cref="HoursRules"/>.</summary>
    public OpeningCalendar(WeeklyHours week, IReadOnlyList<ExceptionalHours> exceptions, HolidayRegion region)
    {
        _region = region;
        foreach (var day in week.Days)
        {
            _week[day.Day - 1] = Parse(day.Blocks);
        }

        // "Closed in August, but open on the 14th": of several exceptions for a date the shortest holds, of equal ones the later in the list.
        _exceptions = [.. exceptions
            .Select((e, index) => (Hours: new DatedHours(LocalDate.FromDateOnly(e.From), LocalDate.FromDateOnly(e.To), e.Reason, Parse(e.Blocks)), index))
            .OrderBy(e => e.Hours.Days).ThenByDescending(e => e.index).Select(e => e.Hours)];
    }

    public OpeningDay On(LocalDate date)
    {
        if (_exceptions.FirstOrDefault(e => e.From <= date && date <= e.To) is { } exception)
        {
            return new OpeningDay(date, exception.Blocks, exception.Reason);
        }

        return PublicHolidays.NameOf(date, _region) is { } holiday ? new OpeningDay(date, [], holiday) : new OpeningDay(date, UsualOn(date), null);
    }

    /// <summary>The place itself has said of this date that it is closed, all day long: on leave, or for once. Neither its usual day off nor a public holiday is that.</summary>
    public bool IsAwayOn(LocalDate date) => _exceptions.FirstOrDefault(e => e.From <= date && date <= e.To) is { Blocks.Count: 0 };

    /// <summary>The week alone, as if there were neither holidays nor exceptions.</summary>
    public IReadOnlyList<Block> UsualOn(LocalDate date) => _week[(int)date.DayOfWeek - 1];

    /// <summary>Open intervals from a date on, in order; blocks that an hour change has emptied are left out.</summary>
    public IEnumerable<Interval> From(LocalDate first, int days) =>
        from day in Enumerable.Range(0, days)
        let opening = On(first.PlusDays(day))
        from block in opening.Blocks
        let interval = block.On(opening.Date)
        where interval.Duration > Duration.Zero
        select interval;

    private static IReadOnlyList<Block> Parse(IReadOnlyList<HoursBlock> hours) =>
        [.. hours.Select(h => Block.TryParse(h, out var block) ? block : throw new ArgumentException($"{h.From}–{h.To} is no block of hours.")).OrderBy(b => b.From)];

    private sealed record DatedHours(LocalDate From, LocalDate To, string? Reason, IReadOnlyList<Block> Blocks)
    {
        public int Days { get; } = Period.DaysBetween(From, To);
    }
}
