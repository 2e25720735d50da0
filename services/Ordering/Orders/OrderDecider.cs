using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Withdrawals;
using static Marketplace.Ordering.Orders.OrderEvent;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Every rule of an order's life. Pure. An empty list means "already so": messages and people repeat themselves. What nobody wants any more is
/// given back however late it is reported, so that no hold survives its order.
/// </summary>
internal static class OrderDecider
{
    internal static readonly Decider<Order, OrderCommand, OrderEvent> Instance = new(new Order.None(), Decide, Order.Evolve);

    internal static IReadOnlyList<OrderEvent> Decide(OrderCommand command, Order order) => (command, order) switch
    {
        (OrderCommand.Place c, Order.None) => [new Placed(c.Order, c.Town, c.Payment, c.HoldExpiresAt, c.Shops, c is { Payment: PaymentKind.Card, Terms: not null } ? WithdrawalTerm.Information : null, c.Terms, c.Payment is PaymentKind.Card ? c.Commission : null)],
        (OrderCommand.Place, _) => [],
        (_, Order.None) => throw OrderRefusals.Unknown(),

        (OrderCommand.NoteStockReserved c, Order.Pending { Stock: null } o) => Hold(o, new StockReserved(c.Shops), c.PickupCode),
        (OrderCommand.NoteStockRefused c, Order.Pending { Stock: null }) => [new Refused(c.Lines, [])],
        (OrderCommand.NoteSlotsBooked c, Order.Pending { Slots: null } o) => Hold(o, new SlotsBooked(c.Bookings), c.PickupCode),
        (OrderCommand.NoteSlotsRefused c, Order.Pending { Slots: null }) => [new Refused([], c.Slots)],
        (OrderCommand.NoteStockReserved, Order.Failed { StockReturned: false }) => [new StockHoldSettled(Stands: false)],
        (OrderCommand.NoteSlotsBooked, Order.Failed { SlotsReturned: false }) => [new SlotHoldSettled(Stands: false)],
        (OrderCommand.NoteStockReserved or OrderCommand.NoteStockRefused or OrderCommand.NoteSlotsBooked or OrderCommand.NoteSlotsRefused, _) => [],

        // Asked about a hold, the answer is given each time: whoever asks has not got the first one.
        (OrderCommand.AnswerStockHold or OrderCommand.AnswerSlotHold, Order.Pending o) => IsOver(o.Placed, command) ? [new HoldExpired()] : [],
        // Somebody may be paying this moment: not before the page is closed is it known whether the hold stands, and then it is said.
        (OrderCommand.AnswerStockHold or OrderCommand.AnswerSlotHold, Order.Paying o) => IsOver(o.Placed, command) ? PurchaseRules.Close(o, Purchase.Expired) : [],
        // Of an order that stood, each shop's part is given back or issued by its own event, also once all is over: a release of everything could
        // overtake an issue still on its way, and put sold goods back on the shelf.
        (OrderCommand.AnswerStockHold, _) => [new StockHoldSettled(Stands: order is Order.Confirmed)],
        (OrderCommand.AnswerSlotHold, _) => [new SlotHoldSettled(Stands: order is Order.Confirmed)],

        (OrderCommand.NoteDeadline c, Order.Confirmed o) => KeepLonger(c, o.Find(c.ShopId)),
        (OrderCommand.NoteDeadline, _) => [],

        // Merchants says it of what stands. That a door is open again is nothing to who never heard that it is shut.
        (OrderCommand.NoteSlotShut c, Order.Confirmed o) => o.Find(c.ShopId) is { Open: true } shop && c.Version > shop.ShutVersion && (c.Shut || shop.Shut)
            ? [new ShopSlotShut(c.ShopId, c.Version, c.Shut, c.Reopens)] : [],
        (OrderCommand.NoteSlotShut, _) => [],

        // Before the goods are said to be held, too: the move may overtake that answer.
        (OrderCommand.NoteBatchMoved c, Order.Pending o) => Moved(c, o.Placed, o.Moves),
        (OrderCommand.NoteBatchMoved c, Order.Paying o) => Moved(c, o.Placed, o.Moves),
        (OrderCommand.NoteBatchMoved c, Order.Confirmed o) => o.Find(c.ShopId) is { Open: true } shop && c.Version > shop.LastMoveOf(c.OfferId, c.Hold) ? [Moved(c)] : [],
        (OrderCommand.NoteBatchMoved, _) => [],

        (OrderCommand.PassTime c, Order.Pending o) => c.Now >= o.Placed.HoldExpiresAt ? [new HoldExpired()] : [],
        (OrderCommand.PassTime c, Order.Paying o) => c.Now >= o.Placed.HoldExpiresAt ? PurchaseRules.Close(o, Purchase.Expired) : [],
        (OrderCommand.PassTime c, Order.Confirmed { Outcome: null } o) =>
            EndIfOver(o, [.. c.Now >= PurchaseRules.TakenAt(o) ? [PurchaseRules.Taken(o)!] : Array.Empty<OrderEvent>(), .. o.ShopOrders.SelectMany(s => Due(s, c.Now)), .. WithdrawalRules.Due(o, c.Now)]),
        (OrderCommand.PassTime c, Order.Confirmed o) => WithdrawalRules.Due(o, c.Now),
        (OrderCommand.PassTime, _) => [],

        (OrderCommand.Cancel c, Order.Pending) => c.ShopId is null ? [new Abandoned()] : throw OrderRefusals.StillPending(),
        (OrderCommand.Cancel c, Order.Paying o) => c.ShopId is null ? PurchaseRules.Close(o, Purchase.Cancelled) : throw OrderRefusals.StillPending(),
        (OrderCommand.Cancel, Order.Failed { Status: "cancelled" }) => [],
        (OrderCommand.Cancel, Order.Failed) => throw OrderRefusals.TooLateToCancel(),
        (OrderCommand.Cancel c, Order.Confirmed o) => EndIfOver(o, CancelShops(c, o)),

        (OrderCommand.NotePageOpened or OrderCommand.TryPageAgain or OrderCommand.NotePageUnavailable or OrderCommand.NotePageClosed or OrderCommand.NoteAuthorised
            or OrderCommand.NoteReturned or OrderCommand.NoteCancelled or OrderCommand.TryCaptureAgain or OrderCommand.NoteCaptured or OrderCommand.NoteNotCaptured or OrderCommand.AskTransfer or OrderCommand.NoteTransferred, _) =>
            PurchaseRules.Decide(command, order),
        (OrderCommand.NotePaidAtCounter c, _) => PurchaseRules.PaidAtCounter(c, order),
        (OrderCommand.GiveBack or OrderCommand.SendAgain or OrderCommand.NoteGivenOtherwise or OrderCommand.TryRefundAgain or OrderCommand.NoteRefundMade or OrderCommand.NoteRefundSettled or OrderCommand.NoteRefundFailed or OrderCommand.NoteRefundRefused
            or OrderCommand.AskReversal or OrderCommand.NoteReversed, _) => RefundRules.Decide(command, order),
        (OrderCommand.Withdraw or OrderCommand.NoteGoodsBack or OrderCommand.WithholdRefund or OrderCommand.SayGoods, _) => WithdrawalRules.Decide(command, order),

        (OrderCommand.Accept c, Order.Confirmed o) => Accept(Of(o, c.ShopId)),
        (OrderCommand.StartPreparing c, Order.Confirmed o) => StartPreparing(Of(o, c.ShopId)),
        (OrderCommand.MakeReady c, Order.Confirmed o) => EndIfOver(o, MakeReady(c, Of(o, c.ShopId))),
        (OrderCommand.Decline c, Order.Confirmed o) => EndIfOver(o, Decline(c, Of(o, c.ShopId))),
        (OrderCommand.Deposit c, Order.Confirmed o) => Deposit(Of(o, c.ShopId)),
        (OrderCommand.BringBack c, Order.Confirmed o) => BringBack(Of(o, c.ShopId)),
        (OrderCommand.HandOverAtPoint c, Order.Confirmed o) => EndIfOver(o, HandOverAtPoint(c, o)),
        (OrderCommand.ProposeForShortage c, Order.Confirmed o) => Lacking.Propose(c, o, Of(o, c.ShopId)),
        (OrderCommand.WithdrawProposal c, Order.Confirmed o) => Lacking.Withdraw(c, Of(o, c.ShopId)),
        (OrderCommand.AnswerProposal c, Order.Confirmed o) => EndIfOver(o, Lacking.Answer(c, o)),
        (OrderCommand.NoteSubstituteHeld c, Order.Confirmed o) => Lacking.Hold(c, o),
        (OrderCommand.NoteSubstituteRefused c, Order.Confirmed o) => Lacking.Refuse(c, o.Find(c.ShopId)),
        (OrderCommand.NoteSubstituteHeld or OrderCommand.NoteSubstituteRefused, _) => [],
        (OrderCommand.HandOver c, Order.Confirmed o) => EndIfOver(o, HandOver(c, o, Of(o, c.ShopId))),
        // A shop sees an order only once it stands.
        (OrderCommand.Accept or OrderCommand.StartPreparing or OrderCommand.MakeReady or OrderCommand.Decline
            or OrderCommand.ProposeForShortage or OrderCommand.WithdrawProposal or OrderCommand.AnswerProposal or OrderCommand.Deposit or OrderCommand.BringBack or OrderCommand.HandOver or OrderCommand.HandOverAtPoint, _) => throw OrderRefusals.Unknown(),

        _ => throw new InvalidOperationException($"{command.GetType().Name} is not decided for {order.GetType().Name}."),
    };

