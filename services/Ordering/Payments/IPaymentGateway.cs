using Marketplace.Contracts;

namespace Marketplace.Ordering.Payments;

/// <summary>
/// The way out to whoever holds the card and the money (decision 0017). Amounts are euro cents, VAT included. Nothing here is called inside a database transaction.
/// <para>
/// Each call that moves or opens something takes the caller's own key, which follows from the event that asked for it: sent again with the same key and the same
/// content, it happens once and is answered as the first time; with other content it is refused. The first answer is kept, a refusal and a declined card as well:
/// after <see cref="PaymentProblem.Refused"/> or <see cref="PaymentProblem.Declined"/>, asking once more means a new, recorded key. Keys are only good for a day:
/// what is older is looked for before it is asked for again (<see cref="ReadPaymentAsync"/>, <see cref="ReadRefundsAsync"/>, <see cref="ReadTransfersAsync"/>,
/// <see cref="ReadReversalsAsync"/>, <see cref="FindCheckoutsAsync"/>, <see cref="FindAccountsAsync"/>).
/// </para>
/// <para>
/// A new key is never made up where it is used: two processes that both look, both see nothing and both take a fresh key have refunded twice. It follows from an
/// event, "attempt n", appended at the version that was read before looking: of two that append it one wins, the other reads on and finds the winner's key. Where a
/// failure is kept under the old key (<see cref="PaymentProblem.Away.KeyIsSpent"/>), what it began may still appear: wait, look again, then append.
/// </para>
/// <para>
/// What the other side says is a <see cref="PaymentAnswer{T}"/>, a problem as well as a success; exceptions are mistakes in the program and the caller's own
/// cancellation. <see cref="PaymentProblem.Away"/> (its key not spent) and, once the settings are mended, <see cref="PaymentProblem.NotLetIn"/> are asked again as
/// they stand, and nothing else.
/// </para>
/// Source of the calls: Stripe's API of <see cref="StripeSettings.Version"/>; money is collected by the platform and passed on by separate transfers.
/// </summary>
internal interface IPaymentGateway
{
    /// <summary>Opens the page on which the resident pays for the whole basket. The card is authorised there, not charged (manual capture); the order's id groups all that follows.</summary>
    Task<PaymentAnswer<CheckoutSession>> OpenCheckoutAsync(CheckoutRequest checkout, string key, CancellationToken token);

    /// <summary>The session as it stands, with its payment once there is one. What a webhook tells is read here before anything follows from it.</summary>
    Task<PaymentAnswer<CheckoutSession>> ReadCheckoutAsync(string session, CancellationToken token);

    /// <summary>The sessions that were opened for an order, newest first, each with its payment: by when they were opened, since the other side cannot be asked by order.</summary>
    Task<PaymentAnswer<IReadOnlyList<CheckoutSession>>> FindCheckoutsAsync(OrderId order, DateTimeOffset from, DateTimeOffset before, CancellationToken token);

    /// <summary>
    /// Nobody can pay there any more: how a hold ends that is shorter than a session may be. Closed already: done. Paid meanwhile: refused as
    /// <see cref="PaymentProblem.CheckoutComplete"/>. Any other refusal is of a session that is open; where it could not be read: <see cref="PaymentProblem.Away"/>,
    /// and nothing is given free meanwhile.
    /// </summary>
    Task<PaymentAnswer<CheckoutSession>> CloseCheckoutAsync(string session, string key, CancellationToken token);

    Task<PaymentAnswer<Payment>> ReadPaymentAsync(string payment, CancellationToken token);

    /// <summary>
    /// Takes this much, once; the rest of what was authorised is released. More than was authorised is refused. Captured before, under another key:
    /// <see cref="PaymentProblem.AlreadyDone"/> with the payment, whose amount the caller compares. Cancelled or lapsed: <see cref="PaymentProblem.AuthorisationEnded"/>.
    /// </summary>
    /// <param name="cents">At least 1: where nothing is to be taken, the authorisation is cancelled.</param>
    Task<PaymentAnswer<Payment>> CaptureAsync(string payment, long cents, string key, CancellationToken token);

    /// <summary>Gives the whole authorisation back. Of a captured payment it is refused: that is refunded.</summary>
    Task<PaymentAnswer<Payment>> CancelAsync(string payment, string key, CancellationToken token);

    /// <summary>
    /// Gives back part of what was captured. More than is left of it is refused (<see cref="PaymentProblem.AmountTooLarge"/>), also where nothing is left: that somebody
    /// gave it back by hand is no refund of ours. Whether ours stands is seen by its reference.
    /// </summary>
    Task<PaymentAnswer<Refund>> RefundAsync(RefundRequest refund, string key, CancellationToken token);

    /// <summary>All refunds of a payment, newest first. One that went through may fail days later.</summary>
    Task<PaymentAnswer<IReadOnlyList<Refund>>> ReadRefundsAsync(string payment, CancellationToken token);

    /// <summary>Passes a merchant's part on, out of what this payment brought in: it need not wait for the money to arrive, and all transfers of one payment together are at most its amount.</summary>
    Task<PaymentAnswer<Transfer>> TransferAsync(TransferRequest transfer, string key, CancellationToken token);

    /// <summary>Takes part of a transfer back; refused where the merchant's balance does not cover it (<see cref="PaymentProblem.BalanceTooLow"/>).</summary>
    Task<PaymentAnswer<Reversal>> ReverseAsync(ReversalRequest reversal, string key, CancellationToken token);

    /// <summary>All that was taken back of a transfer, newest first.</summary>
    Task<PaymentAnswer<IReadOnlyList<Reversal>>> ReadReversalsAsync(string transfer, CancellationToken token);

    /// <summary>All transfers of an order, newest first.</summary>
    Task<PaymentAnswer<IReadOnlyList<Transfer>>> ReadTransfersAsync(OrderId order, CancellationToken token);

    /// <summary>Opens a merchant's account, to which nothing can be passed on before its owner has filled in what is asked.</summary>
    Task<PaymentAnswer<MerchantAccount>> OpenAccountAsync(MerchantAccountRequest account, string key, CancellationToken token);

    /// <summary>The accounts that were opened for a shop, or with null for all, newest first: all are read, there are as many as merchants.</summary>
    Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> FindAccountsAsync(ShopId? shop, CancellationToken token);

    /// <summary>A page on which the merchant fills in what is asked: for one visit within some minutes, so it is made when it is pressed.</summary>
    Task<PaymentAnswer<OnboardingLink>> LinkToOnboardingAsync(string account, string refreshUrl, string returnUrl, CancellationToken token);

    Task<PaymentAnswer<MerchantAccount>> ReadAccountAsync(string account, CancellationToken token);

    /// <summary>What went on from this account to its bank since <paramref name="from"/>, newest first. One that was paid may fail days later.</summary>
    Task<PaymentAnswer<IReadOnlyList<Payout>>> ReadPayoutsAsync(string account, DateTimeOffset from, CancellationToken token);

    /// <summary>A page of what moved the platform's balance, newest first: what the ledger is compared with.</summary>
    Task<PaymentAnswer<MovementPage>> ReadMovementsAsync(MovementQuery query, CancellationToken token);
}
