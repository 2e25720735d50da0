using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Withdrawals;
using ApiPlace = Marketplace.Contracts.Merchants.PickupPlace;

namespace Marketplace.Ordering.Orders;

/// <summary>Orders as the API shows them, straight from their events.</summary>
internal static class OrderViews
{
    internal static OrderView Resident(OrderHistory history, OrderContact? contact, string? accessToken, PointKeepers keepers)
    {
        var order = history.State as Order.Confirmed;
        var priced = order?.ShopOrders ?? (history.State as Order.Paying)?.ShopOrders;
        return new OrderView(history.Id, OrderReference.Of(history.Id), accessToken, history.Placed.Town, StatusOf(history.State), PaymentOf(history.Placed.Payment), history.PlacedAt,
            history.Placed.HoldExpiresAt, priced?.Sum(s => s.TotalCents) ?? 0, PurchaseViews.UrlOf(history.State), order?.PickupCode,
            contact is null ? null : new Contact(contact.Name, contact.Email, contact.Phone),
            priced is null ? [.. history.Placed.Shops.Select(s => NotStanding(s, history, contact))] : [.. WalkingOrder.Of(priced).Select(s => ShopOf(s, history, contact, keepers, order is not null))],
            [.. history.Events.SelectMany(e => Entry(e, history, order))], history.State is Order.Failed { Refusal: { } refusal } failed ? PlacingRefusal.Of(failed, refusal).Details : null,
            history.Version, PurchaseViews.Of(history.State), history.Placed.Terms);
    }

    /// <param name="opened">The order was opened: whole name and phone. In lists neither is shown.</param>
    /// <param name="now">Decides whether the last step may still be taken back.</param>
    /// <param name="keepers">Say whether the parcel can be deposited.</param>
    internal static ShopOrderCard Shop(OrderHistory history, ShopOrder shop, OrderContact? contact, bool opened, DateTimeOffset now, PointKeepers keepers) => new(
        history.Id, OrderReference.Of(history.Id), StatusOf(shop.Status), shop.Reason, contact is null ? "" : opened ? contact.Name : Short(contact.Name),
        opened ? contact?.Phone : null, history.PlacedAt, PickupOf(shop), LinesOf(shop, null), shop.TotalCents, contact?.Notes?.GetValueOrDefault(shop.ShopId),
        history.Version, ChangedAt(history, shop.ShopId), PreparingSince(history, shop.ShopId), DepositedAt(history, shop.ShopId), StepOf(history, shop.ShopId, now),
        keepers.Kept(shop.Pickup.Place), SoughtSince(history, shop), shop.ToBringBack, PaidHow(history, shop.ShopId), RefundViews.HowOf(history, shop), RefundViews.Of(history, shop.ShopId), WithdrawalViews.Of(history, shop.ShopId));

    internal static PointOrder AtPoint(OrderHistory history, IEnumerable<ShopOrder> parcels, OrderContact? contact) => new(
        history.Id, OrderReference.Of(history.Id), contact is null ? "" : Short(contact.Name),
        [
            .. parcels.Select(s => new PointParcel(s.ShopId, s.Slug, s.Name, StatusOf(s.Status), DepositedAt(history, s.ShopId), s.TotalCents,
                s.Standing.Any(l => l.Sold.Alcohol), ChangedAt(history, s.ShopId), PointParcels.VersionOf(history, s.ShopId),
                SoughtSince(history, s), s.ToBringBack, PaidHow(history, s.ShopId))),
        ], history.Version);

    internal static LeftParcel LeftAtPoint(OrderHistory history, ShopOrder shop) =>
        new(history.Id, OrderReference.Of(history.Id), shop.ShopId, shop.Slug, shop.Name, ChangedAt(history, shop.ShopId)!.Value, SoughtSince(history, shop));

    internal static string StatusOf(Order order) => order switch
    {
        Order.Pending => "pending",
        Order.Paying => "paying",
        Order.Failed failed => failed.Status,
        Order.Confirmed { Outcome: { } outcome } => outcome,
        Order.Confirmed => "confirmed",
        _ => throw new InvalidOperationException("An order that does not exist has no status."),
    };

    internal static string PaymentOf(PaymentKind payment) => payment switch
    {
        PaymentKind.InShop => "in-shop",
        PaymentKind.Card => "card",
    };

