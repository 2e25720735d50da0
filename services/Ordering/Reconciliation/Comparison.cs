using Marketplace.Contracts;

namespace Marketplace.Ordering.Reconciliation;

/// <summary>One thing that moved money, as one side knows it.</summary>
/// <param name="What">One of <see cref="Moves"/>.</param>
/// <param name="Reference">The other side's name of it.</param>
/// <param name="Cents">Signed: what came in is above nought. Of a payout its amount.</param>
/// <param name="Of">What it was made of, by the other side's name, where it names no order.</param>
internal sealed record Move(string What, string Reference, long Cents, DateTimeOffset At, OrderId? Order = null, ShopId? Shop = null, string? Of = null);

/// <summary>What moves, as it is stored and shown.</summary>
internal static class Moves
{
    internal const string Charge = "charge";
    internal const string Refund = "refund";
    internal const string RefundReturned = "refund-returned";
    internal const string Transfer = "transfer";
    internal const string Reversal = "reversal";
    internal const string Payout = "payout";
    internal const string PayoutReturned = "payout-returned";

    /// <summary>A cardholder who says that they did not buy: the books know none, so each is a difference until it is settled.</summary>
    internal const string Dispute = "dispute";

    /// <summary>By the other side's type of a movement; null: the platform's own, such as what it pays to its own bank, and no part of the books.</summary>
    internal static string? Of(string type) => type switch
    {
        "charge" or "payment" => Charge,
        "refund" or "payment_refund" => Refund,
        "refund_failure" or "payment_failure_refund" => RefundReturned,
        "transfer" => Transfer,
        "transfer_refund" => Reversal,
        "adjustment" => Dispute,
        _ => null,
    };
}

/// <param name="Kind"><c>missing-here missing-there other-amount other-date</c></param>
internal sealed record Difference(string Kind, Move? Here, Move? There)
{
    internal Move Any => There ?? Here!;

    /// <summary>Of which day it is: that on which the other side has it, where it has.</summary>
    internal DateTimeOffset At => Any.At;
}

/// <summary>Holds what the books have against what the other side has, thing by thing. Pure.</summary>
internal static class Comparison
{
    /// <summary>What was done there is noted here a moment later, or some hours, where nobody answered: another day alone is no difference.</summary>
    internal static readonly TimeSpan NotedWithin = TimeSpan.FromHours(1);

    /// <param name="here">Also from before and after the days that are looked at: what is of them on one side may be of another day on the other.</param>
    /// <param name="there">As well.</param>
    /// <param name="within">Whether this moment is looked at.</param>
    /// <param name="dayOf">Of a moment.</param>
    internal static IReadOnlyList<Difference> Of(IEnumerable<Move> here, IEnumerable<Move> there, Func<DateTimeOffset, bool> within, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var (ours, theirs) = (Gather(here), Gather(there));
        return [.. ours.Keys.Union(theirs.Keys).Select(name => Compare(ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name), within, dayOf)).OfType<Difference>()
            .OrderBy(d => d.At).ThenBy(d => d.Any.Reference, StringComparer.Ordinal)];
    }

    private static Difference? Compare(Move? here, Move? there, Func<DateTimeOffset, bool> within, Func<DateTimeOffset, DateOnly> dayOf) => (here, there) switch
    {
        _ when !(here is not null && within(here.At)) && !(there is not null && within(there.At)) => null,
        (null, not null) => new Difference("missing-here", null, there),
        (not null, null) => new Difference("missing-there", here, null),
        _ when here!.Cents != there!.Cents => new Difference("other-amount", here, there),
        _ when dayOf(here.At) != dayOf(there.At) && (here.At - there.At).Duration() > NotedWithin => new Difference("other-date", here, there),
        _ => null,
    };

    // A thing that moved in several steps, such as a dispute that was won, is one sum.
    private static Dictionary<(string What, string Reference), Move> Gather(IEnumerable<Move> moves) =>
        moves.GroupBy(m => (m.What, m.Reference)).Select(g => (g.Key, Move: g.First() with { Cents = g.Sum(m => m.Cents) })).Where(g => g.Move is not { What: Moves.Dispute, Cents: 0 }).ToDictionary(g => g.Key, g => g.Move);
}
