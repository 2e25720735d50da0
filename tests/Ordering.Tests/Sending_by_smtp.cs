using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Marketplace.Ordering.Notifications;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Ordering.Tests;

public sealed class Sending_by_smtp
{
    private static readonly Mail Sample = new("Zoé Œuvrard", "zoe@exemple.fr", "C’est prêt chez « Au bon pain »", "Votre code :\nH7K2PM\n", "<p>Votre code</p>", "<0198.5@panier.example>", "fr");

    [Fact]
    public async Task Both_bodies_and_the_headers_go_over_the_wire()
    {
        var (port, received) = Listen();
        await Sender(port).SendAsync(Sample, TestContext.Current.CancellationToken);
        var text = await received.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        text.ShouldContain("RCPT TO:<zoe@exemple.fr>");
        text.ShouldContain("Message-ID: <0198.5@panier.example>");
        text.ShouldContain("Auto-Submitted: auto-generated");
        text.ShouldContain("text/plain; charset=utf-8");
        text.ShouldContain("text/html; charset=utf-8");
        text.ShouldContain("Subject: =?utf-8?");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_to_try_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await Should.ThrowAsync<SmtpException>(() => Sender(port).SendAsync(Sample, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_refused_address_is_not_repeated_in_the_failure_that_goes_to_the_log()
    {
        var (port, _) = Listen("550 5.1.1 <zoe@exemple.fr>: no such user");
        var refused = await Should.ThrowAsync<SmtpFailedRecipientException>(() => Sender(port).SendAsync(Sample, TestContext.Current.CancellationToken));
        refused.StatusCode.ShouldBe(SmtpStatusCode.MailboxUnavailable);
        refused.ToString().ShouldNotContain("exemple.fr");
    }

    private static SmtpMailSender Sender(int port) => new(new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["Smtp:Host"] = "127.0.0.1", ["Smtp:Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture) }).Build(), TimeProvider.System);

    // One conversation with a mail server, as far as a client needs it.
    private static (int Port, Task<string> Received) Listen(string recipient = "250 ok")
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (((IPEndPoint)listener.LocalEndpoint).Port, Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            listener.Stop();
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            var heard = new StringBuilder();
            await writer.WriteLineAsync("220 test");
            for (var data = false; await reader.ReadLineAsync() is { } line;)
            {
                heard.Append(line).Append('\n');
                if (data && line != ".")
                {
                    continue;
                }

                data = line == "DATA";
                await writer.WriteLineAsync(line switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => line.StartsWith("RCPT", StringComparison.Ordinal) ? recipient : "250 ok" });
                if (line is "." or "QUIT")
                {
                    break;
                }
            }

            return heard.ToString();
        }));
    }
}
