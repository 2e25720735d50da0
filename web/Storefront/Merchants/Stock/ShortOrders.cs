using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;

namespace Marketplace.Storefront.Merchants.Stock;

/// <summary>The orders that wait for an article of which fewer were counted than are set aside.</summary>
/// <param name="More">How many there are beside these.</param>
public sealed record ShortOrders(IReadOnlyList<ShortOrders.Waiting> Orders, int More)
{
    private const int Named = 5;

    /// <param name="Href">Null: it is not known at present where it leads.</param>
    public sealed record Waiting(string Reference, long Quantity, string? Href);

    /// <summary>None where nothing is missing, or nobody waits (any more).</summary>
    internal static async Task<ShortOrders?> OfAsync(ProShop shop, MerchantOffer offer, ShopStockClient stock, ShopOrdersClient orders, CancellationToken token)
    {
        if (offer.Missing == 0 || await AccountAsync(shop, offer, stock, token) is not { Held.Count: > 0 } account)
        {
            return null;
        }
        var named = await orders.NamedAsync(shop.Slug, [.. account.Held.Select(h => h.OrderId)], token);
        // One that is not confirmed yet has no page, and nobody to be told.
        var known = named is null ? [.. account.Held.Select(h => new Waiting(OrderReference.Of(h.OrderId), h.Quantity, null))]
            : account.Held.Where(h => named.ContainsKey(h.OrderId)).Select(h => new Waiting(named[h.OrderId].Reference, h.Quantity, $"/pro/{shop.Slug}/commandes/{named[h.OrderId].OrderId}")).ToList();
        return known.Count == 0 ? null : new ShortOrders([.. known.Take(Named)], Math.Max(account.Orders - Math.Min(known.Count, Named), 0));
    }

    // What is said without them is said at once: the count is taken.
    private static async Task<StockAccount?> AccountAsync(ProShop shop, MerchantOffer offer, ShopStockClient stock, CancellationToken token)
    {
        try
        {
            return await stock.AccountAsync(shop.Slug, offer.Sku, token);
        }
        catch (Exception away) when (away is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
    }

    internal static string Words(Waiting order, SaleUnit unit, Ui ui) => ui.T("pro.stock.short.order", order.Reference, ui.Quantity(unit, order.Quantity));
}
