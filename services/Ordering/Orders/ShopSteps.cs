using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

/// <summary>A tap at the counter that moved a shop's part of an order: accepted, preparation started, ready, or its parcel deposited at the point.</summary>
/// <param name="Name"><c>accepted preparing ready deposited</c>.</param>
/// <param name="Version">The tap's last event.</param>
/// <param name="At">When it was made.</param>
/// <param name="Before">How the shop's part stood before it.</param>
internal sealed record ShopStep(string Name, long Version, DateTimeOffset At, ShopOrder Before);

/// <summary>
/// Taking a tap back: within seconds, and only while it is the last thing that happened to this shop's part. The steps here send nothing out that cannot be
/// held back that long: the mails of the last two leave later (<see cref="MailAfter"/>). What cannot be held back is no step: goods issued, lines given back to the shelf,
/// a refusal. Pure; reads the history, because "the last thing" and "when" are not in the state.
/// </summary>
internal static class ShopSteps
{
    /// <summary>How long the counter offers the way back.</summary>
    internal static readonly TimeSpan Offered = TimeSpan.FromSeconds(10);

    /// <summary>A tap in the last moment may be a while on its way.</summary>
    internal static readonly TimeSpan Taken = TimeSpan.FromSeconds(15);

    /// <summary>Later than any tap back, with room for processes whose clocks differ.</summary>
    internal static readonly TimeSpan MailAfter = TimeSpan.FromSeconds(20);

    internal const string Deposited = "deposited";

    /// <summary>The step that can still be taken back as far as the events go; the time is the caller's to judge.</summary>
    internal static ShopStep? LastOf(OrderHistory history, ShopId shop)
    {
        // A reminder's mail waits for the tap (Notices.WaitsUntil).
        if (history.Events.LastOrDefault(e => ShopOf(e.Data) == shop && !IsOfTheHours(e.Data)) is not { } last || NameOf(last.Data) is not { } name)
        {
            return null;
        }

        // One tap may be several facts: who says ready has accepted. They were appended at one moment. A deposit is one alone.
        var tap = last.Data is OrderEvent.ShopParcelDeposited ? [last] : history.Events.Where(e => e.At == last.At && ShopOf(e.Data) == shop && !IsOfTheHours(e.Data)).ToList();
        if (tap.Any(e => NameOf(e.Data) is null))
        {
            return null;
        }

        var before = (Order.Confirmed)history.Events.Take((int)tap[0].Version - 1).Aggregate((Order)new Order.None(), (order, e) => Order.Evolve(order, e.Data));
        return new ShopStep(name, last.Version, last.At, before.Find(shop)!);
    }

    /// <param name="history">The order.</param>
    /// <param name="shop">Whose part of it.</param>
    /// <param name="version">The step that is meant: of two taps only the one that was seen is taken back.</param>
    /// <param name="now">Decides whether it is still time.</param>
    internal static IReadOnlyList<OrderEvent> TakeBack(OrderHistory history, ShopId shop, long version, DateTimeOffset now)
    {
        if ((history.State as Order.Confirmed)?.Find(shop) is not { } stands)
        {
            throw OrderRefusals.Unknown();
        }

        // Of another shop's tap nothing is said: only who made it may ask.
        if (history.Events.Any(e => ShopOf(e.Data) == shop && TakenBackBy(e.Data) == version))
        {
            return [];
        }

        if (!stands.Open)
        {
            throw OrderRefusals.Ended(stands.Status);
        }

        return LastOf(history, shop) is { } step && step.Version == version && now - step.At <= Taken
            ? [step.Name is Deposited ? new OrderEvent.ShopDepositTakenBack(shop, version, step.Before.Sought)
                : new OrderEvent.ShopStepTakenBack(shop, step.Name, version, OrderViews.StatusOf(step.Before.Status), step.Before.InPreparation, step.Before.TotalCents)]
            : throw OrderRefusals.TooLateToTakeBack();
    }