    // The second of the two holds completes the order, or lets its resident pay. Where nothing costs anything there is nothing to pay.
    private static IReadOnlyList<OrderEvent> Hold(Order.Pending order, OrderEvent held, string code)
    {
        var then = (Order.Pending)Order.Evolve(order, held);
        if (then is not { Stock: { } stock, Slots: { } slots })
        {
            return [held];
        }

        var shops = then.Placed.Shops.Select(s => ShopOrder.Of(s, stock, slots)).ToList();
        return order.Placed.Payment is PaymentKind.Card && shops.Any(s => s.TotalCents > 0)
            ? [held, .. PurchaseRules.Request(order.Placed, shops)]
            : [held, .. Confirm(order.Placed, shops, code)];
    }

    /// <summary>The order stands, and is accepted by the shops that do so by themselves.</summary>
    internal static IEnumerable<OrderEvent> Confirm(Placed placed, IReadOnlyCollection<ShopOrder> shops, string code) =>
    [
        new Confirmed(code, placed.Town, [.. shops.Select(s => new ConfirmedShop(s.ShopId, s.TotalCents, s.Lines.Count, s.Pickup.Start, s.Pickup.End, s.AcceptsItself))]),
        .. shops.Where(s => s.AcceptsItself).Select(s => new ShopAccepted(s.ShopId, ByItself: true)),
    ];

