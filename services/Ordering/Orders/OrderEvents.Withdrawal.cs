using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

// What a resident gives back because they want to, within the term of the law (decision 0023). The money follows as a refund of the same id.
internal abstract partial record OrderEvent
{
    /// <summary>Its resident withdraws from the contract over some goods of one shop. Said before anybody is told.</summary>
    /// <param name="ShopId">Who sold.</param>
    /// <param name="Withdrawal">Drawn with the form: the same press twice is one.</param>
    /// <param name="Lines">From which goods, how many of them, and what is owed for them.</param>
    /// <param name="RefundBy">By when that is owed at the latest.</param>
    /// <param name="ReceivedAt">It came by letter, mail or word, then; null: it was declared here, when this was stored.</param>
    internal sealed record WithdrawalDeclared(ShopId ShopId, Guid Withdrawal, IReadOnlyList<WithdrawnLine> Lines, DateTimeOffset RefundBy, DateTimeOffset? ReceivedAt = null) : OrderEvent;

    /// <summary>The shop has the goods again, or has seen that they were sent.</summary>
    /// <param name="ShopId">Who sold.</param>
    /// <param name="Withdrawal">Which.</param>
    /// <param name="How"><c>back</c> or <c>sent</c>.</param>
    /// <param name="SumOpen">It was paid at the counter, and the sum is to be given back there still. Null: it is not.</param>
    internal sealed record WithdrawalReturned(ShopId ShopId, Guid Withdrawal, string How, bool? SumOpen = null) : OrderEvent;

    /// <summary>Its resident says that the goods are on their way, or in the shop. Where the shop had said that they did not come, it has to say so again by another day.</summary>
    /// <param name="ShopId">Who sold.</param>
    /// <param name="Withdrawal">Which.</param>
    /// <param name="How"><c>brought</c> or <c>sent</c>.</param>
    /// <param name="RefundBy">When it is refunded by itself from now on.</param>
    internal sealed record WithdrawalGoodsSaid(ShopId ShopId, Guid Withdrawal, string How, DateTimeOffset RefundBy) : OrderEvent;

    /// <summary>The shop says that the goods did not come back: it keeps the money until they do, or until it is shown that they were sent.</summary>
    internal sealed record WithdrawalWithheld(ShopId ShopId, Guid Withdrawal) : OrderEvent;
}

/// <param name="OfferId">Which goods.</param>
/// <param name="Quantity">Pieces or grams.</param>
/// <param name="Cents">What is owed for them: what was paid, less what went back before.</param>
internal sealed record WithdrawnLine(OfferId OfferId, long Quantity, long Cents);
