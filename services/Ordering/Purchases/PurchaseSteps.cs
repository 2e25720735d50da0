using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;

namespace Marketplace.Ordering.Purchases;

/// <summary>What is to be asked of the gateway next. Each step ends in an event, or is made again.</summary>
internal enum PurchaseStep
{
    None,

    /// <summary>The payment page is to be opened.</summary>
    OpenPage,

    /// <summary>Somebody may have paid: it is looked.</summary>
    Look,

    /// <summary>The page is to be closed, unless somebody has paid on it.</summary>
    ClosePage,

    /// <summary>What was set aside is the resident's again.</summary>
    Release,

    /// <summary>What was handed over is to be taken.</summary>
    Take,

    /// <summary>Somebody is to get money back.</summary>
    Refund,

    /// <summary>A shop got what went back since.</summary>
    Fetch,

    /// <summary>A shop's part of what was taken is to be passed on to it.</summary>
    PassOn,

    /// <summary>A refund is under way.</summary>
    LookAtRefunds,
}

/// <summary>A payment's next step, from what is known of it.</summary>
internal static class PurchaseSteps
{
    /// <summary>How often it is looked whether somebody has paid, besides each time that a webhook or the returning browser says so.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(20);

    internal static PurchaseStep Of(Order order) => order switch
    {
        Order.Paying { Purchase.Closing: not null } => PurchaseStep.ClosePage,
        Order.Paying { Purchase.Session: null } => PurchaseStep.OpenPage,
        Order.Paying => PurchaseStep.Look,
        Order.Failed { Purchase: { Payment: not null, Returned: false } } => PurchaseStep.Release,
        Order.Confirmed { Purchase: { Taking.AmountCents: 0, Returned: false } } => PurchaseStep.Release,
        Order.Confirmed { Purchase.Taking: { AmountCents: > 0, Charge: null, FailedFor: null } } => PurchaseStep.Take,
        Order.Confirmed { Purchase.Taking.Charge: not null } taken => Settling(taken).FirstOrDefault(),
        _ => PurchaseStep.None,
    };

    /// <summary>What is to be done with what was taken, the most urgent first. One that has to wait holds none of the others.</summary>
    internal static IEnumerable<PurchaseStep> Settling(Order.Confirmed order)
    {
        if (order.Refunds.Any(r => r.State is RefundState.Asked))
        {
            yield return PurchaseStep.Refund;
        }

        if (ToFetch(order).Any())
        {
            yield return PurchaseStep.Fetch;
        }

        if (ToPassOn(order).Any())
        {
            yield return PurchaseStep.PassOn;
        }

        if (order.Refunds.Any(r => r.State is RefundState.UnderWay))
        {
            yield return PurchaseStep.LookAtRefunds;
        }
    }

    /// <summary>The shops that were passed on more than is theirs by now.</summary>
    internal static IEnumerable<ShopId> ToFetch(Order.Confirmed order) => order.ShopOrders.Select(s => s.ShopId)
        .Where(s => order.Fetched.Any(f => f.ShopId == s && f.Reversal is null) || RefundRules.ExcessOf(order, s) > 0);

    /// <summary>The parts that are to be passed on still: not those of which all went back before.</summary>
    internal static IEnumerable<PaidPart> ToPassOn(Order.Confirmed order) =>
        order.Purchase?.Taking is { } taking ? taking.Pending.Where(p => taking.TransferOf(p.ShopId) is not null || RefundRules.OwedTo(order.Refunds, taking, p.ShopId) > 0) : [];

    /// <summary>When the step is due that this move calls for; null: the move calls for none.</summary>
    internal static DateTimeOffset? DueAfter(OrderMove move) => Of(move.After.State) switch
    {
        PurchaseStep.None => null,
        // Asked for while another waits for an hour, or for an account: now.
        var step when step == Of(move.Before.State) && !move.New.Any(e => e.Data is OrderEvent.RefundRequested or OrderEvent.RefundTriedAgain or OrderEvent.RefundMade) => null,
        PurchaseStep.LookAtRefunds => move.After.Events[^1].At + RefundDesk.LookEvery,
        PurchaseStep.Look => move.After.Events[^1].At + LookEvery,
        _ => move.After.Events[^1].At,
    };
}
