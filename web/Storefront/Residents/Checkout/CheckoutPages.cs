using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

internal static class CheckoutPages
{
    public static void MapCheckout(this RouteGroupBuilder town)
    {
        town.MapGet("/commander", ShowAsync);
        town.MapPost("/commander", PlaceAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, BasketReview review, CheckoutSlots slots, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var town = http.Town();
        var basket = await review.ReviewAsync(BasketCookie.Key(http), town.Slug, token);
        if (basket.Lines == 0)
        {
            return Results.Redirect($"/{town.Slug}/panier");
        }
        var form = CheckoutForm.Empty(http.User.FindFirst(MarketplaceClaims.Name)?.Value, http.User.FindFirst(MarketplaceClaims.Email)?.Value);
        return Show(new CheckoutModel(town, basket, form, await slots.OfAsync(town, basket, token), []));
    }

    private static async Task<IResult> PlaceAsync(HttpContext http, BasketReview review, BasketStore store, CheckoutSlots slots, OrderingClient ordering, Ui ui, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var town = http.Town();
        var key = BasketCookie.Key(http);
        var form = CheckoutForm.From(await http.Request.ReadFormAsync(token));
        var basket = await review.ReviewAsync(key, town.Slug, token);
        if (key is null || basket.Lines == 0)
        {
            return new SeeOther($"/{town.Slug}/panier");
        }
        var errors = form.Check(ui, basket);
        // The basket moved between the page and the button: nobody reserves at a price or in a number that was not shown.
        if (basket.Shops.SelectMany(s => s.Lines).Any(l => l.QuantityBefore is not null || l.PriceBefore is not null))
        {
            errors.Insert(0, (CheckoutModel.SummaryAnchor, ui["checkout.error.moved"]));
        }
        if (errors.Count > 0)
        {
            return await AgainAsync(form, errors);
        }
        Answer<OrderView> answer;
        try
        {
            answer = await ordering.PlaceAsync(Request(town, basket, form, ui), form.Key, token);
        }
        catch (ServiceUnavailable)
        {
            // The same key again: if the order did arrive, the next press finds it instead of placing a second one.
            return await AgainAsync(form, [("", ui["checkout.error.down"])]);
        }
        if (answer.Ok)
        {
            // Not yet confirmed, the basket stays for whoever is refused in the end; the order's page empties it once the order stands.
            if (answer.Status == HttpStatusCode.Created)
            {
                await store.EmptyAsync(key, town.Slug, basket.Orderable.SelectMany(s => s.Orderable).Select(l => l.Line.Offer), token);
            }
            return new SeeOther($"/commandes/{answer.Value!.OrderId}?jeton={answer.Value.AccessToken}");
        }
        var refusal = CheckoutRefusal.Read(answer.Problem!, basket, form, ui);
        basket = await review.ReviewAsync(key, town.Slug, token);
        return basket.Lines == 0 ? new SeeOther($"/{town.Slug}/panier") : await AgainAsync(refusal.Form with { Key = CheckoutForm.NewKey() }, refusal.Errors, StatusCodes.Status409Conflict);

        async Task<IResult> AgainAsync(CheckoutForm kept, IReadOnlyList<(string, string)> why, int status = StatusCodes.Status422UnprocessableEntity) =>
            Show(new CheckoutModel(town, basket, kept, await slots.OfAsync(town, basket, token), why), status);
    }

    private static PlaceOrder Request(Town town, BasketView basket, CheckoutForm form, Ui ui) => new(
        town.Slug,
        new Contact(form.Name, form.Email, form.Phone.Length == 0 ? null : form.Phone),
        [.. basket.Orderable.Select(shop => new PlaceOrder.Shop(shop.Slug, form.SlotOf(form.Point ?? shop.Slug)!,
            [.. shop.Orderable.Select(l => new PlaceOrder.Line(l.Line.Offer, l.Line.Quantity, l.Line.SeenPriceCents))], form.Notes.GetValueOrDefault(shop.Slug)))],
        "in-shop", ui.Code);

    private static IResult Show(CheckoutModel model, int status = StatusCodes.Status200OK) => Page.Of<CheckoutPage, CheckoutModel>(model, status);
}

public sealed record CheckoutModel(Town Town, BasketView Basket, CheckoutForm Form, FreeSlots Slots, IReadOnlyList<(string Target, string Message)> Errors)
{
    public const string SummaryAnchor = "recapitulatif";

    public string? ErrorAt(string target) => Errors.Where(e => e.Target == target).Select(e => e.Message).FirstOrDefault();
}
