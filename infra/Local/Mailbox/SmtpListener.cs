using System.Net.Sockets;
using System.Text;

namespace Marketplace.Local.Mailbox;

/// <summary>The part of SMTP (RFC 5321) that a mail client needs to hand a message over.</summary>
internal static class SmtpListener
{
    private const int LongestMessage = 20_000_000;

    public static async Task RunAsync(TcpListener listener, MailStore store, CancellationToken token)
    {
        using (listener)
        {
            while (!token.IsCancellationRequested)
            {
                var client = await listener.AcceptTcpClientAsync(token);
                _ = ConverseAsync(client, store, token);
            }
        }
    }

    private static async Task ConverseAsync(TcpClient client, MailStore store, CancellationToken token)
    {
        try
        {
            using (client)
            {
                // Latin-1 keeps every byte as it is; the message is decoded when it is shown.
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 mailbox ready");
                await AnswerAsync(reader, writer, store, token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The sender broke off: what was not acknowledged is its own to repeat.
        }
    }

    private static async Task AnswerAsync(StreamReader reader, StreamWriter writer, MailStore store, CancellationToken token)
    {
        var from = "";
        var recipients = new List<string>();
        while (await reader.ReadLineAsync(token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-mailbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 20000000");
                    continue;
                case "MAIL":
                    (from, recipients) = (AddressIn(line), []);
                    break;
                case "RCPT":
                    recipients.Add(AddressIn(line));
                    break;
                case "DATA" when recipients.Count > 0:
                    await writer.WriteLineAsync("354 end with a dot on a line of its own");
                    var message = await ReadMessageAsync(reader, token);
                    await writer.WriteLineAsync(message is null ? "552 too long" : $"250 kept as {await store.KeepAsync(from, recipients, message, token)}");
                    continue;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                case "RSET":
                    recipients = [];
                    break;
                case "HELO" or "NOOP":
                    break;
                default:
                    await writer.WriteLineAsync("502 not here");
                    continue;
            }

            await writer.WriteLineAsync("250 ok");
        }
    }

    private static async Task<string?> ReadMessageAsync(StreamReader reader, CancellationToken token)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(token) is { } line and not ".")
        {
            // A leading dot was doubled by the sender (RFC 5321 §4.5.2).
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return message.Length > LongestMessage ? null : message.ToString();
    }

    private static string AddressIn(string line)
    {
        var (open, close) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return open >= 0 && close > open ? Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line[(open + 1)..close])) : "";
    }
}
