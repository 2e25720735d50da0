using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Configuration;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// The server that takes the mails: <c>Smtp:Host</c>, <c>Smtp:Port</c>, <c>Smtp:From</c>, and where it asks for them <c>Smtp:User</c>, <c>Smtp:Password</c>,
/// <c>Smtp:Tls</c>.
/// </summary>
public sealed class MailServer(IConfiguration configuration)
{
    // Well within a timer's lease: no other process takes up a mail that is still being sent.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whom the mails are from.</summary>
    public string From { get; } = configuration["Smtp:From"] ?? "ne-pas-repondre@panier-local.example";

    /// <summary>Throws when the mail was not taken, without the address in the failure; the caller tries again later.</summary>
    public async Task SendAsync(MailMessage message, CancellationToken token)
    {
        using var client = new SmtpClient(configuration["Smtp:Host"] ?? "127.0.0.1", configuration.GetValue("Smtp:Port", 25)) { EnableSsl = configuration.GetValue("Smtp:Tls", false) };
        if (configuration["Smtp:User"] is { Length: > 0 } user)
        {
            client.Credentials = new NetworkCredential(user, configuration["Smtp:Password"]);
        }

        message.Headers["Auto-Submitted"] = "auto-generated";
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
