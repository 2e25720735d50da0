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
    /// <param name="Reason"><c>expired</c>, <c>cancelled</c>, or <c>unavailable</c>: the page cannot be opened.</param>
    internal sealed record PaymentClosing(string Reason) : OrderEvent;

    /// <summary>The bank sets the money aside.</summary>
    /// <param name="Payment">Its id on the other side.</param>
    /// <param name="AmountCents">So much of it.</param>
    /// <param name="CaptureBefore">Until when; null: not told.</param>
    internal sealed record PaymentAuthorised(string Payment, long AmountCents, DateTimeOffset? CaptureBefore) : OrderEvent;

    /// <summary>What was set aside is the resident's again: nothing of it was taken.</summary>
    internal sealed record PaymentReturned(string Payment) : OrderEvent;
}
