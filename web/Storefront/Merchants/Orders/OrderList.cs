using System.Globalization;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
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
        var shop = http.ProShop();
        page = Math.Clamp(page, 1, 10_000);
        if (text is null)
        {
            var ended = await orders.ListAsync(shop.Slug, Ended, page, PageSize, token);
            return LastPage.InsteadOf(page, ended.Items.Count, ended.Total, PageSize) is { } end ? Results.LocalRedirect(Href(shop, null, end))
                : Page.Of<OrderListPage, Model>(new Model(shop, null, null, ended, null));
        }
        var found = await orders.SearchAsync(shop.Slug, text, page, PageSize, token);
        if (found.Value is { } some && LastPage.InsteadOf(page, some.Items.Count, some.Total, PageSize) is { } last)
        {
            return Results.LocalRedirect(Href(shop, recherche, last));
        }
        return Page.Of<OrderListPage, Model>(
            new Model(shop, text, recherche, found.Value ?? _none, found.Ok ? null : Said.Code(found.Problem!)), found.Ok ? StatusCodes.Status200OK : (int)found.Status);
    }
}
