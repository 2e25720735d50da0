using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// The town that somebody came from to the pages about themselves, which are of no town: its name and its ways stay in the frame. The link there names it,
/// and it is remembered in a cookie; the towns' own pages are the same bytes for everybody, and set none.
/// </summary>
internal static class VisitorsTown
{
    public const string Cookie = "ville";
    private const int LongestSlug = 80;

    /// <summary>`/compte?ville=vienne` is remembered, and leaves the address.</summary>
    public static IApplicationBuilder UseVisitorsTown(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (HttpMethods.IsGet(http.Request.Method) && http.Request.Path.Equals("/compte", StringComparison.OrdinalIgnoreCase) && http.Request.Query[Cookie] is [{ } slug] && IsSlug(slug))
        {
            http.Response.Cookies.Append(Cookie, slug, new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
                IsEssential = true,
                Path = "/compte",
            });
            http.Response.Redirect(http.Request.PathBase + "/compte", permanent: false);
            return;
        }
        await next(http);
    });

    /// <summary>Null: none is remembered, it is none of ours, or nobody says the towns now.</summary>
    public static async Task<TownFrame?> VisitorsTownAsync(this TownDirectory towns, HttpContext http, CancellationToken token)
    {
        if (http.Request.Cookies[Cookie] is not { } slug || !IsSlug(slug))
        {
            return null;
        }
        try
        {
            return (await towns.TownsAsync(token)).FirstOrDefault(t => t.Slug == slug) is { } town ? new TownFrame(town.Slug, town.Name, town.Accent) : null;
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
    }

    private static bool IsSlug(string text) => text.Length is > 0 and <= LongestSlug && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
