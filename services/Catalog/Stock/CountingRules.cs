using System.Globalization;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Catalog.Stock;

/// <summary>Who is believed to be speaking when a figure comes in.</summary>
internal static class CountingRules
{
    /// <summary>A person counts by hand; a program speaks through the API, or says that it is the till's feed.</summary>
    internal static Counting Of(HttpContext context, string? source, DateTimeOffset asOf, bool reservedExcluded)
    {
        var person = new Caller(context.User).Person is not null;
        return new Counting((person, source) switch
        {
            (true, null or "" or "hand") => StockSource.Hand,
            (false, null or "" or "api") => StockSource.Api,
            (false, "feed") => StockSource.Feed,
            (false, "hand") when new Caller(context.User).IsOperator => StockSource.Hand,
            _ => throw Refusal.Invalid("source-invalid", "Cette origine de stock n’est pas la vôtre : hand pour une personne, api ou feed pour un programme.",
                "This stock source is not yours: hand for people, api or feed for programs."),
        }, asOf, reservedExcluded);
    }

    // A time without its distance from UTC is somebody's local one: taken for UTC, a count would seem hours younger than it is, and bring back what was sold
    // in between. Only the forms of RFC 3339; the seconds may be left out.
    private static readonly string[] Moments =
    [
        "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    internal static DateTimeOffset AsOf(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text))
        {
            return now;
        }

        return DateTimeOffset.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var asOf) && asOf <= now.AddMinutes(1)
            ? asOf < now ? asOf.ToUniversalTime() : now
            : throw Refusal.Invalid("as-of-invalid", "La date du relevé est illisible, sans son décalage (écrivez par exemple 2026-07-15T08:00:00+02:00), ou dans le futur.",
                "The time of the figures is unreadable, lacks its offset (write for example 2026-07-15T08:00:00+02:00), or is in the future.");
    }

    internal static bool ReservedExcluded(string? text) => text switch
    {
        null or "" or "included" => false,
        "excluded" => true,
        _ => throw Refusal.Invalid("reserved-invalid", "« reserved » vaut included ou excluded.", "“reserved” is included or excluded."),
    };
}