    // The hold ran out on their side; whether on ours too. Else our own timer will tell.
    private static bool IsOver(Placed placed, OrderCommand asked) =>
        (asked is OrderCommand.AnswerStockHold stock ? stock.Now : ((OrderCommand.AnswerSlotHold)asked).Now) >= placed.HoldExpiresAt;

    private static ShopBatchMoved Moved(OrderCommand.NoteBatchMoved c) => new(c.ShopId, c.OfferId, c.From, c.To, c.Version);

    private static IReadOnlyList<OrderEvent> Moved(OrderCommand.NoteBatchMoved c, Placed placed, IReadOnlyList<ShopBatchMoved> moves) =>
        moves.Any(m => m.OfferId == c.OfferId && m.Version >= c.Version) || !placed.Shops.Any(s => s.ShopId == c.ShopId && s.Lines.Any(l => l.OfferId == c.OfferId)) ? [] : [Moved(c)];

    // Never shorter: what a resident was told stands. And no reminder while a tap that said ready can be taken back.
    private static IReadOnlyList<OrderEvent> KeepLonger(OrderCommand.NoteDeadline moved, ShopOrder? shop) =>
        shop is { Open: true } && moved.CollectUntil > shop.Pickup.CollectUntil
            ? [new ShopKeptLonger(shop.ShopId, moved.CollectUntil, moved.RemindAt < moved.Now + ShopSteps.MailAfter ? moved.Now + ShopSteps.MailAfter : moved.RemindAt)]
            : [];

