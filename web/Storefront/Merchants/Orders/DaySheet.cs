using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary><c>/pro/{shop}/impression</c>: everything to prepare and to hand over, for a printer of any width. A code beside each order opens it on the screen again, wherever that is.</summary>
public static class DaySheet
{
    /// <param name="Counter">Absolute address of the shop's counter.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<ShopOrderCard> Orders, string Counter);

    internal static void MapDaySheet(this RouteGroupBuilder shop) => shop.MapGet("/impression", async (HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
        Page.Of<DaySheetPage, Model>(new Model(http.ProShop(), (await orders.ListAsync(http.ProShop().Slug, "requested,accepted,ready", 1, 100, token)).Items,
            $"{http.Request.Scheme}://{http.Request.Host}/pro/{http.ProShop().Slug}")));
}
