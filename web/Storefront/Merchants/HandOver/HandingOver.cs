using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.HandOver;

/// <summary>
/// <c>/pro/{shop}/remise</c>: a code typed or scanned shows what to hand over and what to ask for; one tap then does it. A scanned EAN opens its
/// stock instead, and the code of a day sheet its order. The code is posted, never in an address.
/// </summary>
public static class HandingOver
{
    public sealed record CodeForm
    {
        public string? Code { get; set; }
    }

    public sealed record HandOverForm
    {
        public Guid Order { get; set; }
        public string? Code { get; set; }

        /// <summary>How it is paid, as the page showed it.</summary>
        public string? Payment { get; set; }
    }

    /// <param name="Order">What the code opened, if anything.</param>
    /// <param name="Refusal">Key of what is wrong with the code.</param>
    public sealed record Model(ProShop Shop, string? Code, ShopOrderCard? Order, string? Refusal, Said? Said);

    internal static void MapHandOver(this RouteGroupBuilder shop)
    {
        shop.MapGet("/remise", (HttpContext http) => http.ProShop().MayAct ? Show(http, null, null, null) : Results.LocalRedirect($"/pro/{http.ProShop().Slug}"));
        shop.MapPost("/remise", FindAsync);
        shop.MapPost("/remise/faite", HandOverAsync);
    }

    private static async Task<IResult> FindAsync([FromForm] CodeForm form, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var scanned = ScannedText.Read(form.Code);
        if (scanned.Ean is not null)
        {
            return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/stock{QueryString.Create("q", scanned.Ean)}");
        }
        if (scanned.Order is { } order)
        {
            return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/commandes/{order}");
        }
        if (scanned.Code is null)
        {
            return Show(http, form.Code?.Trim(), null, "not-a-code");
        }
        var shop = http.ProShop();
        var answer = await orders.ByCodeAsync(shop.Slug, scanned.Code, token);
        return answer.Ok ? Show(http, scanned.Code, answer.Value, null)
            : Show(http, scanned.Code, null, (int)answer.Status != StatusCodes.Status404NotFound ? Said.Code(answer.Problem!)
                // Other shops' parcels that lie at this very counter have another page.
                : shop.KeepsPoint ? "unknown-code.keeper" : "unknown-code");
    }

    private static async Task<IResult> HandOverAsync([FromForm] HandOverForm form, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        var answer = await orders.HandOverAsync(shop.Slug, new OrderId(form.Order), form.Code ?? "", form.Payment, token);
        if (answer.Problem is { Code: "payment-changed" } changed && await orders.ByCodeAsync(shop.Slug, form.Code ?? "", token) is { Value: { } now })
        {
            return Show(http, form.Code, now, null, Said.Of(changed));
        }
        return Results.LocalRedirect($"/pro/{shop.Slug}/remise" + Said.After(answer, "collected"));
    }

    private static IResult Show(HttpContext http, string? code, ShopOrderCard? order, string? refusal, Said? said = null) => Page.Of<HandOverPage, Model>(
        new Model(http.ProShop(), code, order, refusal, said ?? (order is null && refusal is null ? Said.From(http.Request) : null)),
        refusal is null && said is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
