using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Notifications;

/// <summary>
/// <c>Smtp:PerSecond</c> mails, and <c>Smtp:FromName</c> as their sender's name; the rest is <see cref="MailServer"/>'s. Paced: mail providers close the door on floods, and a busy hour of orders must not
/// compete with its own mails.
/// </summary>
internal sealed class SmtpMailSender(IConfiguration configuration, TimeProvider clock) : IMailSender
{
    private readonly MailServer _server = new(configuration);
    private readonly string _name = configuration["Smtp:FromName"] ?? "Panier local";
    private readonly TimeSpan _apart = TimeSpan.FromSeconds(1 / Math.Max(0.1, configuration.GetValue("Smtp:PerSecond", 20.0)));
    private readonly Lock _pacing = new();
    private DateTimeOffset _next;

    public async Task SendAsync(Mail mail, CancellationToken token)
    {
        await Task.Delay(Turn(), clock, token);
        using var message = new MailMessage(new MailAddress(_server.From, _name, Encoding.UTF8), new MailAddress(mail.ToAddress, mail.ToName, Encoding.UTF8))
        {
            Subject = string.Concat(mail.Subject.Select(c => char.IsControl(c) ? ' ' : c)), // shops' names stand in it, also ones from before line breaks were refused
            SubjectEncoding = Encoding.UTF8,
            Headers = { ["Message-ID"] = mail.MessageId, ["Content-Language"] = mail.Locale },
        };
        using var text = AlternateView.CreateAlternateViewFromString(mail.Text, Encoding.UTF8, MediaTypeNames.Text.Plain);
        using var html = AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html);
        message.AlternateViews.Add(text);
        message.AlternateViews.Add(html);
        await _server.SendAsync(message, token);
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
