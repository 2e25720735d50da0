using System.Net;
using Marketplace.Storefront.Clients;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Storefront.Residents.Offers;

/// <summary>Pictures that Catalog keeps, passed on from this origin: pages need nothing from elsewhere.</summary>
internal static class Pictures
{
    public static void MapPictures(this WebApplication app) => app.MapGet("/images/{**path}", async (string path, HttpContext http, CatalogClient catalog, CancellationToken token) =>
    {
        if (!path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_'))
        {
            return Results.NotFound();
        }
        using var picture = await catalog.PictureAsync(path + http.Request.QueryString, token);
        var type = picture.Content.Headers.ContentType?.MediaType;
        if (picture.StatusCode != HttpStatusCode.OK || type?.StartsWith("image/", StringComparison.Ordinal) != true)
        {
            return Results.NotFound();
        }
        // A photo's address never changes its content, and Catalog says so.
        var forGood = picture.Headers.CacheControl is { MaxAge.TotalDays: > 30 };
        http.Response.Headers.CacheControl = forGood ? "public, max-age=31536000, immutable" : "public, max-age=86400";
        return Results.Bytes(await picture.Content.ReadAsByteArrayAsync(token), type, entityTag: picture.Headers.ETag is { IsWeak: false, Tag: { } tag } ? new EntityTagHeaderValue(tag) : null);
    });
}
