using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

// What goes back of what was handed over and paid (decision 0022). As with a purchase's steps, what is part of a call to the gateway stands here.
internal abstract partial record OrderEvent
{
    /// <summary>A shop gives money back. Said before anybody is asked for it.</summary>
    /// <param name="ShopId">Whose goods they were, and out of whose part it comes.</param>
    /// <param name="Refund">Its id: key and reference follow from it.</param>
    /// <param name="Lines">Of which goods how much, VAT included.</param>
    /// <param name="Reason"><c>defective</c>, <c>missing</c>, <c>gesture</c> or <c>withdrawal</c>.</param>
    /// <param name="AtCounter">It was paid at the counter, and given back there: recorded, nobody is asked.</param>
    internal sealed record RefundRequested(ShopId ShopId, Guid Refund, IReadOnlyList<RefundedLine> Lines, string Reason, bool AtCounter) : OrderEvent;

    /// <summary>The key of the attempt before is of no more use, or its bank sent the money back: another key is used.</summary>
    internal sealed record RefundTriedAgain(Guid Refund, int Attempt) : OrderEvent;

    /// <summary>The other side has taken it on.</summary>
    /// <param name="ShopId">Whose.</param>
    /// <param name="Refund">Which refund.</param>
    /// <param name="Id">Its id on the other side.</param>
    /// <param name="Settled">It is known to be through; else it is under way.</param>
    internal sealed record RefundMade(ShopId ShopId, Guid Refund, string Id, bool Settled) : OrderEvent;

    internal sealed record RefundSettled(ShopId ShopId, Guid Refund) : OrderEvent;

    /// <summary>The resident's bank sent it back, perhaps days after it was through: it is owed still.</summary>
    /// <param name="ShopId">Whose.</param>
    /// <param name="Refund">Which refund.</param>
    /// <param name="Id">The one on the other side that failed.</param>
    internal sealed record RefundFailed(ShopId ShopId, Guid Refund, string Id) : OrderEvent;

    /// <summary>The other side will not do it: nothing went back. A gesture is none then, and its lines can be given back otherwise; what the law owes, or what failed before, is owed as before.</summary>
    /// <param name="ShopId">Whose.</param>
    /// <param name="Refund">Which refund.</param>
    /// <param name="Code">The other side's word for it.</param>
    /// <param name="Owed">It is owed all the same. Null: it is not, or nobody had decided that when it was stored.</param>
    internal sealed record RefundRefused(ShopId ShopId, Guid Refund, string Code, bool? Owed = null) : OrderEvent;

    /// <summary>What could not go back to the card went back in another way: somebody who knows says how, and when.</summary>
    /// <param name="ShopId">Whose.</param>
    /// <param name="Refund">Which refund.</param>
    /// <param name="Word">How, in their own words.</param>
    /// <param name="On">The local day.</param>
    internal sealed record RefundGivenOtherwise(ShopId ShopId, Guid Refund, string Word, DateOnly On) : OrderEvent;

    /// <summary>What a shop got and has to give back of it is to be fetched.</summary>
    /// <param name="ShopId">Which shop.</param>
    /// <param name="Transfer">Out of which transfer.</param>
    /// <param name="Cents">How much.</param>
    /// <param name="Number">1, or the one after the last: key and reference follow from it.</param>
    /// <param name="Attempt">1, or another key after one that is of no more use.</param>
    internal sealed record PaymentReversalRequested(ShopId ShopId, string Transfer, long Cents, int Number, int Attempt) : OrderEvent;

    internal sealed record PaymentReversed(ShopId ShopId, int Number, string Reversal) : OrderEvent;
}

/// <summary>So much of the price of these goods; of it so much is VAT, so that the parts of a line add up to its VAT.</summary>
internal sealed record RefundedLine(OfferId OfferId, long Cents, long VatCents);
