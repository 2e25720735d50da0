using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;

namespace Marketplace.Ordering.Withdrawals;

/// <summary>Withdrawals as the API shows them.</summary>
internal static class WithdrawalViews
{
    internal static IReadOnlyList<WithdrawalView>? Of(OrderHistory history, ShopId shop) =>
        history.State is Order.Confirmed { Withdrawals: { Count: > 0 } all } order && all.Where(w => w.ShopId == shop).ToList() is { Count: > 0 } own ? [.. own.Select(w => Of(history, order, w))] : null;

    private static WithdrawalView Of(OrderHistory history, Order.Confirmed order, Withdrawn withdrawn)
    {
        var (part, at) = (order.Find(withdrawn.ShopId)!, AtOf(history, withdrawn.Withdrawal));
        return new(withdrawn.Withdrawal, withdrawn switch
        {
            _ when RefundRules.Find(order, withdrawn.Withdrawal) is { } refund => refund.State is RefundState.Failed ? "owed" : "refunded",
            // Nothing is owed, so nothing is waited for.
            { Cents: 0 } => "settled",
            { Withheld: true } => "withheld",
            { Back: null } => "awaited",
            _ when order.Unpaid(part.ShopId) => "unpaid",
            _ => RefundRules.HowOf(order, part) is "later" ? "back" : "owed",
        }, at, WithdrawalTerm.EndOf(at, part.Pickup.Place.Postcode), withdrawn.RefundBy, withdrawn.Cents, [.. withdrawn.Lines.Select(l => new WithdrawalView.Goods(l.OfferId, l.Quantity, l.Cents))], withdrawn.Said);
    }

    /// <summary>When it was declared.</summary>
    internal static DateTimeOffset AtOf(OrderHistory history, Guid withdrawal) => history.Events.First(e => e.Data is OrderEvent.WithdrawalDeclared declared && declared.Withdrawal == withdrawal).At;
}
