using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Orders;

/// <summary>Which shared pickup points have somebody to deposit at: Merchants' word, as far as it has been heard. A shop that is suspended keeps none.</summary>
internal sealed class PointKeepers(IShopDirectory shops)
{
    internal static string? PointOf(ShopEntry shop) => shop.IsPublished ? shop.Details?.KeepsPoint : null;

    /// <summary>Null where goods are collected in the shop.</summary>
    internal bool? Kept(PickupPlace place) => place.Kind == "shared" ? shops.All.Any(s => PointOf(s) == place.Slug) : null;
}
