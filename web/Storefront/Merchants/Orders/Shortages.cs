using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Merchants.Stock;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// <c>/pro/{shop}/commandes/{order}/manque/{offer}</c>: less of an article is there than was ordered. How much there is, what else the shop can give, and until when
/// the customer may say; they are asked by mail and on their order's page.
/// </summary>
public static class Shortages
{
    private const int Found = 8;

    /// <summary>Minutes that the customer may be given; nothing chosen: two hours, or until the slot begins.</summary>
    internal static readonly int[] Delays = [30, 60, 240];

    /// <summary>Until when the customer may answer who is given so long: never beyond the beginning of their slot, while that leaves them time to.</summary>
    internal static DateTimeOffset AnswerBy(DateTimeOffset now, int minutes, PickupView? pickup) =>
        now.AddMinutes(minutes) is var until && pickup is { Start: var start } && start < until && start >= now + Least ? start : until;

    /// <summary>The choices, each with its moment, as far as each says another one.</summary>
    internal static IEnumerable<(int Minutes, DateTimeOffset Until, bool AtSlot)> Choices(DateTimeOffset now, PickupView? pickup) =>
        Delays.Select(minutes => (minutes, AnswerBy(now, minutes, pickup), AnswerBy(now, minutes, pickup) == pickup?.Start)).DistinctBy(c => c.Item2);

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(5);

    public sealed record Form
    {
        /// <summary>Drawn with the page: the same press twice is one question.</summary>
        public Guid Proposition { get; set; }
        public string? Trouve { get; set; }
        public string? Q { get; set; }
        public string? Remplacement { get; set; }
        public string? Quantite { get; set; }
        /// <summary>Asks no more for the other article than what is missing would have cost.</summary>
        public string? Prix { get; set; }
        public string? Delai { get; set; }
    }

    /// <param name="Offers">Among which the other article is chosen; null: nothing was looked for.</param>
    public sealed record Model(ProShop Shop, ShopOrderCard Order, LineView Line, Form Form, IReadOnlyList<MerchantOffer>? Offers, IReadOnlyList<(string Field, string Message)> Wrong,
        Said? Said = null)
    {
        public string Address => Shortages.Address(Shop.Slug, Order.OrderId, Line.OfferId);

        /// <summary>As much of the other article as is missing, where that is counted as the missing one is; else nobody knows, and one gram is never meant by a one that stands there.</summary>
        public string? Missing => Offers is { Count: > 0 } && Offers.All(o => (o.Unit == SaleUnit.Weight && o.PieceGrams is null) == (Line.Unit == SaleUnit.Weight && EachOf(Line) == 1))
            ? Math.Max(1, (Line.Quantity / EachOf(Line)) - (Number(Form.Trouve) ?? 0)).ToString(CultureInfo.InvariantCulture) : null;

        public string? ErrorOf(string field) => Wrong.FirstOrDefault(w => w.Field == field).Message;
    }

    internal static string Address(string shop, OrderId order, OfferId offer) => $"/pro/{shop}/commandes/{order}/manque/{offer}";

    /// <summary>What waits for an answer, or for the other article being set aside.</summary>
    internal static bool Waits(LineView line) => line is { State: "ok", Shortage.State: "open" or "holding" };

    private static bool MayBeAsked(ShopOrderCard order, LineView line) => line is { State: "ok", Shortage: null, InsteadOf: null } && order.Status is "requested" or "accepted";

    internal static void MapShortages(this RouteGroupBuilder shop)
    {
        shop.MapGet("/commandes/{order:guid}/manque/{offer:guid}", ShowAsync);
        shop.MapPost("/commandes/{order:guid}/manque/{offer:guid}", AskAsync);
        shop.MapPost("/commandes/{order:guid}/manque/{proposal:guid}/retirer", WithdrawAsync);
    }

