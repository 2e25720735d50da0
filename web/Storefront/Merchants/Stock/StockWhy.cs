using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Stock;

/// <summary><c>/pro/{shop}/stock/{sku}</c>: how a figure comes about, in words; the arithmetic first, then who waits for some of it, then the ledger.</summary>
public static class StockWhy
{
    private const int PageSize = 30;

    public sealed record Form
    {
        /// <summary>Of this offer alone; nothing: as of all.</summary>
        public string? Safety { get; set; }
    }

    /// <param name="Orders">Those of the orders named here that the shop has; null: not known at present.</param>
    /// <param name="Wrong">What was typed to be kept back is no figure.</param>
    public sealed record Model(ProShop Shop, StockAccount Account, StockMovementPage Movements, IReadOnlyDictionary<OrderId, NamedOrder>? Orders, bool Wrong = false, string? Typed = null)
    {
        public MerchantOffer Offer => Account.Offer;
    }

    internal static void MapStockWhy(this RouteGroupBuilder shop)
    {
        shop.MapGet("/stock/{sku}", ShowAsync);
        shop.MapPost("/stock/{sku}", KeepAsync);
    }

    internal static string Href(ProShop shop, string sku) => $"/pro/{shop.Slug}/stock/{Uri.EscapeDataString(sku)}";

    private static async Task<IResult> KeepAsync(string sku, [FromForm] Form form, HttpContext http, ShopStockClient stock, ShopOrdersClient orders, CancellationToken token)
    {
        var typed = string.Concat((form.Safety ?? "").Where(c => !char.IsWhiteSpace(c)));
        long? quantity = long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;
        return typed.Length > 0 && quantity is null || !(await stock.KeepBackAsync(http.ProShop().Slug, sku, quantity, token)).Ok
            ? await PageAsync(sku, http, stock, orders, 1, form.Safety ?? "", token)
            : new SeeOther(Href(http.ProShop(), sku));
    }

    private static Task<IResult> ShowAsync(string sku, HttpContext http, ShopStockClient stock, ShopOrdersClient orders, CancellationToken token, int page = 1) => PageAsync(sku, http, stock, orders, page, null, token);

    private static async Task<IResult> PageAsync(string sku, HttpContext http, ShopStockClient stock, ShopOrdersClient orders, int page, string? wrong, CancellationToken token)
    {
        var shop = http.ProShop();
        var account = stock.AccountAsync(shop.Slug, sku, token);
        var movements = stock.MovementsAsync(shop.Slug, sku, Math.Clamp(page, 1, 10_000), PageSize, token);
        if (await movements is { } some && LastPage.InsteadOf(page, some.Items.Count, some.Total, PageSize) is { } last)
        {
            return Results.LocalRedirect(Href(shop, sku) + LocalUrl.Query(("page", LastPage.Text(last))));
        }
        if (await account is not { } found || await movements is not { } moved)
        {
            return Trouble.NotFound(null);
        }
        // A refused or unconfirmed try moved the figure too, and has no page to lead to.
        var named = await orders.NamedAsync(shop.Slug, [.. found.Held.Select(h => h.OrderId).Concat(moved.Items.Select(m => m.OrderId).OfType<OrderId>()).Distinct()], token);
        return Page.Of<StockWhyPage, Model>(new Model(shop, found, moved, named, wrong is not null, wrong), wrong is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    // The ledger's own notes are what the program that wrote them calls it; a person is told what happened.
    internal static string Said(StockMovement movement, Ui ui) => movement switch
    {
        { Note: "manquait au comptage" } => ui["pro.why.was-missing"],
        { Note: "manquait à la préparation" } => ui["pro.why.not-found"],
        { Note: "écarté : qualité" } => ui["pro.why.spoiled"],
        { Note: "compté après la remise" } => ui["pro.why.counted-after"],
        { Note: "pesé au-dessus de la commande" } => ui["pro.why.overweight"],
        { Note: "compté en rayon" } => ui["pro.why.counted-on-shelf"],
        { Note: "liste de comptage" } => ui["pro.why.counted-list"],
        { Note: "absent du relevé complet" } => ui["pro.why.fed.gone"],
        { Note: "date de validité passée" } => ui["pro.why.fed.expired"],
        { Note: "logiciel débranché" } => ui["pro.why.fed.unplugged"],
        { Kind: "reservation" or "release" or "sale" or "delivery" or "return" } => ui["pro.why." + movement.Kind],
        { Source: { } source } => ui["pro.why.counted." + source],
        { Counted: true } => ui["pro.why.counted." + (movement.Kind == "feed" ? "given" : "hand")],
        { Note: { Length: > 0 } reason } => ui.T("pro.why.adjustment.for", reason),
        _ => ui["pro.why.adjustment"],
    };

    /// <summary>What a movement says of what was found missing; null where it says nothing of it.</summary>
    internal static string? Lacks(SaleUnit unit, StockMovement movement, Ui ui) =>
        movement.MissingDelta is null or 0 ? null : movement.MissingAfter is > 0 and var missing ? ui.T("pro.why.lacks", ui.Quantity(unit, missing)) : ui["pro.why.lacks.none"];

    /// <summary>With its sign; nothing where nothing moved.</summary>
    internal static string Signed(SaleUnit unit, long delta, Ui ui) => delta switch
    {
        0 => "",
        > 0 => "+" + ui.Quantity(unit, delta),
        _ => "−" + ui.Quantity(unit, -delta),
    };
}
