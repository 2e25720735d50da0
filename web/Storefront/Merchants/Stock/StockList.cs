using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Assistants;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Stock;

/// <summary>
/// <c>/pro/{shop}/stock</c>: what is on the shelf. A typed figure replaces the one known; − and + are movements, so that a sale at the same moment
/// is not undone.
/// </summary>
public static class StockList
{
    private const int PageSize = 50;
    private const long Most = 1_000_000;

    /// <summary>A typed figure (pieces, or grams), or a step, and then the figure is not looked at.</summary>
    public sealed record Form
    {
        public string? Sku { get; set; }
        public string? OnHand { get; set; }
        public string? Delta { get; set; }
        public string? Q { get; set; }
        public string? Page { get; set; }
    }

    // Taken as it was counted; said, because orders wait for more than that.
    internal const string Short = "short";

    /// <param name="Changed">The sku just changed.</param>
    /// <param name="Refused">Key of why its figure was not taken, or of what is to be said of one that was.</param>
    /// <param name="Waiting">The orders that wait for more of it than were counted.</param>
    /// <param name="Unread">What stands there cannot be read at present; what was changed is saved all the same.</param>
    public sealed record Model(ProShop Shop, MerchantOfferPage Offers, string? Text, string? Changed, string? Refused, ShortOrders? Waiting = null, bool Unread = false);

    internal static void MapStock(this RouteGroupBuilder shop)
    {
        shop.MapGet("/stock", ShowAsync);
        shop.MapPost("/stock", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopStockClient stock, ShopOrdersClient orders, CancellationToken token, string? q = null, int page = 1, string? sku = null, string? refus = null)
    {
        var text = string.IsNullOrWhiteSpace(q) ? null : q.Trim()[..Math.Min(q.Trim().Length, 100)];
        MerchantOfferPage offers;
        try
        {
            offers = await stock.OffersAsync(http.ProShop().Slug, text, Math.Clamp(page, 1, 10_000), PageSize, token);
        }
        catch (Exception away) when (sku is not null && refus is null or Short && away is ServiceUnavailable or ServiceRefusal)
        {
            // Of a change that was just taken a page that says nothing but "down" would say that it was not.
            return Page.Of<StockPage, Model>(new Model(http.ProShop(), new MerchantOfferPage([], 0, 1, PageSize), text, sku, null, Unread: true), StatusCodes.Status503ServiceUnavailable);
        }
        if (LastPage.InsteadOf(page, offers.Items.Count, offers.Total, PageSize) is { } last)
        {
            return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/stock" + LocalUrl.Query(("q", text), ("page", LastPage.Text(last))));
        }
        var waiting = refus == Short && offers.Items.FirstOrDefault(o => o.Sku == sku) is { } counted ? await ShortOrders.OfAsync(http.ProShop(), counted, stock, orders, token) : null;
        return Page.Of<StockPage, Model>(new Model(http.ProShop(), offers, text, sku, refus is "figure" or "below-reserved" or "unknown" or Short ? refus : null, waiting));
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, ShopStockClient stock, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var (refusal, now) = await ChangeAsync(form, http.ProShop().Slug, stock, ui, token);
        if (refusal is not null and not Short)
        {
            http.SayRefused();
        }
        if (http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal))
        {
            return await AnswerAsync(form, refusal, now, http, stock, orders, ui, token);
        }
        var address = LocalUrl.Query(("q", form.Q), ("page", form.Page == "1" ? null : form.Page), ("sku", form.Sku), ("refus", refusal));
        return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/stock{address}#{AnchorOf(form.Sku)}");
    }

