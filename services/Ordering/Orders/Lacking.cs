using Marketplace.Contracts;
using static Marketplace.Ordering.Orders.OrderEvent;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// "Il en manque un": the shop asks, the resident answers once and in time, or what is missing lapses (decision 13). Pure, as the rest of the order's rules.
/// </summary>
internal static class Lacking
{
    /// <summary>Why a substitute is refused that the order's card cannot pay.</summary>
    internal const string DearerThanPaid = "dearer-than-paid";

    /// <summary>How long a resident has, unless people come for it before.</summary>
    internal static readonly TimeSpan Usual = TimeSpan.FromHours(2);

    /// <summary>Nobody reads a mail and answers it in less.</summary>
    internal static readonly TimeSpan Least = TimeSpan.FromMinutes(15);

    /// <summary>The time that a resident has at the very least once they are asked.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(4);

    /// <summary>Two hours, or until the slot begins; to the whole minute, as it is told. Null: there is no time left to ask.</summary>
    internal static DateTimeOffset? UsualDeadline(Pickup pickup, DateTimeOffset now)
    {
        var least = Minute(now + Least);
        var usual = Minute(now + Usual);
        var until = usual < pickup.Start ? usual : pickup.Start > least ? pickup.Start : least;
        return until <= pickup.CollectUntil ? until : null;
    }

    internal static IReadOnlyList<OrderEvent> Propose(OrderCommand.ProposeForShortage c, Order.Confirmed order, ShopOrder shop)
    {
        if (order.ShopOrders.Any(other => other.ShopId != shop.ShopId && other.Asked.Any(a => a.Proposal == c.Proposal)))
        {
            throw OrderRefusals.ProposalKnown(); // the resident's answer names the question alone
        }

        var line = shop.Lines.FirstOrDefault(l => l.Sold.OfferId == c.OfferId);
        if (shop.Asked.Where(a => a.Proposal == c.Proposal).Select(a => (OfferId?)a.OfferId).FirstOrDefault() is { } offer)
        {
            // The same once more, also when it has been answered since. Another question needs another name.
            return offer == c.OfferId && (line?.Lack is not { } asked || asked.Proposal != c.Proposal || Same(asked, c)) ? [] : throw OrderRefusals.ProposalKnown();
        }

        if (shop.Status is ShopOrderStatus.Ready)
        {
            throw OrderRefusals.AlreadyReady();
        }

        if (!shop.Open)
        {
            throw OrderRefusals.Ended(shop.Status);
        }

        if (line is not { Stands: true, InsteadOf: null })
        {
            throw OrderRefusals.UnknownLine(c.OfferId);
        }

        if (line.Lack is not null)
        {
            throw line.Lack.Waits ? OrderRefusals.WaitsForAnswer(line.Lack.AnswerBy) : OrderRefusals.AlreadyAnswered();
        }

        if (c.Found < 0 || c.Found >= line.Sold.Quantity)
        {
            throw OrderRefusals.FoundOutOfRange(line.Sold, c.Found);
        }

        if (c is { Found: 0, Substitute: null })
        {
            throw OrderRefusals.NothingProposed();
        }

        var answerBy = Deadline(c, shop.Pickup);
        var missing = line with { Lack = new Lack(c.Proposal, c.Found, answerBy, null) };
        var asks = new ShortageProposed(shop.ShopId, c.Proposal, c.OfferId, c.Found, answerBy, Wanted(c, order.Placed.Order, shop, missing.MissingCents));
        return shop.Status is ShopOrderStatus.Requested ? [new ShopAccepted(shop.ShopId, ByItself: false), asks] : [asks];
    }

    internal static IReadOnlyList<OrderEvent> Withdraw(OrderCommand.WithdrawProposal c, ShopOrder shop)
    {
        if (shop.Waiting.FirstOrDefault(l => l.Lack!.Proposal == c.Proposal) is { } line && shop.Open)
        {
            return [Withdrawn(shop, line)];
        }

        return shop.Asked.FirstOrDefault(a => a.Proposal == c.Proposal) switch
        {
            { Outcome: Lack.Withdrawn or Lack.Refused } => [],
            { Outcome: Lack.Lapsed } => throw OrderRefusals.AnsweredTooLate(),
            { Outcome: not null } => throw OrderRefusals.AlreadyAnswered(),
            var known when known.Proposal == c.Proposal && c.Proposal != Guid.Empty => throw OrderRefusals.ProposalGone(),
            _ => throw OrderRefusals.UnknownProposal(),
        };
    }

