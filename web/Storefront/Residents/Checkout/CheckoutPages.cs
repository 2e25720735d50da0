using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Accounts;
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

    private static async Task<IResult> PlaceAsync(HttpContext http, BasketReview review, CheckoutAttempts attempts, CheckoutPlacing placing, PlacingLimit limit, Ui ui, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var town = http.Town();
        if (BasketCookie.Key(http) is not { } key)
        {
            return new SeeOther($"/{town.Slug}/panier");
        }
        var form = CheckoutForm.From(await http.Request.ReadFormAsync(token));
        if (await attempts.FindAsync(key, form, token) is { } earlier)
        {
            return await placing.SendAsync(http, town, key, form, earlier, earlier.Request, token);
        }
        var basket = await review.ReviewAsync(key, town.Slug, token);
        var errors = form.Check(ui, basket);
        // The basket moved between the page and the button: nobody reserves at a price or in a number that was not shown.
        if (basket.Shops.SelectMany(s => s.Lines).Any(l => l.QuantityBefore is not null || l.PriceBefore is not null))
        {
            errors.Insert(0, (CheckoutModel.SummaryAnchor, ui["checkout.error.moved"]));
        }
        if (basket.Lines > 0 && errors.Count == 0)
        {
            // Only a first press counts: the same one again is the same order.
            if (http.User.SignedIn() is null && limit.WaitOf(http) is { } seconds)
            {
                return await placing.ShowLaterAsync(http, town, basket, form, seconds, token);
            }
            var request = Request(town, basket, form, ui);
            var attempt = await attempts.KeepAsync(key, form, request, token);
            return await placing.SendAsync(http, town, key, form, attempt, attempt.IsOf(form) ? attempt.Request : request, token);
        }
        // Perhaps the same button, pressed a moment before, took the goods or emptied the basket while this one looked.
        if (await attempts.FindAsync(key, form, token) is { } meanwhile)
        {
            return await placing.SendAsync(http, town, key, form, meanwhile, meanwhile.Request, token);
        }
        return await placing.ShowAgainAsync(town, basket, form, errors, StatusCodes.Status422UnprocessableEntity, token);
    }

    private static PlaceOrder Request(Town town, BasketView basket, CheckoutForm form, Ui ui) => new(
        town.Slug,
        new Contact(form.Name, form.Email, form.Phone.Length == 0 ? null : form.Phone),
        [.. basket.Orderable.Select(shop => new PlaceOrder.ShopOrder(shop.Slug, form.SlotOf(form.Point ?? shop.Slug)!,
            [.. shop.Orderable.Select(l => new PlaceOrder.Line(l.Line.Offer, l.Line.Quantity, l.Line.SeenPriceCents))], form.Notes.GetValueOrDefault(shop.Slug)))],
        "in-shop", ui.Code);

    internal static IResult Show(CheckoutModel model, int status = StatusCodes.Status200OK) => Page.Of<CheckoutPage, CheckoutModel>(model, status);
}

public sealed record CheckoutModel(Town Town, BasketView Basket, CheckoutForm Form, FreeSlots Slots, IReadOnlyList<(string Target, string Message)> Errors)
{
    public const string SummaryAnchor = "recapitulatif";

    public string? ErrorAt(string target) => Errors.Where(e => e.Target == target).Select(e => e.Message).FirstOrDefault();
}
