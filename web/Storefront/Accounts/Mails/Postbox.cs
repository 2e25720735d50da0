using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.EventStore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Marketplace.Storefront.Accounts.Mails;

/// <param name="Id">The same at every attempt.</param>
internal sealed record Mail(string Id, string To, string Subject, string Text);

/// <summary>
/// Mails waiting to be sent: durable timers that <see cref="MailWork"/> runs. A page answers without waiting for the mail server, so the time it
/// takes tells nothing about an address.
/// </summary>
internal sealed class Postbox(AccountsDb db, TimeProvider clock, IConfiguration configuration)
{
    /// <summary>For how long the mails to one mailbox are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>A change of an account and the mail about it, committed together or not at all.</summary>
    public Task<IDbContextTransaction> TogetherAsync() => db.Database.BeginTransactionAsync();

    /// <summary>Joins the transaction that is open, if one is. Null is written and forgotten like a mail.</summary>
    public Task PostAsync(Mail? mail)
    {
        var (key, data) = (mail?.Id ?? Guid.CreateVersion7().ToString(), mail is null ? null : JsonSerializer.Serialize(mail));
        return db.Database.ExecuteSqlAsync(
            $"insert into due_work (kind, key, due_at, data, trace) values ({MailWork.WorkKind}, {key}, {clock.GetUtcNow()}, {data}::jsonb, {TraceParent.Current})");
    }

    /// <summary>
    /// A mail that anybody may ask for: one mailbox gets no more than a few of a kind an hour, from wherever they are asked for; what is beyond is
    /// dropped without a word. Counted by kind, so that whoever exhausts one keeps nobody from another.
    /// </summary>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> PostAskedAsync(string kind, string to, Mail? mail)
    {
        var (key, data) = (mail?.Id ?? Guid.CreateVersion7().ToString(), mail is null ? null : JsonSerializer.Serialize(mail));
        var mailbox = SHA256.HashData(Encoding.UTF8.GetBytes(kind + '\n' + to.ToUpperInvariant()));
        var (now, most) = (clock.GetUtcNow(), configuration.GetValue("Accounts:MailsPerMailboxAndHour", 5));
        var before = now - Window;
        return await db.Database.ExecuteSqlAsync($"""
            with used as (
                insert into mailbox_uses as box (mailbox, since, mails) values ({mailbox}, {now}, 1)
                on conflict (mailbox) do update set
                    mails = case when box.since <= {before} then 1 else box.mails + 1 end,
                    since = case when box.since <= {before} then {now} else box.since end
                returning mails)
            insert into due_work (kind, key, due_at, data, trace)
            select {MailWork.WorkKind}, {key}, {now}, {data}::jsonb, {TraceParent.Current} from used where mails <= {most}
            """) > 0;
    }
}

/// <summary>The way out for mails. Throws when the mail was not taken; the caller tries again later.</summary>
internal interface IMailSender
{
    Task SendAsync(Mail mail, CancellationToken token);
}
