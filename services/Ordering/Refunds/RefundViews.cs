using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Refunds;

/// <summary>Refunds as the API shows them.</summary>
internal static class RefundViews
{
    /// <summary>Stripe’s own words: five to ten business days, by the bank.</summary>
    internal static readonly TimeSpan Arrives = TimeSpan.FromDays(14);

    internal static IReadOnlyList<RefundView>? Of(OrderHistory history, ShopId shop) =>
        history.State is Order.Confirmed { Refunds: { Count: > 0 } all } && all.Where(r => r.ShopId == shop).ToList() is { Count: > 0 } own ? [.. own.Select(r => Of(history, r))] : null;

    internal static string? HowOf(OrderHistory history, ShopOrder shop) => history.State is Order.Confirmed order ? RefundRules.HowOf(order, shop) : null;

    internal static DateTimeOffset? ArrivesBy(OrderHistory history, GivenBack refund) => refund is { State: RefundState.UnderWay or RefundState.Settled, AtCounter: false }
        ? history.Events.Last(e => e.Data is OrderEvent.RefundMade made && made.Refund == refund.Refund).At + Arrives : null;

    private static RefundView Of(OrderHistory history, GivenBack refund) => new(refund.Refund, refund.State switch
    {
        RefundState.Asked => "asked",
        RefundState.UnderWay => "under-way",
        RefundState.Settled => "settled",
        RefundState.Failed => refund.Unsent ? "unsent" : "failed",
        RefundState.Otherwise => "otherwise",
        RefundState.Refused => "refused",
    }, refund.Cents, refund.Reason, refund.AtCounter, history.Events.First(e => e.Data is OrderEvent.RefundRequested asked && asked.Refund == refund.Refund).At, ArrivesBy(history, refund),
        [.. refund.Lines.Select(l => new RefundView.Share(l.OfferId, l.Cents, l.VatCents))], Otherwise(history, refund));

    private static RefundView.Elsewhere? Otherwise(OrderHistory history, GivenBack refund) =>
        history.Events.Select(e => e.Data).OfType<OrderEvent.RefundGivenOtherwise>().FirstOrDefault(e => e.Refund == refund.Refund) is { } given ? new(given.Word, given.On) : null;
}
