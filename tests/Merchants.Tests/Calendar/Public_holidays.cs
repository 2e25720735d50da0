using Marketplace.ServiceDefaults;
using NodaTime;
using NodaTime.Text;

namespace Marketplace.Merchants.Tests.Calendar;

public sealed class Public_holidays
{
    [Fact]
    public void Are_the_published_ones_from_2006_to_2031()
    {
        using var reader = new StreamReader(typeof(Public_holidays).Assembly.GetManifestResourceStream("jours-feries-metropole.csv")!);
        var published = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#')).Select(line => LocalDatePattern.Iso.Parse(line).Value).ToHashSet();

        var first = new LocalDate(2006, 1, 1);
        var computed = Enumerable.Range(0, Period.DaysBetween(first, new LocalDate(2032, 1, 1))).Select(first.PlusDays)
            .Where(date => PublicHolidays.NameOf(date, HolidayRegion.Metropole) is not null).ToHashSet();

        published.Count.ShouldBe(285, "286 rows; 1 May 2008 was also Ascension");
        computed.ShouldBe(published, ignoreOrder: true);
    }

    [Theory]
    [InlineData("2026-04-03", "Vendredi saint")]
    [InlineData("2026-12-26", "Saint-Étienne")]
    public void Are_two_more_in_Alsace_and_Moselle(string date, string name)
    {
        PublicHolidays.NameOf(Week.Date(date), PublicHolidays.RegionOf("67000")).ShouldBe(name);
        PublicHolidays.NameOf(Week.Date(date), PublicHolidays.RegionOf("57100")).ShouldBe(name);
        PublicHolidays.NameOf(Week.Date(date), PublicHolidays.RegionOf("69600")).ShouldBeNull();
    }

    [Theory]
    [InlineData(1961, "1961-04-02")]
    [InlineData(2008, "2008-03-23")]
    [InlineData(2038, "2038-04-25")]
    [InlineData(2285, "2285-03-22")]
    public void Follow_Easter_from_its_earliest_to_its_latest_date(int year, string easter) =>
        PublicHolidays.EasterSunday(year).ShouldBe(Week.Date(easter));
}
