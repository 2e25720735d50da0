using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Marketplace.Catalog.Importing;

/// <summary>
/// The parts of an XLSX, each unpacked only as far as it is read and watched meanwhile: what it says of its size is not believed. No library is trusted with that: those
/// that were looked at take a part's size as given, and read a sheet twice or its rows as wide as the widest.
/// </summary>
internal sealed class WorkbookFile : IAsyncDisposable
{
    internal const long MostOfSheet = 400L * 1024 * 1024;
    internal const long MostOfStrings = 96L * 1024 * 1024;
    private const long MostOfOthers = 8L * 1024 * 1024;
    private const long MostOfDirectory = 1024 * 1024;
    private const int DeepestNode = 64;
    private const int TailBytes = 65_535 + EndBytes;
    private const int EndBytes = 22;

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _parts;

    private WorkbookFile(ZipArchive zip)
    {
        _zip = zip;
        _parts = zip.Entries.GroupBy(e => e.FullName.Replace('\\', '/'), StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);
    }

    internal static async Task<WorkbookFile> OpenAsync(Stream file, CancellationToken token)
    {
        await DemandDirectoryAsync(file, token);
        file.Position = 0;
        try
        {
            var book = new WorkbookFile(await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: false, null, token));
            return book._parts.ContainsKey("[Content_Types].xml") && book._parts.Keys.Any(k => k.StartsWith("xl/", StringComparison.OrdinalIgnoreCase)) ? book : throw ImportTrouble.NotATable();
        }
        catch (Exception failure) when (IsOfTheFile(failure))
        {
            throw ImportTrouble.Truncated();
        }
    }

    /// <summary>What reading a damaged workbook throws. What the database throws is none of these: the file is read again later.</summary>
    internal static bool IsOfTheFile(Exception failure) => failure is XmlException or InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or FormatException
        or ArithmeticException;

    /// <summary>On to the next node. Each node that is open stands in memory, and those of a table are never deep.</summary>
    internal static async Task<bool> NextAsync(XmlReader xml) => await xml.ReadAsync() && (xml.Depth <= DeepestNode ? true : throw ImportTrouble.TooLarge());

    /// <summary>Adds the text of this node as far as a cell takes one, however long it is.</summary>
    internal static async Task TakeAsync(XmlReader xml, StringBuilder text, char[] chunk)
    {
        int read;
        while ((read = await xml.ReadValueChunkAsync(chunk, 0, chunk.Length)) > 0)
        {
            if (text.Length <= XlsxLines.LongestCell)
            {
                text.Append(chunk, 0, read);
            }
        }
    }

    internal bool Has(string part) => _parts.ContainsKey(part);

    /// <summary>A part as XML: no document types, no entities, nothing fetched, and in UTF-8 whatever it says, for what watches it reads bytes.</summary>
    internal async Task<XmlReader> ReadAsync(string part, long most, CancellationToken token)
    {
        if (!_parts.TryGetValue(part, out var entry))
        {
            throw ImportTrouble.Truncated();
        }

        if (entry.Length > most || WatchedStream.Explodes(entry.Length, entry.CompressedLength))
        {
            throw ImportTrouble.TooLarge();
        }

        try
        {
            var stream = new WatchedStream(await entry.OpenAsync(token), Math.Min(most, entry.Length), entry.CompressedLength);
            return XmlReader.Create(new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false), new XmlReaderSettings
            {
                NameTable = new FewNames(),
                Async = true,
                CloseInput = true,
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            });
        }
        catch (InvalidDataException) // encrypted, or packed in another way
        {
            throw ImportTrouble.Truncated();
        }
    }

    /// <summary>What a part refers to, by id: the kind and the part.</summary>
    internal async Task<Dictionary<string, (string Kind, string Part)>> RelationsAsync(string part, CancellationToken token)
    {
        var folder = part.Contains('/', StringComparison.Ordinal) ? part[..part.LastIndexOf('/')] : "";
        var relations = new Dictionary<string, (string, string)>();
        var list = $"{(folder.Length > 0 ? folder + "/" : "")}_rels/{part[(part.LastIndexOf('/') + 1)..]}.rels";
        if (!Has(list))
        {
            return relations;
        }

        using var xml = await ReadAsync(list, MostOfOthers, token);
        while (await NextAsync(xml))
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("Id") is { } id && xml.GetAttribute("Target") is { } target)
            {
                var kind = xml.GetAttribute("Type") ?? "";
                relations[id] = (kind[(kind.LastIndexOf('/') + 1)..], target.StartsWith('/') ? target[1..] : folder.Length > 0 ? $"{folder}/{target}" : target);
            }
        }

        return relations;
    }

    internal Task<XmlReader> SmallAsync(string part, CancellationToken token) => ReadAsync(part, MostOfOthers, token);

    public ValueTask DisposeAsync() => _zip.DisposeAsync();

    /// <summary>The list of a zip's parts is read whole by whoever opens it: one of millions is refused before.</summary>
    private static async Task DemandDirectoryAsync(Stream file, CancellationToken token)
    {
        var tail = new byte[(int)Math.Min(file.Length, TailBytes)];
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, token);
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || tail.Length - end < EndBytes)
        {
            throw ImportTrouble.Truncated();
        }

        var begin = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var length = file.Length - tail.Length + end - begin;
        if (begin == uint.MaxValue || length > MostOfDirectory)
        {
            throw ImportTrouble.TooLarge();
        }

        if (length < 0)
        {
            throw ImportTrouble.Truncated();
        }
    }

    /// <summary>The names in a part stay in memory while it is read: those of a table are few.</summary>
    private sealed class FewNames : NameTable
    {
        private const int MostLetters = 256 * 1024;
        private int _letters;

        public override string Add(string key) => Get(key) ?? base.Add(Counted(key));

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? base.Add(Counted(new string(key, start, len)));

        private string Counted(string key) => (_letters += key.Length) > MostLetters ? throw ImportTrouble.TooLarge() : key;
    }

    /// <summary>Counts what really comes out of a packed part.</summary>
    private sealed class WatchedStream(Stream inner, long most, long packed) : Stream
    {
        private const long Unsuspicious = 16L * 1024 * 1024;
        private const int MostTimes = 250;
        private const int LongestText = 1024 * 1024;
        private long _read;
        private int _sinceTag;
        private int _begun;
        private int _ending;
        private bool _within;

        internal static bool Explodes(long unpacked, long packed) => unpacked > Unsuspicious && unpacked / Math.Max(1, packed) > MostTimes;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                return Watched(buffer.Span[..read]);
            }
            catch (InvalidDataException)
            {
                throw ImportTrouble.Truncated();
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return Watched(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));
            }
            catch (InvalidDataException)
            {
                throw ImportTrouble.Truncated();
            }
        }

        // An attribute or a section of characters stands in memory whole: one without end is none of a table. Only in such a section may a < stand for itself.
        private int Watched(ReadOnlySpan<byte> bytes)
        {
            var begin = "<![CDATA["u8;
            foreach (var b in bytes)
            {
                _sinceTag++;
                if (_within)
                {
                    _within = b != '>' || _ending < 2;
                    _ending = b == ']' ? _ending + 1 : 0;
                }
                else if (b == '<')
                {
                    (_sinceTag, _begun) = (0, 1);
                }
                else if (_begun > 0)
                {
                    _begun = b == begin[_begun] ? _begun + 1 : 0;
                    if (_begun == begin.Length)
                    {
                        (_within, _begun, _ending) = (true, 0, 0);
                    }
                }

                if (_sinceTag > LongestText)
                {
                    throw ImportTrouble.TooLarge();
                }
            }

            _read += bytes.Length;
            return _read > most || Explodes(_read, packed) ? throw ImportTrouble.TooLarge() : bytes.Length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
