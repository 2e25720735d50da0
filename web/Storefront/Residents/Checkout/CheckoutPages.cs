using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Legal;

namespace Marketplace.Storefront.Residents.Checkout;

internal static class CheckoutPages
{
    public static void MapCheckout(this RouteGroupBuilder town)
    {
        town.MapGet("/commander", ShowAsync).WithMetadata(new ShowsOnesOwn());
        town.MapPost("/commander", PlaceAsync).WithMetadata(new RepeatableForm("checkout.trouble"));
        town.MapPost("/commander/reprendre", ResumeAsync).WithMetadata(new RepeatableForm("checkout.trouble"));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, EarlierCheckout earlier, BasketReview review, CheckoutSlots slots, CheckoutCards cards, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var town = http.Town();
        var key = BasketCookie.Key(http);
        var person = http.User.SignedIn();
        var before = await earlier.FindAsync(key, town.Slug, person?.Id, token);
        if (before?.PageIn(town.Slug) is { } order)
        {
            return Results.Redirect(order);
        }
        var basket = await review.ReviewAsync(key, town.Slug, token);
        if (basket.Lines == 0)
        {
            return Results.Redirect($"/{town.Slug}/panier");
        }
        var form = before?.Attempt.LastOf(person?.Id) is { } sent ? CheckoutForm.Of(sent.Order, town) : CheckoutForm.Empty(person?.Name, person?.Email);
        if (before is { Outcome: not EarlierOutcome.Refused })
        {
            form = form with { Key = before.Attempt.Key };
        }
        var free = await slots.OfAsync(town, basket, token);
        if (before is null)
        {
            form = form with { Point = PickupBatches.OnlyAt(basket, free) };
        }
        return Show(new CheckoutModel(town, basket, form, free, [], before?.Notice(town.Slug), await cards.OfAsync(basket, token)));
    }

    private static async Task<IResult> PlaceAsync(HttpContext http, EarlierCheckout earlier, BasketReview review, CheckoutAttempts attempts, CheckoutPlacing placing, CheckoutCards cards, CheckoutSlots slots, PlacingLimit limit, Ui ui, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var town = http.Town();
        if (BasketCookie.Key(http) is not { } key)
        {
            return new SeeOther($"/{town.Slug}/panier");
        }
        var person = http.User.SignedIn()?.Id;
        var fields = await http.Request.ReadFormAsync(token);
        var form = CheckoutForm.From(fields);
        var known = await attempts.OfAsync(key, token);
        var mine = known.FirstOrDefault(a => a.Key == form.Key) ?? known.FirstOrDefault(a => a.IsOpenIn(town.Slug));
        // What obliges to pay goes out, also once more, by the button that says so and by no other (L221-14).
        var obliges = !fields.ContainsKey(CheckoutForm.ChangeField) && (!form.Card || fields[CheckoutForm.ConfirmField] == "1");
        if (mine is not null && (mine.Order is not null || (obliges && mine.Of(form) is not null)))
        {
            return await placing.SendAsync(http, town, key, form, mine, mine.Of(form), token);
        }
        // Another form of this basket, or this one before it was changed, may have led to an order: that one is shown, and none is added.
        var before = await earlier.FindAsync(key, town.Slug, person, known, token);
        if (before?.PageIn(town.Slug) is { } order)
        {
            return new SeeOther(order);
        }
        if (before is { Outcome: EarlierOutcome.Refused })
        {
            form = form with { Key = CheckoutForm.NewKey() }; // under the one it came with no order will stand
        }
        var seen = await review.ReviewAsync(key, town.Slug, token);
        var basket = ShownLines.Compare(seen, form.Shown);
        var errors = form.Check(ui, basket);
        if (!ReferenceEquals(basket, seen))
        {
            errors.Insert(0, (CheckoutModel.SummaryAnchor, ui["checkout.error.moved"]));
        }
        if (basket.Lines > 0 && errors.Count == 0 && fields.ContainsKey(CheckoutForm.ChangeField))
        {
            return await placing.ShowAgainAsync(town, basket, form, errors, StatusCodes.Status200OK, token);
        }
        var terms = TermsOfSale.Of(town, ui);
        if (basket.Lines > 0 && errors.Count == 0 && form.Card && (fields[CheckoutForm.ConfirmField] != "1" || fields[CheckoutForm.TermsField].Any(shown => shown != terms.Version)))
        {
            // Who is about to owe money sees once more for what, and under which terms, right before the button that says so.
            if (await cards.OfAsync(basket, token) is not { Offered: true })
            {
                return await placing.ShowAgainAsync(town, basket, form, [("", ui["checkout.card.error"])], StatusCodes.Status409Conflict, token);
            }
            var summary = new CheckoutSummaryModel(town, basket, form, await slots.OfAsync(town, basket, token), terms);
            // Taken by somebody else since it was chosen: without an hour there is nothing to oblige to.
            var taken = basket.Orderable.Where(s => summary.SlotOf(s.Slug) is null).Select(s => (CheckoutForm.SlotAnchor(form.Point ?? s.Slug), ui.T("refused.slot", s.Name))).DistinctBy(e => e.Item1).ToList();
            return taken.Count == 0 ? Page.Of<CheckoutSummaryPage, CheckoutSummaryModel>(summary) : await placing.ShowAgainAsync(town, basket, form, taken, StatusCodes.Status409Conflict, token);
        }
        if (basket.Lines > 0 && errors.Count == 0)
        {
            // Only a first press counts: the same one again is the same order.
            if (person is null && limit.WaitOf(http) is { } seconds)
            {
                return await placing.ShowLaterAsync(http, town, basket, form, seconds, token);
            }
            var attempt = await attempts.KeepAsync(key, town.Slug, form, Request(town, basket, form, ui), person, known, token);
            return await placing.SendAsync(http, town, key, form, attempt, attempt.Of(form), token);
        }
        // Perhaps the same button, pressed a moment before, took the goods or emptied the basket while this one looked.
        if (await attempts.FindAsync(key, form.Key, token) is { } meanwhile && (meanwhile.Order is not null || (obliges && meanwhile.Of(form) is not null)))
        {
            return await placing.SendAsync(http, town, key, form, meanwhile, meanwhile.Of(form), token);
        }
        return await placing.ShowAgainAsync(town, basket, form, errors, StatusCodes.Status422UnprocessableEntity, token);
    }