    private static List<OrderEvent> Due(ShopOrder shop, DateTimeOffset now) => shop switch
    {
        { Open: false } => [],
        _ when now >= shop.ExpiresAt => [shop.Lies ? Left(shop, "expired", "not-collected") : new ShopExpired(shop.ShopId, shop.Status is ShopOrderStatus.Ready ? "not-collected" : "not-prepared", shop.Missing, shop.Substitutes)],
        _ when now >= shop.AnswerBy => Lacking.Lapse(shop, now),
        _ when now >= shop.RemindsAt(now) => [new ShopReminded(shop.ShopId)],
        _ => [],
    };

    private static List<OrderEvent> CancelShops(OrderCommand.Cancel command, Order.Confirmed order)
    {
        var meant = command.ShopId is { } shop ? [Of(order, shop)] : order.ShopOrders;
        var cancelled = meant.Where(s => s.Cancellable).Select(s => (OrderEvent)new ShopCancelled(s.ShopId, s.Missing, s.Substitutes)).ToList();
        return cancelled.Count > 0 || meant.All(s => s.Status is ShopOrderStatus.Cancelled) ? cancelled : throw OrderRefusals.TooLateToCancel();
    }

    private static IReadOnlyList<OrderEvent> Accept(ShopOrder shop) => shop.Status switch
    {
        ShopOrderStatus.Requested => [new ShopAccepted(shop.ShopId, ByItself: false)],
        ShopOrderStatus.Accepted or ShopOrderStatus.Ready => [],
        _ => throw OrderRefusals.Ended(shop.Status),
    };

    // A shop that begins has accepted.
    private static IReadOnlyList<OrderEvent> StartPreparing(ShopOrder shop) => shop switch
    {
        { Status: ShopOrderStatus.Requested } => [new ShopAccepted(shop.ShopId, ByItself: false), new ShopPreparationStarted(shop.ShopId)],
        { Status: ShopOrderStatus.Accepted, InPreparation: false } => [new ShopPreparationStarted(shop.ShopId)],
        { Open: true } => [],
        _ => throw OrderRefusals.Ended(shop.Status),
    };

    // A shop that says "ready" has accepted, and begun. Lines of which nothing is left are declined; if that is all of them, so is the shop order.
    private static List<OrderEvent> MakeReady(OrderCommand.MakeReady command, ShopOrder shop)
    {
        if (command.Finals.GroupBy(f => f.OfferId).FirstOrDefault(g => g.Distinct().Count() > 1) is { } twice)
        {
            throw OrderRefusals.FinalGivenTwice(twice.Key);
        }

        if (shop.Status is ShopOrderStatus.Ready)
        {
            // Of a line that was declined nothing is left, as the same request said the first time.
            return command.Finals.All(f => shop.Lines.Any(l => l.Sold.OfferId == f.OfferId && (l.Stands ? l.Quantity : 0) == f.Quantity)) ? [] : throw OrderRefusals.AlreadyReady();
        }

        if (!shop.Open)
        {
            throw OrderRefusals.Ended(shop.Status);
        }

        // The resident has not answered and may still: nobody knows yet what belongs in the parcel. Once it is too late, what lapsed does first.
        if (shop.Waiting.FirstOrDefault(l => command.Now < l.Lack!.AnswerBy) is { Lack.AnswerBy: var answerBy })
        {
            throw OrderRefusals.WaitsForAnswer(answerBy);
        }

        var lapsed = Lacking.Lapse(shop, command.Now);
        if (lapsed.Count > 0)
        {
            shop = After(shop, lapsed);
            return shop.Open ? [.. lapsed, .. MakeReady(command, shop)] : lapsed;
        }

        foreach (var final in command.Finals)
        {
            var line = shop.Standing.FirstOrDefault(l => l.Sold.OfferId == final.OfferId) ?? throw OrderRefusals.UnknownLine(final.OfferId);
            if (final.Quantity < 0 || final.Quantity > line.Ceiling)
            {
                throw OrderRefusals.FinalOutOfRange(line.Sold, final.Quantity, line.Ceiling);
            }
        }

        var finals = shop.Standing.Select(l => new OfferQuantity(l.Sold.OfferId, command.Finals.FirstOrDefault(f => f.OfferId == l.Sold.OfferId)?.Quantity ?? l.Most)).ToList();
        var gone = finals.Where(f => f.Quantity == 0).Select(f => f.OfferId).ToList();
        if (gone.Count == finals.Count)
        {
            return [Declined(shop, ShopOrder.Shortage)];
        }

        var happened = new List<OrderEvent>();
        if (shop.Status is ShopOrderStatus.Requested)
        {
            happened.Add(new ShopAccepted(shop.ShopId, ByItself: false));
        }

        if (gone.Count > 0)
        {
            var declined = Declined(shop, gone, ShopOrder.Shortage);
            happened.Add(declined);
            shop = shop.Without(declined);
        }

        // Who is told this moment that it is ready needs no reminder in the next; and none may leave while the tap can be taken back.
        var remindAt = command.Now + ShopSteps.MailAfter < shop.Pickup.RemindAt ? shop.Pickup.RemindAt : (DateTimeOffset?)null;
        var ready = new ShopReady(shop.ShopId, [.. finals.Where(f => f.Quantity > 0)], 0, remindAt);
        happened.Add(ready with { TotalCents = shop.Ready(ready).TotalCents });
        return happened;
    }

