using System.Globalization;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Orders;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// Sends the reservation and shows where it led: to the order, or back to the form with what to change. Where no answer comes the page in trouble
/// carries the form (<see cref="RepeatableForm"/>): pressed again, the same goes out under the same key.
/// </summary>
internal sealed class CheckoutPlacing(OrderingClient ordering, CheckoutAttempts attempts, EarlierCheckout earlier, BasketReview review, CheckoutSlots slots, CheckoutCards cards, Ui ui)
{
    private const string Reused = "idempotency-key-reused";

    public async Task<IResult> SendAsync(HttpContext http, Town town, byte[] basketKey, CheckoutForm form, CheckoutAttempt attempt, CheckoutAttempt.Request? request, CancellationToken token)
    {
        var person = http.User.SignedIn()?.Id;
        if (attempt.Order is { } known)
        {
            return Shown(town, attempt.Person == person, known.Value, attempt.AccessToken);
        }
        form = form with { Key = attempt.Key };
        var (answer, sent, pressed) = await AskAsync(basketKey, attempt, await attempts.SendingAsync(basketKey, attempt.Key, request!, person), person);
        if (answer.Ok)
        {
            // Before the basket is emptied: whoever finds it empty finds the order.
            await attempts.PlacedAsync(basketKey, form.Key, sent, answer.Value!);
            // Not yet confirmed, the basket stays for whoever is refused in the end; it is emptied once the order stands.
            await earlier.SettleAsync(basketKey, answer.Value!);
            return Shown(town, pressed, answer.Value!.OrderId.Value, answer.Value.AccessToken, toPay: form.Card);
        }
        var problem = answer.Problem!;
        // Under a key that another order has, one of a day ago perhaps, and none of all that was sent from here, no form will ever stand.
        var over = problem.Decides || problem.Code == Reused;
        if (problem.Code == Reused && await attempts.FindAsync(basketKey, form.Key, CancellationToken.None) is { Order: { } meanwhile } placed)
        {
            return Shown(town, placed.Person == person, meanwhile.Value, placed.AccessToken);
        }
        if (over)
        {
            await attempts.RefusedAsync(basketKey, form.Key);
        }
        else if (answer.Status != HttpStatusCode.TooManyRequests || !attempt.Waiting)
        {
            await attempts.AnsweredAsync(basketKey, form.Key); // put off, this press says nothing of the one before
        }
        var basket = await review.ReviewAsync(basketKey, town.Slug, token);
        if (answer.Status == HttpStatusCode.TooManyRequests)
        {
            return await ShowLaterAsync(http, town, basket, form, problem.RetryAfterSeconds, token);
        }
        var refusal = CheckoutRefusal.Read(problem, basket, form, ui);
        return await ShowAgainAsync(town, basket, refusal.Form with { Key = over ? CheckoutForm.NewKey() : form.Key }, refusal.Errors, StatusCodes.Status409Conflict, token);
    }

    /// <summary>Too many orders in a short time. What this press sent, if anything, stays under its key.</summary>
    public Task<IResult> ShowLaterAsync(HttpContext http, Town town, BasketView basket, CheckoutForm form, int seconds, CancellationToken token)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ShowAgainAsync(town, basket, form, [("", ui["checkout.error.often"])], StatusCodes.Status429TooManyRequests, token);
    }

    public async Task<IResult> ShowAgainAsync(Town town, BasketView basket, CheckoutForm form, IReadOnlyList<(string Target, string Message)> errors, int status, CancellationToken token) =>
        basket.Lines == 0 ? new SeeOther($"/{town.Slug}/panier") : CheckoutPages.Show(new CheckoutModel(town, basket, form, await slots.OfAsync(town, basket, token), errors, null, await cards.OfAsync(basket, token)), status);

    // An order of somebody else at the same browser is told, not shown.
    private static SeeOther Shown(Town town, bool own, Guid order, string? accessToken, bool toPay = false) =>
        new(!own ? BasketPages.Reserved(town.Slug) : toPay ? OrderPages.PayHref(order, accessToken) : OrderPages.Href(order, accessToken));

    // The form may have been changed after an answer that did not come, while what it said first had become an order: one order, and it is that one.
    // What somebody else sent from here is not sent in this person's name, only looked for: their order is the answer too, and stays theirs.
    private async Task<(Answer<OrderView> Answer, CheckoutAttempt.Request Sent, bool Pressed)> AskAsync(byte[] basketKey, CheckoutAttempt attempt, CheckoutAttempt.Request request, PersonId? person)
    {
        var answer = await ordering.PlaceAsync(request.Order, attempt.Key);
        if (answer.Problem?.Code != Reused)
        {
            return (answer, request, true);
        }
        foreach (var other in (await attempts.FindAsync(basketKey, attempt.Key, CancellationToken.None) ?? attempt).Sent.Concat(attempt.Sent))
        {
            var own = other.Person == person;
            var found = own ? await ordering.PlaceAsync(other.Order, attempt.Key) : await ordering.FindPlacedAsync(other.Order, attempt.Key, CancellationToken.None);
            if (found.Problem is not { } none || !(none.Code is Reused or OrderingClient.NotFound || (!own && none.Decides)))
            {
                return (found, other, own);
            }
        }
        return (answer, request, true);
    }
}
