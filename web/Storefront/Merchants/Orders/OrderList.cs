using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary><c>/pro/{shop}/commandes</c>: the orders that have ended, latest first; with <c>q</c> those of any state that a name, a reference or part of a code finds.</summary>
public static class OrderList
{
    private const int PageSize = 20;
    private const string Ended = "collected,declined,expired,cancelled";
    private static readonly ShopOrderPage _none = new([], 0, 1, PageSize);

    /// <param name="Refusal">Key of why nothing was looked up.</param>
    public sealed record Model(ProShop Shop, string? Text, ShopOrderPage Orders, string? Refusal)
    {
        public int Last => (Orders.Total + PageSize - 1) / PageSize;
    }

    internal static void MapOrderList(this RouteGroupBuilder shop) => shop.MapGet("/commandes", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, CancellationToken token, string? q = null, int page = 1)
    {
        var text = string.IsNullOrWhiteSpace(q) ? null : q.Trim()[..Math.Min(q.Trim().Length, 100)];
        try
        {
            var found = await orders.ListAsync(http.ProShop().Slug, text is null ? Ended : null, text, Math.Clamp(page, 1, 10_000), PageSize, token);
            return Page.Of<OrderListPage, Model>(new Model(http.ProShop(), text, found, null));
        }
        catch (ServiceRefusal refused) when (refused is { Status: HttpStatusCode.TooManyRequests, Problem: { } problem })
        {
            return Page.Of<OrderListPage, Model>(new Model(http.ProShop(), text, _none, Said.Code(problem)), StatusCodes.Status429TooManyRequests);
        }
    }
}
