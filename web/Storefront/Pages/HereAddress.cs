using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Pages;

/// <summary>The address of the page that is being shown, as links in it may carry it.</summary>
internal static class HereAddress
{
    /// <summary>
    /// This page again: of a kept page only with what it is kept by, since whatever else the first visitor's address said would be handed to everybody;
    /// of an answer to a form the page on which that stands.
    /// </summary>
    public static (PathString Path, QueryString Query) Of(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            return CameFrom(http.Request);
        }
        var kept = http.GetEndpoint()?.Metadata.GetMetadata<PageCache>();
        var query = http.Request.Query.Where(q => kept is null || kept.VariesBy(q.Key)).SelectMany(q => q.Value, (q, v) => KeyValuePair.Create(q.Key, v));
        return (OnThisSite(http.Request.Path), QueryString.Create(query));
    }

    public static string InOtherLanguage(HttpContext http, Ui ui)
    {
        var (path, query) = Of(http);
        return path + query.Add("lang", ui.Other);
    }

    // Many forms go to addresses that are no pages: back to where the form stood.
    private static (PathString, QueryString) CameFrom(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            ? (OnThisSite(PathString.FromUriComponent(from)), new QueryString(from.Query)) : ("/", QueryString.Empty);

    // A path that begins with two slashes would be read as another host.
    private static PathString OnThisSite(PathString path) => new("/" + path.Value?.TrimStart('/', '\\'));
}
