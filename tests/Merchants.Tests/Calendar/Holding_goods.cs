using Marketplace.Merchants.Slots;
using static Marketplace.Merchants.Tests.Calendar.Week;

namespace Marketplace.Merchants.Tests.Calendar;

public sealed class Holding_goods
{
    private static HoldDeadline After(SlotCalendar calendar, string start, int days) =>
        HoldDeadline.After(calendar.Opening, calendar.On(Date(start[..10])).First(s => s.Start == At(start)), days);

    private static readonly SlotCalendar Shop = SlotsOf(Of((2..6, ["09:00-12:00", "14:00-19:00"])));

    [Fact]
    public void Counts_opening_days_only()
    {
        // Friday 12 June: kept Saturday, (Sunday and Monday closed) Tuesday, Wednesday until closing.
        var deadline = After(Shop, "2026-06-12T10:00", 3);

        deadline.CollectUntil.ShouldBe(At("2026-06-17T19:00"));
        deadline.RemindAt.ShouldBe(At("2026-06-16T18:00"));
    }

    [Fact]
    public void Skips_holidays_and_closures()
    {
        var calendar = SlotsOf(Of((2..6, ["09:00-12:00"])), exceptions: Closed("2026-07-15", "2026-07-16"));

        After(calendar, "2026-07-11T09:00", 1).CollectUntil.ShouldBe(At("2026-07-17T12:00")); // 14 July, then the closure
    }

    [Fact]
    public void Ends_with_the_day_of_the_slot_when_nothing_is_kept_longer()
    {
        var deadline = After(Shop, "2026-06-12T10:00", 0);

        deadline.CollectUntil.ShouldBe(At("2026-06-12T19:00"));
        deadline.RemindAt.ShouldBe(At("2026-06-12T10:30"));
    }

    [Fact]
    public void Never_ends_before_the_slot_when_the_place_closes_for_good()
    {
        var slot = Shop.On(Date("2026-06-12")).First();

        HoldDeadline.After(HoursOf(Always()), slot, 3).ShouldBe(new HoldDeadline(slot.End, slot.End));
    }
}
