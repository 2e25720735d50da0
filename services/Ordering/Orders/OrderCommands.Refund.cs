using Marketplace.Contracts;
using Marketplace.Ordering.Payments;

namespace Marketplace.Ordering.Orders;

internal abstract partial record OrderCommand
{
    /// <param name="ShopId">Which shop gives back.</param>
    /// <param name="Refund">Its id for it: the same again is the same refund.</param>
    /// <param name="Lines">Of which goods how much.</param>
    /// <param name="Reason">Why.</param>
    internal sealed record GiveBack(ShopId ShopId, Guid Refund, IReadOnlyList<(OfferId OfferId, long Cents)> Lines, string Reason) : OrderCommand;

    /// <summary>The shop sends one again that its customer's bank sent back.</summary>
    internal sealed record SendAgain(ShopId ShopId, Guid Refund) : OrderCommand;

    /// <param name="ShopId">Whose refund.</param>
    /// <param name="Refund">Which: one that cannot go back to the card.</param>
    /// <param name="Word">How it was given back otherwise.</param>
    /// <param name="On">When.</param>
    /// <param name="ByPlatform">Said by an operator: what a bank sent back lies with the platform, and only that can give it back.</param>
    /// <param name="Today">The local day, on which it is said.</param>
    internal sealed record NoteGivenOtherwise(ShopId ShopId, Guid Refund, string Word, DateOnly On, bool ByPlatform, DateOnly Today) : OrderCommand;

    /// <summary>As of <see cref="TryPageAgain"/>.</summary>
    internal sealed record TryRefundAgain(Guid Refund, int Attempt) : OrderCommand;

    internal sealed record NoteRefundMade(Guid Refund, string Id, RefundStatus Status) : OrderCommand;

    internal sealed record NoteRefundSettled(Guid Refund, string Id) : OrderCommand;

    internal sealed record NoteRefundFailed(Guid Refund, string Id) : OrderCommand;

    internal sealed record NoteRefundRefused(Guid Refund, string Code) : OrderCommand;

    /// <summary>Appended at the version that was read.</summary>
    internal sealed record AskReversal(ShopId ShopId, int Number, int Attempt) : OrderCommand;

    internal sealed record NoteReversed(ShopId ShopId, int Number, string Reversal) : OrderCommand;
}
