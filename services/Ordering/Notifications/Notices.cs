using System.Text.Json.Serialization;
using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;

namespace Marketplace.Ordering.Notifications;

/// <summary>One mail to the resident, called for by one event of the order.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Shops">The shop orders it is about; empty: the whole order.</param>
/// <param name="Version">The event that called for it: with the order, the mail's identity.</param>
/// <param name="At">When it happened.</param>
internal sealed record Notice(NoticeKind Kind, IReadOnlyList<ShopId> Shops, long Version, DateTimeOffset At)
{
    internal const string WorkKind = "mail";

    internal static string KeyOf(OrderId order, long version) => $"{order}/{version}";

    /// <summary>When it leaves: that goods are ready, or at the point, is told once the tap that said so can no longer be taken back; and a plan is often changed twice.</summary>
    internal DateTimeOffset LeavesAt => Kind is NoticeKind.Ready or NoticeKind.Deposited or NoticeKind.BatchMoved or NoticeKind.SlotShut ? At + ShopSteps.MailAfter : At;
}

[JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))]
internal enum NoticeKind
{
    Confirmed,
    NotConfirmed,
    Ready,
    Deposited,
    NotFound,
    LinesDeclined,
    Shortage,
    ShortageLapsed,
    ShortageWithdrawn,
    Declined,
    Cancelled,
    Reminder,
    Expired,
    BatchMoved,

    /// <summary>The place is shut at the hour of the pickup, or open then again.</summary>
    SlotShut,

    /// <summary>Money came once the order had ended: it goes back.</summary>
    PaidForNothing,

    /// <summary>The card can be charged no longer: what is not handed over yet is paid at the counter.</summary>
    PaidAtTheCounter,

    /// <summary>What was handed over has been taken.</summary>
    Charged,

    /// <summary>What was handed over cannot be taken from the card.</summary>
    NotCharged,

    /// <summary>Money is on its way back.</summary>
    Refunded,

    /// <summary>Their bank sent it back.</summary>
    RefundFailed,

    /// <summary>What is owed to who withdrew cannot go back to the card.</summary>
    RefundNotSent,

    /// <summary>Somebody has written down that they gave it back in another way.</summary>
    RefundedOtherwise,

    /// <summary>A shop has written down that it gave money back at its counter.</summary>
    RefundedAtCounter,

    /// <summary>Acknowledges that they have withdrawn from what they bought.</summary>
    Withdrawn,

    /// <summary>Its shop says that nothing came back.</summary>
    RefundWithheld,
}

/// <summary>Who is told what, on which event. Pure.</summary>
internal static class Notices
{
    /// <summary>Longer than any browser waits for the answer: a later refusal must follow the resident by mail.</summary>
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(8);

