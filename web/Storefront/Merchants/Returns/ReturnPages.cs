using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Merchants.Orders;

namespace Marketplace.Storefront.Merchants.Returns;

/// <summary>On an order's page: what its customer withdrew from, and the shop's word on the goods, which has the money sent back or kept until they are there.</summary>
internal static class ReturnPages
{
    /// <summary>The shop has still to say something about it.</summary>
    internal static bool Waits(WithdrawalView withdrawn) => withdrawn.State is "awaited" or "withheld";

    /// <summary>It was paid at the counter, and is to be given back there still: no refund says that it was.</summary>
    internal static bool SumOpen(WithdrawalView withdrawn, ShopOrderCard order) => withdrawn.State == "owed" && order.Refundable == "counter" && order.Refunds?.Any(r => r.RefundId == withdrawn.WithdrawalId) is not true;

    internal static string Address(string shop, OrderId order, Guid withdrawal) => $"/pro/{shop}/commandes/{order}/retractation/{withdrawal}";

    internal static void MapReturns(this RouteGroupBuilder shop)
    {
        shop.MapPost("/commandes/{order:guid}/payee", (Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, order, orders.PaidAtCounterAsync(http.ProShop().Slug, new OrderId(order), token), "paid-at-counter"));
        shop.MapPost("/commandes/{order:guid}/retractation/{withdrawal:guid}/revenus", (Guid order, Guid withdrawal, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, order, orders.GoodsBackAsync(http.ProShop().Slug, new OrderId(order), withdrawal, "back", token), "goods-back"));
        shop.MapPost("/commandes/{order:guid}/retractation/{withdrawal:guid}/envoyes", (Guid order, Guid withdrawal, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, order, orders.GoodsBackAsync(http.ProShop().Slug, new OrderId(order), withdrawal, "sent", token), "goods-back"));
        shop.MapPost("/commandes/{order:guid}/retractation/{withdrawal:guid}/pas-revenus", (Guid order, Guid withdrawal, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, order, orders.WithholdAsync(http.ProShop().Slug, new OrderId(order), withdrawal, token), "refund-withheld"));
    }

    private static async Task<IResult> ActAsync(HttpContext http, Guid order, Task<Clients.Answer<ShopOrderCard>> acting, string done)
    {
        var answer = await acting;
        return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/commandes/{order}" + Said.After(answer, done));
    }
}
