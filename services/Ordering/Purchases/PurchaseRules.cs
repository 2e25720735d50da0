using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Orders.OrderEvent;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// The rules of a payment between the holds and the confirmation. Goods, places and money are one hold: while it is not known that nobody can pay any more, nothing of
/// it is given back; and money that comes for an order that its resident gave up goes back.
/// </summary>
internal static class PurchaseRules
{
    /// <summary>The other side lets no page end in less than half an hour, and it may take some tries to open it.</summary>
    private static readonly TimeSpan PageOutlivesHold = TimeSpan.FromHours(2);

    /// <summary>Both holds are complete: the resident is to pay, at most this much.</summary>
    internal static PaymentRequested Request(Placed placed, IEnumerable<ShopOrder> shops) => new(shops.Sum(s => s.TotalCents), placed.HoldExpiresAt + PageOutlivesHold);

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
        _ => [],
    };

    /// <summary>The hold has passed, or the resident gives up: the page is to be closed. The first reason counts.</summary>
    internal static IReadOnlyList<OrderEvent> Close(Order.Paying order, string reason) => order.Purchase.Closing is null ? [new PaymentClosing(reason)] : [];

    private static OrderEvent Lost(Order.Paying order) => order.Purchase.Closing is Purchase.Cancelled ? new Abandoned() : new HoldExpired();

    // Late is not too late: the goods were held all the while.
    private static IReadOnlyList<OrderEvent> Authorise(OrderCommand.NoteAuthorised paid, Order.Paying order) =>
        order.Purchase.Closing is Purchase.Cancelled || paid.Cents < order.Purchase.AmountCents
            ? [AuthorisedBy(paid), Lost(order)]
            : [AuthorisedBy(paid), .. OrderDecider.Confirm(order.Placed, order.ShopOrders, paid.PickupCode)];

    private static PaymentAuthorised AuthorisedBy(OrderCommand.NoteAuthorised paid) => new(paid.Payment, paid.Cents, paid.CaptureBefore);
}
