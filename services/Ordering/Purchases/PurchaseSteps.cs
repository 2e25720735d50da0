using Marketplace.Ordering.Orders;

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
    GiveBack,

    /// <summary>What was handed over is to be taken.</summary>
    Take,

    /// <summary>A shop's part of what was taken is to be passed on to it.</summary>
    PassOn,
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
        Order.Failed { Purchase: { Payment: not null, Returned: false } } => PurchaseStep.GiveBack,
        Order.Confirmed { Purchase: { Taking.AmountCents: 0, Returned: false } } => PurchaseStep.GiveBack,
        Order.Confirmed { Purchase.Taking: { AmountCents: > 0, Charge: null, FailedFor: null } } => PurchaseStep.Take,
        Order.Confirmed { Purchase.Taking: { Charge: not null } taking } when taking.Pending.Any() => PurchaseStep.PassOn,
        _ => PurchaseStep.None,
    };

    /// <summary>When the step is due that this move calls for; null: the move calls for none.</summary>
    internal static DateTimeOffset? DueAfter(OrderMove move) => Of(move.After.State) switch
    {
        PurchaseStep.None => null,
        var step when step == Of(move.Before.State) => null,
        PurchaseStep.Look => move.After.Events[^1].At + LookEvery,
        _ => move.After.Events[^1].At,
    };
}