    private static string PaidHow(OrderHistory history, ShopId shop) => history.State is Order.Confirmed order ? order.HowPaid(shop) : PaymentOf(history.Placed.Payment);

    internal static string StatusOf(ShopOrderStatus status) => status switch
    {
        ShopOrderStatus.Requested => "requested",
        ShopOrderStatus.Accepted => "accepted",
        ShopOrderStatus.Ready => "ready",
        ShopOrderStatus.Collected => "collected",
        ShopOrderStatus.Declined => "declined",
        ShopOrderStatus.Expired => "expired",
        ShopOrderStatus.Cancelled => "cancelled",
    };

    private static ShopOrderView ShopOf(ShopOrder shop, OrderHistory history, OrderContact? contact, PointKeepers keepers, bool stands) => new(shop.ShopId, shop.Slug, shop.Name, StatusOf(shop.Status), shop.Reason,
        PickupOf(shop), LinesOf(shop, history.State), shop.TotalCents, stands && shop.Cancellable, contact?.Notes?.GetValueOrDefault(shop.ShopId), PreparingSince(history, shop.ShopId),
        DepositedAt(history, shop.ShopId), keepers.Kept(shop.Pickup.Place), SoughtSince(history, shop), PaidHow(history, shop.ShopId), RefundViews.Of(history, shop.ShopId),
        WithdrawalViews.Of(history, shop.ShopId), WithdrawalTerm.Of(history, shop.ShopId));

    // Not confirmed: what was asked for, at the price that was seen. Titles come with the goods; nothing is sold, so nothing is owed.
    private static ShopOrderView NotStanding(PlacedShop shop, OrderHistory history, OrderContact? contact) => new(shop.ShopId, shop.Slug, shop.Name, history.State switch
    {
        Order.Failed { Status: "refused" } => "declined",
        Order.Failed failed => failed.Status,
        _ => "requested",
    }, null, null,
        [.. shop.Lines.Select(l => new LineView(l.OfferId, "", null, "", "", SaleUnit.Piece, l.Quantity, null, l.ExpectedPriceCents ?? 0, 0, 0, "ok", null, false, false))], 0, false, contact?.Notes?.GetValueOrDefault(shop.ShopId),
        Payment: PaymentOf(history.Placed.Payment));

    private static PickupView PickupOf(ShopOrder shop) => PickupOf(shop.Pickup) with { Shut = shop.Shut, Reopens = shop.Reopens };

    private static PickupView PickupOf(Pickup pickup) => new(pickup.SlotId, pickup.Start, pickup.End,
        new ApiPlace(pickup.Place.Kind, pickup.Place.Slug, pickup.Place.Name, pickup.Place.Street, pickup.Place.Postcode, pickup.Place.City, pickup.Place.Position, pickup.Place.Instructions),
        pickup.CollectUntil);

    // For its resident: from which of them they may withdraw. Of what is paid in the shop nothing is said.
    private static IReadOnlyList<LineView> LinesOf(ShopOrder shop, Order? order) =>
    [
        .. shop.Lines.Select(l => new LineView(l.Sold.OfferId, l.Sold.Sku, l.Sold.Ean13, l.Sold.Title, l.Sold.Category, l.Sold.Unit, l.Stands ? l.Most : l.Sold.Quantity, l.Final,
            l.Sold.PriceCents, l.Sold.VatRate, l.TotalCents, l.Stands ? "ok" : "declined", l.DeclinedFor, l.Sold.SecondHand, l.Sold.Alcohol, ShortageOf(l, shop), l.InsteadOf, l.Sold.BatchAt, l.Sold.PieceGrams,
            l is { Stands: true, Final: null } && l.Ceiling > l.Most ? l.Ceiling : null,
            order is Order.Confirmed { Purchase: not null } or Order.Paying ? l.Sold.NoWithdrawal : null, order is Order.Confirmed bought && WithdrawalRules.LeftOf(bought, shop, l) is > 0 and var left ? left : null)),
    ];

    // A question to which nobody can answer any more is none.
    private static LineShortage? ShortageOf(ShopOrder.Line line, ShopOrder shop) => line.Lack is { } asked && (!asked.Waits || shop.Open && line.Stands)
        ? new LineShortage(asked.Proposal, asked.Outcome ?? (asked.Holding ? "holding" : "open"), line.Sold.Quantity, asked.Found,
            Money.LineTotal(line.Sold.Unit, asked.Found, line.Sold.PriceCents), line.MissingCents, asked.AnswerBy,
            asked.Offered is { } other ? new LineShortage.Offered(other.OfferId, other.Sku, other.Ean13, other.Title, other.Unit, other.Quantity, other.PriceCents, other.VatRate,
                asked.OfferedCents, other.SecondHand, other.Alcohol, other.PieceGrams, other.BatchAt) : null)
        : null;