    internal static List<OrderEvent> Answer(OrderCommand.AnswerProposal c, Order.Confirmed order)
    {
        var shop = order.ShopOrders.FirstOrDefault(s => s.Asked.Any(a => a.Proposal == c.Proposal)) ?? throw OrderRefusals.UnknownProposal();
        if (shop.Asked.First(a => a.Proposal == c.Proposal).Outcome is { } outcome)
        {
            return outcome == c.Answer ? [] : throw outcome switch
            {
                Lack.Lapsed => OrderRefusals.AnsweredTooLate(),
                Lack.Withdrawn or Lack.Refused => OrderRefusals.ProposalGone(),
                _ => OrderRefusals.AlreadyAnswered(),
            };
        }

        if (!shop.Open)
        {
            throw OrderRefusals.Ended(shop.Status);
        }

        // Not yet put to anybody, or declined by its shop meanwhile.
        if (shop.Waiting.FirstOrDefault(l => l.Lack!.Proposal == c.Proposal) is not { Lack: { Holding: false } asked } line)
        {
            throw OrderRefusals.ProposalGone();
        }

        if (c.Now >= asked.AnswerBy)
        {
            throw OrderRefusals.AnsweredTooLate();
        }

        if (c.Answer is not (Lack.Substitute or Lack.Partial or Lack.Drop) || c.Answer is Lack.Substitute && asked.Offered is null || c.Answer is Lack.Partial && asked.Found == 0)
        {
            throw OrderRefusals.AnswerNotOffered();
        }

        return c.Answer is Lack.Substitute && asked.OfferedCents > line.MissingCents && c.AgreedCents != asked.OfferedCents
            ? throw OrderRefusals.PriceNotAgreed(asked.OfferedCents, line.MissingCents)
            : Settle(shop, line, c.Answer);
    }

    internal static IReadOnlyList<OrderEvent> Hold(OrderCommand.NoteSubstituteHeld c, Order.Confirmed order)
    {
        var shop = order.Find(c.ShopId);
        if (Held(shop, c.Proposal) is not { Lack: { Wanted: { } wanted, AnswerBy: var answerBy } } line || wanted.OfferId != c.Line.OfferId)
        {
            return [];
        }

        // Catalog answered late: whoever is asked now could not answer any more.
        if (c.Now > answerBy - Shortest)
        {
            return [Withdrawn(shop!, line)];
        }

        // Cents of a piece or a kilogram, rounded down: never more in all than was said.
        var most = wanted.AtMostCents is { } cents ? c.Line.Unit is SaleUnit.Weight ? cents * 1000 / c.Line.Quantity : cents / c.Line.Quantity : c.Line.PriceCents;
        var offered = c.Line with { PriceCents = Math.Min(c.Line.PriceCents, most) };
        // By card no more can be taken than was set aside.
        return order.ByCard(c.ShopId) && Money.LineTotal(offered.Unit, offered.Quantity, offered.PriceCents) > line.MissingCents
            ? [new SubstituteRefused(c.ShopId, c.Proposal, DearerThanPaid, c.Line.Quantity, wanted.Hold)]
            : [new SubstituteHeld(c.ShopId, c.Proposal, offered)];
    }

    internal static IReadOnlyList<OrderEvent> Refuse(OrderCommand.NoteSubstituteRefused c, ShopOrder? shop) =>
        Held(shop, c.Proposal) is null ? [] : [new SubstituteRefused(c.ShopId, c.Proposal, c.Reason, c.Available)];

