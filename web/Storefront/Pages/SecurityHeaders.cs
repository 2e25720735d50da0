namespace Marketplace.Storefront.Pages;

internal static class SecurityHeaders
{
    // Nothing inline, nothing from elsewhere. data: images are the arrows some browsers draw for form controls.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // Written when the answer starts: a page that tells of a failure begins by clearing whatever was there.
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(static state =>
        {
            Write((HttpContext)state);
            return Task.CompletedTask;
        }, http);
        return next(http);
    });

    private static void Write(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // Order pages carry their token in the address: it never leaves this site.
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=(), payment=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
        // Only means something to a script that these pages do not load.
        headers.Remove("blazor-enhanced-nav");
    }
}
