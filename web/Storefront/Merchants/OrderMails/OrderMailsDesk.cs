using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.OrderMails;

/// <summary><c>/pro/{shop}/mails</c>: whether new orders are told by mail, and where; for a shop that does not keep the board open.</summary>
public static class OrderMailsDesk
{
    public sealed record Form
    {
        public string? Email { get; set; }
        public string? Stop { get; set; }
    }

    /// <param name="Known">Where they are told now; null: nowhere.</param>
    /// <param name="Typed">What stands in the field.</param>
    /// <param name="Wrong">Whether that was refused.</param>
    /// <param name="Done">What was just done: <c>started</c> or <c>stopped</c>.</param>
    public sealed record Model(ProShop Shop, string? Known, string Typed, bool Wrong, string? Done);

    internal static void MapOrderMails(this RouteGroupBuilder shop)
    {
        shop.MapGet("/mails", ShowAsync);
        shop.MapPost("/mails", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, CancellationToken token, string? fait = null)
    {
        var shop = http.ProShop();
        if (!shop.MayAct)
        {
            return Results.LocalRedirect($"/pro/{shop.Slug}/boutique");
        }
        var known = (await orders.MailsAsync(shop.Slug, token)).Email;
        return Page.Of<OrderMailsPage, Model>(new Model(shop, known, known ?? http.User.SignedIn()!.Email, false, fait is "started" or "stopped" ? fait : null));
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (form.Stop is not null)
        {
            await orders.StopMailsAsync(shop.Slug, token);
            return Results.LocalRedirect($"/pro/{shop.Slug}/mails?fait=stopped");
        }
        var email = form.Email?.Trim() ?? "";
        if ((await orders.SendMailsAsync(shop.Slug, email, ui.Code, token)).Ok)
        {
            return Results.LocalRedirect($"/pro/{shop.Slug}/mails?fait=started");
        }
        var known = (await orders.MailsAsync(shop.Slug, token)).Email;
        return Page.Of<OrderMailsPage, Model>(new Model(shop, known, email, true, null), StatusCodes.Status422UnprocessableEntity);
    }
}
