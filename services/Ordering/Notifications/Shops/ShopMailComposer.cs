using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Withdrawals;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Notifications.Shops;

/// <summary>Writes the mail that tells a shop of its new orders. It names no customer: who ordered is read at the counter, by who may.</summary>
internal sealed class ShopMailComposer(IShopDirectory shops, IConfiguration configuration)
{
    private readonly Uri _storefront = new(configuration["Storefront:PublicUrl"] ?? "http://localhost:8080", UriKind.Absolute);

    /// <param name="orders">Each with an open part of this shop.</param>
    /// <param name="withdrawn">Each with something that its customer withdrew from, and that is to come back.</param>
    internal Mail Compose(ShopId shop, ShopMailAddress to, IReadOnlyList<OrderHistory> orders, IReadOnlyList<OrderHistory> withdrawn)
    {
        var f = new MailFormat(to.Locale == "en");
        var parts = orders.Select(o => (Order: o, Shop: ((Order.Confirmed)o.State).Find(shop)!)).OrderBy(p => p.Shop.Pickup.Start).ToList();
        var entry = shops.Find(shop);
        var waiting = parts.Count(p => p.Shop.Status is ShopOrderStatus.Requested);
        var first = parts is [var soonest, ..] ? soonest : (Order: withdrawn[0], Shop: ((Order.Confirmed)withdrawn[0].State).Find(shop)!);
        var subject = parts.Count == 0
            ? f.T($"Rétractation, commande {string.Join(", ", withdrawn.Select(o => OrderReference.Of(o.Id)))}", $"Withdrawal, order {string.Join(", ", withdrawn.Select(o => OrderReference.Of(o.Id)))}")
            : parts.Count == 1
            ? f.T($"Nouvelle commande {OrderReference.Of(first.Order.Id)}, retrait {f.Slot(first.Shop.Pickup)}", $"New order {OrderReference.Of(first.Order.Id)}, pickup {f.Slot(first.Shop.Pickup)}")
            : f.T($"{parts.Count} nouvelles commandes", $"{parts.Count} new orders");
        var body = new MailBody(
            f.T("Bonjour,", "Hello,"),
            [
                .. parts.Count == 0 ? Array.Empty<string>() : [waiting == 0 ? f.T("À préparer pour le retrait :", "To prepare for pickup:")
                    : f.T("À accepter, puis à préparer pour le retrait :", "To accept, then to prepare for pickup:")],
                .. withdrawn.Count == 0 ? Array.Empty<string>() :
                    [f.T("Un client renonce à ce qu’il a acheté, comme la loi le lui permet. Dites sur la page de la commande si les articles sont revenus ; sans réponse, un paiement par carte lui est remboursé automatiquement à la date indiquée.",
                        "A customer withdraws from what they bought, as the law lets them. Say on the order’s page whether the items are back; without an answer a payment by card is refunded by itself on the day that is named.")],
            ],
            null,
            [.. parts.Select(p => new MailBody.Section(OrderReference.Of(p.Order.Id), [f.Slot(p.Shop.Pickup), .. p.Shop.Shared ? [p.Shop.Pickup.Place.Name] : Array.Empty<string>()], MailComposer.RowsOf(p.Shop, f, p.Order.State is Order.Confirmed order && order.ByCard(p.Shop.ShopId)))), .. withdrawn.SelectMany(o => WithdrawalRules.Awaited((Order.Confirmed)o.State, shop).Select(w => SectionOf(o, w, f)))],
            null,
            new(f.T("Ouvrir les commandes", "Open the orders"), new Uri(_storefront, $"pro/{entry?.Slug ?? first.Shop.Slug}").ToString()),
            f.T("Vous recevez ce message parce que votre boutique a demandé un mail à chaque commande. Pour l’arrêter : Boutique, puis Mail à chaque commande.",
                "You get this message because your shop asked for a mail for each order. To stop it: Shop, then Mail for each order."));
        // Told again after a crash, the same news is the same mail; with what came since it is another.
        return new Mail(entry?.Name ?? first.Shop.Name, to.Email, subject, body.ToText(), body.ToHtml(to.Locale, subject), $"<{shop}.{first.Order.Id}.{parts.Count}{(withdrawn.Count == 0 ? "" : $".{withdrawn.Count}.{withdrawn.Max(o => o.Version)}")}@{_storefront.Host}>", to.Locale);
    }

    private static MailBody.Section SectionOf(OrderHistory order, Withdrawn withdrawn, MailFormat f) => new(OrderReference.Of(order.Id),
        [
            .. withdrawn.Said is { } said ? [said is Withdrawn.Sent ? f.T("Le client dit les avoir envoyés", "The customer says that they were sent") : f.T("Le client dit les avoir rapportés", "The customer says that they were brought back")] : Array.Empty<string>(),
            f.T($"À rembourser au plus tard le {f.Day(withdrawn.RefundBy)}", $"To be refunded by {f.Day(withdrawn.RefundBy)}"),
        ],
        [.. withdrawn.Lines.Select(l => new MailBody.Row(f.Amount(((Order.Confirmed)order.State).Find(withdrawn.ShopId)!.Lines.First(s => s.Sold.OfferId == l.OfferId).Sold, l.Quantity), f.Money(l.Cents), false))]);
}
