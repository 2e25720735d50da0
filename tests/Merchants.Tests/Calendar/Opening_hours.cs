using Marketplace.Merchants.Slots;
using static Marketplace.Merchants.Tests.Calendar.Week;

namespace Marketplace.Merchants.Tests.Calendar;

public sealed class Opening_hours
{
    private static readonly OpeningCalendar Shop = HoursOf(Of((2..6, ["08:30-12:30", "14:00-19:00"]), (7..7, ["08:30-12:30"])));

    [Theory]
    [InlineData("2026-06-10T08:29", false, null, "2026-06-10T08:30")]
    [InlineData("2026-06-10T08:30", true, "12:30", null)]
    [InlineData("2026-06-10T12:30", false, null, "2026-06-10T14:00")]
    [InlineData("2026-06-10T18:59", true, "19:00", null)]
    [InlineData("2026-06-07T12:30", false, null, "2026-06-09T08:30")] // Sunday noon: Monday is closed
    public void Say_open_now_until_when_or_when_next(string now, bool open, string? until, string? next)
    {
        var state = OpenState.At(Shop, At(now));

        state.ShouldBe(new OpenState(open, until, next is null ? null : At(next)));
    }

    [Fact]
    public void Look_past_a_summer_closure() =>
        OpenState.At(HoursOf(Always("09:00-12:00"), Closed("2026-08-01", "2026-08-31")), At("2026-08-01T10:00")).OpensNext.ShouldBe(At("2026-09-01T09:00"));

    [Fact]
    public void Run_over_midnight_as_one_evening()
    {
        var bar = HoursOf(Of((5..5, ["18:00-24:00"]), (6..6, ["00:00-02:00"])));

        OpenState.At(bar, At("2026-06-12T23:00")).Until.ShouldBe("02:00");
        OpenState.At(bar, At("2026-06-13T02:00")).OpensNext.ShouldBe(At("2026-06-19T18:00"));
    }

    [Fact]
    public void Name_no_closing_time_for_a_place_that_never_closes()
    {
        OpenState.At(HoursOf(Always("00:00-24:00")), At("2026-06-10T12:00")).ShouldBe(new OpenState(true, null, null));
        OpenState.At(HoursOf(Always()), At("2026-06-10T12:00")).ShouldBe(new OpenState(false, null, null));
    }
}
