using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using Marketplace.Local.Mailbox;

namespace Marketplace.Local.Tests;

public sealed class Catching_mails
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_is_kept_and_read_as_it_was_written()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var folder = Directory.CreateTempSubdirectory("mailbox").FullName;
        var mailbox = MailboxServer.Start(folder, FreePort(), stop.Token);
        using var mail = new MailMessage("boutique@example.org", "léa@example.org")
        {
            Subject = "Votre réservation est prête : code K7X2M9 — à l’Îlot",
            Body = "Bonjour Léa,\n.\nÀ tout à l’heure !",
            BodyEncoding = Encoding.UTF8,
            SubjectEncoding = Encoding.UTF8,
        };
        mail.AlternateViews.Add(AlternateView.CreateAlternateViewFromString("<p>Bonjour <b>Léa</b></p>", Encoding.UTF8, MediaTypeNames.Text.Html));
        using var client = new SmtpClient("127.0.0.1", mailbox.SmtpPort) { DeliveryFormat = SmtpDeliveryFormat.International };
        await client.SendMailAsync(mail, Token);

        // Another store on the same folder: what was caught outlives the launcher.
        var kept = new MailStore(folder).All().ShouldHaveSingleItem();
        File.GetUnixFileMode(Directory.GetFiles(folder).ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var text = MailText.Of(kept.Message);
        text.Subject.ShouldBe(mail.Subject);
        text.Text!.ReplaceLineEndings("\n").ShouldBe(mail.Body);
        text.Html.ShouldBe("<p>Bonjour <b>Léa</b></p>");
        kept.To.ShouldBe(["léa@example.org"]);

        using var http = new HttpClient();
        (await http.GetStringAsync($"{mailbox.Address}api/mails?to=l%C3%A9a@example.org", Token)).ShouldContain("K7X2M9");
        (await http.GetStringAsync($"{mailbox.Address}api/mails?to=other@example.org", Token)).ShouldBe("[]");
        (await http.GetStringAsync(mailbox.Address, Token)).ShouldContain("K7X2M9");
        await stop.CancelAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
