using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Slots;
using NodaTime;
using static Marketplace.Merchants.Tests.Calendar.Week;

namespace Marketplace.Merchants.Tests.Calendar;

public sealed class Slots_of_a_day
{
    private static readonly LocalDate Wednesday = Date("2026-06-10");

    [Fact]
    public void Come_from_both_blocks_and_never_from_the_lunch_break()
    {
        var slots = SlotsOf(Always("11:00-12:30", "14:00-15:00")).On(Wednesday).Select(s => Local(s.Start)[..5]);

        slots.ShouldBe(["11:00", "11:30", "12:00", "14:00", "14:30"]);
    }

    [Fact]
    public void Fit_wholly_into_the_opening_hours() =>
        SlotsOf(Always("09:00-10:40")).On(Wednesday).Select(s => Local(s.Start)[..5]).ShouldBe(["09:00", "09:30", "10:00"]);

    [Fact]
    public void Can_be_booked_until_the_lead_time_or_the_cut_off_whichever_is_first()
    {
        var slots = SlotsOf(Always("09:00-19:00"), lead: 120, cutOff: "14:00").On(Wednesday).ToList();

        slots.First(s => s.Start == At("2026-06-10T11:00")).BookableUntil.ShouldBe(At("2026-06-10T09:00"));
        slots.First(s => s.Start == At("2026-06-10T18:00")).BookableUntil.ShouldBe(At("2026-06-10T14:00"));
    }

    [Fact]
    public void Have_the_cut_off_of_their_day_of_the_week_where_it_has_one()
    {
        var calendar = new SlotCalendar(HoursOf(Always("09:00-19:00")), new SlotRules(60, 4, 0, "14:00", 3, [new(3, "11:30"), new(7, "24:00")]));

        calendar.On(Wednesday).Last().BookableUntil.ShouldBe(At("2026-06-10T11:30"));
        calendar.On(Wednesday.PlusDays(1)).Last().BookableUntil.ShouldBe(At("2026-06-11T14:00"));
        calendar.On(Date("2026-06-14")).Last().BookableUntil.ShouldBe(At("2026-06-14T18:00"), "until it starts");
    }

    [Fact]
    public void Are_past_from_the_cut_off_on_and_the_next_day_is_not()
    {
        var calendar = SlotsOf(Always("09:00-19:00"), cutOff: "14:00");

        calendar.Find(At("2026-06-10T18:00"), At("2026-06-10T13:59")).State.ShouldBe(SlotState.Open);
        calendar.Find(At("2026-06-10T18:00"), At("2026-06-10T14:00")).State.ShouldBe(SlotState.Past);
        calendar.Bookable(At("2026-06-10T14:00"), 2).First().Start.ShouldBe(At("2026-06-11T09:00"));
    }

    [Fact]
    public void Closing_today_closes_exactly_one_day()
    {
        // CoopCycle-app #1734: "close for a day" closed two.
        var calendar = SlotsOf(Always("09:00-12:00"), exceptions: Closed("2026-06-10", "2026-06-10", "Inventaire"));

        calendar.On(Wednesday).ShouldBeEmpty();
        calendar.On(Wednesday.PlusDays(-1)).Count().ShouldBe(6);
        calendar.On(Wednesday.PlusDays(1)).Count().ShouldBe(6);
        calendar.Find(At("2026-06-10T09:00"), At("2026-06-09T09:00")).State.ShouldBe(SlotState.Closed);
    }

    [Fact]
    public void Holidays_are_closed_unless_the_shop_says_otherwise()
    {
        SlotsOf(Always("09:00-12:00")).On(Date("2026-07-14")).ShouldBeEmpty();
        HoursOf(Always("09:00-12:00")).On(Date("2026-07-14")).Reason.ShouldBe("Fête nationale");
        SlotsOf(Always("09:00-12:00"), exceptions: Open("2026-07-14", "08:00-09:00")).On(Date("2026-07-14")).Count().ShouldBe(2);
    }

    [Fact]
    public void Of_two_exceptions_the_more_precise_holds()
    {
        var calendar = HoursOf(Always("09:00-12:00"), Open("2026-08-14", "10:00-11:00"), Closed("2026-08-01", "2026-08-31", "Congés annuels"));

        calendar.On(Date("2026-08-14")).Blocks.ShouldBe([new Block(600, 660)]);
        calendar.On(Date("2026-08-13")).Blocks.ShouldBeEmpty();
        calendar.On(Date("2026-09-01")).Blocks.ShouldNotBeEmpty();
    }

    [Fact]
    public void Are_unknown_between_slots_outside_the_hours_and_beyond_the_horizon()
    {
        var calendar = SlotsOf(Always("09:00-12:00"));
        var now = At("2026-06-09T09:00");

        calendar.Find(At("2026-06-10T09:10"), now).State.ShouldBe(SlotState.Unknown);
        calendar.Find(At("2026-06-10T15:00"), now).State.ShouldBe(SlotState.Unknown);
        calendar.Find(At("2026-07-09T09:00"), now).State.ShouldBe(SlotState.Open);
        calendar.Find(At("2026-07-10T09:00"), now).State.ShouldBe(SlotState.Unknown);
        calendar.Find(At("2026-06-08T09:00"), now).State.ShouldBe(SlotState.Past);
    }

    [Theory]
    [InlineData("boulangerie~20260610T0700Z", true)]
    [InlineData("boulangerie", false)]
    [InlineData("~20260610T0700Z", false)]
    [InlineData("boulangerie~20260610T070000Z", false)]
    [InlineData("boulangerie~2026-06-10T07:00Z", false)]
    [InlineData("boulangerie~20260631T0700Z", false)]
    public void Have_names_that_read_back(string text, bool valid)
    {
        SlotId.TryParse(text, out var id).ShouldBe(valid);
        if (valid)
        {
            id.ToString().ShouldBe(text);
        }
    }
}
