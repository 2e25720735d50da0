namespace Marketplace.Catalog.Importing;

/// <summary>An uploaded file read back part by part: one part stands in memory.</summary>
internal sealed class ImportedFile(ImportTables tables, Guid import) : Stream
{
    private byte[] _part = [];
    private int _at;
    private int _next;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at == _part.Length)
        {
            if (await tables.PartAsync(import, _next, cancellationToken) is not { } part)
            {
                return 0;
            }

            (_part, _at, _next) = (part, 0, _next + 1);
        }

        var count = Math.Min(buffer.Length, _part.Length - _at);
        _part.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Parts come from the database: read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
