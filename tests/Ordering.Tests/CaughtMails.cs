using System.Collections.Concurrent;
using Marketplace.Ordering.Notifications;

namespace Marketplace.Ordering.Tests;

/// <summary>A mail server that keeps what it is given, and refuses when told to.</summary>
internal sealed class CaughtMails : IMailSender
{
    private readonly ConcurrentQueue<Mail> _mails = new();

    internal Exception? Refusing { get; set; }

    /// <summary>Refuses by address.</summary>
    internal ConcurrentDictionary<string, Exception> RefusingTo { get; } = new();

    internal int Refused { get; private set; }

    internal IEnumerable<Mail> All => _mails;

    public Task SendAsync(Mail mail, CancellationToken token)
    {
        if ((Refusing ?? RefusingTo.GetValueOrDefault(mail.ToAddress)) is { } refusal)
        {
            Refused++;
            throw refusal;
        }

        _mails.Enqueue(mail);
        return Task.CompletedTask;
    }
}