    internal static IEnumerable<Notice> Of(OrderMove move)
    {
        foreach (var happened in move.New)
        {
            switch (happened.Data)
            {
                case OrderEvent.Confirmed:
                    yield return Tell(NoticeKind.Confirmed, happened);
                    break;
                // Who waits is answered with it: no page to pay on, or too little to pay by card.
                case OrderEvent.HoldExpired when move.After.State is Order.Failed { Purchase: { Session: null, Closing: Purchase.Unavailable or Purchase.TooSmall } } && happened.At - move.After.PlacedAt <= Watching:
                    break;
                case OrderEvent.HoldExpired:
                case OrderEvent.Refused when happened.At - move.After.PlacedAt > Watching:
                    yield return Tell(NoticeKind.NotConfirmed, happened);
                    break;
                case OrderEvent.Abandoned:
                    yield return Tell(NoticeKind.Cancelled, happened);
                    break;
                case OrderEvent.PaymentAuthorised when move.Before.State is Order.Failed:
                    yield return Tell(NoticeKind.PaidForNothing, happened);
                    break;
                case OrderEvent.PaymentCaptureRequested e when move.After.State is Order.Confirmed standing && standing.ShopOrders.Where(s => s.Open && e.Parts.All(p => p.ShopId != s.ShopId)).ToList() is { Count: > 0 } left:
                    yield return Tell(NoticeKind.PaidAtTheCounter, happened, [.. left.Select(s => s.ShopId)]);
                    break;
                case OrderEvent.PaymentCaptured when move.After.State is Order.Confirmed { Purchase.Taking: { } taking }:
                    yield return Tell(NoticeKind.Charged, happened, [.. taking.Parts.Select(p => p.ShopId)]);
                    break;
                case OrderEvent.PaymentNotCaptured { Reason: not PurchaseTaking.OtherAmount, Shops: { } unpaid }:
                    yield return Tell(NoticeKind.NotCharged, happened, [.. unpaid]);
                    break;
                // One that its bank sends back at once is told of as failed.
                case OrderEvent.RefundMade e when !move.New.Any(n => n.Data is OrderEvent.RefundFailed failed && failed.Id == e.Id):
                    yield return Tell(NoticeKind.Refunded, happened, e.ShopId);
                    break;
                case OrderEvent.RefundFailed e:
                    yield return Tell(NoticeKind.RefundFailed, happened, e.ShopId);
                    break;
                // Said once, however often it is sent again; a gesture that comes to nothing was promised to nobody.
                case OrderEvent.RefundRefused e when move.After.State is Order.Confirmed owing && RefundRules.Find(owing, e.Refund) is { Unsent: true } && !move.Before.Events.Any(b => b.Data is OrderEvent.RefundRefused earlier && earlier.Refund == e.Refund):
                    yield return Tell(NoticeKind.RefundNotSent, happened, e.ShopId);
                    break;
                case OrderEvent.RefundGivenOtherwise e:
                    yield return Tell(NoticeKind.RefundedOtherwise, happened, e.ShopId);
                    break;
                case OrderEvent.RefundRequested { AtCounter: true } e:
                    yield return Tell(NoticeKind.RefundedAtCounter, happened, e.ShopId);
                    break;
                case OrderEvent.WithdrawalDeclared e:
                    yield return Tell(NoticeKind.Withdrawn, happened, e.ShopId);
                    break;
                case OrderEvent.WithdrawalWithheld e:
                    yield return Tell(NoticeKind.RefundWithheld, happened, e.ShopId);
                    break;
                case OrderEvent.ShopReady e:
                    yield return Tell(NoticeKind.Ready, happened, e.ShopId);
                    break;
                case OrderEvent.ShopParcelDeposited e:
                    yield return Tell(NoticeKind.Deposited, happened, e.ShopId);
                    break;
                case OrderEvent.ShopParcelNotFound e:
                    yield return Tell(NoticeKind.NotFound, happened, e.ShopId);
                    break;
                // Declined while making ready: the ready mail shows it.
                case OrderEvent.LinesDeclined e when !move.New.Any(n => n.Data is OrderEvent.ShopReady ready && ready.ShopId == e.ShopId):
                    yield return Tell(NoticeKind.LinesDeclined, happened, e.ShopId);
                    break;
                case OrderEvent.ShortageProposed { Substitute: null } e:
                    yield return Tell(NoticeKind.Shortage, happened, e.ShopId);
                    break;
                case OrderEvent.SubstituteHeld e:
                    yield return Tell(NoticeKind.Shortage, happened, e.ShopId);
                    break;
                // With the last line the shop's part went too, and that mail says so.
                case OrderEvent.ShortageLapsed e when !move.New.Any(n => n.Data is OrderEvent.ShopDeclined declined && declined.ShopId == e.ShopId):
                    yield return Tell(NoticeKind.ShortageLapsed, happened, e.ShopId);
                    break;
                case OrderEvent.ShortageWithdrawn e when WasAsked(move.After, e.Proposal):
                    yield return Tell(NoticeKind.ShortageWithdrawn, happened, e.ShopId);
                    break;
                case OrderEvent.ShopDeclined e:
                    yield return Tell(NoticeKind.Declined, happened, e.ShopId);
                    break;
                case OrderEvent.ShopLeftAtPoint { Status: "declined" } e:
                    yield return Tell(NoticeKind.Declined, happened, e.ShopId);
                    break;
                case OrderEvent.ShopReminded e:
                    yield return Tell(NoticeKind.Reminder, happened, e.ShopId);
                    break;
                case OrderEvent.ShopSlotShut e:
                    yield return Tell(NoticeKind.SlotShut, happened, e.ShopId);
                    break;
                // Who comes after it anyway need not know; who was told that it is too late, that it no longer is.
                case OrderEvent.ShopBatchMoved e when move.After.State is Order.Confirmed moved && moved.Find(e.ShopId) is { Made: false } part
                    && move.Before.State is Order.Confirmed before && before.Find(e.ShopId)?.InBatch(e.OfferId)?.Sold.BatchAt is { } was && was != e.To && (part.Misses(e.To) || part.Misses(was)):
                    yield return Tell(NoticeKind.BatchMoved, happened, e.ShopId);
                    break;
            }
        }

        // Several shops at once are one mail.
        if (Together(move, NoticeKind.Cancelled, e => (e as OrderEvent.ShopCancelled)?.ShopId) is { } cancelled)
        {
            yield return cancelled;
        }

        if (Together(move, NoticeKind.Expired, e => e switch { OrderEvent.ShopExpired x => x.ShopId, OrderEvent.ShopLeftAtPoint { Status: "expired" } x => x.ShopId, _ => null }) is { } expired)
        {
            yield return expired;
        }
    }

