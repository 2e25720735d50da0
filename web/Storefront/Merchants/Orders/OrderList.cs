using System.Globalization;
using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// <c>/pro/{shop}/commandes</c>: the orders that have ended, latest first; with <c>recherche</c> those of any state that a name, a reference or part of a code
/// finds. What is typed is posted, and stands in the address only as <see cref="SearchText"/> writes it.
/// </summary>
public static class OrderList
{
    private const int PageSize = 20;
    private const string Ended = "collected,declined,expired,cancelled";
    private static readonly ShopOrderPage _none = new([], 0, 1, PageSize);

    public sealed record Form
    {
        public string? Q { get; set; }
    }

    /// <param name="Search">The text as the address carries it.</param>
    /// <param name="Refusal">Key of why nothing was looked up.</param>
    public sealed record Model(ProShop Shop, string? Text, string? Search, ShopOrderPage Orders, string? Refusal)
    {
        public int Last => (Orders.Total + PageSize - 1) / PageSize;
    }

    internal static void MapOrderList(this RouteGroupBuilder shop)
    {
        shop.MapGet("/commandes", ShowAsync);
        shop.MapPost("/commandes", Search).OnlyLooking();
    }

    internal static string Href(ProShop shop, string? search, int page = 1) =>
        $"/pro/{shop.Slug}/commandes" + LocalUrl.Query(("recherche", search), ("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null));

    private static SeeOther Search([FromForm] Form form, HttpContext http, SearchText texts) => new(Href(http.ProShop(), texts.Hide(http.ProShop().Slug, form.Q)));

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, SearchText texts, CancellationToken token, string? recherche = null, int page = 1)
    {
        var text = texts.Read(http.ProShop().Slug, recherche);
        var search = text is null ? null : recherche;
        try
        {
            var found = await orders.ListAsync(http.ProShop().Slug, text is null ? Ended : null, text, Math.Clamp(page, 1, 10_000), PageSize, token);
            return Page.Of<OrderListPage, Model>(new Model(http.ProShop(), text, search, found, null));
        }
        catch (ServiceRefusal refused) when (refused is { Status: HttpStatusCode.TooManyRequests, Problem: { } problem })
        {
            return Page.Of<OrderListPage, Model>(new Model(http.ProShop(), text, search, _none, Said.Code(problem)), StatusCodes.Status429TooManyRequests);
        }
    }
}
