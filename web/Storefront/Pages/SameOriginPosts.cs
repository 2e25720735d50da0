using Microsoft.Net.Http.Headers;

namespace Marketplace.Storefront.Pages;

/// <summary>
/// Forgery protection without a token in the page (pages are cached and the same for all, and set no cookie): a browser says where a post
/// comes from, by Sec-Fetch-Site or else by Origin, and a post from elsewhere is refused. Bearer tokens are never sent by themselves, so
/// programs that use them are let through.
/// </summary>
internal static class SameOriginPosts
{
    public static void UseSameOriginPosts(this IApplicationBuilder app) => app.Use((http, next) => IsFromElsewhere(http.Request) ? Trouble.RefuseAsync(http, StatusCodes.Status403Forbidden) : next(http));

    private static bool IsFromElsewhere(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || request.Headers.ContainsKey(HeaderNames.Authorization))
        {
            return false;
        }
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is not ("same-origin" or "none");
        }
        var origin = request.Headers.Origin.ToString();
        // Neither header: not a browser that carries somebody's cookies.
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