    /// <summary>The versions of mails that need not leave any more: the tap was taken back, or the goods were handed over already, or declined after all.</summary>
    internal static IEnumerable<long> Overtaken(OrderMove move)
    {
        if ((move.Before.State, move.After.State) is not (Order.Confirmed before, Order.Confirmed after))
        {
            yield break;
        }

        foreach (var shop in before.ShopOrders.Where(s => s.Status is ShopOrderStatus.Ready))
        {
            var then = after.Find(shop.ShopId)!;
            if (then.Status is not ShopOrderStatus.Ready)
            {
                yield return ReadySince(move.Before, shop.ShopId);
            }

            // Of another parcel that lies there it may be the one mail that tells.
            if (shop.Lies && !then.Lies && !after.ShopOrders.Any(s => s.Lies && s.AtPoint(shop.Pickup.Place.Slug)))
            {
                yield return ShopSteps.DepositOf(move.Before, shop.ShopId)!.Version;
            }
        }
    }

    /// <summary>Until when a notice does not know what to say: a tap that brought the goods to the point, and may be taken back, decides it. Null: it knows.</summary>
    internal static DateTimeOffset? WaitsUntil(Notice notice, OrderHistory history, DateTimeOffset now) => history.State is Order.Confirmed order && (notice.Kind switch
    {
        NoticeKind.Ready or NoticeKind.Reminder => notice.Shops.Where(s => order.Find(s) is { Lies: true }).Max(s => (DateTimeOffset?)ShopSteps.DepositOf(history, s)!.At),
        NoticeKind.Deposited => BroughtTogether(notice, history, order).Last().At,
        _ => null,
    }) + ShopSteps.MailAfter is { } known && now < known ? known : null;

    /// <summary>The shops that a notice is still about; null when it would call somebody to goods that are no longer there, or that another notice tells of.</summary>
    internal static IReadOnlyList<ShopId>? ShopsStillIn(Notice notice, OrderHistory history)
    {
        // A question is put while it waits, and that it is withdrawn is said unless the shop has asked anew since, or its part is over.
        if (notice.Kind is NoticeKind.Shortage or NoticeKind.ShortageWithdrawn && history.State is Order.Confirmed asking)
        {
            var proposal = ProposalOf(history.Events[(int)notice.Version - 1].Data);
            var line = LineOf(history, proposal);
            var about = notice.Shops.Where(s => asking.Find(s) is { Open: true } shop && (notice.Kind is NoticeKind.Shortage
                ? shop.Waiting.Any(l => l.Lack!.Proposal == proposal)
                : shop.Lines.Any(l => l.Sold.OfferId == line && l is { Stands: true, Lack: null }))).ToList();
            return about.Count == 0 ? null : about;
        }

        if (notice.Kind is NoticeKind.BatchMoved && history.State is Order.Confirmed made)
        {
            var moved = (OrderEvent.ShopBatchMoved)history.Events[(int)notice.Version - 1].Data;
            return made.Find(moved.ShopId) is { Open: true, Made: false } shop && shop.InBatch(moved.OfferId)?.Version == moved.Version ? notice.Shops : null;
        }

        if (notice.Kind is NoticeKind.SlotShut && history.State is Order.Confirmed shutting)
        {
            var said = (OrderEvent.ShopSlotShut)history.Events[(int)notice.Version - 1].Data;
            if (shutting.Find(said.ShopId) is not { Open: true } shop || shop.ShutVersion != said.Version)
            {
                return null;
            }

            // What several shops bring to one point is one mail, of the one that was told last.
            var there = shop.Shared ? shutting.ShopOrders.Where(s => s.Open && s.AtPoint(shop.Pickup.Place.Slug) && s.Pickup.Start == shop.Pickup.Start && (s.Shut, s.Reopens) == (shop.Shut, shop.Reopens) && s.ShutVersion > 0).ToList() : [shop];
            return history.Events.Skip((int)notice.Version).Any(e => e.Data is OrderEvent.ShopSlotShut later && there.Any(s => s.ShopId == later.ShopId && s.ShutVersion == later.Version)) ? null : [.. there.Select(s => s.ShopId)];
        }

        if (notice.Kind is not (NoticeKind.Ready or NoticeKind.Deposited or NoticeKind.NotFound or NoticeKind.Reminder) || history.State is not Order.Confirmed confirmed)
        {
            return notice.Shops;
        }

        // What several shops bring to the point one soon after the other is one mail, of the last that was brought.
        if (notice.Kind is NoticeKind.Deposited)
        {
            var together = BroughtTogether(notice, history, confirmed);
            var there = together.Select(t => ShopSteps.ShopOf(t.Data)!.Value).Distinct()
                .Where(s => confirmed.Find(s) is { Lies: true, Sought: false } && together.Any(t => t.Version == ShopSteps.DepositOf(history, s)!.Version)).ToList();
            return together[^1].Version == notice.Version && there.Count > 0 ? there : null;
        }

        // Each says one thing, once: that goods are to be brought to the point says nothing when they are there, and a tap that was taken back and made again has a mail of its own.
        var waiting = notice.Shops.Where(s => confirmed.Find(s) is { Status: ShopOrderStatus.Ready } shop && notice.Kind switch
        {
            NoticeKind.Ready => !shop.Deposited && ReadySince(history, s) == notice.Version,
            NoticeKind.NotFound => shop.Sought && NotFoundSince(history, s) == notice.Version,
            _ => !shop.Sought, // nobody is to come for what is being looked for
        }).ToList();
        return waiting.Count == 0 ? null : waiting;
    }

