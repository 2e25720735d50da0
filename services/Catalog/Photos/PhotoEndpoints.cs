using System.Buffers;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Catalog.Photos;

/// <summary>The picture of an offer: taken in, removed, and shown at an address that never changes its content.</summary>
internal static class PhotoEndpoints
{
    private static readonly string[] Pictures = ["image/jpeg", "image/png", "image/webp"];

    internal static void MapPhotos(this RouteGroupBuilder api)
    {
        var photo = api.MapGroup("/shops/{shop}/offers/{sku}");
        photo.MapPut("/photo", PutAsync).RequireShop("offers:write", ShopRole.Staff).Produces<MerchantOffer>().WithMetadata(new RequestSizeLimitAttribute(2 * ProductPhoto.MostBytes))
            .WithMetadata(new StreamedBody("A photo of at most 15 MB and 40 million pixels. With `of`, no body: the photo of that other offer of the shop; with `again`, that which it showed before", Pictures));
        photo.MapDelete("/photo", DeleteAsync).RequireShop("offers:write", ShopRole.Staff).Produces(StatusCodes.Status204NoContent);
        api.MapGet("/photos/{photo}/{file}", GetAsync).AllowAnyone().Produces<byte[]>(StatusCodes.Status200OK, "image/webp").Produces(StatusCodes.Status304NotModified);
    }

    private static async Task<MerchantOffer> PutAsync(string sku, string? of, string? again, HttpContext context, PhotoMaking making, OfferPhotos photos, ShopOffers offers, CancellationToken token)
    {
        var shop = context.GetShop();
        if (!string.IsNullOrEmpty(of))
        {
            return await photos.ShareAsync(shop, sku, of, token) ? (await offers.FindAsync(shop, sku, token))! : throw OfferAnswers.Unknown();
        }

        if (!string.IsNullOrEmpty(again))
        {
            return await photos.TakeBackAsync(shop, sku, again, token) ? (await offers.FindAsync(shop, sku, token))! : throw OfferAnswers.Unknown();
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !Pictures.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw new Refusal("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType, "Envoyez une photo : image/jpeg, image/png ou image/webp.", "Send a photo: image/jpeg, image/png or image/webp.");
        }

        if (context.Request.ContentLength > ProductPhoto.MostBytes)
        {
            throw PhotoFaults.TooLarge();
        }

        if (await offers.FindAsync(shop, sku, token) is null)
        {
            throw OfferAnswers.Unknown(); // before it is decoded for nobody
        }

        // On disk while it comes in and waits for its turn: many slow phones at once fill no memory.
        await using var file = Nameless();
        await ReceiveAsync(context.Request.Body, file, token);
        return await photos.SetAsync(shop, sku, await making.MakeAsync(file, token), token) ? (await offers.FindAsync(shop, sku, token))! : throw OfferAnswers.Unknown();
    }

    // Nobody else's to read, and without a name from the start: of what a phone wrote in it nothing stays behind, even where the process is killed.
    private static FileStream Nameless()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 64 * 1024, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(path, how);
        }

        how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, how);
        File.Delete(path);
        return file;
    }

    private static async Task ReceiveAsync(Stream body, FileStream file, CancellationToken token)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await ReadAsync(body, buffer, token) is > 0 and var read)
            {
                if (file.Length + read > ProductPhoto.MostBytes)
                {
                    throw PhotoFaults.TooLarge();
                }

                await file.WriteAsync(buffer.AsMemory(0, read), token);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await file.FlushAsync(token);
        if (file.Length == 0)
        {
            throw PhotoFaults.Empty.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken token)
    {
        try
        {
            return await body.ReadAsync(buffer, token);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException && !token.IsCancellationRequested)
        {
            throw PhotoFaults.Truncated.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static async Task<IResult> DeleteAsync(string sku, HttpContext context, OfferPhotos photos, CancellationToken token) =>
        await photos.RemoveAsync(context.GetShop(), sku, token) ? Results.NoContent() : throw OfferAnswers.Unknown();

    private static async Task<IResult> GetAsync(string photo, string file, HttpContext context, OfferPhotos photos, CancellationToken token)
    {
        var width = ProductPhoto.Widths.FirstOrDefault(w => file == $"{w}.webp");
        if (photo.Length != 64 || width == 0 || await photos.ReadAsync(photo, width, token) is not { } webp)
        {
            throw PhotoFaults.Gone();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(webp, "image/webp", entityTag: new EntityTagHeaderValue($"\"{photo[..32]}-{width}\""));
    }
}
