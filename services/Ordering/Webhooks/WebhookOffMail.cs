using System.Net.Mail;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Notifications.Shops;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Webhooks;

/// <summary>Tells a shop that one of its addresses was switched off: where it wants new orders told, else at the address that it publishes. Its page says so in any case.</summary>
internal sealed partial class WebhookOffMail(ShopWebhooks webhooks, ShopMails mails, IShopDirectory shops, IMailSender sender, OrderingMetrics metrics, IConfiguration configuration, ILogger<WebhookOffMail> log) : IDueWorkHandler
{
    internal const string WorkKind = "webhook-off";

    /// <summary>About two hours, by the timers' backoff.</summary>
    private const int Attempts = 30;

    private readonly Uri _storefront = new(configuration["Storefront:PublicUrl"] ?? "http://localhost:8080", UriKind.Absolute);

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var webhook = Guid.Parse(work.Key.Split('/')[0]);
        if (await webhooks.FindAsync(webhook, token) is not ({ } shopId, { Status: "off" } off) || shops.Find(shopId) is not { } shop)
        {
            return null; // taken away, or in use again
        }

        if (await mails.FindAsync(shopId, token) is not { } to)
        {
            if (shop.Details?.Email is not { Length: > 0 } published)
            {
                return null; // its page tells
            }

            to = new ShopMailAddress(published, "fr");
        }

        try
        {
            await sender.SendAsync(Compose(shop, to, off, work.Key), token);
            metrics.Mailed("WebhookOff", "sent");
        }
        catch (SmtpFailedRecipientException refused) when (MailWork.IsFinal(refused.StatusCode))
        {
            metrics.Mailed("WebhookOff", "refused");
            LogUntold(shopId, webhook, refused);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && work.Attempts >= Attempts)
        {
            metrics.Mailed("WebhookOff", "given-up");
            LogUntold(shopId, webhook, failure);
        }

        return null;
    }

    private Mail Compose(ShopEntry shop, ShopMailAddress to, Contracts.Ordering.Api.Webhook off, string key)
    {
        var f = new MailFormat(to.Locale == "en");
        var (host, subject) = (new Uri(off.Url).Host, f.T("Votre logiciel n’est plus prévenu des commandes", "Your program is no longer told of orders"));
        var body = new MailBody(
            f.T("Bonjour,", "Hello,"),
            [
                off.OffReason is "gone"
                    ? f.T($"L’adresse de {host} nous a répondu qu’elle n’existe plus. Nous avons cessé de lui envoyer vos commandes.", $"The address at {host} answered that it no longer exists. We have stopped sending your orders there.")
                    : f.T($"Pendant trois jours, l’adresse de {host} n’a rien accepté de ce que nous lui envoyions. Nous avons cessé d’essayer.", $"For three days the address at {host} took nothing of what we sent. We have stopped trying."),
                f.T("Vos commandes ne sont pas touchées : elles sont toutes sur l’écran des commandes. Quand le logiciel répond de nouveau, remettez l’adresse en service, puis renvoyez ce qui lui manque.",
                    "Your orders are not affected: all of them are on the orders screen. When the program answers again, put the address back in use, then send again what it lacks."),
            ],
            null, [], null,
            new(f.T("Voir les envois", "See what was sent"), new Uri(_storefront, $"pro/{shop.Slug}/webhooks").ToString()),
            f.T("Vous recevez ce message parce que cette adresse a été enregistrée pour votre boutique.", "You get this message because that address was registered for your shop."));
        return new Mail(shop.Name, to.Email, subject, body.ToText(), body.ToHtml(to.Locale, subject), $"<webhook.{key.Replace('/', '.')}@{_storefront.Host}>", to.Locale);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shop {ShopId} could not be told by mail that webhook {WebhookId} was switched off; its page says so")]
    private partial void LogUntold(ShopId shopId, Guid webhookId, Exception failure);
}