    // From the deposit that called for the notice back and forth, as long as the next one came before the mail about it could leave. Whatever became of the parcels since,
    // and of the taps: which of the notices tells must not depend on who asks first.
    private static List<OrderHistory.Happened> BroughtTogether(Notice notice, OrderHistory history, Order.Confirmed order)
    {
        var point = order.Find(notice.Shops[0])!.Pickup.Place.Slug;
        var deposits = history.Events.Where(e => e.Data is OrderEvent.ShopParcelDeposited there && order.Find(there.ShopId)!.AtPoint(point)).ToList();
        var at = deposits.FindIndex(e => e.Version == notice.Version);
        var (first, last) = (at, at);
        while (first > 0 && deposits[first].At - deposits[first - 1].At < ShopSteps.MailAfter)
        {
            first--;
        }

        while (last < deposits.Count - 1 && deposits[last + 1].At - deposits[last].At < ShopSteps.MailAfter)
        {
            last++;
        }

        return deposits[first..(last + 1)];
    }

    /// <summary>The question that an event is about.</summary>
    internal static Guid ProposalOf(OrderEvent happened) => happened switch
    {
        OrderEvent.ShortageProposed e => e.Proposal,
        OrderEvent.SubstituteHeld e => e.Proposal,
        OrderEvent.ShortageLapsed e => e.Proposal,
        OrderEvent.ShortageWithdrawn e => e.Proposal,
        _ => throw new InvalidOperationException($"{happened.GetType().Name} is about no question."),
    };

    /// <summary>The line that a question is about.</summary>
    internal static OfferId LineOf(OrderHistory history, Guid proposal) => history.Events.Select(e => e.Data).OfType<OrderEvent.ShortageProposed>().First(e => e.Proposal == proposal).OfferId;

    private static bool WasAsked(OrderHistory history, Guid proposal) => history.Events.Any(e =>
        e.Data is OrderEvent.ShortageProposed { Substitute: null } asked && asked.Proposal == proposal || e.Data is OrderEvent.SubstituteHeld held && held.Proposal == proposal);

    private static long ReadySince(OrderHistory history, ShopId shop) => history.Events.Last(e => e.Data is OrderEvent.ShopReady ready && ready.ShopId == shop).Version;

    private static long NotFoundSince(OrderHistory history, ShopId shop) => history.Events.Last(e => e.Data is OrderEvent.ShopParcelNotFound sought && sought.ShopId == shop).Version;

    private static Notice Tell(NoticeKind kind, OrderHistory.Happened happened, params ShopId[] shops) => new(kind, shops, happened.Version, happened.At);

    private static Notice? Together(OrderMove move, NoticeKind kind, Func<OrderEvent, ShopId?> shop)
    {
        var all = move.New.Where(h => shop(h.Data) is not null).ToList();
        return all.Count == 0 ? null : new Notice(kind, [.. all.Select(h => shop(h.Data)!.Value)], all[0].Version, all[0].At);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Notice))]
internal sealed partial class NoticeJson : JsonSerializerContext;
