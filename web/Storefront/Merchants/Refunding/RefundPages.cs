using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Refunding;

/// <summary>
/// <c>/pro/{shop}/commandes/{order}/rembourser</c>: of which goods how much goes back, and why; what was chosen is shown once more before it goes. Whether it still may
/// is Ordering's to say.
/// </summary>
public static class RefundPages
{
    internal static readonly string[] Reasons = ["defective", "missing", "gesture"];
    private const decimal MostTyped = 100_000;

    /// <param name="Refund">Drawn with the form: the same press twice is one refund.</param>
    /// <param name="Typed">By field.</param>
    /// <param name="Chosen">To be confirmed; null: still to be chosen.</param>
    public sealed record Model(ProShop Shop, ShopOrderCard Order, Guid Refund, IReadOnlyDictionary<string, string> Typed, GiveBack? Chosen, IReadOnlyList<(string Field, string Message)> Wrong, Said? Said = null)
    {
        public string Address => RefundPages.Address(Shop.Slug, Order.OrderId);

        public string? ErrorOf(string field) => Wrong.FirstOrDefault(w => w.Field == field).Message;

        public long SumCents => Chosen?.Lines.Sum(l => l.Cents) ?? 0;
    }

    internal static string Address(string shop, OrderId order) => $"/pro/{shop}/commandes/{order}/rembourser";

    internal static string FieldOf(OfferId offer) => $"somme-{offer}";

    /// <summary>Lines of one article together: of each what was paid, and what of that has not gone back.</summary>
    internal static IReadOnlyList<(OfferId Offer, string Title, long PaidCents, long LeftCents)> LinesOf(ShopOrderCard order) =>
    [
        .. order.Lines.Where(l => l.State == "ok").GroupBy(l => l.OfferId).Select(g => (g.Key, g.First().Title, g.Sum(l => l.TotalCents),
            g.Sum(l => l.TotalCents) - SetApart(order, g.Key) - (order.Refunds ?? []).Where(r => r.State != "refused").SelectMany(r => r.Lines).Where(l => l.OfferId == g.Key).Sum(l => l.Cents))),
    ];

    // Owed to who withdrew from it: no other refund takes that.
    private static long SetApart(ShopOrderCard order, OfferId offer) =>
        (order.Withdrawals ?? []).Where(w => order.Refunds?.Any(r => r.RefundId == w.WithdrawalId) is not true).SelectMany(w => w.Lines).Where(l => l.OfferId == offer).Sum(l => l.Cents);

