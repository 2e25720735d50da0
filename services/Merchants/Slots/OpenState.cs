using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <summary>Open now, until when, or when next.</summary>
/// <param name="Until">Local time; null when closed, or open for longer than a day.</param>
/// <param name="OpensNext">Null when open, or when no opening is in sight.</param>
internal sealed record OpenState(bool OpenNow, string? Until, Instant? OpensNext)
{
    // Longer than the summer closure of the longest holiday.
    private const int HorizonDays = 92;

    public static OpenState At(OpeningCalendar calendar, Instant now)
    {
        var today = Paris.DateOf(now);
        Instant? until = null;
        foreach (var interval in calendar.From(today, HorizonDays))
        {
            if (until is { } soFar)
            {
                if (interval.Start > soFar || soFar - now > Duration.FromDays(1))
                {
                    break;
                }

                until = interval.End; // 18:00–24:00 and 00:00–02:00 are one evening
            }
            else if (interval.Contains(now))
            {
                until = interval.End;
            }
            else if (interval.Start > now)
            {
                return new OpenState(false, null, interval.Start);
            }
        }

        return until is { } end ? new OpenState(true, end - now > Duration.FromDays(1) ? null : LocalTimeOf(end), null) : new OpenState(false, null, null);
    }

    private static string LocalTimeOf(Instant instant)
    {
        var local = instant.InZone(Paris.Zone).TimeOfDay;
        return Block.Format((local.Hour * 60) + local.Minute);
    }
}
