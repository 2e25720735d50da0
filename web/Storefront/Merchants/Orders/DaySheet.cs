using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary><c>/pro/{shop}/impression</c>: everything to prepare and to hand over, day by day of its pickups, for a printer of any width. A code beside each order opens it on the screen again, wherever that is.</summary>
public static class DaySheet
{
    private const string Meant = "requested,accepted,ready";

    /// <param name="Hidden">Orders that are too many for one sheet.</param>
    /// <param name="Counter">Absolute address of the shop's counter.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<Day> Days, int Hidden, string Counter);

    public sealed record Day(DateOnly Date, IReadOnlyList<ShopOrderCard> Orders);

    internal static void MapDaySheet(this RouteGroupBuilder shop) => shop.MapGet("/impression", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        var (all, total) = await PickingList.ReadAsync(shop.Slug, Meant, orders, token);
        var days = all.Where(o => o.Pickup is not null).OrderBy(o => o.Pickup!.Start).GroupBy(o => Ui.LocalDate(o.Pickup!.Start)).Select(day => new Day(day.Key, [.. day]));
        return Page.Of<DaySheetPage, Model>(new Model(shop, [.. days], Math.Max(0, total - all.Count), $"{http.Request.Scheme}://{http.Request.Host}/pro/{shop.Slug}"));
    }
}
