using System.Net.Mail;
using System.Text.Json;
using Marketplace.EventStore.Postgres;

namespace Marketplace.Storefront.Accounts.Mails;

/// <summary>
/// Sends the mails that <see cref="Postbox"/> wrote down. Each is one row, gone with its link and address once the mail server took it, tried again
/// with growing distance while it does not, and reported when it never will. A crash between sending and forgetting sends again, under the same
/// Message-ID.
/// </summary>
internal sealed partial class MailWork(IMailSender sender, ILogger<MailWork> log) : IDueWorkHandler
{
    internal const string WorkKind = "account-mail";

    /// <summary>About two hours, by the timers' backoff.</summary>
    private const int Attempts = 30;

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        if (work.Data is null)
        {
            return null; // for nobody: see AccountLetters.NobodyAsync
        }
        try
        {
            await sender.SendAsync(JsonSerializer.Deserialize<Mail>(work.Data)!, token);
        }
        catch (SmtpFailedRecipientException refused) when (refused.StatusCode is SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.UserNotLocalTryAlternatePath)
        {
            LogRefused(work.Key, refused.StatusCode);
        }
        catch (Exception failure) when (failure is FormatException || (failure is not OperationCanceledException && work.Attempts >= Attempts))
        {
            LogGivenUp(work.Key, work.Attempts, failure);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Account mail {Mail} was refused for good by its mail server: {Status}")]
    private partial void LogRefused(string mail, SmtpStatusCode status);

    [LoggerMessage(Level = LogLevel.Error, Message = "Account mail {Mail} could not be sent in {Attempts} attempts and is given up")]
    private partial void LogGivenUp(string mail, int attempts, Exception failure);
}
