using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Merchants.Imports;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Storefront.Pages;

/// <summary>
/// Every post to a page is a form, read here once: what is no form, came broken or is too large is refused with a page that says so, before
/// routing (which would rather take a strange content type for an unknown address) and before any handler meets it. Only a shop's file or photo, which may be large, is read where its page is.
/// </summary>
internal static class ReadableForms
{
    private const string FormType = "application/x-www-form-urlencoded";

    public static void UseReadableForms(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (Uploading.IsBeyondAnyPhoto(http))
        {
            await Trouble.RefuseAsync(http, StatusCodes.Status413PayloadTooLarge);
            return;
        }
        if (HttpMethods.IsPost(http.Request.Method) && !Uploading.IsUpload(http.Request) && !Uploading.IsFormWithPhoto(http.Request) && await RefusalAsync(http) is { } status)
        {
            await Trouble.RefuseAsync(http, status);
            return;
        }
        await next(http);
    });

    private static async Task<int?> RefusalAsync(HttpContext http)
    {
        var request = http.Request;
        // A button without fields, pressed by a script, sends nothing at all.
        if (string.IsNullOrEmpty(request.ContentType) && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
        {
            request.ContentType = FormType;
            return null;
        }
        if (!request.HasFormContentType)
        {
            return StatusCodes.Status415UnsupportedMediaType;
        }
        if (BodyLimit.IsExceeded(http))
        {
            return StatusCodes.Status413PayloadTooLarge;
        }
        try
        {
            var form = await request.ReadFormAsync(http.RequestAborted);
            // PostgreSQL keeps no such character, and nobody types one.
            return form.Any(f => f.Key.Contains('\0', StringComparison.Ordinal) || f.Value.Any(v => v!.Contains('\0', StringComparison.Ordinal))) ? StatusCodes.Status400BadRequest : null;
        }
        catch (BadHttpRequestException unreadable)
        {
            return unreadable.StatusCode;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException && !http.RequestAborted.IsCancellationRequested)
        {
            return StatusCodes.Status400BadRequest; // cut off, without a boundary, or of more fields than any form has
        }
    }
}