    private static IEnumerable<TimelineEntry> Entry(OrderHistory.Happened happened, OrderHistory history, Order.Confirmed? order)
    {
        bool Told(Guid proposal) => history.Events.Any(e => e.Data is OrderEvent.SubstituteHeld held && held.Proposal == proposal || e.Data is OrderEvent.ShortageProposed { Substitute: null } asked && asked.Proposal == proposal);
        string? TitleOf(ShopId shop, Guid proposal) => history.Events.Select(e => e.Data).OfType<OrderEvent.ShortageProposed>().First(e => e.Proposal == proposal) is var asked
            ? order?.Find(shop)?.Lines.First(l => l.Sold.OfferId == asked.OfferId).Sold.Title : null;
        string? TitleMade(OrderEvent.ShopBatchMoved moved) => order?.Find(moved.ShopId)?.Lines.FirstOrDefault(l => l.Sold.OfferId == moved.OfferId)?.Sold.Title
            ?? history.Events.Select(e => e.Data).OfType<OrderEvent.SubstituteHeld>().FirstOrDefault(e => e.Line.OfferId == moved.OfferId)?.Line.Title;
        TimelineEntry At(string kind, ShopId? shop = null, string? detail = null) => new(happened.At, kind, shop is { } id ? order?.Find(id)?.Slug : null, detail);
        switch (happened.Data)
        {
            case OrderEvent.Placed: yield return At("placed"); break;
            case OrderEvent.Confirmed: yield return At("confirmed"); break;
            case OrderEvent.PaymentAuthorised: yield return At("payment-authorised"); break;
            case OrderEvent.PaymentReturned: yield return At("payment-returned"); break;
            case OrderEvent.PaymentCaptured: yield return At("payment-captured"); break;
            case OrderEvent.RefundRequested { AtCounter: true } e: yield return At("refunded-at-counter", e.ShopId); break;
            case OrderEvent.RefundMade e: yield return At("refunded", e.ShopId); break;
            case OrderEvent.RefundFailed e: yield return At("refund-failed", e.ShopId); break;
            case OrderEvent.WithdrawalDeclared e: yield return At("withdrawn", e.ShopId); break;
            case OrderEvent.WithdrawalReturned e: yield return At("goods-" + e.How, e.ShopId); break;
            case OrderEvent.WithdrawalWithheld e: yield return At("refund-withheld", e.ShopId); break;
            case OrderEvent.RefundGivenOtherwise e: yield return At("refunded-otherwise", e.ShopId); break;
            case OrderEvent.ShopPaidAtCounter e: yield return At("paid-at-counter", e.ShopId); break;
            case OrderEvent.WithdrawalGoodsSaid e: yield return At("goods-said", e.ShopId); break;
            case OrderEvent.Refused: yield return At("refused"); break;
            case OrderEvent.HoldExpired: yield return At("expired"); break;
            case OrderEvent.Abandoned: yield return At("cancelled"); break;
            case OrderEvent.ShopAccepted e: yield return At("accepted", e.ShopId); break;
            case OrderEvent.ShopPreparationStarted e: yield return At("preparing", e.ShopId); break;
            case OrderEvent.ShopReady e: yield return At("ready", e.ShopId); break;
            case OrderEvent.ShopStepTakenBack e: yield return At("taken-back", e.ShopId, e.Step); break;
            case OrderEvent.ShopParcelDeposited e: yield return At("deposited", e.ShopId); break;
            case OrderEvent.ShopParcelNotFound e: yield return At("not-found", e.ShopId); break;
            case OrderEvent.ShopDepositTakenBack e: yield return At("taken-back", e.ShopId, ShopSteps.Deposited); break;
            case OrderEvent.LinesDeclined e:
                foreach (var line in order?.Find(e.ShopId)?.Lines.Where(l => e.Offers.Contains(l.Sold.OfferId)) ?? [])
                {
                    yield return At("line-declined", e.ShopId, line.Sold.Title);
                }

                break;
            // Told when the resident is asked: of a substitute that could not be had they hear nothing.
            case OrderEvent.ShortageProposed { Substitute: null } e: yield return At("shortage-proposed", e.ShopId, TitleOf(e.ShopId, e.Proposal)); break;
            case OrderEvent.SubstituteHeld e: yield return At("shortage-proposed", e.ShopId, TitleOf(e.ShopId, e.Proposal)); break;
            case OrderEvent.ShortageAnswered e: yield return At("shortage-answered", e.ShopId, e.Answer); break;
            case OrderEvent.ShortageLapsed e: yield return At("shortage-lapsed", e.ShopId, TitleOf(e.ShopId, e.Proposal)); break;
            case OrderEvent.ShortageWithdrawn e when Told(e.Proposal): yield return At("shortage-withdrawn", e.ShopId); break;
            case OrderEvent.ShopDeclined e: yield return At("declined", e.ShopId, e.Reason); break;
            case OrderEvent.ShopReminded e: yield return At("reminded", e.ShopId); break;
            case OrderEvent.ShopKeptLonger e: yield return At("kept-longer", e.ShopId); break;
            case OrderEvent.ShopSlotShut e: yield return At(e.Shut ? "slot-shut" : "slot-open-again", e.ShopId); break;
            case OrderEvent.ShopBatchMoved e:
                // Of a substitute that nobody was told of nothing is said.
                if (TitleMade(e) is var made && made is not null || order is null)
                {
                    yield return At("batch-moved", e.ShopId, made);
                }

                break;
            case OrderEvent.ShopCollected e: yield return At("collected", e.ShopId); break;
            case OrderEvent.ShopExpired e: yield return At("expired", e.ShopId, e.Reason); break;
            // Who came for a parcel that could not be found has not failed to come.
            case OrderEvent.ShopLeftAtPoint e: yield return At(e.Status, e.ShopId, e.Status is "expired" && order?.Find(e.ShopId) is { Lost: true } ? "not-found" : e.Reason); break;
            case OrderEvent.ShopCancelled e: yield return At("cancelled", e.ShopId); break;
        }
    }

