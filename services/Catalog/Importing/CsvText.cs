using System.Text;

namespace Marketplace.Catalog.Importing;

/// <summary>Tells how a file's text is written: what tills and spreadsheets really send.</summary>
internal static class CsvText
{
    private const int Sample = 64 * 1024;
    private const int LinesLookedAt = 30;

    static CsvText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The file's first bytes, enough to tell by.</summary>
    internal static async Task<byte[]> HeadAsync(Stream file, CancellationToken token)
    {
        var head = new byte[Sample];
        return head[..await file.ReadAtLeastAsync(head, Sample, throwOnEndOfStream: false, token)];
    }

    /// <summary>By the byte order mark; else UTF-16 if every second byte is nothing, UTF-8 if it is valid, and what Windows programs write if not.</summary>
    internal static Encoding EncodingOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Encoding.UTF8.Preamble))
        {
            return Encoding.UTF8;
        }

        if (head.StartsWith(Encoding.Unicode.Preamble))
        {
            return Encoding.Unicode;
        }

        if (head.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            return Encoding.BigEndianUnicode;
        }

        if (Unmarked(head) is { } wide)
        {
            return wide;
        }

        // The sample may end inside a letter.
        var whole = head.Length < Sample ? head : head[..(head.LastIndexOf((byte)'\n') is var end and > 0 ? end : head.Length)];
        return System.Text.Unicode.Utf8.IsValid(whole) ? Encoding.UTF8 : Encoding.GetEncoding(1252);
    }

    internal static Encoding Named(string name) => Encoding.GetEncoding(name);

    /// <summary>The separator that cuts most of the first lines into equally many columns; of two alike the one the header line has most of.</summary>
    internal static async Task<char> SeparatorOfAsync(string sample, CancellationToken token)
    {
        var (best, most) = (';', 0);
        foreach (var candidate in ";\t,|")
        {
            await using var lines = new CsvLines(new StringReader(sample), candidate);
            var counts = new List<int>();
            while (counts.Count < LinesLookedAt && await lines.ReadAsync(token) is { } record)
            {
                counts.Add(record.Fault is null ? record.Fields.Length : 0);
            }

            var columns = counts.Count > 0 ? counts[0] : 0;
            var score = columns < 2 ? 0 : (counts.Count(c => c == columns) * 100 / counts.Count * 1000) + columns;
            (best, most) = score > most ? (candidate, score) : (best, most);
        }

        return best;
    }

    // Tills that write UTF-16 without its mark: in Latin letters one of two bytes is always nought.
    private static Encoding? Unmarked(ReadOnlySpan<byte> head)
    {
        var (even, odd, pairs) = (0, 0, Math.Min(head.Length, 2048) / 2);
        for (var i = 0; i < pairs; i++)
        {
            even += head[2 * i] == 0 ? 1 : 0;
            odd += head[(2 * i) + 1] == 0 ? 1 : 0;
        }

        return pairs < 4 ? null : odd > pairs * 8 / 10 && even < pairs / 10 ? Encoding.Unicode : even > pairs * 8 / 10 && odd < pairs / 10 ? Encoding.BigEndianUnicode : null;
    }
}
