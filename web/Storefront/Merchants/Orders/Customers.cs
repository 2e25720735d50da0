using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Orders;

internal static class Customers
{
    /// <summary>Who ordered; or that this is no longer known, because the person left or the time to keep it is over.</summary>
    public static string Customer(this Ui ui, ShopOrderCard order) => order.Customer.Length > 0 ? order.Customer : ui["pro.nobody"];
}
