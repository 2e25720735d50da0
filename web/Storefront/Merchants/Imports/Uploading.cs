using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Storefront.Merchants.Imports;

/// <summary><c>POST /pro/{shop}/import/fichier</c>: a shop's file, passed on to Catalog as it comes in and kept nowhere here.</summary>
internal static class Uploading
{
    internal const string Place = "/import/fichier";
    private const long AroundTheFile = 16 * 1024;

    /// <summary>Whether a post is such a file, which is not to be read before its page is found.</summary>
    internal static bool IsUpload(HttpRequest request) =>
        request.Path.StartsWithSegments("/pro", StringComparison.Ordinal) && (request.Path.Value!.EndsWith(Place, StringComparison.Ordinal) || ProductPhotos.IsPlace(request.Path.Value)) && BoundaryOf(request) is not null;

    /// <summary>Whether a post is a form with a photo among its fields, which is read once it is known who sends it.</summary>
    internal static bool IsFormWithPhoto(HttpRequest request) =>
        request.Path.StartsWithSegments("/pro", StringComparison.Ordinal) && request.Path.Value!.EndsWith(ProductPhotos.OfNewProduct, StringComparison.Ordinal) && BoundaryOf(request) is not null;

    /// <summary>More than is read of such a form. The server reads on for a moment, so that who still sends hears of it.</summary>
    internal static bool IsBeyondAnyPhoto(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !IsFormWithPhoto(http.Request) || !(http.Request.ContentLength > 2 * ProductPhoto.MostBytes))
        {
            return false;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
        return true;
    }

    /// <summary>Such a form's endpoint. Twice what a photo may weigh is read of it, so that who sends a larger one is told so beside what they typed.</summary>
    internal static RouteHandlerBuilder TakesPhoto(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestSizeLimitAttribute(2 * ProductPhoto.MostBytes)).WithFormOptions(multipartBodyLengthLimit: 2 * ProductPhoto.MostBytes).ReadOnceLetIn();

    /// <summary>An endpoint that takes a file of its own size: looked at here, and by Catalog as it comes.</summary>
    internal static RouteHandlerBuilder TakesFiles(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new DisableRequestSizeLimitAttribute());

    private static string? BoundaryOf(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary ? boundary : null;

    internal static Task<IResult> SendAsync(HttpContext http, ShopImportsClient imports, ImportDesk desk, Ui ui, CancellationToken token) =>
        FileOfAsync(http, Import.MostBytes, (why, status) => desk.UploadPageAsync(http, ui["pro.import.wrong." + why], status, token), (name, file) => PassOnAsync(http, imports, desk, ui, name, file.Body, token), token);

    /// <summary>The first file of a form, passed on as it comes in. What keeps it from that is <c>large</c> or <c>none</c>.</summary>
    internal static async Task<IResult> FileOfAsync(HttpContext http, long most, Func<string, int, Task<IResult>> refused, Func<string, MultipartSection, Task<IResult>> passOn, CancellationToken token)
    {
        if (http.Request.ContentLength > most + AroundTheFile)
        {
            return await refused("large", StatusCodes.Status413PayloadTooLarge);
        }
        if (BoundaryOf(http.Request) is not { } boundary)
        {
            return await refused("none", StatusCodes.Status422UnprocessableEntity); // a form without a file
        }
        try
        {
            var parts = new MultipartReader(boundary, http.Request.Body);
            while (await parts.ReadNextSectionAsync(token) is { } part)
            {
                // One of two fields is empty where a photo is taken, or chosen.
                if (part.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition()
                    && (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).Value is { Length: > 0 } name)
                {
                    return await passOn(name, part);
                }
            }
            return await refused("none", StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException and not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> PassOnAsync(HttpContext http, ShopImportsClient imports, ImportDesk desk, Ui ui, string name, Stream file, CancellationToken token)
    {
        var answer = await imports.SendAsync(http.ProShop().Slug, name[..Math.Min(name.Length, 300)], file, ui.Code, token);
        return answer is { Ok: true, Value: { } import } ? new SeeOther(ImportDesk.Address(http.ProShop(), import.Id))
            : answer?.Problem is { Code: "import-empty" } ? await desk.UploadPageAsync(http, ui["pro.import.wrong.empty"], StatusCodes.Status422UnprocessableEntity, token)
            : answer?.Problem is { Status: StatusCodes.Status413PayloadTooLarge } ? await desk.UploadPageAsync(http, ui["pro.import.wrong.large"], StatusCodes.Status413PayloadTooLarge, token)
            : await desk.UploadPageAsync(http, ui["pro.import.wrong.broken"], StatusCodes.Status422UnprocessableEntity, token);
    }
}