    /// <summary>When the parcel was brought to the point, if it is said to be there, or was when its order ended.</summary>
    internal static OrderHistory.Happened? DepositOf(OrderHistory history, ShopId shop) => history.Events.LastOrDefault(e =>
        e.Data is OrderEvent.ShopParcelDeposited there && there.ShopId == shop && !history.Events.Any(b => TakenBackBy(b.Data) == e.Version));

    private static long? TakenBackBy(OrderEvent happened) => happened switch
    {
        OrderEvent.ShopStepTakenBack e => e.StepVersion,
        OrderEvent.ShopDepositTakenBack e => e.StepVersion,
        _ => null,
    };

    // What a shop accepted by itself nobody tapped.
    private static string? NameOf(OrderEvent happened) => happened switch
    {
        OrderEvent.ShopAccepted { ByItself: false } => "accepted",
        OrderEvent.ShopPreparationStarted => "preparing",
        OrderEvent.ShopReady => "ready",
        OrderEvent.ShopParcelDeposited => Deposited,
        _ => null,
    };

    /// <summary>What follows from the clock or the calendar alone moved neither the goods nor their sum.</summary>
    internal static bool IsOfTheHours(OrderEvent happened) => happened is OrderEvent.ShopReminded or OrderEvent.ShopKeptLonger or OrderEvent.ShopSlotShut or OrderEvent.ShopBatchMoved;

    /// <summary>Whose part a fact is about: any of these that comes after a step has followed from it.</summary>
    internal static ShopId? ShopOf(OrderEvent happened) => happened switch
    {
        OrderEvent.ShopAccepted e => e.ShopId,
        OrderEvent.ShopPreparationStarted e => e.ShopId,
        OrderEvent.ShopReady e => e.ShopId,
        OrderEvent.ShopParcelDeposited e => e.ShopId,
        OrderEvent.ShopParcelNotFound e => e.ShopId,
        OrderEvent.ShopDepositTakenBack e => e.ShopId,
        OrderEvent.ShopLeftAtPoint e => e.ShopId,
        OrderEvent.ShopParcelBroughtBack e => e.ShopId,
        OrderEvent.ShopStepTakenBack e => e.ShopId,
        OrderEvent.LinesDeclined e => e.ShopId,
        OrderEvent.ShopDeclined e => e.ShopId,
        OrderEvent.ShortageProposed e => e.ShopId,
        OrderEvent.SubstituteHeld e => e.ShopId,
        OrderEvent.SubstituteRefused e => e.ShopId,
        OrderEvent.ShortageAnswered e => e.ShopId,
        OrderEvent.ShortageLapsed e => e.ShopId,
        OrderEvent.ShortageWithdrawn e => e.ShopId,
        OrderEvent.ShopReminded e => e.ShopId,
        OrderEvent.ShopKeptLonger e => e.ShopId,
        OrderEvent.ShopSlotShut e => e.ShopId,
        OrderEvent.ShopBatchMoved e => e.ShopId,
        OrderEvent.ShopCollected e => e.ShopId,
        OrderEvent.ShopExpired e => e.ShopId,
        OrderEvent.ShopCancelled e => e.ShopId,
        OrderEvent.PaymentTransferRequested e => e.ShopId,
        OrderEvent.PaymentTransferred e => e.ShopId,
        OrderEvent.RefundRequested e => e.ShopId,
        OrderEvent.RefundMade e => e.ShopId,
        OrderEvent.RefundSettled e => e.ShopId,
        OrderEvent.RefundFailed e => e.ShopId,
        OrderEvent.RefundRefused e => e.ShopId,
        OrderEvent.PaymentReversalRequested e => e.ShopId,
        OrderEvent.PaymentReversed e => e.ShopId,
        OrderEvent.WithdrawalDeclared e => e.ShopId,
        OrderEvent.WithdrawalReturned e => e.ShopId,
        OrderEvent.WithdrawalWithheld e => e.ShopId,
        OrderEvent.WithdrawalGoodsSaid e => e.ShopId,
        OrderEvent.ShopPaidAtCounter e => e.ShopId,
        OrderEvent.RefundGivenOtherwise e => e.ShopId,
        _ => null,
    };
}
