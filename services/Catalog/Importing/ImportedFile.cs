namespace Marketplace.Catalog.Importing;

/// <summary>An uploaded file read back part by part: one part stands in memory, wherever one reads.</summary>
internal sealed class ImportedFile(ImportTables tables, Guid import, long length) : Stream
{
    private readonly byte[] _part = new byte[ImportTables.PartBytes];
    private int _there;
    private int _number = -1;
    private long _at;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => _at; set => _at = value; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at >= length)
        {
            return 0;
        }

        if (Wanted is var part && part != _number)
        {
            (_there, _number) = (await tables.PartAsync(import, part, _part, cancellationToken), part);
        }

        return Copy(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // What unpacks a workbook asks here and there without waiting.
    public override int Read(Span<byte> buffer)
    {
        if (_at >= length)
        {
            return 0;
        }

        if (Wanted is var part && part != _number)
        {
            (_there, _number) = (tables.Part(import, part, _part), part);
        }

        return Copy(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private int Wanted => (int)(_at / ImportTables.PartBytes);

    private int Copy(Span<byte> buffer)
    {
        var within = (int)(_at % ImportTables.PartBytes);
        var count = Math.Min(buffer.Length, Math.Max(0, _there - within));
        _part.AsSpan(within, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => _at = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _at + offset,
        _ => length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
