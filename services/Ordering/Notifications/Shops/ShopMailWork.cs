using System.Net.Mail;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Withdrawals;

namespace Marketplace.Ordering.Notifications.Shops;

/// <summary>
/// Tells shops of their new orders, and of what their customers withdraw from: what came within a while is one mail. What was told is forgotten once the mail server took the mail; a crash in between
/// tells it again. What is not taken waits for the next round, a day at most, and holds up no other shop.
/// </summary>
internal sealed partial class ShopMailWork(ShopMails mails, OrderLog orders, ShopMailComposer composer, IMailSender sender, OrderingMetrics metrics, TimeProvider clock, ILogger<ShopMailWork> log)
    : IDueWorkHandler
{
    /// <summary>Long enough that a busy minute is a few mails, short enough for a loaf that somebody wants in half an hour.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromSeconds(20);

    /// <summary>Nobody prepares by a mail of yesterday; the shop's board has all of it.</summary>
    internal static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(1);

    /// <summary>Well within the lease of this timer: no other process is to begin the same round.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    private const int MostOrders = 30;
    private ShopId _last;

    public string Kind => "shop-mails";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var began = clock.GetTimestamp();
        await mails.ForgetAsync(clock.GetUtcNow() - GivenUpAfter, token);
        var waiting = await mails.WaitingAsync(token);
        // Round robin: a shop whose mail is slow to fail does not always come first.
        foreach (var shop in waiting.Where(s => s.Value > _last.Value).Concat(waiting.Where(s => s.Value <= _last.Value)).ToList())
        {
            if (clock.GetElapsedTime(began) > Round)
            {
                break;
            }

            _last = shop;
            await TellAsync(shop, token);
        }

        return clock.GetUtcNow() + Pace;
    }

    private async Task TellAsync(ShopId shop, CancellationToken token)
    {
        if (await mails.FindAsync(shop, token) is not { } to)
        {
            return; // stopped this moment
        }

        var news = await mails.NewsOfAsync(shop, MostOrders, token);
        var told = (await orders.ReadAsync([.. news.Select(n => n.Order)], token)).Where(o => o.State is Order.Confirmed).ToList();
        var open = told.Where(o => ((Order.Confirmed)o.State).Find(shop) is { Open: true }).ToList();
        var withdrawn = told.Where(o => WithdrawalRules.Awaited((Order.Confirmed)o.State, shop).Any()).ToList();
        try
        {
            if (open.Count + withdrawn.Count > 0)
            {
                await sender.SendAsync(composer.Compose(shop, to, open, withdrawn), token);
                metrics.Mailed("NewOrders", "sent");
            }
        }
        catch (SmtpFailedRecipientException refused) when (MailWork.IsFinal(refused.StatusCode))
        {
            metrics.Mailed("NewOrders", "refused"); // the next order tries the address again
            LogRefused(shop, refused.StatusCode);
        }
        catch (Exception failure) when (!token.IsCancellationRequested)
        {
            metrics.Mailed("NewOrders", "put-off");
            LogPutOff(shop, failure);
            return;
        }

        await mails.ToldAsync(shop, news, token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mail of new orders to shop {ShopId} was not taken and waits")]
    private partial void LogPutOff(ShopId shopId, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mail of new orders to shop {ShopId} was refused for good by its mail server: {Status}")]
    private partial void LogRefused(ShopId shopId, SmtpStatusCode status);
}
