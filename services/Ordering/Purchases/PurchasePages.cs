using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;

namespace Marketplace.Ordering.Purchases;

/// <summary>What the payment page is opened with: the same each time it is asked for.</summary>
internal sealed class PurchasePages(Contacts contacts, IConfiguration configuration)
{
    /// <summary>How far apart the other side's clock and ours may be.</summary>
    internal static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(10);

    private readonly Uri _storefront = new(configuration["Storefront:PublicUrl"] ?? "http://localhost:8080", UriKind.Absolute);

    /// <summary>Where a shop's owner comes back to from the questions about its account: done with, or because the link was no longer good.</summary>
    internal string OfAccount(string shop, string why) => new Uri(_storefront, $"pro/{shop}/argent/compte?{why}=1").ToString();

    /// <summary>A line for each shop, with the most that its part may come to on the scale: the basket itself was shown before, and the page takes no more than a hundred.</summary>
    internal async Task<CheckoutRequest> OfAsync(OrderHistory history, Order.Paying paying, CancellationToken token)
    {
        // Whoever has the order's token may see and cancel it: the other side is not told. The browser that left from the order's page knows it still.
        var back = new Uri(_storefront, $"commandes/{history.Id}/retour").ToString();
        return new CheckoutRequest(history.Id, [.. paying.ShopOrders.Where(s => s.CeilingCents > 0).Select(s => new CheckoutLine(s.Name, s.CeilingCents, 1))],
            back, back, paying.Purchase.PageEndsAt, (await contacts.FindAsync(history.Id, token))?.Email)
        {
            Note = "Montant maximal : seuls les articles remis seront débités.",
        };
    }
}