    private static async Task<(string? Refusal, MerchantOffer? Now)> ChangeAsync(Form form, string shop, ShopStockClient stock, Ui ui, CancellationToken token)
    {
        if (long.TryParse(form.Delta, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var delta) && delta is >= -Most and <= Most)
        {
            var adjusted = await stock.AdjustAsync(shop, form.Sku ?? "", delta, ui["pro.stock.reason"], token);
            return (adjusted.Ok ? null : adjusted.Problem!.Code == "below-reserved" ? "below-reserved" : "unknown", adjusted.Value);
        }
        if (!long.TryParse(string.Concat((form.OnHand ?? "").Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var onHand) || onHand > Most)
        {
            return ("figure", null);
        }
        var put = await stock.PutAsync(shop, form.Sku ?? "", onHand, token);
        return (put.Ok && put.Value!.Rejected.Count == 0 ? null : put.Ok && put.Value!.Rejected[0].Reason == "below-reserved" ? Short : "unknown", null);
    }

    // For the script: the row as it now stands, and the sentence to say.
    private static async Task<IResult> AnswerAsync(Form form, string? refusal, MerchantOffer? now, HttpContext http, ShopStockClient stock, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        try
        {
            now ??= (await stock.OffersAsync(http.ProShop().Slug, form.Sku, 1, PageSize, token)).Items.FirstOrDefault(o => o.Sku == form.Sku);
        }
        catch (Exception away) when (away is ServiceUnavailable or ServiceRefusal)
        {
            // Changed or refused it is, whether or not it can be read again.
            return Results.Json(new { said = refusal is null or Short ? ui["pro.stock.saved.unread"] : ui.T("pro.stock.refused." + refusal, ui.Number(Most)), kind = KindOf(refusal ?? Short) });
        }
        if (now is null)
        {
            return Results.NotFound();
        }
        var waiting = refusal == Short ? await ShortOrders.OfAsync(http.ProShop(), now, stock, orders, token) : null;
        return Results.Json(new
        {
            onHand = ThereOf(now),
            missing = now.Missing == 0 ? null : ui.Quantity(now.Unit, now.Missing),
            reserved = ui.Quantity(now.Unit, now.Reserved),
            available = ui.Quantity(now.Unit, AvailableOf(now)),
            why = ui.T("pro.why.link", ui.Quantity(now.Unit, AvailableOf(now))),
            said = SaidOf(now, refusal, ui),
            concerned = waiting is null ? null : ui["pro.stock.short.orders"],
            orders = waiting?.Orders.Select(o => new { said = ShortOrders.Words(o, now.Unit, ui), href = o.Href }),
            more = waiting is { More: > 0 } ? ui.Count("pro.why.held.more", waiting.More) : null,
            kind = KindOf(refusal),
        });
    }

    internal static string SaidOf(MerchantOffer offer, string? refusal, Ui ui) => refusal is null || (refusal == Short && offer.Missing == 0) ? ui.T("pro.stock.saved", offer.Title, ui.Quantity(offer.Unit, ThereOf(offer)))
        : refusal == Short ? ui.T("pro.stock.short", offer.Title, ui.Quantity(offer.Unit, ThereOf(offer)), ui.Quantity(offer.Unit, offer.Reserved), ui.Quantity(offer.Unit, offer.Missing)) : ui.T("pro.stock.refused." + refusal, ui.Number(Most));

    internal static string KindOf(string? refusal) => refusal switch { null => "good", Short => "warn", _ => "bad" };

    /// <summary>Another one for each sku: <c>12.5</c> is not <c>125</c>, whatever else an address cannot hold.</summary>
    public static string AnchorOf(string? sku) =>
        "sku-" + string.Concat((sku ?? "").Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"_{(int)c:x4}")));

    /// <summary>What stands in the shop: shown, and saved again, a piece that was found missing must not come back.</summary>
    internal static long ThereOf(MerchantOffer offer) => offer.OnHand - offer.Missing;

    /// <summary>What residents can reserve: less what is set aside, and what the shop keeps back.</summary>
    internal static long AvailableOf(MerchantOffer offer) => Math.Max(offer.OnHand - offer.Reserved - offer.Safety, 0);

    internal static long StepOf(SaleUnit unit) => unit == SaleUnit.Weight ? 100 : 1;
}
