namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// The cancelled tickets that this counter has taken note of, by their references. Each device keeps its own: a cancellation must be seen wherever
/// somebody may be wrapping the goods, not only where it was seen first.
/// </summary>
internal static class SeenTickets
{
    private const string Cookie = "vues";
    private const int Most = 60;

    public static IReadOnlySet<string> Of(HttpContext http) => Read(http).ToHashSet(StringComparer.Ordinal);

    public static void Add(HttpContext http, string reference) =>
        http.Response.Cookies.Append(Cookie, string.Join('.', Read(http).Append(reference).Distinct(StringComparer.Ordinal).TakeLast(Most)), new CookieOptions
        {
            Path = $"/pro/{http.ProShop().Slug}",
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            MaxAge = TimeSpan.FromDays(2), // the board shows today's
        });

    private static string[] Read(HttpContext http) => http.Request.Cookies[Cookie]?.Split('.', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
