namespace Marketplace.Storefront.Pages;

/// <summary>
/// HEAD is answered as GET is, without the body (RFC 9110, 9.3.2), which the server leaves out: uptime and link checkers ask so, and the endpoints
/// name GET alone.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
        }
        return next(http);
    });
}
