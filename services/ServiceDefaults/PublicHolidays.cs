using NodaTime;

namespace Marketplace.ServiceDefaults;

/// <summary>Where a place stands, as far as public holidays go.</summary>
public enum HolidayRegion
{
    /// <summary>Everywhere else in European France.</summary>
    Metropole,

    /// <summary>Bas-Rhin, Haut-Rhin and Moselle keep two more (Code du travail L3134-13).</summary>
    AlsaceMoselle,
}

/// <summary>French public holidays, computed; checked against the published list by a test. Shops are closed on them, and terms of law do not end on them.</summary>
public static class PublicHolidays
{
    /// <summary>By the first two digits of a postcode.</summary>
    public static HolidayRegion RegionOf(string postcode) =>
        postcode.StartsWith("57", StringComparison.Ordinal) || postcode.StartsWith("67", StringComparison.Ordinal) || postcode.StartsWith("68", StringComparison.Ordinal)
            ? HolidayRegion.AlsaceMoselle
            : HolidayRegion.Metropole;

    /// <summary>The holiday's French name, or null on an ordinary day.</summary>
    public static string? NameOf(LocalDate date, HolidayRegion region) => (date.Month, date.Day) switch
    {
        (1, 1) => "Jour de l’An",
        (5, 1) => "Fête du Travail",
        (5, 8) => "Victoire de 1945",
        (7, 14) => "Fête nationale",
        (8, 15) => "Assomption",
        (11, 1) => "Toussaint",
        (11, 11) => "Armistice de 1918",
        (12, 25) => "Noël",
        (12, 26) when region == HolidayRegion.AlsaceMoselle => "Saint-Étienne",
        ( >= 3 and <= 6, _) => MovableNameOf(date, region),
        _ => null,
    };

    private static string? MovableNameOf(LocalDate date, HolidayRegion region) => Period.DaysBetween(EasterSunday(date.Year), date) switch
    {
        -2 when region == HolidayRegion.AlsaceMoselle => "Vendredi saint",
        1 => "Lundi de Pâques",
        39 => "Ascension",
        50 => "Lundi de Pentecôte",
        _ => null,
    };

    /// <summary>Gregorian Easter: the anonymous algorithm (Meeus, Jones, Butcher), valid for every year of the calendar.</summary>
    public static LocalDate EasterSunday(int year)
    {
        var (golden, century, inCentury) = (year % 19, year / 100, year % 100);
        var moonCorrection = (century - ((century + 8) / 25) + 1) / 3;
        var epact = ((19 * golden) + century - (century / 4) - moonCorrection + 15) % 30;
        var weekday = (32 + (2 * (century % 4)) + (2 * (inCentury / 4)) - epact - (inCentury % 4)) % 7;
        var lateMoon = (golden + (11 * epact) + (22 * weekday)) / 451;
        var days = epact + weekday - (7 * lateMoon) + 114;
        return new LocalDate(year, days / 31, (days % 31) + 1);
    }
}