    private static List<OrderEvent> Decline(OrderCommand.Decline command, ShopOrder shop)
    {
        if (shop.Status is ShopOrderStatus.Declined)
        {
            return [];
        }

        if (!shop.Open)
        {
            throw OrderRefusals.Ended(shop.Status);
        }

        foreach (var offer in command.Offers ?? [])
        {
            if (shop.Lines.All(l => l.Sold.OfferId != offer))
            {
                throw OrderRefusals.UnknownLine(offer);
            }
        }

        var declined = shop.Standing.Select(l => l.Sold.OfferId).Where(o => command.Offers?.Contains(o) ?? true).ToList();
        if (declined.Count == shop.Standing.Count())
        {
            return [shop.Lies ? Left(shop, "declined", command.Reason) : Declined(shop, command.Reason)];
        }

        return declined.Count == 0 ? [] : [Declined(shop, declined, command.Reason)];
    }

    private static LinesDeclined Declined(ShopOrder shop, IReadOnlyList<OfferId> offers, string reason)
    {
        var declined = new LinesDeclined(shop.ShopId, offers, reason, 0);
        var without = shop.Without(declined);
        return declined with { TotalCents = without.TotalCents, Missing = without.Missing, Substitutes = shop.Held(offers) };
    }

    private static ShopDeclined Declined(ShopOrder shop, string reason) =>
        new(shop.ShopId, reason, Declined(shop, [.. shop.Standing.Select(l => l.Sold.OfferId)], reason).Missing, shop.Substitutes);

    private static List<OrderEvent> HandOver(OrderCommand.HandOver command, Order.Confirmed order, ShopOrder shop)
    {
        if (!PickupCodes.Same(order.PickupCode, command.Code))
        {
            throw OrderRefusals.WrongCode();
        }

        return shop.Status switch
        {
            ShopOrderStatus.Ready when order.HowPaid(shop.ShopId) is var now && (command.Payment is { } seen ? seen != now : order.Purchase is not null && !order.ByCard(shop.ShopId)) =>
                throw OrderRefusals.PaymentChanged(now, shop.TotalCents),
            ShopOrderStatus.Ready => [Collected(shop)],
            ShopOrderStatus.Requested or ShopOrderStatus.Accepted => throw OrderRefusals.NotReady(),
            _ => throw OrderRefusals.Ended(shop.Status),
        };
    }

