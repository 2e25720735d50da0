using System.Globalization;
using Marketplace.Contracts.Merchants.Api;
using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <summary>A block of opening hours in minutes of the local day: 510–750 is 08:30–12:30, and 1440 is midnight at its end.</summary>
internal readonly record struct Block(int From, int To)
{
    public const int DayMinutes = 24 * 60;

    public Interval On(LocalDate date) => new(Paris.At(date, From), Paris.At(date, To));

    public HoursBlock ToHours() => new(Format(From), Format(To));

    public static bool TryParse(HoursBlock hours, out Block block)
    {
        block = default;
        if (!TryParseMinute(hours.From, out var from) || !TryParseMinute(hours.To, out var to) || from >= to)
        {
            return false;
        }

        block = new Block(from, to);
        return true;
    }

    /// <summary>"HH:mm", and "24:00" for the end of a day.</summary>
    public static bool TryParseMinute(string? text, out int minute)
    {
        minute = 0;
        if (text is not { Length: 5 } || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
        {
            return false;
        }

        minute = (hours * 60) + minutes;
        return minutes < 60 && minute <= DayMinutes;
    }

    public static string Format(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
