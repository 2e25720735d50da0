using Marketplace.Contracts;

namespace Marketplace.Ordering.Ledger;

/// <summary>What one event did to the books of one shop: debits above nought and credits below it, which come to nought (decision 25).</summary>
/// <param name="Version">Of the event, which happened once: so does this.</param>
/// <param name="Shop">Whose books; <see cref="Nobody"/>: money of which nobody knows yet whose it is.</param>
internal sealed record Posting(OrderId Order, long Version, ShopId Shop, string Kind, DateTimeOffset At, IReadOnlyList<Entry> Entries)
{
    internal static readonly ShopId Nobody = new(Guid.Empty);

    // Kinds, as they are stored.
    internal const string SetAside = "set-aside";
    internal const string SetAsideEnded = "set-aside-ended";
    internal const string NotTaken = "not-taken";
    internal const string Sale = "sale";
    internal const string Transfer = "transfer";
    internal const string Refund = "refund";
    internal const string RefundReturned = "refund-returned";
    internal const string RefundAgain = "refund-again";
    internal const string RefundOtherwise = "refund-otherwise";
    internal const string Reversal = "reversal";
    internal const string TakenOtherwise = "taken-otherwise";

    /// <summary>Of a payout, that is no order's: named by an id made of its own.</summary>
    internal const string PaidOut = "payout";
    internal const string PayoutReturned = "payout-returned";
}

/// <param name="Account">One of <see cref="Accounts"/>.</param>
/// <param name="Cents">Above nought a debit, below it a credit.</param>
internal sealed record Entry(string Account, long Cents);

/// <summary>The accounts of a shop's books, as they are stored.</summary>
internal static class Accounts
{
    /// <summary>What lies at the gateway of this shop's sales. A debit came in.</summary>
    internal const string Clearing = "clearing";

    /// <summary>What is owed to the shop: a credit. A debit balance is what it owes.</summary>
    internal const string Merchant = "merchant";

    /// <summary>What the platform earned: a credit, without VAT.</summary>
    internal const string Commission = "commission";

    /// <summary>The VAT on that: a credit, owed to the State.</summary>
    internal const string CommissionVat = "commission-vat";

    /// <summary>What is owed to residents: a refund that their bank sent back, or money that was taken otherwise than it was to be.</summary>
    internal const string Customer = "customer";

    /// <summary>What the platform gave out beside the gateway, a refund that the card could not have: a credit.</summary>
    internal const string Otherwise = "otherwise";

    /// <summary>What cards have set aside for the shop, and its counterpart below: no money yet.</summary>
    internal const string Card = "card";

    internal const string SetAside = "set-aside";

    /// <summary>What went on from the shop's account at the gateway to its bank: a credit, and its counterpart below. No money of the platform's moves.</summary>
    internal const string Account = "account";

    internal const string Bank = "bank";
}
