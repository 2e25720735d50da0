using Marketplace.Contracts;
using Marketplace.EventStore;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// What became of orders, counted and written down once for each event of the log: with the ids by which an order is found, never with who ordered.
/// </summary>
internal sealed partial class OrderJournal(OrderingMetrics metrics, ILogger<OrderJournal> log) : ILogWitness
{
    public void Relayed(IReadOnlyList<StoredEvent> events)
    {
        foreach (var stored in events)
        {
            Note(Order.IdOf(stored.Stream), stored.Data);
        }
    }

    private void Note(OrderId order, object happened)
    {
        switch (happened)
        {
            case OrderEvent.Placed:
                metrics.Became("placed"); // its outcome follows within moments, and is the line to read
                break;
            case OrderEvent.Confirmed e:
                metrics.Became("confirmed");
                LogConfirmed(order, e.Town, e.Shops.Count);
                break;
            case OrderEvent.Refused e:
                var reason = PlacingRefusal.ReasonOf(e);
                metrics.Became("refused", reason);
                LogRefused(order, reason);
                break;
            case OrderEvent.HoldExpired:
                metrics.Became("expired");
                LogEnded(order, "expired");
                break;
            case OrderEvent.Abandoned:
                metrics.Became("cancelled");
                LogEnded(order, "cancelled");
                break;
            case OrderEvent.PaymentRequested:
                metrics.Became("paying");
                break;
            case OrderEvent.PaymentAuthorised:
                LogPayment(order, "authorised");
                break;
            case OrderEvent.PaymentClosing e:
                LogPayment(order, "closing, " + e.Reason);
                break;
            case OrderEvent.PaymentReturned:
                LogPayment(order, "returned");
                break;
            case OrderEvent.PaymentCaptureRequested:
                LogPayment(order, "to be taken");
                break;
            case OrderEvent.PaymentCaptured:
                LogPayment(order, "taken");
                break;
            case OrderEvent.PaymentNotCaptured e:
                LogLost(order, e.Reason);
                break;
            case OrderEvent.PaymentTransferred e:
                NoteShop(order, e.ShopId, "passed-on");
                break;
            case OrderEvent.RefundRequested e:
                NoteShop(order, e.ShopId, "refund-asked");
                break;
            case OrderEvent.RefundMade:
                LogPayment(order, "refunded in part or whole");
                break;
            case OrderEvent.RefundFailed e:
                LogFailed(order, e.Refund, "sent back by the bank");
                break;
            case OrderEvent.RefundRefused e:
                LogFailed(order, e.Refund, e.Code);
                break;
            case OrderEvent.PaymentReversed e:
                NoteShop(order, e.ShopId, "fetched-back");
                break;
            case OrderEvent.WithdrawalDeclared e:
                NoteShop(order, e.ShopId, "withdrawn-from");
                break;
            case OrderEvent.WithdrawalReturned e:
                NoteShop(order, e.ShopId, "withdrawal-" + e.How);
                break;
            case OrderEvent.WithdrawalWithheld e:
                NoteShop(order, e.ShopId, "withdrawal-withheld");
                break;
            case OrderEvent.RefundGivenOtherwise e:
                NoteShop(order, e.ShopId, "refund-given-otherwise");
                break;
            case OrderEvent.ShopPaidAtCounter e:
                NoteShop(order, e.ShopId, "paid-at-counter");
                break;
            case OrderEvent.WithdrawalGoodsSaid e:
                NoteShop(order, e.ShopId, "withdrawal-said");
                break;
            case OrderEvent.Completed e:
                metrics.Became(e.Outcome);
                LogEnded(order, e.Outcome);
                break;
            case OrderEvent.ShopAccepted { ByItself: true }:
                metrics.ShopPartBecame("accepted"); // with the confirmation: no line of its own
                break;
            case OrderEvent.ShopAccepted e:
                NoteShop(order, e.ShopId, "accepted");
                break;
            case OrderEvent.ShopPreparationStarted e:
                NoteShop(order, e.ShopId, "preparing");
                break;
            case OrderEvent.ShopReady e:
                NoteShop(order, e.ShopId, "ready");
                break;
            case OrderEvent.ShopStepTakenBack e:
                NoteShop(order, e.ShopId, e.Step + "-taken-back");
                break;
            case OrderEvent.ShopDepositTakenBack e:
                NoteShop(order, e.ShopId, "deposited-taken-back");
                break;
            case OrderEvent.LinesDeclined e:
                NoteShop(order, e.ShopId, "lines-declined");
                break;
            case OrderEvent.ShortageProposed e:
                NoteShop(order, e.ShopId, "shortage-proposed");
                break;
            case OrderEvent.SubstituteRefused e:
                NoteShop(order, e.ShopId, "substitute-refused");
                break;
            case OrderEvent.ShortageAnswered e:
                NoteShop(order, e.ShopId, "shortage-answered-" + e.Answer);
                break;
            case OrderEvent.ShortageLapsed e:
                NoteShop(order, e.ShopId, "shortage-lapsed");
                break;
            case OrderEvent.ShortageWithdrawn e:
                NoteShop(order, e.ShopId, "shortage-withdrawn");
                break;
            case OrderEvent.ShopDeclined e:
                NoteShop(order, e.ShopId, "declined");
                break;
            case OrderEvent.ShopKeptLonger e:
                NoteShop(order, e.ShopId, "kept-longer");
                break;
            case OrderEvent.ShopSlotShut e:
                NoteShop(order, e.ShopId, e.Shut ? "slot-shut" : "slot-open-again");
                break;
            case OrderEvent.ShopBatchMoved e:
                NoteShop(order, e.ShopId, "batch-moved");
                break;
            case OrderEvent.ShopCollected e:
                NoteShop(order, e.ShopId, "collected");
                break;
            case OrderEvent.ShopExpired e:
                NoteShop(order, e.ShopId, e.Reason);
                break;
            case OrderEvent.ShopLeftAtPoint { Status: "declined" } e:
                NoteShop(order, e.ShopId, "declined");
                break;
            case OrderEvent.ShopLeftAtPoint e:
                NoteShop(order, e.ShopId, e.Reason);
                break;
            case OrderEvent.ShopParcelBroughtBack e:
                NoteShop(order, e.ShopId, "brought-back");
                break;
            case OrderEvent.ShopCancelled e:
                NoteShop(order, e.ShopId, "cancelled");
                break;
        }
    }

    private void NoteShop(OrderId order, ShopId shop, string outcome)
    {
        metrics.ShopPartBecame(outcome);
        LogShop(order, shop, outcome);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} is confirmed in {Town}, in {Shops} shops")]
    private partial void LogConfirmed(OrderId orderId, string town, int shops);

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId}: the payment is {State}")]
    private partial void LogPayment(OrderId orderId, string state);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: its goods were handed over, and its payment cannot be taken: {Reason}")]
    private partial void LogLost(OrderId orderId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: refund {Refund} did not go through: {Reason}")]
    private partial void LogFailed(OrderId orderId, Guid refund, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} is refused: {Reason}")]
    private partial void LogRefused(OrderId orderId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} has ended: {Outcome}")]
    private partial void LogEnded(OrderId orderId, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId}: the part of shop {ShopId} is {Outcome}")]
    private partial void LogShop(OrderId orderId, ShopId shopId, string outcome);
}
