using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Marketplace.Storefront.Accounts.Mails;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>Everybody's letter box.</summary>
internal sealed partial class CaughtMails : IMailSender
{
    private readonly ConcurrentQueue<Mail> _all = new();

    /// <summary>Set: the mail server refuses everything with it.</summary>
    internal Exception? Refusing { get; set; }

    internal int Refused { get; private set; }

    public Task SendAsync(Mail mail, CancellationToken token)
    {
        if (Refusing is { } refusal)
        {
            Refused++;
            throw refusal;
        }
        _all.Enqueue(mail);
        return Task.CompletedTask;
    }

    /// <summary>Numbered as they were written: several go out at once, so a later one may arrive first.</summary>
    public async Task<Mail> NextAsync(string to, int number = 1)
    {
        await Eventually.BecomesAsync(() => _all.Count(m => m.To == to) >= number, TimeSpan.FromSeconds(10));
        return _all.Where(m => m.To == to).OrderBy(m => m.Id, StringComparer.Ordinal).ElementAt(number - 1);
    }

    public int CountOf(string to) => _all.Count(m => m.To == to);

    /// <summary>The first link of a mail, as a path on this site.</summary>
    public static string LinkIn(Mail mail) => Link().Match(mail.Text) is { Success: true } link
        ? link.Groups[1].Value
        : throw new ShouldAssertException($"No link in: {mail.Text}");

    [GeneratedRegex(@"https://panier\.example(/\S+)")]
    private static partial Regex Link();
}

internal sealed class MovableClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
