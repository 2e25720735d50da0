namespace Marketplace.Ordering.Notifications;

/// <summary>A mail ready to go.</summary>
internal sealed record Mail(string ToName, string ToAddress, string Subject, string Text, string Html, string MessageId, string Locale);

/// <summary>The way out for mails. Throws when the mail was not taken; the caller tries again later.</summary>
internal interface IMailSender
{
    Task SendAsync(Mail mail, CancellationToken token);
}
