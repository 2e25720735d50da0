using Marketplace.Storefront.Languages;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Storefront.Pages;

/// <summary>
/// Keeps an anonymous page for a short while, per town, language and encoding, and per the named query values only. What is personal is never in
/// such a page. Dropped by tag when the bus says that the town's offers or shops changed.
/// </summary>
internal sealed class PageCache(TimeSpan life, string[] queryKeys) : IOutputCachePolicy
{
    public const string AllTowns = "towns";

    /// <summary>Pages of no town, on which all of them are named.</summary>
    public const string NoTown = "no-town";

    public bool VariesBy(string queryKey) => queryKeys.Contains(queryKey, StringComparer.OrdinalIgnoreCase);

    public static string Tag(string town) => "town:" + town;

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        var on = (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            && http.RequestServices.GetRequiredService<IConfiguration>().GetValue("Pages:Cache", true);
        context.EnableOutputCaching = on;
        // A forced reload is answered afresh, as of any shared cache (RFC 9111, 5.2.1.4), and what it got is kept for the others.
        context.AllowCacheLookup = on && http.Request.GetTypedHeaders().CacheControl?.NoCache != true;
        context.AllowCacheStorage = on;
        context.AllowLocking = context.AllowCacheLookup;
        context.ResponseExpirationTimeSpan = life;
        context.CacheVaryByRules.QueryKeys = new StringValues(queryKeys);
        context.CacheVaryByRules.VaryByValues["lang"] = http.Lang().Code();
        context.CacheVaryByRules.VaryByValues["encoding"] = Encoding(http.Request.Headers.AcceptEncoding.ToString());
        context.Tags.Add(AllTowns);
        context.Tags.Add(http.Request.RouteValues["town"] is string town ? Tag(town) : NoTown);
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var response = context.HttpContext.Response;
        if (response.StatusCode != StatusCodes.Status200OK || response.Headers.SetCookie.Count > 0)
        {
            context.AllowCacheStorage = false;
        }
        return ValueTask.CompletedTask;
    }

    private static string Encoding(string accepted) => accepted.Contains("br", StringComparison.Ordinal) ? "br" : accepted.Contains("gzip", StringComparison.Ordinal) ? "gzip" : "";
}

internal static class PageCaching
{
    /// <summary>The same page for everybody, kept on the server for at most this many seconds.</summary>
    public static RouteHandlerBuilder CachePage(this RouteHandlerBuilder endpoint, int seconds, params string[] queryKeys)
    {
        endpoint.AddEndpointFilter(async (context, next) =>
        {
            // A browser asks again each time (the page is small, and stock is honest); its own copy serves going back.
            context.HttpContext.Response.Headers.CacheControl = "no-cache";
            context.HttpContext.Response.Headers.Vary = "Accept-Language, Cookie, Accept-Encoding";
            return await next(context);
        });
        return endpoint.WithMetadata(new PageCache(TimeSpan.FromSeconds(seconds), queryKeys));
    }
}
