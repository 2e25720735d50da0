using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.Assistants;
using Marketplace.Storefront.Merchants.Batches;
using Marketplace.Storefront.Merchants.Counting;
using Marketplace.Storefront.Merchants.Earnings;
using Marketplace.Storefront.Merchants.Figures;
using Marketplace.Storefront.Merchants.HandOver;
using Marketplace.Storefront.Merchants.Hours;
using Marketplace.Storefront.Merchants.Imports;
using Marketplace.Storefront.Merchants.Joining;
using Marketplace.Storefront.Merchants.Keys;
using Marketplace.Storefront.Merchants.OrderMails;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Merchants.OwnShop;
using Marketplace.Storefront.Merchants.Placing;
using Marketplace.Storefront.Merchants.Point;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Merchants.Refunding;
using Marketplace.Storefront.Merchants.Returns;
using Marketplace.Storefront.Merchants.Scales;
using Marketplace.Storefront.Merchants.Software;
using Marketplace.Storefront.Merchants.Stock;
using Marketplace.Storefront.Merchants.Team;
using Marketplace.Storefront.Merchants.Webhooks;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants;

/// <summary><c>/pro</c>: a shop's counter. The services decide what a member may do; these pages only refuse early and politely.</summary>
internal static class ProSetup
{
    public static WebApplicationBuilder AddPro(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddHttpClient<ShopOrdersClient>("ordering");
        services.AddHttpClient<ShopStockClient>("catalog");
        services.AddHttpClient<ShopBatchesClient>("catalog");
        services.AddHttpClient<ShopCountingClient>("catalog");
        services.AddHttpClient<ShopProductsClient>("catalog");
        services.AddHttpClient<ShopSoftwareClient>("catalog");
        services.AddScoped<MovedBatches>();
        services.AddScoped<ProductRules>().AddScoped<ProductSheet.Desk>();
        services.AddHttpClient<ShopImportsClient>("catalog");
        services.AddHttpClient(ShopImportsClient.Files, http => http.Timeout = Timeout.InfiniteTimeSpan).AddHttpMessageHandler<PersonTokens>().OverReplicas("catalog");
        services.AddScoped<ImportDesk>();
        services.AddHttpClient<ShopHoursClient>("merchants");
        services.AddHttpClient<ShopKeysClient>("merchants");
        services.AddHttpClient<ShopWebhooksClient>("ordering");
        services.AddHttpClient<ShopFiguresClient>("ordering");
        services.AddHttpClient<ShopMoneyClient>("ordering");
        services.AddHttpClient<Coordination.TownMoneyClient>("ordering");
        services.AddHttpClient<ShopWantedClient>("catalog");
        services.AddHttpClient(ShopLetters.Client, http => http.Timeout = TimeSpan.FromSeconds(5)).OverReplicas("merchants");
        services.AddHostedService<ShopLetters>();
        services.AddScoped<Placer>();
        services.AddScoped<ShopDoor>().AddSingleton<SearchText>().AddSingleton<ShopJournal>().AddSingleton<ShopScales>();
        // A stream lasts: the address and the person's token are those of the other calls, the patience is not.
        services.AddHttpClient(OrderEvents.Client, http => http.Timeout = Timeout.InfiniteTimeSpan).AddHttpMessageHandler<PersonTokens>().OverReplicas("ordering");
        return builder;
    }

    public static void MapPro(this WebApplication app)
    {
        app.UseShopDoor();
        var pro = app.MapGroup("/pro").NeverStored().WithWholeForms().DisableAntiforgery().RequireAuthorization();
        pro.MapGet("", ChoosingShop.ShowAsync);
        var shop = pro.MapGroup("/{shop}").OfOwnShop().WithSlashesInSkus().WithAssistantsTraced();
        shop.MapOrderBoard();
        shop.MapOrderEvents();
        shop.MapOrderList();
        shop.MapOrderDetail();
        shop.MapShortages();
        shop.MapRefunding();
        shop.MapReturns();
        shop.MapDaySheet();
        shop.MapPickingList();
        shop.MapHandOver();
        shop.MapHandOverLater();
        shop.MapPoint();
        shop.MapProducts();
        shop.MapImports();
        shop.MapStock();
        shop.MapCounting();
        shop.MapOrderMails();
        shop.MapScale();
        shop.MapComingBatches();
        shop.MapStockWhy();
        shop.MapSoftware();
        shop.MapStockLimits();
        shop.MapOwnShop();
        shop.MapDetails();
        shop.MapHours();
        shop.MapFigures();
        shop.MapMoney();
        shop.MapPayoutAccount();
        shop.MapKeys();
        shop.MapWebhooks();
        shop.MapOpening();
        shop.MapTeam();
        shop.MapAssistance();
        shop.MapJournal();
    }
}
