using Marketplace.Contracts;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Refunds;

internal enum RefundState
{
    /// <summary>The other side is to be asked.</summary>
    Asked,

    /// <summary>It has taken it on.</summary>
    UnderWay,

    Settled,

    /// <summary>It went out and came back, or is what the law owes and could not go out: owed still.</summary>
    Failed,

    /// <summary>The card could not have it, and it was given back in another way.</summary>
    Otherwise,

    /// <summary>It never went out, and never will.</summary>
    Refused,
}

/// <summary>One refund as its events left it.</summary>
/// <param name="Ids">Those on the other side that failed, and last the one that counts.</param>
internal sealed record GivenBack(Guid Refund, ShopId ShopId, IReadOnlyList<RefundedLine> Lines, string Reason, bool AtCounter, RefundState State, int Attempt, IReadOnlyList<string> Ids)
{
    internal long Cents => Lines.Sum(l => l.Cents);

    /// <summary>It never left: what is owed is with the shop. What a bank sent back is with the platform.</summary>
    internal bool Unsent => State is RefundState.Failed && Ids.Count == 0;

    /// <summary>Its lines can be given back no other time.</summary>
    internal bool Stands => State is not RefundState.Refused;

    /// <summary>Known on the other side at some time: it comes out of the shop's part, whatever its bank did with it since.</summary>
    internal bool Counts => Ids.Count > 0 && !AtCounter;

    internal long Of(OfferId offer) => Lines.Where(l => l.OfferId == offer).Sum(l => l.Cents);

    internal static GivenBack Of(OrderEvent.RefundRequested e) => new(e.Refund, e.ShopId, e.Lines, e.Reason, e.AtCounter, e.AtCounter ? RefundState.Settled : RefundState.Asked, 1, []);

    internal GivenBack Evolve(OrderEvent happened) => happened switch
    {
        OrderEvent.RefundTriedAgain e => this with { Attempt = e.Attempt, State = RefundState.Asked },
        OrderEvent.RefundMade e => this with { State = e.Settled ? RefundState.Settled : RefundState.UnderWay, Ids = [.. Ids, e.Id] },
        OrderEvent.RefundSettled => this with { State = RefundState.Settled },
        OrderEvent.RefundFailed => this with { State = RefundState.Failed },
        // Who withdrew is owed it whatever the other side says.
        OrderEvent.RefundRefused e => this with { State = e.Owed is true || Ids.Count > 0 || Reason is RefundRules.Withdrawal ? RefundState.Failed : RefundState.Refused },
        OrderEvent.RefundGivenOtherwise => this with { State = RefundState.Otherwise },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} does not concern a refund."),
    };

    /// <summary>Which refund an event is about; null: none, or it begins one.</summary>
    internal static Guid? IdOf(OrderEvent happened) => happened switch
    {
        OrderEvent.RefundTriedAgain e => e.Refund,
        OrderEvent.RefundMade e => e.Refund,
        OrderEvent.RefundSettled e => e.Refund,
        OrderEvent.RefundFailed e => e.Refund,
        OrderEvent.RefundRefused e => e.Refund,
        OrderEvent.RefundGivenOtherwise e => e.Refund,
        _ => null,
    };
}

/// <summary>What was fetched back of a shop's transfer, or is to be.</summary>
/// <param name="Reversal">Its id on the other side, once it is known to have happened.</param>
internal sealed record FetchedBack(ShopId ShopId, string Transfer, long Cents, int Number, int Attempt, string? Reversal);
