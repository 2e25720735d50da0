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
        Order.Confirmed { Purchase: { } p } => new(p switch
        {
            { Taking: null } => "authorised",
            { Returned: true } => "returned",
            { Taking.AmountCents: 0 } => "returning",
            { Taking: { FailedFor: not null, Charge: not null } } => "captured-less",
            { Taking.FailedFor: not null } => "failed",
            { Taking.Charge: null } => "capturing",
            _ => "captured",
        }, p.AmountCents, CapturedCents: p.Taking is { Charge: not null } taken ? taken.TakenCents : null, DueCents: p.Taking is { Charge: not null, FailedFor: not null } less ? less.AmountCents : null),
        Order.Failed { Purchase: { } p } => new(p switch { { Returned: true } => "returned", { Payment: not null } => "returning", _ => "none" }, p.AmountCents, p.Closing),
        _ => null,
    };
}
