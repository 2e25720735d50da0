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
internal sealed class Postbox(AccountsDb db, TimeProvider clock)
{
    /// <summary>A change of an account and the mail about it, committed together or not at all.</summary>
    public Task<IDbContextTransaction> TogetherAsync() => db.Database.BeginTransactionAsync();

    /// <summary>Joins the transaction that is open, if one is. Null is written and forgotten like a mail.</summary>
    public Task PostAsync(Mail? mail)
    {
        var (key, data) = (mail?.Id ?? Guid.CreateVersion7().ToString(), mail is null ? null : JsonSerializer.Serialize(mail));
        return db.Database.ExecuteSqlAsync(
            $"insert into due_work (kind, key, due_at, data, trace) values ({MailWork.WorkKind}, {key}, {clock.GetUtcNow()}, {data}::jsonb, {TraceParent.Current})");
    }
}

/// <summary>The way out for mails. Throws when the mail was not taken; the caller tries again later.</summary>
internal interface IMailSender
{
    Task SendAsync(Mail mail, CancellationToken token);
}
