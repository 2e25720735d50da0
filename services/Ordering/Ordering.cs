using Marketplace.EventStore;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Erasure;
using Marketplace.Ordering.Ledger;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Notifications.Shops;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Sales;
using Marketplace.Ordering.Webhooks;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering;

internal static class Ordering
{
    internal static WebApplicationBuilder AddOrdering(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, OrderingJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, PlaceOrderJson.Default);
        });
        services.AddEventLog(OrderEventTypes.Create(), log => log
            .Streams()
            .Publication<OrderPublications>()
            .Witness<OrderJournal>()
            .Projection<OrderTables>()
            .DueWork<OrderDeadlines>()
            .DueWork<MailWork>()
            .DueWork<ShopMailWork>()
            .DueWork<SuspendedShops>()
            .DueWork<ContactErasure>()
            .DueWork<WebhookNews>()
            .DueWork<WebhookOffMail>()
            .DueWork<SalesLedger>()
            .DueWork<LedgerKeeping>()
            .Follower<OrderWaits>()
            .Follower<Substitutes>()
            .Follower<ShopOrderFeed>());
        _ = ContactErasure.DaysOf(builder.Configuration);
        services.AddSingleton<AccessTokens>().AddSingleton<OrderLog>().AddSingleton<OrderRequests>().AddSingleton<OrderAnswers>().AddSingleton<OrderPlacing>().AddSingleton<PlacingRules>().AddSingleton<OrderKeys>()
            .AddSingleton<Contacts>().AddSingleton<ShopOrders>().AddSingleton<PointOrders>().AddSingleton<PointKeepers>().AddSingleton<WrongCodes>().AddSingleton<OrderingMetrics>()
            .AddSingleton<ContactErasure>().AddHostedService<Housekeeping>()
            .AddSingleton<MailComposer>().AddSingleton<ShopMails>().AddSingleton<ShopMailComposer>().AddSingleton<IMailSender, SmtpMailSender>();
        services.AddSingleton<WebhookBodies>().AddSingleton<WebhookSecrets>().AddSingleton<ShopWebhooks>().AddSingleton<WebhookDeliveries>().AddSingleton<WebhookPost>()
            .AddSingleton(s => WebhookDoor.Open(PublicAddressHandler.AllowsPrivate(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IHostEnvironment>())))
            .AddHostedService<WebhookSender>()
            .AddSingleton<ShopFiguresQuery>().AddSingleton<CommissionRules>().AddSingleton<ShopBooks>().AddSingleton<TownBooks>();
        return builder;
    }
}
