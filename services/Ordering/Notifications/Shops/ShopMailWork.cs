using System.Net.Mail;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Notifications.Shops;

/// <summary>
/// Tells shops of their new orders: what came within a while is one mail. What was told is forgotten once the mail server took the mail; a crash in between
/// tells it again. A shop whose mails are refused does not hold up the others.
/// </summary>
internal sealed partial class ShopMailWork(ShopMails mails, OrderLog orders, ShopMailComposer composer, IMailSender sender, OrderingMetrics metrics, TimeProvider clock, ILogger<ShopMailWork> log)
    : IDueWorkHandler
{
    /// <summary>Long enough that a busy minute is a few mails, short enough for a loaf that somebody wants in half an hour.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromSeconds(20);

    private const int MostOrders = 30;

    public string Kind => "shop-mails";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        await mails.ForgetAsync(token);
        foreach (var shop in await mails.WaitingAsync(token))
        {
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
        var open = (await orders.ReadAsync(news, token)).Where(o => (o.State as Order.Confirmed)?.Find(shop) is { Open: true }).ToList();
        try
        {
            if (open.Count > 0)
            {
                await sender.SendAsync(composer.Compose(shop, to, open), token);
                metrics.Mailed("NewOrders", "sent");
            }

            await mails.ToldAsync(shop, news, token);
        }
        catch (SmtpFailedRecipientException refused)
        {
            // Its board has them all the same. The next order tries the address again.
            metrics.Mailed("NewOrders", "refused");
            LogRefused(shop, refused.StatusCode);
            await mails.ToldAsync(shop, news, token);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mail of new orders to shop {ShopId} was refused by its mail server: {Status}")]
    private partial void LogRefused(ShopId shopId, SmtpStatusCode status);
}
