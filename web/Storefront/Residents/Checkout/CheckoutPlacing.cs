using System.Globalization;
using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Orders;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>Sends the reservation and shows where it led: to the order, or back to the form with what to change.</summary>
internal sealed class CheckoutPlacing(OrderingClient ordering, CheckoutAttempts attempts, BasketReview review, BasketStore store, CheckoutSlots slots, Ui ui)
{
    public async Task<IResult> SendAsync(HttpContext http, Town town, byte[] key, CheckoutForm form, CheckoutAttempt attempt, PlaceOrder? request, CancellationToken token)
    {
        if (attempt.Order is { } known)
        {
            return new SeeOther(OrderPages.Href(known.Value, attempt.AccessToken));
        }
        Answer<OrderView> answer;
        try
        {
            answer = await ordering.PlaceAsync(request!, form.Key, token);
            if (answer.Problem?.Code == "idempotency-key-reused")
            {
                // The form was changed after an answer that did not come, but what it said first had become an order: one order, and it is this one.
                request = attempt.Request!;
                answer = await ordering.PlaceAsync(request, form.Key, token);
            }
        }
        catch (ServiceUnavailable)
        {
            // The same key again: if the order did arrive, the next press finds it instead of placing a second one.
            return await ShowAgainAsync(town, await review.ReviewAsync(key, town.Slug, token), form, [("", ui["checkout.error.down"])], StatusCodes.Status422UnprocessableEntity, token);
        }
        if (answer.Ok)
        {
            // Before the basket is emptied: whoever finds it empty finds the order.
            await attempts.PlacedAsync(key, form, answer.Value!);
            // Not yet confirmed, the basket stays for whoever is refused in the end; the order's page empties it once the order stands.
            if (answer.Status == HttpStatusCode.Created)
            {
                await store.EmptyAsync(key, town.Slug, request!.ShopOrders.SelectMany(s => s.Lines).Select(l => l.OfferId), CancellationToken.None);
            }
            return new SeeOther(OrderPages.Href(answer.Value!.OrderId.Value, answer.Value.AccessToken));
        }
        var basket = await review.ReviewAsync(key, town.Slug, token);
        if (answer.Status == HttpStatusCode.TooManyRequests)
        {
            return await ShowLaterAsync(http, town, basket, form, answer.Problem!.RetryAfterSeconds, token);
        }
        await attempts.RefusedAsync(key, form);
        var refusal = CheckoutRefusal.Read(answer.Problem!, basket, form, ui);
        return await ShowAgainAsync(town, basket, refusal.Form with { Key = CheckoutForm.NewKey() }, refusal.Errors, StatusCodes.Status409Conflict, token);
    }

    /// <summary>Too many orders in a short time. What this press sent, if anything, stays under its key.</summary>
    public Task<IResult> ShowLaterAsync(HttpContext http, Town town, BasketView basket, CheckoutForm form, int seconds, CancellationToken token)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ShowAgainAsync(town, basket, form, [("", ui["checkout.error.often"])], StatusCodes.Status429TooManyRequests, token);
    }

    public async Task<IResult> ShowAgainAsync(Town town, BasketView basket, CheckoutForm form, IReadOnlyList<(string Target, string Message)> errors, int status, CancellationToken token) =>
        basket.Lines == 0 ? new SeeOther($"/{town.Slug}/panier") : CheckoutPages.Show(new CheckoutModel(town, basket, form, await slots.OfAsync(town, basket, token), errors), status);
}
