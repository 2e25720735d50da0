using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Imports;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary><c>POST …/produits/fiche/{sku}/photo</c>: a product's photo, passed on to Catalog as it comes in and kept nowhere here; <c>…/photo/retrait</c> takes it away, <c>…/photo/retour</c> shows the one before (<c>?de=</c>) again.</summary>
internal static class ProductPhotos
{
    internal const string Field = "Photo";
    internal const string OfNewProduct = "/produits/nouveau";
    private const string Place = "/photo";

    internal static bool IsPlace(string path) => path.Contains("/produits/fiche/", StringComparison.Ordinal) && path.EndsWith(Place, StringComparison.Ordinal);

    internal static void MapProductPhotos(this RouteGroupBuilder shop)
    {
        shop.MapPost("/produits/fiche/{sku}" + Place, SendAsync).TakesFiles();
        shop.MapPost("/produits/fiche/{sku}" + Place + "/retrait", RemoveAsync);
        shop.MapPost("/produits/fiche/{sku}" + Place + "/retour", TakeBackAsync);
    }

    /// <summary>The photo in a product's own form; null where none was chosen.</summary>
    internal static IFormFile? In(HttpRequest request) => request.HasFormContentType ? request.Form.Files.FirstOrDefault(f => f.Name == Field && f.Length > 0) : null;

    /// <summary>Whether one was chosen: a button that does not save sends its name alone. No page can choose it again for who did.</summary>
    internal static bool IsChosenIn(HttpRequest request) => In(request) is not null || (request.HasFormContentType && request.Form[Field].Any(name => !string.IsNullOrEmpty(name)));

    /// <summary>False where it is no photo, or was cut off: the product is there without.</summary>
    internal static async Task<bool> AddAsync(string shop, string sku, IFormFile photo, ShopProductsClient catalog, Ui ui, CancellationToken token)
    {
        await using var file = photo.OpenReadStream();
        return await catalog.SendPhotoAsync(shop, sku, TypeOf(photo.ContentType), file, ui.Code, token) is { Ok: true };
    }

    // What a browser says of a file it guessed from its name; what it is, Catalog sees.
    private static string TypeOf(string? told) => told is "image/png" or "image/webp" ? told : "image/jpeg";

    private static Task<IResult> SendAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, Ui ui, CancellationToken token, string? de = null) =>
        Uploading.FileOfAsync(http, ProductPhoto.MostBytes, (why, status) => RefusedAsync(sku, http, catalog, desk, ui["pro.photo.wrong." + why], status, token), (_, part) => PassOnAsync(sku, http, catalog, desk, ui, part, de, token), token);

    private static async Task<IResult> PassOnAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, Ui ui, MultipartSection part, string? before, CancellationToken token)
    {
        var answer = await catalog.SendPhotoAsync(http.ProShop().Slug, sku, TypeOf(part.ContentType), part.Body, ui.Code, token);
        return answer is { Ok: true } ? Said(sku, http, "ajoutee", before)
            : answer?.Problem is { Code: "offer-not-found" } ? Trouble.NotFound(null)
            : await RefusedAsync(sku, http, catalog, desk, answer?.Problem?.Detail is { } why ? ui.Text(new Text(why, why)) : ui["pro.photo.wrong.broken"],
                answer?.Problem is { Status: StatusCodes.Status413PayloadTooLarge } ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity, token);
    }

    private static async Task<IResult> RemoveAsync(string sku, HttpContext http, ShopProductsClient catalog, CancellationToken token, string? de = null)
    {
        var answer = await catalog.RemovePhotoAsync(http.ProShop().Slug, sku, token);
        return answer.Ok ? Said(sku, http, "retiree", de) : Trouble.NotFound(null);
    }

    private static async Task<IResult> TakeBackAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, Ui ui, CancellationToken token, string? de = null)
    {
        var answer = await catalog.TakePhotoBackAsync(http.ProShop().Slug, sku, de is { Length: > 0 and <= 64 } ? de : "-", token);
        return answer.Ok ? Said(sku, http, "remise", null) : await RefusedAsync(sku, http, catalog, desk, ui["pro.photo.wrong.gone"], StatusCodes.Status422UnprocessableEntity, token);
    }

    private static SeeOther Said(string sku, HttpContext http, string done, string? before) =>
        new(ProductSheet.Address(http.ProShop().Slug, sku) + LocalUrl.Query(("photo", done), ("de", before)) + "#photo");

    private static async Task<IResult> RefusedAsync(string sku, HttpContext http, ShopProductsClient catalog, ProductSheet.Desk desk, string sentence, int status, CancellationToken token) =>
        await catalog.SheetAsync(http.ProShop().Slug, sku, token) is { } sheet
            ? await desk.PageAsync(http.ProShop(), SheetMeanwhile.Shown(sheet, await desk.RulesAsync(token)), sheet, [(Field, sentence)], token, status: status)
            : Trouble.NotFound(null);
}
