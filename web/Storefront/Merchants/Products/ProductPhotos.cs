using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Imports;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary><c>POST …/produits/fiche/{sku}/photo</c>: a product's photo, passed on to Catalog as it comes in and kept nowhere here; <c>…/photo/retrait</c> takes it away.</summary>
internal static class ProductPhotos
{
    internal const string Field = "Photo";
    private const string Place = "/photo";
    private const long AroundTheFile = 16 * 1024;

    internal static bool IsPlace(string path) => path.Contains("/produits/fiche/", StringComparison.Ordinal) && path.EndsWith(Place, StringComparison.Ordinal);

    internal static void MapProductPhotos(this RouteGroupBuilder shop)
    {
        shop.MapPost("/produits/fiche/{sku}" + Place, SendAsync);
        shop.MapPost("/produits/fiche/{sku}" + Place + "/retrait", RemoveAsync);
    }

    private static async Task<IResult> SendAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, Ui ui, CancellationToken token)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null; // looked at here, and by Catalog as it comes
        }
        if (http.Request.ContentLength > ProductPhoto.MostBytes + AroundTheFile)
        {
            return await RefusedAsync(sku, http, catalog, desk, ui["pro.photo.wrong.large"], StatusCodes.Status413PayloadTooLarge, token);
        }
        if (Uploading.BoundaryOf(http.Request) is not { } boundary)
        {
            return await RefusedAsync(sku, http, catalog, desk, ui["pro.photo.wrong.none"], StatusCodes.Status422UnprocessableEntity, token); // a form without a file
        }
        try
        {
            var parts = new MultipartReader(boundary, http.Request.Body);
            while (await parts.ReadNextSectionAsync(token) is { } part)
            {
                if (part.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
                {
                    var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
                    return string.IsNullOrEmpty(name.Value) ? await RefusedAsync(sku, http, catalog, desk, ui["pro.photo.wrong.none"], StatusCodes.Status422UnprocessableEntity, token)
                        : await PassOnAsync(sku, http, catalog, desk, ui, part, token);
                }
            }
            return await RefusedAsync(sku, http, catalog, desk, ui["pro.photo.wrong.none"], StatusCodes.Status422UnprocessableEntity, token);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException and not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> PassOnAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, Ui ui, MultipartSection part, CancellationToken token)
    {
        // What a browser says of a file it guessed from its name; what it is, Catalog sees.
        var type = part.ContentType is "image/png" or "image/webp" ? part.ContentType : "image/jpeg";
        var answer = await catalog.SendPhotoAsync(http.ProShop().Slug, sku, type, part.Body, ui.Code, token);
        return answer is { Ok: true } ? new SeeOther(ProductSheet.Address(http.ProShop().Slug, sku) + "?photo=ajoutee#photo")
            : answer?.Problem is { Code: "offer-not-found" } ? Trouble.NotFound(null)
            : await RefusedAsync(sku, http, catalog, desk, answer?.Problem?.Detail ?? ui["pro.photo.wrong.broken"],
                answer?.Problem is { Status: StatusCodes.Status413PayloadTooLarge } ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity, token);
    }

    private static async Task<IResult> RemoveAsync(string sku, HttpContext http, ShopProductsClient catalog, CancellationToken token)
    {
        var answer = await catalog.RemovePhotoAsync(http.ProShop().Slug, sku, token);
        return answer.Ok ? new SeeOther(ProductSheet.Address(http.ProShop().Slug, sku) + "?photo=retiree#photo") : Trouble.NotFound(null);
    }

    private static async Task<IResult> RefusedAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, string sentence, int status, CancellationToken token) =>
        await catalog.SheetAsync(http.ProShop().Slug, sku, token) is { } sheet
            ? await desk.PageAsync(http.ProShop(), ProductForm.Of(sheet.Definition, await desk.RulesAsync(token)), sheet, [(Field, sentence)], token, status: status)
            : Trouble.NotFound(null);
}
