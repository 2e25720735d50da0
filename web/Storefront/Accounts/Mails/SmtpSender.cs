using System.Net.Mail;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Storefront.Accounts.Mails;

internal sealed class SmtpSender(IConfiguration configuration) : IMailSender
{
    private readonly MailServer _server = new(configuration);

    public async Task SendAsync(Mail mail, CancellationToken token)
    {
        using var message = new MailMessage
        {
            From = new MailAddress(_server.From),
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
            IsBodyHtml = false,
        };
        message.To.Add(new MailAddress(mail.To));
        message.Headers.Add("Message-ID", $"<{mail.Id}@{message.From.Host}>");
        await _server.SendAsync(message, token);
    }
}