    internal static string Euros(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    internal static bool Possible(ShopOrderCard order) => order.Refundable is "card" or "counter" && LinesOf(order).Any(l => l.LeftCents > 0);

    internal static void MapRefunding(this RouteGroupBuilder shop)
    {
        shop.MapGet("/commandes/{order:guid}/rembourser", ShowAsync);
        shop.MapPost("/commandes/{order:guid}/rembourser", SendAsync);
        shop.MapPost("/commandes/{order:guid}/rembourser/{refund:guid}/recommencer", AgainAsync);
        shop.MapPost("/commandes/{order:guid}/rembourser/{refund:guid}/autrement", OtherwiseAsync);
    }

    private static async Task<IResult> ShowAsync(Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        return await orders.OrderAsync(shop.Slug, new OrderId(order), token) is not { } found ? Trouble.NotFound(null)
            : shop.MayAct && Possible(found) ? Page.Of<RefundPage, Model>(new Model(shop, found, Guid.CreateVersion7(), new Dictionary<string, string>(), null, []))
            : Results.LocalRedirect(OrderAddress(shop, found.OrderId));
    }

    private static async Task<IResult> SendAsync(Guid order, HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await orders.OrderAsync(shop.Slug, new OrderId(order), token) is not { } found)
        {
            return Trouble.NotFound(null);
        }
        var form = await http.Request.ReadFormAsync(token);
        var typed = form.ToDictionary(f => f.Key, f => f.Value.ToString());
        var refund = Guid.TryParse(form["remboursement"], out var drawn) && drawn != Guid.Empty ? drawn : Guid.CreateVersion7();
        // What is in place already is told by Ordering, not by what is left since: the same press again is no second refund.
        var known = found.Refunds?.Any(r => r.RefundId == refund) is true;
        var (chosen, wrong) = Read(found, form, known, ui);
        if (chosen is null || form["confirmer"] != "oui")
        {
            var back = form["changer"].Count > 0;
            return Page.Of<RefundPage, Model>(new Model(shop, found, refund, typed, back ? null : chosen, back ? [] : wrong), chosen is null && !back ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
        }
        var answer = await orders.RefundAsync(shop.Slug, found.OrderId, refund, chosen, token);
        if (answer.Ok)
        {
            return new SeeOther(OrderAddress(shop, found.OrderId) + Said.Done(found.Refundable == "counter" ? "refund-noted" : "refunded", found.Reference));
        }
        // Somebody else was first: what is left now, and what was typed.
        return answer.Problem!.Code == "refund-too-large" && await orders.OrderAsync(shop.Slug, found.OrderId, token) is { } now && Possible(now)
            ? Page.Of<RefundPage, Model>(new Model(shop, now, refund, typed, null, [], Said.Of(answer.Problem)), StatusCodes.Status422UnprocessableEntity)
            : Results.LocalRedirect(OrderAddress(shop, found.OrderId) + Said.Refused(answer.Problem!).ToUriComponent());
    }

    private static async Task<IResult> AgainAsync(Guid order, Guid refund, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var answer = await orders.RefundAgainAsync(http.ProShop().Slug, new OrderId(order), refund, token);
        return Results.LocalRedirect(OrderAddress(http.ProShop(), new OrderId(order)) + Said.After(answer, "refunded"));
    }

    private static async Task<IResult> OtherwiseAsync(Guid order, Guid refund, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var form = await http.Request.ReadFormAsync(token);
        // A day that is none is one that Ordering refuses.
        var on = DateOnly.TryParseExact(form["jour"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : DateOnly.MaxValue;
        var answer = await orders.RefundOtherwiseAsync(http.ProShop().Slug, new OrderId(order), refund, new GivenOtherwise(form["comment"].ToString(), on), token);
        return Results.LocalRedirect(OrderAddress(http.ProShop(), new OrderId(order)) + Said.After(answer, "refund-noted"));
    }

    private static string OrderAddress(ProShop shop, OrderId order) => $"/pro/{shop.Slug}/commandes/{order}";

    private static (GiveBack? Chosen, IReadOnlyList<(string Field, string Message)> Wrong) Read(ShopOrderCard order, IFormCollection form, bool known, Ui ui)
    {
        var (lines, wrong) = (new List<GiveBack.Part>(), new List<(string, string)>());
        foreach (var (offer, title, paid, left) in LinesOf(order))
        {
            var text = form[FieldOf(offer)].ToString();
            var most = known ? paid : left;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }
            if (Cents(text) is not { } cents)
            {
                wrong.Add((FieldOf(offer), ui.T("pro.refund.wrong", title)));
            }
            else if (cents > most)
            {
                wrong.Add((FieldOf(offer), ui.T("pro.refund.toomuch", title, ui.Money(most))));
            }
            else if (cents > 0)
            {
                lines.Add(new GiveBack.Part(offer, cents));
            }
        }
        if (lines.Count == 0 && wrong.Count == 0)
        {
            wrong.Add((FieldOf(LinesOf(order) is [var first, ..] ? first.Offer : default), ui["pro.refund.none"]));
        }
        var reason = form["raison"].ToString();
        if (!Reasons.Contains(reason))
        {
            wrong.Add(("raison", ui["pro.refund.why.unsaid"]));
        }
        return wrong.Count > 0 ? (null, wrong) : (new GiveBack(lines, reason), []);
    }

    private static long? Cents(string text) =>
        decimal.TryParse(string.Concat(text.Where(c => !char.IsWhiteSpace(c))).TrimEnd('€').Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var euros)
            && euros.Scale <= 2 && euros <= MostTyped ? (long)(euros * 100) : null;
}
