using System.Text;

namespace Marketplace.Catalog.Importing;

/// <summary>Tells what a file is by what is in it, whatever it is called: a workbook, a table in text, or no table.</summary>
internal static class FileKinds
{
    internal const string Csv = "csv";
    internal const string Xlsx = "xlsx";

    private static readonly byte[] EncryptedPackage = Encoding.Unicode.GetBytes("EncryptedPackage");

    internal static async Task<string> OfAsync(ReadOnlyMemory<byte> head, Stream file, CancellationToken token)
    {
        var bytes = head.Span;
        if (bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8))
        {
            return Xlsx;
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
        {
            throw await HoldsAsync(file, EncryptedPackage, token) ? ImportTrouble.Encrypted() : ImportTrouble.OldExcel();
        }

        return IsText(bytes) ? Csv : throw ImportTrouble.NotATable();
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        if (text.StartsWith("%PDF"u8) || text.TrimStart(" \t\r\n"u8) is var begin && (begin.StartsWith("<"u8) || begin.StartsWith("{"u8) || begin.StartsWith("["u8)))
        {
            return false;
        }

        if (CsvText.EncodingOf(bytes) is UnicodeEncoding)
        {
            return true;
        }

        // A letter that no text has, beyond the odd one: a picture, a program, a database.
        var strange = 0;
        foreach (var b in bytes)
        {
            strange += b < 9 || b is > 13 and < 32 and not 27 ? 1 : 0;
        }

        return strange * 50 <= bytes.Length;
    }

    private static async Task<bool> HoldsAsync(Stream file, byte[] what, CancellationToken token)
    {
        file.Position = 0;
        var buffer = new byte[128 * 1024];
        var kept = 0;
        int read;
        while ((read = await file.ReadAsync(buffer.AsMemory(kept), token)) > 0)
        {
            if (buffer.AsSpan(0, kept + read).IndexOf(what) >= 0)
            {
                return true;
            }

            var keep = Math.Min(what.Length, kept + read);
            buffer.AsSpan(kept + read - keep, keep).CopyTo(buffer);
            kept = keep;
        }

        return false;
    }
}
