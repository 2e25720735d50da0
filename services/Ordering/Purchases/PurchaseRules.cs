using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;
using static Marketplace.Ordering.Orders.OrderEvent;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// The rules of a payment. Goods, places and money are one hold: while it is not known that nobody can pay any more, nothing of it is given back; and money that comes
/// for an order that its resident gave up goes back. What is taken in the end is the price of what was handed over.
/// </summary>
internal static class PurchaseRules
{
    /// <summary>The other side lets no page end in less than half an hour, and it may take some tries to open it.</summary>
    private static readonly TimeSpan PageOutlivesHold = TimeSpan.FromHours(2);

    /// <summary>Before the authorisation lapses what was handed over is taken: with time for an other side that is away.</summary>
    private static readonly TimeSpan BeforeItLapses = TimeSpan.FromDays(1);

    /// <summary>Of an authorisation that does not say: some banks keep none longer than a week.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromDays(6);

    /// <summary>Both holds are complete: the resident is to pay, at most this much. No card pays less than half a euro.</summary>
    internal static IReadOnlyList<OrderEvent> Request(Placed placed, IEnumerable<ShopOrder> shops)
    {
        var asked = new PaymentRequested(shops.Sum(s => s.CeilingCents), placed.HoldExpiresAt + PageOutlivesHold);
        return asked.AmountCents >= PurchaseTerms.LeastCents ? [asked] : [asked, new PaymentClosing(Purchase.TooSmall), new HoldExpired()];
    }

    internal static IReadOnlyList<OrderEvent> Decide(OrderCommand command, Order order) => (command, order) switch
    {
        (OrderCommand.NotePageOpened c, Order.Paying { Purchase.Session: null }) => [new PaymentPageOpened(c.Session, c.Url)],
        (OrderCommand.TryPageAgain c, Order.Paying { Purchase: { Session: null } p }) when c.Attempt == p.Attempt + 1 => [new PaymentPageTriedAgain(c.Attempt)],
        (OrderCommand.NotePageUnavailable, Order.Paying { Purchase.Session: null } o) => Close(o, Purchase.Unavailable),
        (OrderCommand.NotePageClosed, Order.Paying o) => [Lost(o)],
        (OrderCommand.NoteAuthorised c, Order.Paying o) => Authorise(c, o),
        // Nobody can have paid on a page that was closed. Should it be so all the same, it goes back.
        (OrderCommand.NoteAuthorised c, Order.Failed { Purchase.Payment: null }) => [AuthorisedBy(c)],
        (OrderCommand.NoteReturned c, Order.Failed { Purchase: { Returned: false } p }) when p.Payment == c.Payment => [new PaymentReturned(c.Payment)],
        (OrderCommand.NoteReturned c, Order.Confirmed { Purchase: { Returned: false, Taking.AmountCents: 0 } p }) when p.Payment == c.Payment => [new PaymentReturned(c.Payment)],
        (OrderCommand.NoteCancelled c, Order.Confirmed { Purchase: { Taking: null } p } o) when p.Payment == c.Payment && Taken(o) is { } lost =>
            [lost with { Reason = Purchase.Cancelled }, lost.AmountCents > 0 ? NotTaken(PurchaseTaking.Lapsed, lost.Parts) : new PaymentReturned(c.Payment)],
        (_, Order.Confirmed { Purchase.Taking: { } taking } o) => Take(command, taking, o.Refunds),
        _ => [],
    };

    /// <summary>The hold has passed, or the resident gives up: the page is to be closed. The first reason counts, but that its resident does not want it any more counts whenever it is said.</summary>
    internal static IReadOnlyList<OrderEvent> Close(Order.Paying order, string reason) =>
        order.Purchase.Closing is null || (reason is Purchase.Cancelled && order.Purchase.Closing is not Purchase.Cancelled) ? [new PaymentClosing(reason)] : [];

    /// <summary>Until when something may be handed over that is paid by card; null: nothing is paid so any more.</summary>
    internal static DateTimeOffset? TakenAt(Order.Confirmed order) => order is { Outcome: null, Purchase: { Taking: null } paid } ? TakenAt(paid.CaptureBefore, order.Placed) : null;

    /// <summary>
    /// What is taken once every part has ended, or once the authorisation is about to lapse: what was handed over by then. So nobody pays for goods they have not got, and
    /// what is taken is never above what was set aside: no final weight, count or substitute is.
    /// </summary>
    internal static PaymentCaptureRequested? Taken(Order.Confirmed order)
    {
        if (order.Purchase is not { Taking: null, Payment: not null })
        {
            return null;
        }

        var parts = order.ShopOrders.Where(s => s is { Status: ShopOrderStatus.Collected, TotalCents: > 0 }).Select(s => new PaidPart(s.ShopId, s.TotalCents)).ToList();
        return new PaymentCaptureRequested(parts.Sum(p => p.Cents), CommissionShares.Of(order.Placed.Commission, parts), order.ShopOrders.Where(s => s.Open).Select(s => s.ShopId).ToList() is { Count: > 0 } left ? left : null);
    }

