using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Notifications;

/// <summary>
/// <c>Smtp:Host Port From User Password Tls PerSecond</c>. Paced: mail providers close the door on floods, and a busy hour of orders must not
/// compete with its own mails.
/// </summary>
internal sealed class SmtpMailSender(IConfiguration configuration, TimeProvider clock) : IMailSender
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly string _host = configuration["Smtp:Host"] ?? "localhost";
    private readonly int _port = configuration.GetValue("Smtp:Port", 25);
    private readonly MailAddress _from = new(configuration["Smtp:From"] ?? "ne-pas-repondre@panier-local.example", configuration["Smtp:FromName"] ?? "Panier local", Encoding.UTF8);
    private readonly TimeSpan _apart = TimeSpan.FromSeconds(1 / Math.Max(0.1, configuration.GetValue("Smtp:PerSecond", 20.0)));
    private readonly Lock _pacing = new();
    private DateTimeOffset _next;

    public async Task SendAsync(Mail mail, CancellationToken token)
    {
        await Task.Delay(Turn(), clock, token);
        using var message = new MailMessage(_from, new MailAddress(mail.ToAddress, mail.ToName, Encoding.UTF8))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Headers = { ["Message-ID"] = mail.MessageId, ["Auto-Submitted"] = "auto-generated", ["Content-Language"] = mail.Locale },
        };
        using var text = AlternateView.CreateAlternateViewFromString(mail.Text, Encoding.UTF8, MediaTypeNames.Text.Plain);
        using var html = AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html);
        message.AlternateViews.Add(text);
        message.AlternateViews.Add(html);

        using var client = new SmtpClient(_host, _port) { EnableSsl = configuration.GetValue("Smtp:Tls", false) };
        if (configuration["Smtp:User"] is { Length: > 0 } user)
        {
            client.Credentials = new NetworkCredential(user, configuration["Smtp:Password"]);
        }

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

    private TimeSpan Turn()
    {
        lock (_pacing)
        {
            var now = clock.GetUtcNow();
            var turn = _next > now ? _next : now;
            _next = turn + _apart;
            return turn - now;
        }
    }
}
