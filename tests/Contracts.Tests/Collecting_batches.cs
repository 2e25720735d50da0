namespace Marketplace.Contracts.Tests;

/// <summary>A batch at nine is collected in the shop from nine on, at a shared point once it was carried there.</summary>
public sealed class Collecting_batches
{
    [Theory]
    [InlineData("2026-12-12T09:00+01:00", "2026-12-12T09:00+01:00", false, false)]
    [InlineData("2026-12-12T09:00+01:00", "2026-12-12T08:59+01:00", false, true)]
    [InlineData("2026-12-12T09:00+01:00", "2026-12-12T09:00+01:00", true, true)]
    [InlineData("2026-12-12T09:00+01:00", "2026-12-12T09:29+01:00", true, true)]
    [InlineData("2026-12-12T09:00+01:00", "2026-12-12T09:30+01:00", true, false)]
    public void Is_there_from_its_hour_on_or_half_an_hour_later_at_a_point(string batch, string pickup, bool atPoint, bool misses) =>
        BatchPickups.Misses(At(batch), At(pickup), atPoint).ShouldBe(misses);

    [Theory]
    [InlineData("2026-12-12T00:10+01:00")]
    [InlineData("2027-10-31T00:29+02:00")] // by the town's clock, on a day whose nights are not of the same offset
    public void Nothing_of_a_day_is_at_a_point_in_its_first_minutes_and_nobody_keeps_yesterdays(string pickup)
    {
        BatchPickups.ReadyBy(At(pickup), atPoint: true).ShouldBeNull();
        BatchPickups.Misses(At(pickup).AddHours(-3), At(pickup), atPoint: true).ShouldBeTrue();
        BatchPickups.ReadyBy(At(pickup), atPoint: false).ShouldBe(At(pickup));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
