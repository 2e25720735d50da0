using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Notifications.Shops;

/// <summary>Writes the mail that tells a shop of its new orders. It names no customer: who ordered is read at the counter, by who may.</summary>
internal sealed class ShopMailComposer(IShopDirectory shops, IConfiguration configuration)
{
    private readonly Uri _storefront = new(configuration["Storefront:PublicUrl"] ?? "http://localhost:8080", UriKind.Absolute);

    /// <param name="orders">Each with an open part of this shop.</param>
    internal Mail Compose(ShopId shop, ShopMailAddress to, IReadOnlyList<OrderHistory> orders)
    {
        var f = new MailFormat(to.Locale == "en");
        var parts = orders.Select(o => (Order: o, Shop: ((Order.Confirmed)o.State).Find(shop)!)).OrderBy(p => p.Shop.Pickup.Start).ToList();
        var entry = shops.Find(shop);
        var (first, waiting) = (parts[0], parts.Count(p => p.Shop.Status is ShopOrderStatus.Requested));
        var subject = parts.Count == 1
            ? f.T($"Nouvelle commande {OrderReference.Of(first.Order.Id)}, retrait {f.Slot(first.Shop.Pickup)}", $"New order {OrderReference.Of(first.Order.Id)}, pickup {f.Slot(first.Shop.Pickup)}")
            : f.T($"{parts.Count} nouvelles commandes", $"{parts.Count} new orders");
        var body = new MailBody(
            f.T("Bonjour,", "Hello,"),
            [
                waiting == 0 ? f.T("À préparer pour le retrait :", "To prepare for pickup:")
                    : f.T("À accepter, puis à préparer pour le retrait :", "To accept, then to prepare for pickup:"),
            ],
            null,
            [.. parts.Select(p => new MailBody.Section(OrderReference.Of(p.Order.Id), [f.Slot(p.Shop.Pickup), .. p.Shop.Shared ? [p.Shop.Pickup.Place.Name] : Array.Empty<string>()], MailComposer.RowsOf(p.Shop, f, p.Order.State is Order.Confirmed order && order.ByCard(p.Shop.ShopId))))],
            null,
            new(f.T("Ouvrir les commandes", "Open the orders"), new Uri(_storefront, $"pro/{entry?.Slug ?? first.Shop.Slug}").ToString()),
            f.T("Vous recevez ce message parce que votre boutique a demandé un mail à chaque commande. Pour l’arrêter : Boutique, puis Mail à chaque commande.",
                "You get this message because your shop asked for a mail for each order. To stop it: Shop, then Mail for each order."));
        // Told again after a crash, the same news is the same mail; with what came since it is another.
        return new Mail(entry?.Name ?? first.Shop.Name, to.Email, subject, body.ToText(), body.ToHtml(to.Locale, subject), $"<{shop}.{first.Order.Id}.{parts.Count}@{_storefront.Host}>", to.Locale);
    }
}
