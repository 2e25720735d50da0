using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Local.Mailbox;

/// <summary>What a person reads of a mail: subject, text and HTML out of its MIME parts (RFC 2045 to 2047).</summary>
internal sealed partial record MailText(string Subject, string? Text, string? Html)
{
    public static MailText Of(string message)
    {
        var (headers, body) = Split(message);
        var found = new Dictionary<string, string>();
        Collect(headers, body, found);
        return new MailText(DecodeWords(Utf8(headers.GetValueOrDefault("subject", ""))), found.GetValueOrDefault("text/plain"), found.GetValueOrDefault("text/html"));
    }

    private static void Collect(Dictionary<string, string> headers, string body, Dictionary<string, string> found)
    {
        var type = headers.GetValueOrDefault("content-type", "text/plain");
        var media = type.Split(';')[0].Trim().ToLowerInvariant();
        if (media.StartsWith("multipart/", StringComparison.Ordinal) && Parameter(type, "boundary") is { } boundary)
        {
            foreach (var part in body.Split($"--{boundary}").Skip(1).Where(part => !part.StartsWith("--", StringComparison.Ordinal)))
            {
                var (inner, content) = Split(part.TrimStart('\r', '\n'));
                Collect(inner, content, found);
            }
        }
        else
        {
            var bytes = Decode(body, headers.GetValueOrDefault("content-transfer-encoding", "7bit").Trim());
            found.TryAdd(media, Charset(Parameter(type, "charset")).GetString(bytes).TrimEnd());
        }
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string message)
    {
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = end < 0 ? message : message[..end];
        var headers = new Dictionary<string, string>();
        foreach (var line in Folded().Replace(head, " ").Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
            }
        }

        return (headers, end < 0 ? "" : message[(end + 4)..]);
    }

    private static byte[] Decode(string body, string encoding) => encoding.ToLowerInvariant() switch
    {
        "base64" => Base64(Blank().Replace(body, "")),
        "quoted-printable" => QuotedPrintable(SoftBreak().Replace(body, "")),
        _ => Encoding.Latin1.GetBytes(body),
    };

    // What is not what it says is shown as it came.
    private static byte[] Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : Encoding.Latin1.GetBytes(text);
    }

    private static byte[] QuotedPrintable(string text) =>
        Encoding.Latin1.GetBytes(EncodedByte().Replace(text, match => ((char)Convert.ToByte(match.Groups[1].Value, 16)).ToString()));

    // Headers may be raw UTF-8 (RFC 6532); the message holds one byte per character.
    private static string Utf8(string text) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));

    private static string DecodeWords(string text) => EncodedWord().Replace(BetweenWords().Replace(text, "?==?"), match =>
    {
        var bytes = match.Groups[2].Value is "B" or "b"
            ? Base64(match.Groups[3].Value)
            : QuotedPrintable(match.Groups[3].Value.Replace('_', ' '));
        return Charset(match.Groups[1].Value).GetString(bytes);
    });

    private static string? Parameter(string header, string name) =>
        Regex.Match(header, $@"{name}\s*=\s*(?:""([^""]*)""|([^;\s]+))", RegexOptions.IgnoreCase) is { Success: true } match
            ? match.Groups[1].Value + match.Groups[2].Value
            : null;

    private static Encoding Charset(string? name) =>
        name?.ToLowerInvariant() is "iso-8859-1" or "windows-1252" ? Encoding.Latin1 : Encoding.UTF8;

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex Folded();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"=\r?\n")]
    private static partial Regex SoftBreak();

    [GeneratedRegex("=([0-9A-Fa-f]{2})")]
    private static partial Regex EncodedByte();

    [GeneratedRegex(@"=\?([^?]+)\?([BbQq])\?([^?]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex BetweenWords();
}
