using Marketplace.Contracts;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Withdrawals;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// An order as its events left it: none yet, pending (its stock and slots being held), being paid where that is done by card, refused or lapsed before it ever stood,
/// confirmed, ended.
/// Closed; moved only by <see cref="Evolve"/>. The stream is also the memory of the process over the three services.
/// </summary>
internal abstract record Order
{
    private Order() { }

    internal sealed record None : Order;

    /// <summary>Placed. Both answers are awaited, in any order.</summary>
    internal sealed record Pending(OrderEvent.Placed Placed, OrderEvent.StockReserved? Stock, OrderEvent.SlotsBooked? Slots) : Order
    {
        /// <summary>What is made at another hour than it was held for: said as early as that.</summary>
        internal IReadOnlyList<OrderEvent.ShopBatchMoved> Moves { get; init; } = [];
    }

    /// <summary>All is held for who is on the payment page.</summary>
    internal sealed record Paying(OrderEvent.Placed Placed, OrderEvent.StockReserved Stock, OrderEvent.SlotsBooked Slots, Purchase Purchase) : Order
    {
        internal IReadOnlyList<ShopOrder> ShopOrders => [.. Placed.Shops.Select(s => Moves.Aggregate(ShopOrder.Of(s, Stock, Slots), (shop, m) => m.ShopId == shop.ShopId ? shop.Moved(m) : shop))];

        /// <summary>As of a pending order.</summary>
        internal IReadOnlyList<OrderEvent.ShopBatchMoved> Moves { get; init; } = [];
    }

    /// <summary>Never stood: refused, lapsed, or abandoned by the resident. Whatever is still reported as held goes back.</summary>
    internal sealed record Failed(OrderEvent.Placed Placed, string Status, OrderEvent.Refused? Refusal, bool StockReturned, bool SlotsReturned) : Order
    {
        internal Purchase? Purchase { get; init; }
    }

    /// <summary>The order stands. Ended when every shop order has.</summary>
    internal sealed record Confirmed(OrderEvent.Placed Placed, string PickupCode, IReadOnlyList<ShopOrder> ShopOrders, string? Outcome) : Order
    {
        internal Purchase? Purchase { get; init; }

        internal IReadOnlyList<GivenBack> Refunds { get; init; } = [];

        internal IReadOnlyList<Withdrawn> Withdrawals { get; init; } = [];

        /// <summary>What shops gave back of what they got.</summary>
        internal IReadOnlyList<FetchedBack> Fetched { get; init; } = [];

        /// <summary>The shops whose part was paid at the counter after the card could not be charged.</summary>
        internal IReadOnlyList<ShopId> PaidThere { get; init; } = [];

        /// <summary>Nothing is asked for at the counter: it is taken by card, or was.</summary>
        internal bool ByCard(ShopId shop) => Purchase is { } paid && (paid.Taking is null || paid.Taking.Parts.Any(p => p.ShopId == shop)) && !PaidThere.Contains(shop);

        /// <summary>It was handed over, nothing was taken for it, and nobody has said that it was paid otherwise.</summary>
        internal bool Unpaid(ShopId shop) => Purchase?.Taking is { FailedFor: not null, Charge: null } taking && taking.Parts.Any(p => p.ShopId == shop) && !PaidThere.Contains(shop);

        /// <summary>How it is paid, as the API says it.</summary>
        internal string HowPaid(ShopId shop) => Unpaid(shop) ? "unpaid" : OrderViews.PaymentOf(ByCard(shop) ? PaymentKind.Card : PaymentKind.InShop);

        internal ShopOrder? Find(ShopId shop) => ShopOrders.FirstOrDefault(s => s.ShopId == shop);

        internal Confirmed With(ShopId shop, Func<ShopOrder, ShopOrder> change) =>
            this with { ShopOrders = [.. ShopOrders.Select(s => s.ShopId == shop ? change(s) : s)] };
    }

    internal static string StreamOf(OrderId order) => $"order-{order.Value:N}";

    internal static OrderId IdOf(string stream) => OrderId.Parse(stream["order-".Length..], null);

