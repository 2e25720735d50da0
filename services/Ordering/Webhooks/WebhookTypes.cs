using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Webhooks;

/// <summary>What shops' programs are told of, under the names that they know it by. What is not named here is told to nobody.</summary>
internal static class WebhookTypes
{
    internal const string Test = "test";

    /// <summary>Of orders, in the order of an order's life.</summary>
    internal static readonly IReadOnlyList<string> Of =
    [
        "order.confirmed", "order.accepted", "order.preparing", "order.ready", "order.deposited", "order.not_found", "order.collected",
        "order.lines_declined", "order.shortage_answered", "order.shortage_lapsed", "order.declined", "order.cancelled", "order.expired", "order.step_taken_back", "order.kept_longer",
        "order.brought_back", "order.payment_changed",
    ];

    private static readonly HashSet<Type> Told =
    [
        typeof(OrderEvent.Confirmed), typeof(OrderEvent.ShopAccepted), typeof(OrderEvent.ShopPreparationStarted), typeof(OrderEvent.ShopReady), typeof(OrderEvent.ShopParcelDeposited),
        typeof(OrderEvent.ShopParcelNotFound), typeof(OrderEvent.ShopCollected), typeof(OrderEvent.LinesDeclined), typeof(OrderEvent.ShopDeclined), typeof(OrderEvent.ShopCancelled),
        typeof(OrderEvent.ShopExpired), typeof(OrderEvent.ShopLeftAtPoint), typeof(OrderEvent.ShopStepTakenBack), typeof(OrderEvent.ShopDepositTakenBack), typeof(OrderEvent.ShopKeptLonger),
        typeof(OrderEvent.ShopParcelBroughtBack), typeof(OrderEvent.ShortageAnswered), typeof(OrderEvent.ShortageLapsed), typeof(OrderEvent.PaymentCaptureRequested),
        typeof(OrderEvent.PaymentNotCaptured),
    ];

    /// <summary>The stored names of the events that any of it comes from: nothing else of the log is read whole.</summary>
    internal static IReadOnlyList<string> StoredNames(EventTypes types) => [.. types.Known.Keys.Concat(types.Upcasts).Where(name => Told.Contains(types.TypeOf(name)))];

    /// <summary>Whom an event is told, and as what.</summary>
    internal static IEnumerable<(ShopId Shop, string Type)> Tell(object happened) => happened switch
    {
        OrderEvent.Confirmed e => e.Shops.Select(s => (s.ShopId, "order.confirmed")),
        OrderEvent.ShopAccepted e => [(e.ShopId, "order.accepted")],
        OrderEvent.ShopPreparationStarted e => [(e.ShopId, "order.preparing")],
        OrderEvent.ShopReady e => [(e.ShopId, "order.ready")],
        OrderEvent.ShopParcelDeposited e => [(e.ShopId, "order.deposited")],
        OrderEvent.ShopParcelNotFound e => [(e.ShopId, "order.not_found")],
        OrderEvent.ShopCollected e => [(e.ShopId, "order.collected")],
        OrderEvent.LinesDeclined e => [(e.ShopId, "order.lines_declined")],
        OrderEvent.ShortageAnswered e => [(e.ShopId, "order.shortage_answered")],
        OrderEvent.ShortageLapsed e => [(e.ShopId, "order.shortage_lapsed")],
        OrderEvent.ShopDeclined e => [(e.ShopId, "order.declined")],
        OrderEvent.ShopCancelled e => [(e.ShopId, "order.cancelled")],
        OrderEvent.ShopExpired e => [(e.ShopId, "order.expired")],
        OrderEvent.ShopLeftAtPoint e => [(e.ShopId, e.Status is "declined" ? "order.declined" : "order.expired")],
        OrderEvent.ShopStepTakenBack e => [(e.ShopId, "order.step_taken_back")],
        OrderEvent.ShopDepositTakenBack e => [(e.ShopId, "order.step_taken_back")],
        OrderEvent.ShopKeptLonger e => [(e.ShopId, "order.kept_longer")],
        OrderEvent.ShopParcelBroughtBack e => [(e.ShopId, "order.brought_back")],
        OrderEvent.PaymentCaptureRequested { Left: { } left } => left.Select(s => (s, "order.payment_changed")),
        OrderEvent.PaymentNotCaptured { Shops: { } shops } => shops.Select(s => (s, "order.payment_changed")),
        _ => [],
    };
}
