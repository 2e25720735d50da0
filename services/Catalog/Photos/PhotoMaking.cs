using System.Security.Cryptography;
using Marketplace.Contracts.Catalog.Api;
using SkiaSharp;

namespace Marketplace.Catalog.Photos;

/// <summary>A picture as it is shown: WebP in some widths, nothing of the file it came from but what can be seen.</summary>
internal sealed record Photo(string Id, IReadOnlyList<PhotoSize> Sizes);

internal sealed record PhotoSize(int Width, byte[] WebP);

/// <summary>
/// Makes of a file what is shown. What a decoder needs in memory depends on what the file says of itself, so one is decoded at a time in each process, and only what says
/// that it is no larger than cameras make them.
/// </summary>
internal sealed class PhotoMaking : IDisposable
{
    internal const long MostPixels = 40_000_000;
    private const int Quality = 76;

    // For lists on a phone, for lists elsewhere, for a product's own page.
    private static readonly int[] Widths = [.. ProductPhoto.Widths];

    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Linear);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _decoding;

    /// <summary>How many were ever decoded at once.</summary>
    internal int MostAtOnce { get; private set; }

    internal async Task<Photo> MakeAsync(Stream file, CancellationToken token)
    {
        await _turn.WaitAsync(token);
        try
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _decoding));
            return await Task.Run(() => Make(file), token);
        }
        finally
        {
            Interlocked.Decrement(ref _decoding);
            _turn.Release();
        }
    }

    private static Photo Make(Stream file)
    {
        if (IsHeic(file))
        {
            throw PhotoFaults.OfAPhone.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        file.Position = 0;
        using var codec = SKCodec.Create(file, out var opened);
        if (codec is null)
        {
            throw (opened is SKCodecResult.IncompleteInput ? PhotoFaults.Truncated : PhotoFaults.NoPicture).ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        if (codec.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp))
        {
            throw PhotoFaults.NoPicture.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
        {
            throw PhotoFaults.TooManyPixels.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        using var decoded = Decode(codec, Turned(codec.EncodedOrigin) ? Fit(height, width, Widths[^1]) : Fit(width, height, Widths[^1]));
        using var upright = Upright(decoded, codec.EncodedOrigin);
        var sizes = Sizes(upright, Turned(codec.EncodedOrigin) ? height : width, Turned(codec.EncodedOrigin) ? width : height);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var size in sizes)
        {
            digest.AppendData(BitConverter.GetBytes(size.WebP.Length));
            digest.AppendData(size.WebP);
        }

        return new Photo(Convert.ToHexStringLower(digest.GetHashAndReset()), sizes);
    }

    // As phones of one make write it, unless a page asks for something else.
    private static bool IsHeic(Stream file)
    {
        Span<byte> head = stackalloc byte[12];
        file.Position = 0;
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[4..8].SequenceEqual("ftyp"u8)
            && (head[8..11].SequenceEqual("hei"u8) || head[8..11].SequenceEqual("hev"u8) || head[8..].SequenceEqual("mif1"u8) || head[8..].SequenceEqual("msf1"u8));
    }

    // A JPEG comes out of its decoder as small as it is needed, twice as large as it is shown: seldom more than a few megabytes.
    private static SKBitmap Decode(SKCodec codec, float fit)
    {
        var size = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? codec.GetScaledDimensions(Math.Min(1, fit * 2)) : codec.Info.Size;
        var bitmap = new SKBitmap();
        using var colours = SKColorSpace.CreateSrgb();
        if (!bitmap.TryAllocPixels(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul, colours)))
        {
            bitmap.Dispose();
            throw PhotoFaults.TooManyPixels.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw (result is SKCodecResult.IncompleteInput ? PhotoFaults.Truncated : PhotoFaults.NoPicture).ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        return bitmap;
    }

    // In largest first, each of the one before: small steps are sharp ones.
    private static List<PhotoSize> Sizes(SKBitmap upright, int width, int height)
    {
        // Of a small picture only the widths up to its own: it is never enlarged.
        var wanted = Widths.TakeWhile((_, i) => i == 0 || Fit(width, height, Widths[i - 1]) < 1).ToList();
        var sizes = new List<PhotoSize>(wanted.Count);
        var from = upright;
        foreach (var most in wanted.AsEnumerable().Reverse())
        {
            var fit = Fit(width, height, most);
            var small = new SKBitmap(new SKImageInfo(Scaled(width, fit), Scaled(height, fit), SKColorType.Rgba8888, upright.AlphaType, upright.ColorSpace));
            using (var source = from.PeekPixels())
            using (var target = small.PeekPixels())
            {
                if (!source.ScalePixels(target, Smooth))
                {
                    throw new InvalidOperationException("A picture could not be scaled");
                }

                // Without a colour space in it: sRGB is what a browser takes a picture for that says nothing.
                using var bare = target.WithColorSpace(null!);
                using var webp = bare.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, Quality)) ?? throw new InvalidOperationException("A picture could not be written");
                sizes.Add(new PhotoSize(most, webp.ToArray()));
            }

            if (from != upright)
            {
                from.Dispose();
            }

            from = small;
        }

        if (from != upright)
        {
            from.Dispose();
        }

        return sizes;
    }

    // Twice as high as wide at most: nothing shows more of it.
    private static float Fit(int width, int height, int most) => Math.Min(1, Math.Min((float)most / width, 2f * most / height));

    private static int Scaled(int length, float fit) => Math.Max(1, (int)MathF.Round(length * fit));

    private static bool Turned(SKEncodedOrigin origin) => origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    // A phone writes the picture as its sensor lies, and beside it how it was held.
    private static SKBitmap Upright(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft)
        {
            return bitmap;
        }

        var (w, h) = (bitmap.Width, bitmap.Height);
        var upright = Turned(origin)
            ? new SKBitmap(new SKImageInfo(h, w, bitmap.ColorType, bitmap.AlphaType, bitmap.ColorSpace))
            : new SKBitmap(bitmap.Info);
        using var canvas = new SKCanvas(upright);
        canvas.Clear(SKColors.Transparent);
        canvas.SetMatrix(origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, h, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, h, -1, 0, w, 0, 0, 1),
            SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, w, 0, 0, 1),
            _ => SKMatrix.Identity,
        });
        canvas.DrawBitmap(bitmap, 0, 0);
        canvas.Flush();
        return upright;
    }

    public void Dispose() => _turn.Dispose();
}
