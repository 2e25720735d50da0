using System.Text.Json.Serialization;
using Marketplace.EventStore;

namespace Marketplace.Ordering.Orders;

/// <summary>The stored names. They outlive the code: add, upcast, never edit.</summary>
internal static class OrderEventTypes
{
    internal static EventTypes Create() => new EventTypes(OrderEventJson.Default)
        .Map<OrderEvent.Placed>("order-placed.v1")
        .Map<OrderEvent.StockReserved>("order-stock-reserved.v1")
        .Map<OrderEvent.SlotsBooked>("order-slots-booked.v1")
        .Map<OrderEvent.Confirmed>("order-confirmed.v1")
        .Map<OrderEvent.Refused>("order-refused.v1")
        .Map<OrderEvent.HoldExpired>("order-hold-expired.v1")
        .Map<OrderEvent.Abandoned>("order-abandoned.v1")
        .Map<OrderEvent.ShopAccepted>("shop-order-accepted.v1")
        .Map<OrderEvent.ShopPreparationStarted>("shop-order-preparation-started.v1")
        .Map<OrderEvent.ShopReady>("shop-order-ready.v1")
        .Map<OrderEvent.ShopStepTakenBack>("shop-order-step-taken-back.v1")
        .Map<OrderEvent.ShopParcelDeposited>("shop-order-parcel-deposited.v1")
        .Map<OrderEvent.ShopParcelNotFound>("shop-order-parcel-not-found.v1")
        .Map<OrderEvent.ShopDepositTakenBack>("shop-order-deposit-taken-back.v1")
        .Map<OrderEvent.LinesDeclined>("shop-order-lines-declined.v1")
        .Map<OrderEvent.ShopDeclined>("shop-order-declined.v1")
        .Map<OrderEvent.ShortageProposed>("shop-order-shortage-proposed.v1")
        .Map<OrderEvent.SubstituteHeld>("shop-order-substitute-held.v1")
        .Map<OrderEvent.SubstituteRefused>("shop-order-substitute-refused.v1")
        .Map<OrderEvent.ShortageAnswered>("shop-order-shortage-answered.v1")
        .Map<OrderEvent.ShortageLapsed>("shop-order-shortage-lapsed.v1")
        .Map<OrderEvent.ShortageWithdrawn>("shop-order-shortage-withdrawn.v1")
        .Map<OrderEvent.ShopReminded>("shop-order-reminded.v1")
        .Map<OrderEvent.ShopKeptLonger>("shop-order-kept-longer.v1")
        .Map<OrderEvent.ShopBatchMoved>("shop-order-batch-moved.v1")
        .Map<OrderEvent.ShopCollected>("shop-order-collected.v1")
        .Map<OrderEvent.ShopExpired>("shop-order-expired.v1")
        .Map<OrderEvent.ShopLeftAtPoint>("shop-order-left-at-point.v1")
        .Map<OrderEvent.ShopParcelBroughtBack>("shop-order-parcel-brought-back.v1")
        .Map<OrderEvent.ShopCancelled>("shop-order-cancelled.v1")
        .Map<OrderEvent.Completed>("order-completed.v1")
        .Map<OrderEvent.StockHoldSettled>("order-stock-hold-settled.v1")
        .Map<OrderEvent.SlotHoldSettled>("order-slot-hold-settled.v1")
        .Map<OrderEvent.PaymentRequested>("order-payment-requested.v1")
        .Map<OrderEvent.PaymentPageOpened>("order-payment-page-opened.v1")
        .Map<OrderEvent.PaymentPageTriedAgain>("order-payment-page-tried-again.v1")
        .Map<OrderEvent.PaymentClosing>("order-payment-closing.v1")
        .Map<OrderEvent.PaymentAuthorised>("order-payment-authorised.v1")
        .Map<OrderEvent.PaymentReturned>("order-payment-returned.v1")
        .Map<OrderEvent.PaymentCaptureRequested>("order-payment-capture-requested.v1")
        .Map<OrderEvent.PaymentCaptureTriedAgain>("order-payment-capture-tried-again.v1")
        .Map<OrderEvent.PaymentCaptured>("order-payment-captured.v1")
        .Map<OrderEvent.PaymentNotCaptured>("order-payment-not-captured.v1")
        .Map<OrderEvent.PaymentTransferRequested>("order-payment-transfer-requested.v1")
        .Map<OrderEvent.PaymentTransferred>("order-payment-transferred.v1")
        .Map<OrderEvent.RefundRequested>("order-refund-requested.v1")
        .Map<OrderEvent.RefundTriedAgain>("order-refund-tried-again.v1")
        .Map<OrderEvent.RefundMade>("order-refund-made.v1")
        .Map<OrderEvent.RefundSettled>("order-refund-settled.v1")
        .Map<OrderEvent.RefundFailed>("order-refund-failed.v1")
        .Map<OrderEvent.RefundRefused>("order-refund-refused.v1")
        .Map<OrderEvent.PaymentReversalRequested>("order-payment-reversal-requested.v1")
        .Map<OrderEvent.PaymentReversed>("order-payment-reversed.v1")
        .Map<OrderEvent.WithdrawalDeclared>("order-withdrawal-declared.v1")
        .Map<OrderEvent.WithdrawalReturned>("order-withdrawal-returned.v1")
        .Map<OrderEvent.WithdrawalWithheld>("order-withdrawal-withheld.v1")
        .Map<OrderEvent.RefundGivenOtherwise>("order-refund-given-otherwise.v1");
}

