using Marketplace.Contracts;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Withdrawals;

/// <summary>What its resident has withdrawn from, as its events left it.</summary>
/// <param name="Withdrawal">Its id, and that of the refund which follows.</param>
/// <param name="RefundBy">When it is refunded by itself, unless the shop has said that nothing came back.</param>
/// <param name="Back">How the shop knows that the goods came back, or are on their way; null: not yet.</param>
/// <param name="Withheld">The shop has said that they did not.</param>
internal sealed record Withdrawn(Guid Withdrawal, ShopId ShopId, IReadOnlyList<WithdrawnLine> Lines, DateTimeOffset RefundBy, string? Back, bool Withheld)
{
    /// <summary>They are in the shop.</summary>
    internal const string InShop = "back";

    /// <summary>Their resident says so.</summary>
    internal const string Brought = "brought";

    /// <summary>It was shown, or said, that they were sent.</summary>
    internal const string Sent = "sent";

    /// <summary>What its resident says became of the goods; null: nothing.</summary>
    internal string? Said { get; init; }

    internal long Cents => Lines.Sum(l => l.Cents);

    internal long Of(OfferId offer) => Lines.Where(l => l.OfferId == offer).Sum(l => l.Cents);

    internal long QuantityOf(OfferId offer) => Lines.Where(l => l.OfferId == offer).Sum(l => l.Quantity);

    /// <summary>Some of its money is to go back still: nothing else may take it.</summary>
    internal bool IsOpen(Order.Confirmed order) => Cents > 0 && order.Refunds.All(r => r.Refund != Withdrawal);

    internal static Withdrawn Of(OrderEvent.WithdrawalDeclared e) => new(e.Withdrawal, e.ShopId, e.Lines, e.RefundBy, null, false);

    internal Withdrawn Evolve(OrderEvent happened) => happened switch
    {
        OrderEvent.WithdrawalReturned e => this with { Back = e.How, Withheld = false },
        OrderEvent.WithdrawalWithheld => this with { Withheld = true },
        OrderEvent.WithdrawalGoodsSaid e => this with { Withheld = false, Said = e.How, RefundBy = e.RefundBy },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} does not concern a withdrawal."),
    };

    /// <summary>Which withdrawal an event is about; null: none, or it begins one.</summary>
    internal static Guid? IdOf(OrderEvent happened) => happened switch
    {
        OrderEvent.WithdrawalReturned e => e.Withdrawal,
        OrderEvent.WithdrawalWithheld e => e.Withdrawal,
        OrderEvent.WithdrawalGoodsSaid e => e.Withdrawal,
        _ => null,
    };
}
