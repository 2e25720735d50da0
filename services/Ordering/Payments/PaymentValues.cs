using Marketplace.Contracts;

namespace Marketplace.Ordering.Payments;

/// <summary>One line of what is to be authorised, at its highest possible price.</summary>
internal sealed record CheckoutLine(string Name, long UnitCents, int Quantity);

/// <summary>What the resident is asked to pay.</summary>
/// <param name="Lines">One to a hundred.</param>
/// <param name="SuccessUrl">Where the resident comes back to; <c>{CHECKOUT_SESSION_ID}</c> in it is replaced. That somebody comes there proves nothing.</param>
/// <param name="ExpiresAt">
/// 30 minutes to 24 hours after the call arrives. It is part of what the key stands for: recorded once, in the event that asks, at an hour or more, so that the
/// same content can still be sent after some tries and a restart. A shorter hold is ended by <see cref="IPaymentGateway.CloseCheckoutAsync"/>.
/// </param>
internal sealed record CheckoutRequest(OrderId Order, IReadOnlyList<CheckoutLine> Lines, string SuccessUrl, string CancelUrl, DateTimeOffset ExpiresAt, string? Email)
{
    /// <summary>Said beside the button that pays.</summary>
    public string? Note { get; init; }

    /// <summary>Kept with the session and its payment, besides the order. No personal data.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    // Without who pays, and without the addresses that only they should have.
    public override string ToString() => $"{nameof(CheckoutRequest)} {Order}";
}

internal enum CheckoutStatus { Open, Complete, Expired }

/// <param name="Url">Of the page; null once it is closed.</param>
/// <param name="Order">Whose it is; null where it is none of ours.</param>
/// <param name="Payment">As of this reading, where the session was read; null before anybody tried to pay, and where it was only opened or closed.</param>
internal sealed record CheckoutSession(string Id, CheckoutStatus Status, string? Url, OrderId? Order, long AmountCents, DateTimeOffset ExpiresAt, Payment? Payment, bool Live)
{
    // Whoever has the address may pay there.
    public override string ToString() => $"{nameof(CheckoutSession)} {Id} {Status}";
}

internal enum PaymentStatus
{
    /// <summary>Not authorised: no card yet, one that was refused, or its bank still asks.</summary>
    Open,

    /// <summary>The money is set aside until <see cref="Payment.CaptureBefore"/>.</summary>
    Authorised,

    Captured,

    /// <summary>Given back by us, or lapsed.</summary>
    Cancelled,
}

/// <param name="AmountCents">Asked for.</param>
/// <param name="CapturableCents">Set aside and not taken.</param>
/// <param name="CapturedCents">Taken; refunds do not lower it.</param>
/// <param name="Charge">What transfers draw on.</param>
/// <param name="CaptureBefore">When the authorisation lapses, by the card between some days and some weeks; null where there is none, or where this answer does not tell: not that it never does.</param>
/// <param name="DeclinedFor">Why the last card was refused.</param>
internal sealed record Payment(string Id, PaymentStatus Status, OrderId? Order, long AmountCents, long CapturableCents, long CapturedCents, string? Charge,
    DateTimeOffset? CaptureBefore, string? DeclinedFor, bool Disputed, bool Live);

/// <param name="Reference">Ours, by which it is found again.</param>
internal sealed record RefundRequest(string Payment, long Cents, OrderId Order, string Reference);

internal enum RefundStatus { Pending, Succeeded, Failed }

/// <param name="Reference">Of the <see cref="RefundRequest"/>; null where it is none of ours, such as one made by hand.</param>
internal sealed record Refund(string Id, string? Payment, long Cents, RefundStatus Status, string? Reference);

/// <param name="Charge">Of the payment that brings the money.</param>
/// <param name="Reference">Ours, by which it is found again.</param>
internal sealed record TransferRequest(OrderId Order, string Charge, string Account, long Cents, string Reference);

internal sealed record Transfer(string Id, string Account, long Cents, long ReversedCents, string? Reference);

internal sealed record ReversalRequest(string Transfer, long Cents, string Reference);

/// <param name="Reference">Of the <see cref="ReversalRequest"/>; null where it is none of ours.</param>
internal sealed record Reversal(string Id, string Transfer, long Cents, string? Reference);

/// <param name="Name">Under which its customers know it.</param>
/// <param name="Email">Of its owner; null: they are asked on the other side.</param>
internal sealed record MerchantAccountRequest(ShopId Shop, string Name, string? Email)
{
    public override string ToString() => $"{nameof(MerchantAccountRequest)} {Shop}";
}

/// <param name="Shop">Whose it is; null where it is none of ours.</param>
/// <param name="CanReceive">Transfers are accepted.</param>
/// <param name="PaysOut">What it has received goes on to its bank.</param>
/// <param name="Submitted">Its owner has been through the first questions.</param>
/// <param name="Due">What is asked now, by the other side's own names.</param>
/// <param name="PastDue">What is overdue.</param>
/// <param name="Deadline">By when <paramref name="Due"/> is wanted.</param>
/// <param name="DisabledFor">Why it may do less than it should.</param>
internal sealed record MerchantAccount(string Id, ShopId? Shop, bool CanReceive, bool PaysOut, bool Submitted, IReadOnlyList<string> Due, IReadOnlyList<string> PastDue,
    DateTimeOffset? Deadline, string? DisabledFor)
{
    /// <summary>Something that was answered is being looked at on the other side: there is nothing to do meanwhile.</summary>
    internal bool IsChecked { get; init; }
}

internal enum PayoutStatus
{
    OnItsWay,

    Paid,

    /// <summary>The bank sent it back, also after it was said to be paid; or it was called off. The account holds it again.</summary>
    Failed,
}

/// <summary>What went on from a merchant's account to its bank. The other side makes it by itself.</summary>
/// <param name="ArrivesOn">When the bank has it, as the other side expects.</param>
/// <param name="FailedFor">By the other side's name.</param>
internal sealed record Payout(string Id, long Cents, PayoutStatus Status, DateTimeOffset CreatedAt, DateOnly ArrivesOn, string? FailedFor);

internal sealed record OnboardingLink(string Url, DateTimeOffset ExpiresAt)
{
    // Whoever has the address is taken for the merchant.
    public override string ToString() => nameof(OnboardingLink);
}

/// <param name="From">Created at or after.</param>
/// <param name="Before">Created before.</param>
/// <param name="After">The <see cref="MovementPage.Next"/> of the page before.</param>
internal sealed record MovementQuery(DateTimeOffset From, DateTimeOffset Before, string? After = null, int Size = 100);

/// <param name="Type">By the other side's name: <c>charge</c>, <c>refund</c>, <c>transfer</c>, <c>transfer_refund</c>, <c>adjustment</c>, …</param>
/// <param name="Cents">Signed: what came in is positive.</param>
/// <param name="NetCents">Without the fee.</param>
/// <param name="Source">The charge, refund, transfer or reversal that it belongs to.</param>
internal sealed record Movement(string Id, string Type, long Cents, long FeeCents, long NetCents, string? Source, DateTimeOffset CreatedAt, DateTimeOffset AvailableAt)
{
    /// <summary>Whose order it says that it belongs to; null: it says none, such as one that was made by hand.</summary>
    internal OrderId? Order { get; init; }

    /// <summary>The payment that was charged, refunded or disputed, or the transfer that was taken back.</summary>
    internal string? Of { get; init; }
}

/// <param name="Next">For the page after it; null on the last.</param>
internal sealed record MovementPage(IReadOnlyList<Movement> Movements, string? Next);