/// <summary>Generated: half of the hot path's cost would be reflection otherwise.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderEvent.Placed))]
[JsonSerializable(typeof(OrderEvent.StockReserved))]
[JsonSerializable(typeof(OrderEvent.SlotsBooked))]
[JsonSerializable(typeof(OrderEvent.Confirmed))]
[JsonSerializable(typeof(OrderEvent.Refused))]
[JsonSerializable(typeof(OrderEvent.HoldExpired))]
[JsonSerializable(typeof(OrderEvent.Abandoned))]
[JsonSerializable(typeof(OrderEvent.ShopAccepted))]
[JsonSerializable(typeof(OrderEvent.ShopPreparationStarted))]
[JsonSerializable(typeof(OrderEvent.ShopReady))]
[JsonSerializable(typeof(OrderEvent.ShopStepTakenBack))]
[JsonSerializable(typeof(OrderEvent.ShopParcelDeposited))]
[JsonSerializable(typeof(OrderEvent.ShopParcelNotFound))]
[JsonSerializable(typeof(OrderEvent.ShopDepositTakenBack))]
[JsonSerializable(typeof(OrderEvent.LinesDeclined))]
[JsonSerializable(typeof(OrderEvent.ShopDeclined))]
[JsonSerializable(typeof(OrderEvent.ShortageProposed))]
[JsonSerializable(typeof(OrderEvent.SubstituteHeld))]
[JsonSerializable(typeof(OrderEvent.SubstituteRefused))]
[JsonSerializable(typeof(OrderEvent.ShortageAnswered))]
[JsonSerializable(typeof(OrderEvent.ShortageLapsed))]
[JsonSerializable(typeof(OrderEvent.ShortageWithdrawn))]
[JsonSerializable(typeof(OrderEvent.ShopReminded))]
[JsonSerializable(typeof(OrderEvent.ShopKeptLonger))]
[JsonSerializable(typeof(OrderEvent.ShopBatchMoved))]
[JsonSerializable(typeof(OrderEvent.ShopCollected))]
[JsonSerializable(typeof(OrderEvent.ShopExpired))]
[JsonSerializable(typeof(OrderEvent.ShopLeftAtPoint))]
[JsonSerializable(typeof(OrderEvent.ShopParcelBroughtBack))]
[JsonSerializable(typeof(OrderEvent.ShopCancelled))]
[JsonSerializable(typeof(OrderEvent.Completed))]
[JsonSerializable(typeof(OrderEvent.StockHoldSettled))]
[JsonSerializable(typeof(OrderEvent.SlotHoldSettled))]
[JsonSerializable(typeof(OrderEvent.PaymentRequested))]
[JsonSerializable(typeof(OrderEvent.PaymentPageOpened))]
[JsonSerializable(typeof(OrderEvent.PaymentPageTriedAgain))]
[JsonSerializable(typeof(OrderEvent.PaymentClosing))]
[JsonSerializable(typeof(OrderEvent.PaymentAuthorised))]
[JsonSerializable(typeof(OrderEvent.PaymentReturned))]
[JsonSerializable(typeof(OrderEvent.PaymentCaptureRequested))]
[JsonSerializable(typeof(OrderEvent.PaymentCaptureTriedAgain))]
[JsonSerializable(typeof(OrderEvent.PaymentCaptured))]
[JsonSerializable(typeof(OrderEvent.PaymentNotCaptured))]
[JsonSerializable(typeof(OrderEvent.PaymentTransferRequested))]
[JsonSerializable(typeof(OrderEvent.PaymentTransferred))]
[JsonSerializable(typeof(OrderEvent.RefundRequested))]
[JsonSerializable(typeof(OrderEvent.RefundTriedAgain))]
[JsonSerializable(typeof(OrderEvent.RefundMade))]
[JsonSerializable(typeof(OrderEvent.RefundSettled))]
[JsonSerializable(typeof(OrderEvent.RefundFailed))]
[JsonSerializable(typeof(OrderEvent.RefundRefused))]
[JsonSerializable(typeof(OrderEvent.PaymentReversalRequested))]
[JsonSerializable(typeof(OrderEvent.PaymentReversed))]
[JsonSerializable(typeof(OrderEvent.WithdrawalDeclared))]
[JsonSerializable(typeof(OrderEvent.WithdrawalReturned))]
[JsonSerializable(typeof(OrderEvent.WithdrawalWithheld))]
[JsonSerializable(typeof(OrderEvent.RefundGivenOtherwise))]
internal sealed partial class OrderEventJson : JsonSerializerContext;
