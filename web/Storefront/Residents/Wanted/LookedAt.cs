using System.Globalization;
using Marketplace.Contracts;

namespace Marketplace.Storefront.Residents.Wanted;

/// <summary><c>/{town}/vus</c>: a page's script says which offers it showed to somebody although they are out of stock. Pages come out of a cache and are fetched by programs: only who looks at one counts.</summary>
internal static class LookedAt
{
    private const int MostOnAPage = 24;

    public static void MapLookedAt(this RouteGroupBuilder town) => town.MapPost("/vus", NoteAsync);

    /// <summary>For the page's script; null where nothing is out.</summary>
    public static string? Of(IEnumerable<(OfferId Offer, string StockState)> shown) =>
        string.Join(',', shown.Where(o => o.StockState == "out-of-stock").Select(o => o.Offer.ToString()).Take(MostOnAPage)) is { Length: > 0 } ids ? ids : null;

    private static async Task<IResult> NoteAsync(HttpContext http, WantedTally tally, LookingLimit limit, CancellationToken token)
    {
        if (limit.WaitOf(http) is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Results.StatusCode(StatusCodes.Status429TooManyRequests); // to a script, which shows nothing of it
        }
        var form = await http.Request.ReadFormAsync(token);
        foreach (var id in form["offres"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostOnAPage).Distinct())
        {
            if (OfferId.TryParse(id, null, out var offer) && limit.IsNew(http, offer))
            {
                tally.Note(offer);
            }
        }
        return Results.NoContent();
    }
}