    /// <summary>Sends once more what this person sent and was never answered, exactly as it was.</summary>
    private static async Task<IResult> ResumeAsync(HttpContext http, CheckoutAttempts attempts, CheckoutPlacing placing, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var town = http.Town();
        var form = await http.Request.ReadFormAsync(token);
        if (BasketCookie.Key(http) is not { } key || await attempts.FindAsync(key, form["cle"].ToString(), token) is not { } attempt)
        {
            return new SeeOther($"/{town.Slug}/panier");
        }
        var sent = attempt.LastOf(http.User.SignedIn()?.Id);
        return attempt.Order is not null || sent is not null
            ? await placing.SendAsync(http, town, key, sent is null ? CheckoutForm.Empty(null, null) : CheckoutForm.Of(sent.Order, town), attempt, sent, token)
            : new SeeOther($"/{town.Slug}/panier");
    }

    private static PlaceOrder Request(Town town, BasketView basket, CheckoutForm form, Ui ui) => new(
        town.Slug,
        new Contact(form.Name, form.Email, form.Phone.Length == 0 ? null : form.Phone),
        [.. basket.Orderable.Select(shop => new PlaceOrder.ShopOrder(shop.Slug, form.SlotOf(form.Point ?? shop.Slug)!,
            [.. shop.Orderable.Select(l => new PlaceOrder.Line(l.Line.Offer, l.Line.Quantity, l.Line.SeenPriceCents, l.Line.Unit == SaleUnit.Weight ? l.Line.PieceGrams ?? 0 : null, l.Line.Unit == SaleUnit.Weight ? Overweight.AtMost(l.Line.Unit, l.Line.Quantity) : null))], form.Notes.GetValueOrDefault(shop.Slug)))],
        form.Card ? "card" : "in-shop", ui.Code, form.Card ? TermsOfSale.Of(town, ui).Version : null);

    internal static IResult Show(CheckoutModel model, int status = StatusCodes.Status200OK) => Page.Of<CheckoutPage, CheckoutModel>(model, status);
}

/// <summary>What is ordered, right before it is ordered.</summary>
public sealed record CheckoutSummaryModel(Town Town, BasketView Basket, CheckoutForm Form, FreeSlots Slots, TermsOfSale Terms)
{
    /// <summary>The chosen time, of a shop or of the shared point where all is collected; null where it was taken this moment.</summary>
    public PickupSlot? SlotOf(string shop) => (Form.Point is { } point ? Slots.Points.FirstOrDefault(p => p.Point.Slug == point)?.Slots : Slots.Of(shop))?
        .FirstOrDefault(s => s.SlotId == Form.SlotOf(Form.Point ?? shop));

    public PickupPoint? Point => Form.Point is { } point ? Slots.Points.FirstOrDefault(p => p.Point.Slug == point)?.Point : null;
}

public sealed record CheckoutModel(Town Town, BasketView Basket, CheckoutForm Form, FreeSlots Slots, IReadOnlyList<(string Target, string Message)> Errors, EarlierNotice? Earlier, CardChoice Card)
{
    public const string SummaryAnchor = "recapitulatif";

    public string? ErrorAt(string target) => Errors.Where(e => e.Target == target).Select(e => e.Message).FirstOrDefault();
}
