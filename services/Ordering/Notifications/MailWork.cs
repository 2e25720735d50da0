using System.Net.Mail;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Notifications;

/// <summary>
/// Sends the mails that <see cref="OrderTimers"/> wrote down with the events. Each is one row: gone once the mail server took it, tried again
/// with growing distance while it does not, and reported when it never will. A crash between sending and forgetting sends again, under the same
/// Message-ID.
/// </summary>
internal sealed partial class MailWork(OrderLog orders, Contacts contacts, MailComposer composer, IMailSender sender, OrderingMetrics metrics, TimeProvider clock, ILogger<MailWork> log) : IDueWorkHandler
{
    /// <summary>About two hours, by the timers' backoff.</summary>
    private const int Attempts = 30;

    /// <summary>What the law has us put into somebody's hands is tried for days, and how long it has been is said each time.</summary>
    private static readonly TimeSpan LawfulEvery = TimeSpan.FromMinutes(30), LawfulFor = TimeSpan.FromDays(14);

    public string Kind => Notice.WorkKind;

    /// <summary>There is no such mailbox; anything else may pass.</summary>
    internal static bool IsFinal(SmtpStatusCode status) => status is SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.UserNotLocalTryAlternatePath;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var notice = JsonSerializer.Deserialize(work.Data!, NoticeJson.Default.Notice)!;
        var order = OrderId.Parse(work.Key.Split('/')[0], null);
        if (await contacts.FindAsync(order, token) is not { } contact)
        {
            return null; // erased meanwhile: nobody to write to
        }

        var history = await orders.ReadAsync(order, token);
        if (Notices.WaitsUntil(notice, history, clock.GetUtcNow()) is { } known)
        {
            return known;
        }

        // Asked again each time: its row goes when the tap is taken back, and this may have been under way by then, or have waited for the mail server.
        if (Notices.ShopsStillIn(notice, history) is not { } shops)
        {
            metrics.Mailed(notice.Kind.ToString(), "overtaken");
            return null;
        }

        var mail = composer.Compose(notice with { Shops = shops }, history, contact);
        try
        {
            await sender.SendAsync(mail, token);
            metrics.Mailed(notice.Kind.ToString(), "sent");
        }
        catch (SmtpFailedRecipientException refused) when (IsFinal(refused.StatusCode))
        {
            metrics.Mailed(notice.Kind.ToString(), "refused");
            LogRefused(order, notice.Kind, refused.StatusCode);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && work.Attempts >= Attempts && IsOwed(notice.Kind, history) && clock.GetUtcNow() < notice.LeavesAt + LawfulFor)
        {
            metrics.Mailed(notice.Kind.ToString(), "put-off");
            LogStillOwed(order, notice.Kind, work.Attempts, failure);
            return clock.GetUtcNow() + LawfulEvery;
        }
        catch (Exception failure) when (failure is not OperationCanceledException && work.Attempts >= Attempts)
        {
            metrics.Mailed(notice.Kind.ToString(), "given-up");
            LogGivenUp(order, notice.Kind, work.Attempts, failure);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Kind} mail of order {OrderId} was refused for good by its mail server: {Status}")]
    private partial void LogRefused(OrderId orderId, NoticeKind kind, SmtpStatusCode status);

    // The confirmation of a contract made at a distance (L221-13), the acknowledgement of a withdrawal (L221-21), and what became of its money.
    private static bool IsOwed(NoticeKind kind, OrderHistory history) => history.Placed.Payment is PaymentKind.Card
        && kind is NoticeKind.Confirmed or NoticeKind.Withdrawn or NoticeKind.RefundWithheld or NoticeKind.RefundNotSent or NoticeKind.RefundFailed;

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Kind} mail of order {OrderId}, which the law asks for, could not be sent in {Attempts} attempts; it is tried on")]
    private partial void LogStillOwed(OrderId orderId, NoticeKind kind, int attempts, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Kind} mail of order {OrderId} could not be sent in {Attempts} attempts and is given up")]
    private partial void LogGivenUp(OrderId orderId, NoticeKind kind, int attempts, Exception failure);
}
