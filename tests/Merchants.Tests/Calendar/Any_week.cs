using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Slots;
using Marketplace.ServiceDefaults;
using NodaTime;

namespace Marketplace.Merchants.Tests.Calendar;

/// <summary>Whatever the hours, whatever the day, hour changes included.</summary>
public sealed class Any_week
{
    private static readonly Gen<Block[]> Blocks =
        from count in Gen.Choose(0, 4)
        from cuts in Gen.ArrayOf(Gen.Choose(0, 96), count * 2)
        let ordered = cuts.Distinct().Order().ToArray()
        select ordered.Chunk(2).Where(c => c.Length == 2).Select(c => new Block(c[0] * 15, c[1] * 15)).ToArray();

    private static readonly Gen<(SlotCalendar Calendar, LocalDate Date)> Days =
        from blocks in Blocks
        from minutes in Gen.Elements(5, 10, 15, 20, 30, 45, 60, 90, 120)
        from lead in Gen.Choose(0, 3000)
        from date in Gen.OneOf(Gen.Choose(0, 364).Select(d => new LocalDate(2026, 1, 1).PlusDays(d)), Gen.Elements(new LocalDate(2026, 3, 29), new LocalDate(2026, 10, 25)))
        select (new SlotCalendar(
            new OpeningCalendar(new WeeklyHours([.. Enumerable.Range(1, 7).Select(d => new DayHours(d, [.. blocks.Select(b => b.ToHours())]))]), [], HolidayRegion.Metropole),
            new SlotRules(minutes, 1, lead)), date);

    [Fact]
    public void Slots_follow_each_other_last_equally_long_and_lie_in_the_opening_hours() => Check(day =>
    {
        var slots = day.Calendar.On(day.Date).ToList();
        var open = day.Calendar.Opening.From(day.Date, 1).ToList();
        slots.Zip(slots.Skip(1)).ShouldAllBe(pair => pair.First.End <= pair.Second.Start);
        slots.ShouldAllBe(s => s.End - s.Start == Duration.FromMinutes(day.Calendar.Rules.Minutes));
        slots.ShouldAllBe(s => open.Any(o => o.Start <= s.Start && s.End <= o.End));
    });

    [Fact]
    public void No_opening_time_long_enough_for_a_slot_is_left_without_one() => Check(day =>
    {
        var minutes = Duration.FromMinutes(day.Calendar.Rules.Minutes);
        var expected = day.Calendar.Opening.From(day.Date, 1).Sum(o => (int)(o.Duration.TotalMinutes / minutes.TotalMinutes));
        day.Calendar.On(day.Date).Count().ShouldBe(expected);
    });

    [Fact]
    public void Every_slot_is_found_again_by_its_name_while_it_can_be_booked() => Check(day =>
    {
        foreach (var slot in day.Calendar.On(day.Date))
        {
            SlotId.TryParse(new SlotId("fournil", slot.Start).ToString(), out var id).ShouldBeTrue();
            day.Calendar.Find(id.Start, slot.BookableUntil - Duration.Epsilon).ShouldBe((SlotState.Open, slot));
            day.Calendar.Find(id.Start, slot.BookableUntil).State.ShouldBe(SlotState.Past);
        }
    });

    [Fact]
    public void Goods_are_kept_at_least_until_the_slot_ends_and_the_reminder_comes_in_time() => Check(day =>
    {
        foreach (var slot in day.Calendar.On(day.Date))
        {
            var deadline = HoldDeadline.After(day.Calendar.Opening, slot, 3);
            deadline.CollectUntil.ShouldBeGreaterThanOrEqualTo(slot.End);
            deadline.RemindAt.ShouldBeInRange(slot.End, deadline.CollectUntil);
        }
    });

    private static void Check(Action<(SlotCalendar Calendar, LocalDate Date)> property) =>
        Prop.ForAll(Days.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
