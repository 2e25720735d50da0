using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;

namespace Marketplace.Ordering.Orders;

// A purchase's steps between the holds and the confirmation, and what becomes of its money. What is part of a call to the gateway stands here, so that the call can be
// made again with the same content (decision 0017).
internal abstract partial record OrderEvent
{
    /// <summary>Everything is held: now the resident is to pay.</summary>
    /// <param name="AmountCents">Of all shops, at most: what is taken in the end is never more.</param>
    /// <param name="PageEndsAt">When the payment page ends by itself, should nobody close it: well after the hold, for the other side lets none end sooner.</param>
    internal sealed record PaymentRequested(long AmountCents, DateTimeOffset PageEndsAt) : OrderEvent;

    /// <param name="Session">The page's id on the other side.</param>
    /// <param name="Url">Its address: whoever has it may pay there.</param>
    internal sealed record PaymentPageOpened(string Session, string Url) : OrderEvent;

    /// <summary>No page stands under the key of the attempt before, and none ever will: another key is used.</summary>
    /// <param name="Attempt">2 or more.</param>
    internal sealed record PaymentPageTriedAgain(int Attempt) : OrderEvent;

    /// <summary>Nobody is to pay any more. The goods stay held until the page is known to be closed: whoever paid a moment before gets them.</summary>
    /// <param name="Reason"><c>expired</c>, <c>cancelled</c>, <c>unavailable</c> (the page cannot be opened) or <c>too-small</c> (below what a card can pay); of money that came all the same <c>late</c> (a slot is over), <c>short</c> (it would lapse before the goods are collected) or <c>less</c> (not all of it).</param>
    internal sealed record PaymentClosing(string Reason) : OrderEvent;

    /// <summary>The bank sets the money aside.</summary>
    /// <param name="Payment">Its id on the other side.</param>
    /// <param name="AmountCents">So much of it.</param>
    /// <param name="CaptureBefore">Until when; null: not told.</param>
    internal sealed record PaymentAuthorised(string Payment, long AmountCents, DateTimeOffset? CaptureBefore) : OrderEvent;

    /// <summary>What was set aside is the resident's again: nothing of it was taken.</summary>
    internal sealed record PaymentReturned(string Payment) : OrderEvent;

    /// <summary>It is known what is taken by card: what was handed over, and nothing else. Whatever is handed over later is paid at the counter.</summary>
    /// <param name="AmountCents">All of it; 0: nothing is taken, and what was set aside goes back.</param>
    /// <param name="Parts">Each shop's part of it.</param>
    /// <param name="Left">The parts that are open still, and paid at the counter from now on; null: none.</param>
    /// <param name="Reason"><c>cancelled</c>: what was set aside was given back by somebody's hand, or lapsed, before its time. Null: all is known, or it is about to lapse.</param>
    internal sealed record PaymentCaptureRequested(long AmountCents, IReadOnlyList<PaidPart> Parts, IReadOnlyList<ShopId>? Left = null, string? Reason = null) : OrderEvent;

    /// <summary>What was asked for under the key of the attempt before did not happen, and never will: another key is used.</summary>
    internal sealed record PaymentCaptureTriedAgain(int Attempt) : OrderEvent;

    /// <param name="Payment">Its id on the other side.</param>
    /// <param name="AmountCents">So much was taken; the rest of what was set aside is the resident's again.</param>
    /// <param name="Charge">What is passed on to the shops draws on it.</param>
    internal sealed record PaymentCaptured(string Payment, long AmountCents, string Charge) : OrderEvent;

    /// <summary>The goods were handed over, and the money that was set aside for them cannot be had: somebody has to see to it.</summary>
    /// <param name="Reason"><c>lapsed</c> (the authorisation ended), <c>declined</c>, or <c>other-amount</c> (less was taken than was to be, by somebody's hand).</param>
    /// <param name="Shops">Whose goods they were; null of those that were stored before it was.</param>
    internal sealed record PaymentNotCaptured(string Reason, IReadOnlyList<ShopId>? Shops = null) : OrderEvent;

    /// <summary>The card could not be charged, and its resident has paid that shop's part at the counter since.</summary>
    /// <param name="ShopId">Which shop says so.</param>
    /// <param name="Owed">The withdrawals whose goods it has already: of these the sum is to be given back there. Null: none.</param>
    internal sealed record ShopPaidAtCounter(ShopId ShopId, IReadOnlyList<Guid>? Owed = null) : OrderEvent;

    /// <summary>A shop's part is to be passed on to it.</summary>
    /// <param name="ShopId">Which shop.</param>
    /// <param name="Account">Where to: as it was when it was asked for, since it is part of the call.</param>
    /// <param name="Cents">How much.</param>
    /// <param name="Attempt">1, or another key after one that is of no more use.</param>
    internal sealed record PaymentTransferRequested(ShopId ShopId, string Account, long Cents, int Attempt) : OrderEvent;

    /// <param name="ShopId">Which shop.</param>
    /// <param name="Transfer">Its id on the other side.</param>
    internal sealed record PaymentTransferred(ShopId ShopId, string Transfer) : OrderEvent;
}

/// <summary>A shop's part of a payment.</summary>
/// <param name="ShopId">Which shop.</param>
/// <param name="Cents">What its goods came to.</param>
/// <param name="Commission">What the platform keeps of it; null: nothing, as of all that were stored before there was one.</param>
internal sealed record PaidPart(ShopId ShopId, long Cents, CommissionShare? Commission = null);
