using System.Threading.Channels;

namespace Marketplace.Storefront.Accounts.Mails;

internal sealed record Mail(string To, string Subject, string Text);

/// <summary>
/// Mails waiting to be sent. A page answers without waiting for the mail server, so the time it takes tells nothing about an address;
/// what is lost with the process can be asked for again on the same page.
/// </summary>
internal sealed class Postbox
{
    private readonly Channel<Mail> _waiting = Channel.CreateBounded<Mail>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Post(Mail mail) => _waiting.Writer.TryWrite(mail);

    public IAsyncEnumerable<Mail> ReadAllAsync(CancellationToken token) => _waiting.Reader.ReadAllAsync(token);
}

/// <summary>Seam: how a mail leaves.</summary>
internal interface IMailSender
{
    Task SendAsync(Mail mail, CancellationToken token);
}
