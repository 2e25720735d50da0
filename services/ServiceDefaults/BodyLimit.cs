using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Refuses bodies above the endpoint's limit so that the sender hears why. Left to itself the server closes the connection on somebody who still sends, and
/// all they see is a broken line. So its own limit is lifted and kept here instead: it then reads what is still coming (for a few seconds) after the answer.
/// </summary>
public static class BodyLimit
{
    internal static Task KeepAsync(HttpContext context, RequestDelegate next)
    {
        if (IsExceeded(context))
        {
            throw HttpRefusals.Of(StatusCodes.Status413PayloadTooLarge);
        }

        if (context.Request.ContentLength is null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: { } most } limit
            && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false)
        {
            limit.MaxRequestBodySize = null;
            context.Request.Body = new Counted(context.Request.Body, most);
        }

        return next(context);
    }

    /// <summary>Whether the body says that it is too large. It is not to be read then: answer 413.</summary>
    public static bool IsExceeded(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && context.Request.ContentLength > limit.MaxRequestBodySize)
        {
            limit.MaxRequestBodySize = null;
            return true;
        }

        return false;
    }

    /// <summary>A body that does not say how long it is.</summary>
    private sealed class Counted(Stream body, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await body.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => Count(body.Read(buffer, offset, count));

        public override void Flush() => body.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Count(int read) => (_read += read) <= most ? read : throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
    }
}
