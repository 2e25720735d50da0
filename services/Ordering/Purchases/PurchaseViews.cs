using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Purchases;

/// <summary>A payment as the API shows it.</summary>
internal static class PurchaseViews
{
    internal static string? UrlOf(Order order) => order is Order.Paying { Purchase: { Closing: null, Url: { } url } } ? url : null;

    internal static PurchaseView? Of(Order order) => order switch
    {
        Order.Paying { Purchase: var p } => new(p switch { { Closing: not null } => "closing", { Session: null } => "opening", _ => "open" }, p.AmountCents, p.Closing),
        Order.Confirmed { Purchase: { } p } => new("authorised", p.AmountCents),
        Order.Failed { Purchase: { } p } => new(p switch { { Returned: true } => "returned", { Payment: not null } => "returning", _ => "none" }, p.AmountCents, p.Closing),
        _ => null,
    };
}
