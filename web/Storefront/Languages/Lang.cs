using Microsoft.Net.Http.Headers;

namespace Marketplace.Storefront.Languages;

internal enum Lang
{
    Fr,
    En,
}

/// <summary>The language of a request: what was chosen (cookie), else what the browser prefers, else French.</summary>
internal static class RequestLanguage
{
    public const string Cookie = "langue";

    public static string Code(this Languages.Lang lang) => lang == Languages.Lang.En ? "en" : "fr";

    public static Languages.Lang Lang(this HttpContext http)
    {
        if (http.Items.TryGetValue(typeof(Languages.Lang), out var known))
        {
            return (Languages.Lang)known!;
        }
        var lang = Parse(http.Request.Cookies[Cookie]) ?? Preferred(http.Request.Headers.AcceptLanguage.ToString());
        http.Items[typeof(Languages.Lang)] = lang;
        return lang;
    }

    /// <summary>`?lang=en` is a choice: it is remembered in a cookie and leaves the address.</summary>
    public static IApplicationBuilder UseLanguageChoice(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (HttpMethods.IsGet(http.Request.Method) && http.Request.Query.TryGetValue("lang", out var asked) && Parse(asked) is { } chosen)
        {
            http.Response.Cookies.Append(Cookie, chosen.Code(), new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                HttpOnly = true,
                SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
                IsEssential = true,
                Path = "/",
            });
            var rest = http.Request.Query.Where(q => !q.Key.Equals("lang", StringComparison.OrdinalIgnoreCase)).SelectMany(q => q.Value, (q, v) => KeyValuePair.Create(q.Key, v));
            // A path that begins with two slashes would be read as another host.
            var path = "/" + http.Request.Path.Value?.TrimStart('/', '\\');
            http.Response.Redirect(http.Request.PathBase + new PathString(path) + QueryString.Create(rest), permanent: false);
            return;
        }
        await next(http);
    });

    private static Languages.Lang? Parse(string? code) => code switch
    {
        "fr" => Languages.Lang.Fr,
        "en" => Languages.Lang.En,
        _ => null,
    };

    private static Languages.Lang Preferred(string header)
    {
        if (header.Length == 0 || !StringWithQualityHeaderValue.TryParseList(header.Split(','), out var wanted))
        {
            return Languages.Lang.Fr;
        }
        return wanted.OrderByDescending(w => w.Quality ?? 1).Select(w => Parse(w.Value.ToString().Split('-')[0].ToLowerInvariant())).FirstOrDefault(l => l is not null)
            ?? Languages.Lang.Fr;
    }
}
