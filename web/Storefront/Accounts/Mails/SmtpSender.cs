using System.Net;
using System.Net.Mail;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Storefront.Accounts.Mails;

/// <summary>SMTP of <c>Smtp:Host</c>, <c>Smtp:Port</c>, and where the server asks for them <c>Smtp:User</c>, <c>Smtp:Password</c>, <c>Smtp:Tls</c>.</summary>
internal sealed class SmtpSender(IConfiguration configuration) : IMailSender
{
    // Well within a timer's lease: no other process takes up a mail that is still being sent.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task SendAsync(Mail mail, CancellationToken token)
    {
        using var client = new SmtpClient(configuration["Smtp:Host"] ?? "127.0.0.1", configuration.GetValue("Smtp:Port", 25))
        {
            EnableSsl = configuration.GetValue("Smtp:Tls", false),
        };
        if (configuration["Smtp:User"] is { Length: > 0 } user)
        {
            client.Credentials = new NetworkCredential(user, configuration["Smtp:Password"]);
        }
        using var message = new MailMessage
        {
            From = new MailAddress(configuration["Smtp:From"] ?? "ne-pas-repondre@panier-local.example"),
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
            IsBodyHtml = false,
        };
        message.To.Add(new MailAddress(mail.To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Message-ID", $"<{mail.Id}@{message.From.Host}>");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            await client.SendMailAsync(message, patience.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new SmtpException(SmtpStatusCode.ServiceNotAvailable, "The mail server did not answer in time.");
        }
        catch (SmtpException failure)
        {
            throw failure.WithoutAddress();
        }
    }
}
