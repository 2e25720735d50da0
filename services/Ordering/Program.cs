using Marketplace.EventStore;
using Marketplace.Ordering;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Erasure;
using Marketplace.Ordering.Ledger;
using Marketplace.Ordering.Notifications.Shops;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payouts;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Reconciliation;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Sales;
using Marketplace.Ordering.Webhooks;
using Marketplace.Ordering.Withdrawals;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.ServiceDefaults.Shops;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("ordering", OrderingSettings.Required);
builder.AddCallerLimits();
builder.AddDatabase(typeof(Program).Assembly);
builder.AddShopDirectory();
builder.AddOrdering();
builder.AddPurchases();
builder.AddBus("ordering", bus =>
{
    bus.AddConsumer<ShopDirectoryConsumer>();
    bus.AddConsumer<OrderReplies>();
    bus.AddConsumer<SuspendedShopsConsumer>();
});

var app = builder.Build();
if (RebuildVerb.IsAsked(args))
{
    return await RebuildVerb.RunAsync(app.Services, Console.Out, CancellationToken.None);
}

app.MapServiceDefaults();
app.MapApi().MapOrders().MapPurchases().MapShopOrders().MapRefunds().MapWithdrawals().MapPoint().MapShopMails().MapWebhooks().MapFigures().MapCommissions().MapMoney().MapPayouts().MapDifferences().MapErasure();
app.Run();
return 0;

public partial class Program;