    private static IReadOnlyList<OrderEvent> Deposit(ShopOrder shop) => shop switch
    {
        { Shared: false } => throw OrderRefusals.NotShared(),
        // Of one that is looked for it says that it is there now.
        { Status: ShopOrderStatus.Ready, Deposited: false } or { Status: ShopOrderStatus.Ready, Sought: true } => [new ShopParcelDeposited(shop.ShopId)],
        { Status: ShopOrderStatus.Ready } => [],
        { Open: true } => throw OrderRefusals.NotReady(),
        _ => throw OrderRefusals.Ended(shop.Status),
    };

    private static IReadOnlyList<OrderEvent> BringBack(ShopOrder shop) => shop switch
    {
        { ToBringBack: true } => [new ShopParcelBroughtBack(shop.ShopId, shop.Missing, shop.Substitutes)],
        { BroughtBack: true } => [],
        _ => throw OrderRefusals.NothingLeft(),
    };

    // Elsewhere than on its shelf: for sale once it is back there, not by having ended.
    private static ShopLeftAtPoint Left(ShopOrder shop, string status, string reason) => new(shop.ShopId, status, reason, shop.Pickup.Place.Slug);

    // All that the keeper saw goes out together, or nothing does: what is asked for is the sum of it. What came since, or has still to come, stays open.
    private static List<OrderEvent> HandOverAtPoint(OrderCommand.HandOverAtPoint command, Order.Confirmed order)
    {
        if (!PickupCodes.Same(order.PickupCode, command.Code))
        {
            throw OrderRefusals.WrongCode();
        }

        var parcels = command.Parcels.Distinct().Select(At).ToList();
        var missed = command.NotFound.Except(command.Parcels).Select(At).ToList();
        return parcels.Concat(missed).ToList() switch
        {
            [] => throw OrderRefusals.NoParcel(),
            var meant when meant.All(p => p.Lies) => [.. parcels.Select(Collected), .. missed.Where(p => !p.Sought).Select(p => new ShopParcelNotFound(p.ShopId))],
            _ when parcels.Count > 0 && parcels.All(p => p.Status is ShopOrderStatus.Collected) => throw OrderRefusals.Ended(ShopOrderStatus.Collected),
            var meant when meant.Find(p => p is { Open: true, Lies: false }) is { } missing => throw OrderRefusals.ParcelNotThere(missing.Name),
            _ => throw OrderRefusals.ParcelsChanged(),
        };

        ShopOrder At(ShopId parcel) => order.Find(parcel) is { } shop && shop.AtPoint(command.Point) ? shop : throw OrderRefusals.UnknownParcel(parcel);
    }

    private static OrderEvent Collected(ShopOrder shop) =>
        new ShopCollected(shop.ShopId, [.. shop.Standing.Select(l => new OfferQuantity(l.Sold.OfferId, l.Leaves))], shop.Missing, shop.Substitutes);

    private static ShopOrder After(ShopOrder shop, IEnumerable<OrderEvent> happened) => happened.Aggregate(shop, (s, e) => e switch
    {
        ShortageLapsed lapsed => s.Settled(lapsed.Proposal, Lack.Lapsed, lapsed.Gone),
        ShortageWithdrawn withdrawn => s.Settled(withdrawn.Proposal, Lack.Withdrawn, gone: false),
        ShopDeclined declined => s with { Status = ShopOrderStatus.Declined, Reason = declined.Reason },
        _ => s,
    });

    private static ShopOrder Of(Order.Confirmed order, ShopId shop) => order.Find(shop) ?? throw OrderRefusals.Unknown();

    private static List<OrderEvent> EndIfOver(Order.Confirmed order, List<OrderEvent> happened)
    {
        var after = (Order.Confirmed)happened.Aggregate((Order)order, Order.Evolve);
        if (happened.Count > 0 && after.Outcome is null && after.ShopOrders.All(s => !s.Open))
        {
            happened.Add(new Completed(after.ShopOrders.All(s => s.Status is ShopOrderStatus.Cancelled) ? "cancelled" : "completed"));
            if (PurchaseRules.Taken(after) is { } taken)
            {
                happened.Add(taken);
            }
        }

        return happened;
    }
}