    /// <summary>Only its shop knows, for the money came over its counter. Whose goods are back there already is owed it from then on.</summary>
    internal static IReadOnlyList<OrderEvent> PaidAtCounter(OrderCommand.NotePaidAtCounter command, Order order) =>
        order is not Order.Confirmed standing || standing.Find(command.ShopId) is null ? throw OrderRefusals.Unknown()
        : standing.PaidThere.Contains(command.ShopId) ? []
        : standing.Unpaid(command.ShopId) ? [new ShopPaidAtCounter(command.ShopId, standing.Withdrawals.Where(w => w.ShopId == command.ShopId && w.Back is not null && w.IsOpen(standing)).Select(w => w.Withdrawal).ToList() is { Count: > 0 } owed ? owed : null)]
        : throw OrderRefusals.NotUnpaid();

    private static IReadOnlyList<OrderEvent> Take(OrderCommand command, PurchaseTaking taking, IReadOnlyList<GivenBack> refunds) => command switch
    {
        _ when taking is { AmountCents: 0 } or { FailedFor: not null } => [],
        OrderCommand.TryCaptureAgain c when taking.Charge is null && c.Attempt == taking.Attempt + 1 => [new PaymentCaptureTriedAgain(c.Attempt)],
        // More than asked for is passed on as it was meant to be; less is not there to be passed on.
        OrderCommand.NoteCaptured c when taking.Charge is null =>
            c.Cents < taking.AmountCents ? [new PaymentCaptured(c.Payment, c.Cents, c.Charge), NotTaken(PurchaseTaking.OtherAmount, taking.Parts)] : [new PaymentCaptured(c.Payment, c.Cents, c.Charge)],
        OrderCommand.NoteNotCaptured c when taking.Charge is null => [NotTaken(c.Reason, taking.Parts)],
        // What was asked for before may still appear, so it stays the same sum; what went back meanwhile is fetched.
        OrderCommand.AskTransfer c when taking.Charge is not null && taking.TransferOf(c.ShopId) is var asked && RefundRules.OwedTo(refunds, taking, c.ShopId) is var owed && (asked is not null || owed > 0)
            && asked is not { Transfer: not null } && c.Attempt == (asked?.Attempt ?? 0) + 1 => [new PaymentTransferRequested(c.ShopId, c.Account, asked?.Cents ?? owed, c.Attempt)],
        OrderCommand.NoteTransferred c when taking.TransferOf(c.ShopId) is { Transfer: null } => [new PaymentTransferred(c.ShopId, c.Transfer)],
        _ => [],
    };

    private static PaymentNotCaptured NotTaken(string reason, IReadOnlyList<PaidPart> parts) => new(reason, [.. parts.Select(p => p.ShopId)]);

    private static OrderEvent Lost(Order.Paying order) => order.Purchase.Closing is Purchase.Cancelled ? new Abandoned() : new HoldExpired();

    // Late is not too late while the goods are held: they were all the while. But nobody is told of an order that they should have had ready.
    private static IReadOnlyList<OrderEvent> Authorise(OrderCommand.NoteAuthorised paid, Order.Paying order) => order switch
    {
        { Purchase.Closing: Purchase.Cancelled } => [AuthorisedBy(paid), new Abandoned()],
        _ when OfNoUse(paid, order) is { } why => [AuthorisedBy(paid), new PaymentClosing(why), new HoldExpired()],
        _ => [AuthorisedBy(paid), .. OrderDecider.Confirm(order.Placed, order.ShopOrders, paid.PickupCode)],
    };

    private static string? OfNoUse(OrderCommand.NoteAuthorised paid, Order.Paying order) =>
        paid.Cents < order.Purchase.AmountCents ? Purchase.Less
        : order.Slots.Bookings.Any(b => b.Pickup.End <= paid.Now) ? Purchase.Late
        : order.Slots.Bookings.Any(b => b.Pickup.End > TakenAt(paid.CaptureBefore, order.Placed)) ? Purchase.Short
        : null;

    private static DateTimeOffset TakenAt(DateTimeOffset? captureBefore, Placed placed) => captureBefore is { } lapses ? lapses - BeforeItLapses : placed.HoldExpiresAt + Usual - BeforeItLapses;

    private static PaymentAuthorised AuthorisedBy(OrderCommand.NoteAuthorised paid) => new(paid.Payment, paid.Cents, paid.CaptureBefore);
}
