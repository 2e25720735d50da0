using System.Text;

namespace Marketplace.Catalog.Importing;

/// <summary>Tells how a file's text is written: what tills and spreadsheets really send.</summary>
internal static class CsvText
{
    private const int Sample = 64 * 1024;

    static CsvText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The file's first bytes, enough to tell by.</summary>
    internal static async Task<byte[]> HeadAsync(Stream file, CancellationToken token)
    {
        var head = new byte[Sample];
        return head[..await file.ReadAtLeastAsync(head, Sample, throwOnEndOfStream: false, token)];
    }

    /// <summary>By the byte order mark; else UTF-8 if it is valid, and what Windows programs write if not.</summary>
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

        // The sample may end inside a letter.
        var whole = head.Length < Sample ? head : head[..(head.LastIndexOf((byte)'\n') is var end and > 0 ? end : head.Length)];
        return System.Text.Unicode.Utf8.IsValid(whole) ? Encoding.UTF8 : Encoding.GetEncoding(1252);
    }

    /// <summary>The separator that the header line has most of.</summary>
    internal static char SeparatorOf(string headerLine)
    {
        var best = ';';
        foreach (var candidate in ";\t,|")
        {
            if (headerLine.Count(c => c == candidate) > headerLine.Count(c => c == best))
            {
                best = candidate;
            }
        }

        return best;
    }
}