    internal static Order Evolve(Order order, OrderEvent happened) => (order, happened) switch
    {
        (None, OrderEvent.Placed e) => new Pending(e, null, null),
        (Pending o, OrderEvent.StockReserved e) => o with { Stock = e },
        (Pending o, OrderEvent.SlotsBooked e) => o with { Slots = e },
        (Pending o, OrderEvent.ShopBatchMoved e) => o with { Moves = [.. o.Moves, e] },
        (Pending o, OrderEvent.Confirmed e) => Standing(o.Placed, o.Stock!, o.Slots!, o.Moves, e),
        (Pending o, OrderEvent.PaymentRequested e) => new Paying(o.Placed, o.Stock!, o.Slots!, new Purchase(e.AmountCents, e.PageEndsAt)) { Moves = o.Moves },
        (Paying o, OrderEvent.ShopBatchMoved e) => o with { Moves = [.. o.Moves, e] },
        (Paying o, OrderEvent.Confirmed e) => Standing(o.Placed, o.Stock, o.Slots, o.Moves, e) with { Purchase = o.Purchase },
        (Paying o, OrderEvent.HoldExpired) => new Failed(o.Placed, "expired", null, false, false) { Purchase = o.Purchase },
        (Paying o, OrderEvent.Abandoned) => new Failed(o.Placed, "cancelled", null, false, false) { Purchase = o.Purchase },
        (Paying o, _) => o with { Purchase = o.Purchase.Evolve(happened) },
        (Failed { Purchase: { } paid } o, OrderEvent.PaymentAuthorised or OrderEvent.PaymentReturned) => o with { Purchase = paid.Evolve(happened) },
        (Confirmed { Purchase: { } paid } o, OrderEvent.PaymentReturned or OrderEvent.PaymentCaptureRequested or OrderEvent.PaymentCaptureTriedAgain or OrderEvent.PaymentCaptured
            or OrderEvent.PaymentNotCaptured or OrderEvent.PaymentTransferRequested or OrderEvent.PaymentTransferred) => o with { Purchase = paid.Evolve(happened) },
        (Confirmed o, OrderEvent.ShopPaidAtCounter e) => o with { PaidThere = [.. o.PaidThere, e.ShopId] },
        (Confirmed o, OrderEvent.RefundRequested e) => o with { Refunds = [.. o.Refunds, GivenBack.Of(e)] },
        (Confirmed o, _) when GivenBack.IdOf(happened) is { } refund => o with { Refunds = [.. o.Refunds.Select(r => r.Refund == refund ? r.Evolve(happened) : r)] },
        (Confirmed o, OrderEvent.WithdrawalDeclared e) => o with { Withdrawals = [.. o.Withdrawals, Withdrawn.Of(e)] },
        (Confirmed o, _) when Withdrawn.IdOf(happened) is { } withdrawal => o with { Withdrawals = [.. o.Withdrawals.Select(w => w.Withdrawal == withdrawal ? w.Evolve(happened) : w)] },
        (Confirmed o, OrderEvent.PaymentReversalRequested e) => o with { Fetched = [.. o.Fetched.Where(f => f.ShopId != e.ShopId || f.Number != e.Number), new FetchedBack(e.ShopId, e.Transfer, e.Cents, e.Number, e.Attempt, null)] },
        (Confirmed o, OrderEvent.PaymentReversed e) => o with { Fetched = [.. o.Fetched.Select(f => f.ShopId == e.ShopId && f.Number == e.Number ? f with { Reversal = e.Reversal } : f)] },
        // What was refused was never held; the other hold is given back by the refusal itself.
        (Pending o, OrderEvent.Refused e) => new Failed(o.Placed, "refused", e, false, false),
        (Pending o, OrderEvent.HoldExpired) => new Failed(o.Placed, "expired", null, false, false),
        (Pending o, OrderEvent.Abandoned) => new Failed(o.Placed, "cancelled", null, false, false),
        (Failed o, OrderEvent.StockHoldSettled) => o with { StockReturned = true },
        (Failed o, OrderEvent.SlotHoldSettled) => o with { SlotsReturned = true },
        (Confirmed o, OrderEvent.StockHoldSettled or OrderEvent.SlotHoldSettled) => o,
        (Confirmed o, OrderEvent.ShopAccepted e) => o.With(e.ShopId, s => s with { Status = ShopOrderStatus.Accepted }),
        (Confirmed o, OrderEvent.ShopPreparationStarted e) => o.With(e.ShopId, s => s with { InPreparation = true }),
        (Confirmed o, OrderEvent.ShopReady e) => o.With(e.ShopId, s => s.Ready(e)),
        (Confirmed o, OrderEvent.ShopStepTakenBack e) => o.With(e.ShopId, s => s.Back(e)),
        (Confirmed o, OrderEvent.ShopParcelDeposited e) => o.With(e.ShopId, s => s with { Deposited = true, Sought = false }),
        (Confirmed o, OrderEvent.ShopParcelNotFound e) => o.With(e.ShopId, s => s with { Sought = true }),
        (Confirmed o, OrderEvent.ShopDepositTakenBack e) => o.With(e.ShopId, s => s with { Deposited = e.Sought, Sought = e.Sought }),
        (Confirmed o, OrderEvent.LinesDeclined e) => o.With(e.ShopId, s => s.Without(e)),
        (Confirmed o, OrderEvent.ShopDeclined e) => o.With(e.ShopId, s => s with { Status = ShopOrderStatus.Declined, Reason = e.Reason }),
        (Confirmed o, OrderEvent.ShortageProposed e) => o.With(e.ShopId, s => s.Asking(e)),
        (Confirmed o, OrderEvent.SubstituteHeld e) => o.With(e.ShopId, s => s.Offering(e)),
        (Confirmed o, OrderEvent.SubstituteRefused e) => o.With(e.ShopId, s => s.Settled(e.Proposal, Lack.Refused, gone: false)),
        (Confirmed o, OrderEvent.ShortageAnswered e) => o.With(e.ShopId, s => s.Settled(e.Proposal, e.Answer, e.Gone)),
        (Confirmed o, OrderEvent.ShortageLapsed e) => o.With(e.ShopId, s => s.Settled(e.Proposal, Lack.Lapsed, e.Gone)),
        (Confirmed o, OrderEvent.ShortageWithdrawn e) => o.With(e.ShopId, s => s.Settled(e.Proposal, Lack.Withdrawn, gone: false)),
        (Confirmed o, OrderEvent.ShopReminded e) => o.With(e.ShopId, s => s with { RemindAt = null }),
        (Confirmed o, OrderEvent.ShopKeptLonger e) => o.With(e.ShopId, s => s.KeptLonger(e)),
        (Confirmed o, OrderEvent.ShopSlotShut e) => o.With(e.ShopId, s => s with { Shut = e.Shut, Reopens = e.Reopens, ShutVersion = e.Version }),
        (Confirmed o, OrderEvent.ShopBatchMoved e) => o.With(e.ShopId, s => s.Moved(e)),
        (Confirmed o, OrderEvent.ShopCollected e) => o.With(e.ShopId, s => s with { Status = ShopOrderStatus.Collected }),
        (Confirmed o, OrderEvent.ShopExpired e) => o.With(e.ShopId, s => s with { Status = ShopOrderStatus.Expired, Reason = e.Reason }),
        (Confirmed o, OrderEvent.ShopLeftAtPoint e) => o.With(e.ShopId, s => s.Left(e)),
        (Confirmed o, OrderEvent.ShopParcelBroughtBack e) => o.With(e.ShopId, s => s with { BroughtBack = true }),
        (Confirmed o, OrderEvent.ShopCancelled e) => o.With(e.ShopId, s => s with { Status = ShopOrderStatus.Cancelled }),
        (Confirmed o, OrderEvent.Completed e) => o with { Outcome = e.Outcome },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow {order.GetType().Name}."),
    };

    private static Confirmed Standing(OrderEvent.Placed placed, OrderEvent.StockReserved stock, OrderEvent.SlotsBooked slots, IReadOnlyList<OrderEvent.ShopBatchMoved> moves, OrderEvent.Confirmed confirmed) =>
        moves.Aggregate(new Confirmed(placed, confirmed.PickupCode, [.. placed.Shops.Select(s => ShopOrder.Of(s, stock, slots))], null), (o, m) => o.With(m.ShopId, s => s.Moved(m)));
}
