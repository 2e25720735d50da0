using Marketplace.Merchants.Slots;
using NodaTime;
using static Marketplace.Merchants.Tests.Calendar.Week;

namespace Marketplace.Merchants.Tests.Calendar;

/// <summary>FIELD §8, 10: rivals lose two slots a year, or sell them twice.</summary>
public sealed class Daylight_saving_nights
{
    private static readonly LocalDate Spring = Date("2026-03-29");
    private static readonly LocalDate Autumn = Date("2026-10-25");

    [Fact]
    public void In_spring_a_slot_spans_the_missing_hour_and_none_lies_in_it()
    {
        var slots = SlotsOf(Always("00:00-06:00"), minutes: 60).On(Spring).ToList();

        slots.Select(s => Local(s.Start)).ShouldBe(["00:00 +01", "01:00 +01", "03:00 +02", "04:00 +02", "05:00 +02"]);
        Local(SlotsOf(Always("01:30-04:30"), minutes: 60).On(Spring).First().End).ShouldBe("03:30 +02");
    }

    [Fact]
    public void In_autumn_both_hours_have_their_slots_under_two_names()
    {
        var slots = SlotsOf(Always("01:00-04:00"), minutes: 60).On(Autumn).ToList();

        slots.Select(s => Local(s.Start)).ShouldBe(["01:00 +02", "02:00 +02", "02:00 +01", "03:00 +01"]);
        slots.Select(s => new SlotId("fournil", s.Start).ToString()).ShouldBeUnique();
        new SlotId("fournil", slots[1].Start).ToString().ShouldBe("fournil~20261025T0000Z");
        new SlotId("fournil", slots[2].Start).ToString().ShouldBe("fournil~20261025T0100Z");
    }

    [Fact]
    public void A_block_inside_the_missing_hour_is_empty_and_its_neighbours_meet()
    {
        var slots = SlotsOf(Always("01:00-02:15", "02:15-02:45", "02:45-04:00"), minutes: 15).On(Spring).ToList();

        slots.Select(s => s.Start).ShouldBeUnique();
        slots.Count.ShouldBe(8, "one hour before the gap, one after");
        OpenState.At(HoursOf(Always("01:00-02:15", "02:45-04:00")), At("2026-03-29T01:59")).Until.ShouldBe("04:00");
    }

    [Fact]
    public void Blocks_that_meet_in_the_doubled_hour_neither_overlap_nor_leave_a_hole()
    {
        var slots = SlotsOf(Always("01:00-02:30", "02:30-04:00"), minutes: 30).On(Autumn).ToList();

        slots.Count.ShouldBe(8, "01:00 to 04:00 lasts four hours that night");
        slots.Zip(slots.Skip(1)).ShouldAllBe(pair => pair.First.End == pair.Second.Start);
    }

    [Fact]
    public void Closing_time_is_the_local_one_on_either_night()
    {
        OpenState.At(HoursOf(Always("00:00-12:00")), At("2026-03-29T00:30")).Until.ShouldBe("12:00");
        OpenState.At(HoursOf(Always("00:00-12:00")), At("2026-10-25T00:30")).Until.ShouldBe("12:00");
    }

    [Fact]
    public void The_day_after_has_its_usual_slots()
    {
        var usual = SlotsOf(Always("08:00-12:00")).On(Date("2026-06-10")).Select(s => Local(s.Start)[..5]).ToList();

        SlotsOf(Always("08:00-12:00")).On(Spring.PlusDays(1)).Select(s => Local(s.Start)[..5]).ShouldBe(usual);
        SlotsOf(Always("08:00-12:00")).On(Autumn.PlusDays(1)).Select(s => Local(s.Start)[..5]).ShouldBe(usual);
    }
}