    private static async Task<IResult> ShowAsync([AsParameters] Query query, Guid order, Guid offer, HttpContext http, ShopOrdersClient orders, ShopProductsClient catalog, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await LineAsync(shop, order, offer, orders, token) is not var (found, line))
        {
            return Trouble.NotFound(null);
        }
        // Nothing is left to ask: the order says why.
        return MayBeAsked(found, line) && shop.MayAct
            ? Page.Of<ShortagePage, Model>(await ModelAsync(shop, found, line, query.Form, [], catalog, token))
            : Results.LocalRedirect($"/pro/{shop.Slug}/commandes/{order}");
    }

    private static async Task<IResult> AskAsync([FromForm] Form form, Guid order, Guid offer, HttpContext http, ShopOrdersClient orders, ShopProductsClient catalog, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await LineAsync(shop, order, offer, orders, token) is not var (found, line))
        {
            return Trouble.NotFound(null);
        }
        var (asked, wrong) = Read(form, found, line, ui);
        if (asked is null)
        {
            return Page.Of<ShortagePage, Model>(await ModelAsync(shop, found, line, form, wrong, catalog, token), StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await orders.ProposeAsync(shop.Slug, found.OrderId, form.Proposition == Guid.Empty ? Guid.CreateVersion7() : form.Proposition, asked, token);
        if (answer.Ok)
        {
            return Results.LocalRedirect($"/pro/{shop.Slug}/commandes/{order}" + Said.After(answer, "asked"));
        }
        // Of what stands in the form, it says what to mend; what the order does not allow any more, the order shows. Nothing typed is lost while it may still be asked.
        var problem = answer.Problem!;
        if (await LineAsync(shop, order, offer, orders, token) is var (now, left) && MayBeAsked(now, left) && problem.Code != "too-late-to-ask")
        {
            // Another question needs another name: this one has had its answer.
            var again = await ModelAsync(shop, now, left, form with { Proposition = Guid.Empty }, FieldOf(problem) is { } field ? [(field, ui[$"pro.shortage.{problem.Code}"])] : [], catalog, token);
            return Page.Of<ShortagePage, Model>(again with { Said = again.Wrong.Count == 0 ? Said.Of(problem) : null }, StatusCodes.Status422UnprocessableEntity);
        }
        return Results.LocalRedirect($"/pro/{shop.Slug}/commandes/{order}{Said.Refused(problem)}");
    }

    private static async Task<IResult> WithdrawAsync(Guid order, Guid proposal, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var answer = await orders.WithdrawAsync(http.ProShop().Slug, new OrderId(order), proposal, token);
        return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/commandes/{order}" + Said.After(answer, "asked-withdrawn"));
    }

    private static string? FieldOf(Problem problem) => problem.Code switch
    {
        "found-out-of-range" or "nothing-proposed" => "trouve",
        "substitute-in-order" or "substitute-out-of-stock" or "substitute-not-for-sale" or "substitute-batch-closed" or "substitute-unknown-offer" => "remplacement",
        "substitute-quantity-invalid" or "substitute-pieces-changed" => "quantite",
        "answer-by-out-of-range" => "delai",
        _ => null,
    };

    private static (ProposeForShortage? Asked, IReadOnlyList<(string Field, string Message)> Wrong) Read(Form form, ShopOrderCard order, LineView line, Ui ui)
    {
        var wrong = new List<(string, string)>();
        if (Number(form.Trouve) is not (<= MostTyped and var found) || (found *= EachOf(line)) >= line.Quantity)
        {
            wrong.Add(("trouve", ui["pro.shortage.found-out-of-range"]));
            found = 0;
        }
        var chosen = (form.Remplacement ?? "").Split('~');
        var other = OfferId.TryParse(chosen[0], null, out var offer) ? offer : (OfferId?)null;
        var quantity = Math.Min(Number(form.Quantite) ?? 0, MostTyped) * (chosen.Length > 1 ? Math.Clamp(Number(chosen[1]) ?? 1, 1, PieceWeights.Most) : 1);
        if (other is not null && quantity == 0)
        {
            wrong.Add(("quantite", ui["pro.shortage.substitute-quantity-invalid"]));
        }
        if (other is null && found == 0 && wrong.Count == 0)
        {
            wrong.Add(("trouve", ui["pro.shortage.nothing-proposed"]));
        }
        DateTimeOffset? answerBy = int.TryParse(form.Delai, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && Delays.Contains(minutes) ? AnswerBy(ui.Now, minutes, order.Pickup) : null;
        return wrong.Count > 0 ? (null, wrong)
            : (new ProposeForShortage(line.OfferId, found, other is { } o ? new ProposeForShortage.Other(o, quantity, form.Prix is not null) : null, answerBy), []);
    }

    private const long MostTyped = 1_000_000;

    /// <summary>What one of what the form counts is: of a line that was ordered in pieces of a weight that is estimated, that weight.</summary>
    internal static long EachOf(LineView line) => PieceWeights.Pieces(line.Unit, line.Quantity, line.PieceGrams) is null ? 1 : line.PieceGrams!.Value;

    /// <summary>How the other article is sent: with what a piece of it weighs, so that its quantity may be typed in pieces.</summary>
    internal static string ValueOf(MerchantOffer offer) => offer.PieceGrams is { } grams ? string.Create(CultureInfo.InvariantCulture, $"{offer.OfferId}~{grams}") : offer.OfferId.ToString();

    /// <summary>What can be given of another article: of what is sold in pieces of an estimated weight, whole ones.</summary>
    internal static long LeftOf(MerchantOffer offer) => PieceWeights.Whole(StockList.AvailableOf(offer), offer.PieceGrams);

    private static long? Number(string? text) =>
        long.TryParse(string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<(ShopOrderCard Order, LineView Line)?> LineAsync(ProShop shop, Guid order, Guid offer, ShopOrdersClient orders, CancellationToken token) =>
        await orders.OrderAsync(shop.Slug, new OrderId(order), token) is { } found && found.Lines.FirstOrDefault(l => l.OfferId.Value == offer) is { } line ? (found, line) : null;

    private static async Task<Model> ModelAsync(
        ProShop shop, ShopOrderCard order, LineView line, Form form, IReadOnlyList<(string, string)> wrong, ShopProductsClient catalog, CancellationToken token)
    {
        var text = string.IsNullOrWhiteSpace(form.Q) ? null : form.Q.Trim()[..Math.Min(form.Q.Trim().Length, 100)];
        IReadOnlyList<MerchantOffer>? offers = null;
        if (text is not null || form.Remplacement is { Length: > 0 })
        {
            var page = await catalog.OffersAsync(shop.Slug, text, "active", 1, 50, token);
            // What is in the order already is nothing else, and what is all set aside cannot be given.
            offers = [.. page.Items.Where(o => LeftOf(o) > 0 && order.Lines.All(l => l.OfferId != o.OfferId)).Take(Found)];
        }
        return new Model(shop, order, line, form.Proposition == Guid.Empty ? form with { Proposition = Guid.CreateVersion7() } : form, offers, wrong);
    }

    /// <summary>What was typed, kept while another article is looked for.</summary>
    public sealed record Query(Guid? Proposition = null, string? Trouve = null, string? Q = null, string? Remplacement = null, string? Quantite = null, string? Prix = null, string? Delai = null)
    {
        public Form Form => new()
        {
            Proposition = Proposition ?? Guid.Empty,
            Trouve = Trouve,
            Q = Q,
            Remplacement = Remplacement,
            Quantite = Quantite,
            // Chosen unless it was taken away.
            Prix = Trouve is null && Q is null ? "oui" : Prix,
            Delai = Delai,
        };
    }
}