    private static DateTimeOffset? ChangedAt(OrderHistory history, ShopId shop) => history.Events.LastOrDefault(e => e.Data switch
    {
        OrderEvent.Confirmed => true,
        OrderEvent.ShopAccepted x => x.ShopId == shop,
        OrderEvent.ShopReady x => x.ShopId == shop,
        OrderEvent.ShopStepTakenBack x => x.ShopId == shop,
        OrderEvent.ShopDeclined x => x.ShopId == shop,
        OrderEvent.ShopCollected x => x.ShopId == shop,
        OrderEvent.ShopExpired x => x.ShopId == shop,
        OrderEvent.ShopLeftAtPoint x => x.ShopId == shop,
        OrderEvent.ShopCancelled x => x.ShopId == shop,
        _ => false,
    })?.At;

    private static DateTimeOffset? PreparingSince(OrderHistory history, ShopId shop) =>
        history.Events.Aggregate((DateTimeOffset?)null, (since, e) => e.Data switch
        {
            OrderEvent.ShopPreparationStarted x when x.ShopId == shop => since ?? e.At,
            OrderEvent.ShopReady x when x.ShopId == shop => since ?? e.At,
            OrderEvent.ShopStepTakenBack { InPreparation: false } x when x.ShopId == shop => null,
            _ => since,
        });

    private static ShopOrderCard.LastStep? StepOf(OrderHistory history, ShopId shop, DateTimeOffset now) =>
        history.Events[^1].At + ShopSteps.Offered > now && ShopSteps.LastOf(history, shop) is { } step && step.At + ShopSteps.Offered is var until && now < until ? new(step.Name, step.Version, until) : null;

    private static DateTimeOffset? DepositedAt(OrderHistory history, ShopId shop) => ShopSteps.DepositOf(history, shop)?.At;

    private static DateTimeOffset? SoughtSince(OrderHistory history, ShopOrder shop) =>
        shop is { Lies: true, Sought: true } or { Lost: true } ? history.Events.Last(e => e.Data is OrderEvent.ShopParcelNotFound x && x.ShopId == shop.ShopId).At : null;

    /// <summary>"Claire D." of "Claire Durand".</summary>
    private static string Short(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 2 ? name : $"{words[0]} {words[^1][0]}.";
    }
}
