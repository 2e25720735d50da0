using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

internal abstract partial record OrderCommand
{
    /// <param name="ShopId">Who sold.</param>
    /// <param name="Withdrawal">Its resident's id for it: the same again is the same withdrawal.</param>
    /// <param name="Lines">From which goods, and how many of them; of what may only come back unopened, that it is.</param>
    /// <param name="Until">Until when one may; null: not at all.</param>
    /// <param name="Now">When it is said.</param>
    /// <param name="ReceivedAt">When it came, where somebody else writes it down: that decides whether it came in time. Null: now.</param>
    internal sealed record Withdraw(ShopId ShopId, Guid Withdrawal, IReadOnlyList<(OfferId OfferId, long Quantity, bool Unopened)> Lines, DateTimeOffset? Until, DateTimeOffset Now, DateTimeOffset? ReceivedAt = null) : OrderCommand;

    /// <param name="ShopId">Who sold.</param>
    /// <param name="Withdrawal">Which.</param>
    /// <param name="How">As of <see cref="OrderEvent.WithdrawalReturned"/>.</param>
    internal sealed record NoteGoodsBack(ShopId ShopId, Guid Withdrawal, string How) : OrderCommand;

    internal sealed record WithholdRefund(ShopId ShopId, Guid Withdrawal) : OrderCommand;

    /// <param name="ShopId">Who sold.</param>
    /// <param name="Withdrawal">Which.</param>
    /// <param name="How">As of <see cref="OrderEvent.WithdrawalGoodsSaid"/>.</param>
    /// <param name="Now">When it is said.</param>
    internal sealed record SayGoods(ShopId ShopId, Guid Withdrawal, string How, DateTimeOffset Now) : OrderCommand;
}