    /// <summary>What nobody answered in time.</summary>
    internal static List<OrderEvent> Lapse(ShopOrder shop, DateTimeOffset now)
    {
        var happened = new List<OrderEvent>();
        while (shop.Waiting.FirstOrDefault(l => now >= l.Lack!.AnswerBy) is { } line)
        {
            // Of a substitute that Catalog never spoke of nobody was told.
            var lapsed = line.Lack!.Holding ? [Withdrawn(shop, line)] : Settle(shop, line, Lack.Lapsed);
            happened.AddRange(lapsed);
            shop = shop.Settled(line.Lack.Proposal, line.Lack.Holding ? Lack.Withdrawn : Lack.Lapsed, lapsed[0] is ShortageLapsed { Gone: true });
        }

        return happened;
    }

    private static ShortageWithdrawn Withdrawn(ShopOrder shop, ShopOrder.Line line) => new(shop.ShopId, line.Lack!.Proposal, line.Lack.Wanted?.Hold);

    // With the last line goes the shop's part, as when it declines that.
    private static List<OrderEvent> Settle(ShopOrder shop, ShopOrder.Line line, string outcome)
    {
        var asked = line.Lack!;
        var gone = outcome is Lack.Drop || asked.Found == 0;
        var after = shop.Settled(asked.Proposal, outcome, gone);
        var missing = gone ? after.Lines.First(l => l.Lack?.Proposal == asked.Proposal).Missing(null).ToList() : [];
        var settled = outcome is Lack.Lapsed
            ? (OrderEvent)new ShortageLapsed(shop.ShopId, asked.Proposal, line.Sold.OfferId, gone, after.TotalCents, asked.Wanted?.Hold, missing.Count > 0 ? missing : null)
            : new ShortageAnswered(shop.ShopId, asked.Proposal, line.Sold.OfferId, outcome, gone, after.TotalCents, asked.Wanted?.Hold, missing.Count > 0 ? missing : null);
        return after.Standing.Any() ? [settled] : [settled, new ShopDeclined(shop.ShopId, ShopOrder.Shortage, after.Missing)];
    }

    private static ShopOrder.Line? Held(ShopOrder? shop, Guid proposal) =>
        shop is { Open: true } ? shop.Waiting.FirstOrDefault(l => l.Lack is { Holding: true } asked && asked.Proposal == proposal) : null;

    private static bool Same(Lack asked, OrderCommand.ProposeForShortage c) =>
        asked.Found == c.Found && asked.Wanted?.OfferId == c.Substitute?.OfferId && asked.Wanted?.Quantity == c.Substitute?.Quantity;

    private static DateTimeOffset Deadline(OrderCommand.ProposeForShortage c, Pickup pickup)
    {
        if (c.AnswerBy is not { } wished)
        {
            return UsualDeadline(pickup, c.Now) ?? throw OrderRefusals.TooLateToAsk();
        }

        var (minute, soonest) = (Minute(wished), c.Now + TimeSpan.FromMinutes(5));
        if (minute < soonest || minute > pickup.CollectUntil)
        {
            throw OrderRefusals.DeadlineOutOfRange(pickup.CollectUntil);
        }

        // Who comes for it at the slot's beginning is not promised an answer that is awaited beyond.
        return minute > pickup.Start && pickup.Start >= soonest ? pickup.Start : minute;
    }

    // An offer is one line of an order, or nobody could tell which of two was weighed.
    private static WantedSubstitute? Wanted(OrderCommand.ProposeForShortage c, OrderId order, ShopOrder shop, long missingCents)
    {
        if (c.Substitute is not { } substitute)
        {
            return null;
        }

        if (substitute.Quantity is <= 0 or > 1_000_000)
        {
            throw OrderRefusals.SubstituteQuantityInvalid(substitute.OfferId);
        }

        return shop.Lines.All(l => l.Sold.OfferId != substitute.OfferId) && shop.Waiting.All(l => l.Lack!.Wanted?.OfferId != substitute.OfferId)
            ? new WantedSubstitute(Lack.HoldOf(order, shop.ShopId, c.Proposal), substitute.OfferId, substitute.Quantity, c.NoDearer ? missingCents : null)
            : throw OrderRefusals.SubstituteInOrder(substitute.OfferId);
    }

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, at.Offset);
}
