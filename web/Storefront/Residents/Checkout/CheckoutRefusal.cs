using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Offers;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>A refused order, turned into what the resident can do about it, at the place where it is done.</summary>
internal sealed partial record CheckoutRefusal(CheckoutForm Form, IReadOnlyList<(string Target, string Message)> Errors)
{
    public static CheckoutRefusal Read(Problem problem, BasketView basket, CheckoutForm form, Ui ui)
    {
        var errors = new List<(string, string)>();
        foreach (var line in problem.Extension<OrderRefusal.Line[]>("lines") ?? [])
        {
            var known = basket.Shops.SelectMany(s => s.Lines).FirstOrDefault(l => l.Line.Offer == line.OfferId);
            var title = known?.Line.Title ?? line.Title ?? "";
            errors.Add((CheckoutModel.SummaryAnchor, line.Reason switch
            {
                "batch-closed" or "out-of-stock" when known?.Offer?.Batches is { } batches => ui.T(line.Reason == "batch-closed" ? "refused.batch.closed" : line.Available > 0 ? "refused.batch.less" : "refused.batch.full", title, ui.Number(line.Available),
                    BatchWords.Next(batches, known.Line.Quantity, ui) is { } next ? ui.T("refused.batch.next", next) : ui["refused.batch.none"]),
                "batch-closed" => ui.T("refused.batch.closed", title, "", ui["refused.batch.none"]),
                "out-of-stock" when line.Available > 0 => ui.T("refused.less", title, known is null ? ui.Number(line.Available) : ui.Quantity(known.Line.Unit, line.Available, known.Line.PieceGrams)),
                "out-of-stock" => ui.T("refused.sold.out", title),
                "pieces-changed" => line.PieceGrams is { } grams ? ui.T("refused.pieces", title, ui.Weight(grams)) : ui.T("refused.pieces.none", title),
                "price-changed" when line.PriceCents is { } price && known is not null => ui.T("refused.price", title, ui.Price(known.Line.Unit, price)),
                "price-changed" => ui.T("refused.price.unknown", title),
                _ => ui.T("refused.not.for.sale", title),
            }));
        }
        var slots = new Dictionary<string, string>(form.Slots);
        foreach (var slot in problem.Extension<OrderRefusal.Slot[]>("slots") ?? [])
        {
            var place = form.Point ?? slot.Shop;
            slots.Remove(place);
            var name = basket.Shops.FirstOrDefault(s => s.Slug == slot.Shop)?.Name ?? slot.Shop;
            var message = ui.T(ui.Has("refused." + slot.Reason) ? "refused." + slot.Reason : "refused.slot", name);
            if (errors.All(e => e.Item1 != CheckoutForm.SlotAnchor(place)))
            {
                errors.Add((CheckoutForm.SlotAnchor(place), message));
            }
        }
        if (errors.Count == 0)
        {
            errors.Add(("", ui.Has("refused." + problem.Code) ? ui.T("refused." + problem.Code, NameOf(problem, basket, ui)) : problem.Detail ?? ui["refused.other"]));
        }
        return new CheckoutRefusal(form with { Slots = slots }, errors);
    }

    // What is refused at once, before anything is asked of the shops, names the member of the request.
    private static string NameOf(Problem problem, BasketView basket, Ui ui) =>
        problem.Extension<string>("field") is { } field && ShopIndex().Match(field) is { Success: true } part && basket.Orderable.ElementAtOrDefault(int.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture)) is { } shop
            ? shop.Name
            : ui["refused.a.shop"];

    [GeneratedRegex(@"^shopOrders\[(\d{1,4})\]", RegexOptions.CultureInvariant)]
    private static partial Regex ShopIndex();
}
