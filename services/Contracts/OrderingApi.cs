using System.Text.Json.Serialization;
using Marketplace.Contracts.Merchants;

namespace Marketplace.Contracts.Ordering.Api;

// The HTTP shapes of the Ordering service under /api/v1 (camelCase JSON).

// POST /orders, header Idempotency-Key: 201 OrderView · 202 OrderView (still being confirmed: follow it) · 409 problems below · 422
// POST /orders/by-key, the same body and header: the same answers for an order that stands, 404 where there is none; places nothing
/// <param name="Payment"><c>in-shop</c> (a reservation), or <c>card</c> (a purchase, paid once for all shops) where it is offered.</param>
/// <param name="Locale"><c>fr</c> (default) or <c>en</c>: the language of the mails.</param>
/// <param name="Terms">Which version of the terms of sale whoever orders was shown and accepts; kept with the order. At most 40 letters, digits and hyphens.</param>
public sealed record PlaceOrder(string Town, Contact Contact, IReadOnlyList<PlaceOrder.ShopOrder> ShopOrders, string Payment, string? Locale = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Terms = null)
{
    public sealed record ShopOrder(string Shop, string PickupSlotId, IReadOnlyList<Line> Lines, string? Note = null);

    /// <param name="ExpectedPieceGrams">Of goods by weight: the weight of a piece as it was shown, 0: shown in grams. Another one by now, and the order is refused (<c>pieces-changed</c>). Null: the quantity is a multiple of what a piece weighs now, or it is refused.</param>
    /// <param name="AtMost">Of goods by weight: up to how many grams whoever orders was shown and accepts; at most 15 % above the quantity. Null: not a gram more than ordered.</param>
    public sealed record Line(OfferId OfferId, long Quantity, long? ExpectedPriceCents,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ExpectedPieceGrams = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AtMost = null);
}
public sealed record Contact(string Name, string Email, string? Phone);

// GET /orders/{orderId}?token= (or the signed-in owner) · POST /orders/{orderId}/cancellation?token= {shop?}
/// <param name="Status"><c>pending paying confirmed completed refused expired cancelled</c>.</param>
/// <param name="Contact">Null once erased: some time after the end of the order, or with the account of who placed it.</param>
/// <param name="AccessToken">Only for who placed the order: opens its page without an account.</param>
/// <param name="ShopOrders">Once confirmed, as their resident comes by: by hour, then from each place to the nearest next one.</param>
/// <param name="Refusal">Set when refused: the problem as the POST answered it.</param>
/// <param name="PaymentUrl">Where a purchase is paid, while it can be. Until <c>HoldExpiresAt</c> the goods are held for it.</param>
/// <param name="Purchase">Null for a reservation.</param>
/// <param name="Terms">Which version of the terms of sale was accepted with it; null where none was named.</param>
public sealed record OrderView(OrderId OrderId, string Reference, string? AccessToken, string Town, string Status, string Payment, DateTimeOffset PlacedAt, DateTimeOffset HoldExpiresAt,
    long TotalCents, string? PaymentUrl, string? PickupCode, Contact? Contact, IReadOnlyList<ShopOrderView> ShopOrders, IReadOnlyList<TimelineEntry> Timeline, OrderRefusal? Refusal, long Version,
    PurchaseView? Purchase = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Terms = null);

// GET /payments/card?shops=a,b (at most 30): whether a basket of these shops can be paid by card
/// <summary>Whether a basket can be paid by card, before it is ordered: what could refuse it for its shops’ sake.</summary>
/// <param name="State"><c>open</c>, <c>closed</c> (no payment by card here) or <c>away</c> (who takes cards does not answer at the moment).</param>
/// <param name="Without">Of the shops that were named, those that cannot receive money by card: a basket with one of them is paid when it is collected.</param>
public sealed record CardPayment(string State, IReadOnlyList<string> Without);

/// <summary>How the payment of a purchase stands.</summary>
/// <param name="State"><c>opening</c> (the page is being opened), <c>open</c> (to be paid on <c>paymentUrl</c>), <c>closing</c> (nobody is to pay any more; whether somebody has is being asked), <c>authorised</c> (set aside, not taken), <c>returning</c> (it goes back), <c>returned</c>, or <c>none</c>: nobody paid. Once every part has ended: <c>capturing</c> (what was handed over is being taken), <c>captured</c>, <c>captured-less</c> (somebody took less by hand than was to be taken), or <c>failed</c> (it cannot be had).</param>
/// <param name="AmountCents">At most this is taken.</param>
/// <param name="Reason">Why nobody is to pay any more: <c>expired</c>, <c>cancelled</c>, <c>unavailable</c> (no payment page to be had) or <c>too-small</c>; why money that came goes back: <c>late</c> (a slot is over), <c>short</c> (the bank does not keep it until the goods are collected) or <c>less</c>. Null otherwise.</param>
/// <param name="CapturedCents">What was taken; null before.</param>
/// <param name="DueCents">Of <c>captured-less</c>: what was to be taken. Null otherwise.</param>
public sealed record PurchaseView(string State, long AmountCents, string? Reason = null, long? CapturedCents = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DueCents = null);

/// <summary>Money that a shop gives back of what was handed over and paid.</summary>
/// <param name="RefundId">Named by who gives back.</param>
/// <param name="State"><c>asked</c> (the bank is to be told), <c>under-way</c>, <c>settled</c> (on its way to the card, or given back at the counter), <c>failed</c> (the customer’s bank sent it back: owed still), <c>unsent</c> (owed to who withdrew, and the card cannot have it: send it again, or give it back otherwise), <c>otherwise</c> (given back in another way) or <c>refused</c> (it cannot be made: nothing went back).</param>
/// <param name="Cents">In all.</param>
/// <param name="Reason"><c>defective missing gesture withdrawal</c>.</param>
/// <param name="AtCounter">Given back at the counter, where it was paid.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="ArrivesBy">By when banks usually show it; null unless it is on its way.</param>
/// <param name="Otherwise">How else it was given back; null: it was not.</param>
public sealed record RefundView(Guid RefundId, string State, long Cents, string Reason, bool AtCounter, DateTimeOffset At, DateTimeOffset? ArrivesBy, IReadOnlyList<RefundView.Share> Lines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RefundView.Elsewhere? Otherwise = null)
{
    /// <param name="Cents">VAT included.</param>
    /// <param name="VatCents">So much of it is VAT: what goes back of a line in parts adds up to the line’s, to the cent.</param>
    public sealed record Share(OfferId OfferId, long Cents, long VatCents);

    /// <param name="Word">How it was given back otherwise, as who did it says.</param>
    /// <param name="On">On which day.</param>
    public sealed record Elsewhere(string Word, DateOnly On);
}

// PUT /shops/{shop}/orders/{orderId}/refunds/{refundId} takes GiveBack answers ShopOrderCard (staff; API key refunds:write) · 409 refund-too-large not-taken-yet nothing-paid refund-known · 422 · POST …/refunds/{refundId}/again · POST …/refunds/{refundId}/otherwise takes GivenOtherwise · 409 refund-held-by-platform
/// <param name="Lines">Of which goods how much goes back, VAT included; together at most what was paid for them and did not go back before.</param>
/// <param name="Reason"><c>defective</c>, <c>missing</c> or <c>gesture</c>.</param>
public sealed record GiveBack(IReadOnlyList<GiveBack.Part> Lines, string Reason)
{
    public sealed record Part(OfferId OfferId, long Cents);
}

/// <param name="Word">How the sum was given back, in at most 200 characters: its customer reads it.</param>
/// <param name="On">On which local day: today, or before.</param>
public sealed record GivenOtherwise(string Word, DateOnly On);

// PUT /orders/{orderId}/withdrawals/{withdrawalId} takes Withdraw answers OrderView (token or owner) · 409 withdrawal-too-late withdrawal-too-large withdrawal-known bought-in-the-shop not-collected-yet · 422
/// <summary>Someone withdraws from what they bought by card and collected (the right of the law; no reason is asked for).</summary>
/// <param name="Shop">From the contract with whom.</param>
/// <param name="Lines">Over which goods.</param>
public sealed record Withdraw(string Shop, IReadOnlyList<Withdraw.Item> Lines)
{
    /// <param name="Quantity">Pieces or grams, at most the line’s <c>withdrawable</c>.</param>
    /// <param name="Unopened">Of what may be returned unopened only (<c>hygiene recording</c>): that it is.</param>
    public sealed record Item(OfferId OfferId, long Quantity, bool Unopened = false);
}

// PUT /shops/{shop}/orders/{orderId}/withdrawals/{withdrawalId} takes RecordWithdrawal answers ShopOrderCard (staff; API key refunds:write) · 409 and 422 as of Withdraw, 422 received-later
/// <summary>A withdrawal that came to the shop by letter, mail or word.</summary>
/// <param name="ReceivedAt">When it came: now, or before.</param>
/// <param name="Lines">Over which goods.</param>
public sealed record RecordWithdrawal(DateTimeOffset ReceivedAt, IReadOnlyList<Withdraw.Item> Lines);

/// <param name="State"><c>awaited</c> (the goods are to come back), <c>withheld</c> (the shop says that they have not), <c>back</c> (they are, and the refund waits for the card to be charged), <c>refunded</c> (see the refund of the same id), <c>owed</c> (that could not go back, or was paid at the counter: the shop is to give it back), <c>unpaid</c> (the goods are back; the card could not be charged for them, and nobody has said that they were paid at the counter), or <c>settled</c>: nothing is owed.</param>
/// <param name="At">When it was declared.</param>
/// <param name="ReturnBy">Until when the goods are to be brought back or sent.</param>
/// <param name="RefundBy">When it is refunded by itself, unless the shop has said that the goods did not come back.</param>
/// <param name="Cents">What is owed.</param>
/// <param name="Said">What its resident says became of the goods: <c>brought</c> or <c>sent</c>; null: nothing.</param>
public sealed record WithdrawalView(Guid WithdrawalId, string State, DateTimeOffset At, DateTimeOffset ReturnBy, DateTimeOffset RefundBy, long Cents, IReadOnlyList<WithdrawalView.Goods> Lines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Said = null)
{
    /// <param name="Quantity">Pieces or grams.</param>
    public sealed record Goods(OfferId OfferId, long Quantity, long Cents);
}

// POST /orders/{orderId}/withdrawals/{withdrawalId}/goods takes GoodsSaid answers OrderView (token or owner) · 409 withdrawal-settled · 422
/// <param name="Shop">From the contract with whom they withdrew.</param>
/// <param name="How"><c>brought</c>: they have brought the goods back; <c>sent</c>: they have sent them.</param>
public sealed record GoodsSaid(string Shop, string How);

// POST /shops/{shop}/orders/{orderId}/withdrawals/{withdrawalId}/back takes GoodsBack, …/withheld takes nothing; both answer ShopOrderCard (staff; API key refunds:write) · 409 withdrawal-settled · 422
/// <param name="How"><c>back</c>: in the shop; <c>sent</c>: it was shown that they were sent.</param>
public sealed record GoodsBack(string How);

/// <param name="Status"><c>requested accepted ready collected declined expired cancelled</c>.</param>
/// <param name="Reason">Why declined or expired: <c>shortage quality closed not-collected not-prepared</c>, or the shop's own words. So too for a line.</param>
/// <param name="Cancellable">Until preparation starts.</param>
/// <param name="PreparingSince">When the shop started to prepare; null before.</param>
/// <param name="DepositedAt">When its parcel reached the shared pickup point; null before, and where goods are collected in the shop.</param>
/// <param name="PointKept">Whether a shop keeps the shared pickup point, so that the parcel is brought there before it is collected; else its own shop hands it over there. Null where goods are collected in the shop.</param>
/// <param name="SoughtSince">Since when its parcel, brought to the point, is being looked for there because it was not found; stays when it ended so. Null otherwise.</param>
/// <param name="Refunds">What went back, or is to; null: nothing.</param>
/// <param name="Withdrawals">What its resident withdrew from; null: nothing.</param>
/// <param name="WithdrawUntil">Until when they may, from the lines that say so; null: not collected yet, or paid in the shop.</param>
/// <param name="Payment"><c>in-shop</c>: paid when it is collected; <c>card</c>: nothing is asked for then. Of a purchase too a part may be <c>in-shop</c>: what is handed over after the card can be charged. <c>unpaid</c>: it was handed over, the card could not be charged for it, and its shop has not said that it was paid at the counter since.</param>
public sealed record ShopOrderView(ShopId ShopId, string Shop, string Name, string Status, string? Reason, PickupView? Pickup, IReadOnlyList<LineView> Lines, long TotalCents, bool Cancellable, string? Note,
    DateTimeOffset? PreparingSince = null, DateTimeOffset? DepositedAt = null, bool? PointKept = null, DateTimeOffset? SoughtSince = null, string Payment = "in-shop",
    IReadOnlyList<RefundView>? Refunds = null, IReadOnlyList<WithdrawalView>? Withdrawals = null, DateTimeOffset? WithdrawUntil = null);
/// <param name="Shut">The place is shut then, as its hours are now: the order stands, and is collected when it is open again.</param>
/// <param name="Reopens">When it opens next; null: it is not shut, or no opening is in sight.</param>
public sealed record PickupView(string SlotId, DateTimeOffset Start, DateTimeOffset End, PickupPlace Place, DateTimeOffset CollectUntil, bool Shut = false, DateTimeOffset? Reopens = null);

/// <param name="Quantity">What is to be prepared: as ordered, or what there is of it where the resident knows that some is missing (<see cref="LineShortage.Ordered"/> then says what was ordered).</param>
/// <param name="State"><c>ok</c> or <c>declined</c>.</param>
/// <param name="Reason">Why it is declined: as of a shop order, or <c>replaced</c> (a substitute took its place) or <c>dropped</c> (some of it was missing, and the resident does without the rest).</param>
/// <param name="FinalQuantity">Weighed or counted when the shop made it ready; null before.</param>
/// <param name="Shortage">What the shop said that it lacks of it, and what became of that; null: nothing.</param>
/// <param name="InsteadOf">Of a substitute: the line whose missing goods it stands for.</param>
/// <param name="BatchAt">The batch that it is of, where it is made to order; null: goods from the shelf.</param>
/// <param name="AtMost">Not weighed yet, and up to so many grams whoever ordered it has accepted; null: no more than <paramref name="Quantity"/>.</param>
/// <param name="PieceGrams">Ordered in pieces of about so many grams: <paramref name="Quantity"/> is grams all the same, and the estimate; <paramref name="FinalQuantity"/> is the exact weight. Null: in grams, or by the piece.</param>
/// <param name="NoWithdrawal">Of what is bought by card, to its resident: why there is no right to withdraw from it (<c>perishable press made-to-measure</c>), or only unopened (<c>hygiene recording</c>). Null: there is, or it is paid in the shop.</param>
/// <param name="Withdrawable">To its resident: so much of it can be withdrawn from, until <see cref="ShopOrderView.WithdrawUntil"/>. Null: nothing.</param>
public sealed record LineView(OfferId OfferId, string Sku, string? Ean13, string Title, string Category, SaleUnit Unit, long Quantity, long? FinalQuantity, long PriceCents, decimal VatRate,
    long TotalCents, string State, string? Reason, bool SecondHand, bool Alcohol, LineShortage? Shortage = null, OfferId? InsteadOf = null, DateTimeOffset? BatchAt = null, long? PieceGrams = null, long? AtMost = null,
    string? NoWithdrawal = null, long? Withdrawable = null);

/// <summary>The shop found less of a line than was ordered and asked what to do.</summary>
/// <param name="ProposalId">Names the question in its answer.</param>
/// <param name="State"><c>holding</c> (the substitute is being set aside: nobody is asked yet), <c>open</c>; then the answer: <c>substitute partial drop</c>, or <c>lapsed</c>.</param>
/// <param name="Ordered">Pieces or grams that were ordered.</param>
/// <param name="Found">Of these there are so many.</param>
/// <param name="FoundCents">What they cost.</param>
/// <param name="MissingCents">What the others would have cost.</param>
/// <param name="AnswerBy">When what is missing lapses.</param>
/// <param name="Substitute">Offered for what is missing; null: nothing, or not yet.</param>
public sealed record LineShortage(Guid ProposalId, string State, long Ordered, long Found, long FoundCents, long MissingCents, DateTimeOffset AnswerBy, LineShortage.Offered? Substitute)
{
    /// <param name="PriceCents">Per piece or per kilogram; no more is asked, whatever the offer costs meanwhile.</param>
    /// <param name="TotalCents">For all of it: where that is above what is missing, the answer has to name it.</param>
    /// <param name="PieceGrams">As of <see cref="LineView"/>.</param>
    /// <param name="BatchAt">As of <see cref="LineView"/>.</param>
    public sealed record Offered(OfferId OfferId, string Sku, string? Ean13, string Title, SaleUnit Unit, long Quantity, long PriceCents, decimal VatRate, long TotalCents, bool SecondHand, bool Alcohol, long? PieceGrams = null, DateTimeOffset? BatchAt = null);
}

// POST /orders/{orderId}/shortages/{proposalId}/answer?token= takes AnswerShortage answers OrderView · 409 answered-too-late already-answered proposal-gone · 422 price-not-agreed answer-not-offered
/// <param name="Answer"><c>substitute</c> (what there is, and the substitute for the rest), <c>partial</c> (only what there is) or <c>drop</c> (nothing of it).</param>
/// <param name="AgreedCents">The substitute's price as it was shown; needed where it is dearer than what is missing.</param>
public sealed record AnswerShortage(string Answer, long? AgreedCents = null);

// PUT /shops/{shop}/orders/{orderId}/shortages/{proposalId} takes ProposeForShortage · DELETE withdraws it while nobody has answered: 200 ShopOrderCard · 409
/// <param name="OfferId">The line of which some is missing.</param>
/// <param name="Found">How much of it there is: pieces or grams, below what was ordered; 0 where a substitute is offered.</param>
/// <param name="Substitute">Another offer of the shop, for what is missing. It is set aside before the customer is asked.</param>
/// <param name="AnswerBy">Until when the customer may answer, at least five minutes from now and at most the end of pickup; where the slot begins sooner, until then. Null: two hours, or until the slot begins.</param>
public sealed record ProposeForShortage(OfferId OfferId, long Found, ProposeForShortage.Other? Substitute = null, DateTimeOffset? AnswerBy = null)
{
    /// <param name="Quantity">Pieces or grams; of goods by weight in pieces a multiple of what one weighs.</param>
    /// <param name="NoDearer">No more is asked for it than what is missing would have cost.</param>
    public sealed record Other(OfferId OfferId, long Quantity, bool NoDearer = false);
}

/// <param name="Kind">The fact: <c>placed confirmed accepted preparing ready deposited not-found collected declined line-declined expired cancelled refused reminded kept-longer slot-shut slot-open-again batch-moved shortage-proposed shortage-answered shortage-lapsed shortage-withdrawn taken-back</c> (with the step as detail: <c>accepted preparing ready deposited</c>).</param>
public sealed record TimelineEntry(DateTimeOffset At, string Kind, string? Shop, string? Detail);

/// <param name="Code"><c>out-of-stock price-changed pieces-changed slot-full slot-past …</c>: the stable last part of the problem type.</param>
public sealed record OrderRefusal(string Code, IReadOnlyList<OrderRefusal.Line> Lines, IReadOnlyList<OrderRefusal.Slot> Slots)
{
    /// <param name="PieceGrams">What a piece of it weighs now, about; null: it is not sold by weight in pieces.</param>
    /// <param name="Unit">What <paramref name="Requested"/> and <paramref name="Available"/> count: pieces, or grams.</param>
    public sealed record Line(OfferId OfferId, string? Title, string Reason, long Requested, long Available, long? PriceCents, long? PieceGrams = null, SaleUnit Unit = SaleUnit.Piece);
    public sealed record Slot(string Shop, string SlotId, string Reason);
}

public sealed record Cancellation(string? Shop);

// GET /me/orders?page= (signed-in resident): OrderListItem page
public sealed record OrderPage(IReadOnlyList<OrderListItem> Items, int Total, int Page, int PageSize);
public sealed record OrderListItem(OrderId OrderId, string Reference, string Town, string Status, DateTimeOffset PlacedAt, long TotalCents, IReadOnlyList<string> Shops);

// GET /shops/{shop}/orders?status=&q=&page= (q: part of a name or reference, or four characters and more of a code) · GET /shops/{shop}/orders/{orderId}
// POST /shops/{shop}/orders/search takes FindOrders answers ShopOrderPage: the same list, for what should stand in no address (names, codes)
// POST /shops/{shop}/orders/by-code takes FindByCode answers ShopOrderCard (staff; API key orders:read). In the body, since a path is written to every access log.
// GET /shops/{shop}/orders/events: server-sent events "order" {orderId,status,version}; status as below, also preparing, deposited, not-found, brought-back, line-declined, shortage-proposed, shortage-asked, shortage-answered, shortage-lapsed, shortage-withdrawn, payment-changed (to be paid at the counter now) and payment-lost (handed over, and not to be had from the card), refund-asked, refunded and refund-failed
public sealed record ShopOrderPage(IReadOnlyList<ShopOrderCard> Items, int Total, int Page, int PageSize);
/// <param name="Customer">Name and first letter only until the order is opened; the code is never in a list. Empty once erased.</param>
/// <param name="ChangedAt">When the shop order reached its present status; lists are sorted by it for ended orders, latest first.</param>
/// <param name="PreparingSince">When preparation started; null before. The status stays <c>accepted</c> until the order is ready.</param>
/// <param name="Step">What the shop did last, while it may still be taken back; null otherwise.</param>
/// <param name="PointKept">Whether there is a shop at the shared pickup point to deposit at; null where goods are collected in the shop.</param>
/// <param name="SoughtSince">Since when the point looks for the parcel that this shop said it had brought; stays when it ended so.</param>
/// <param name="ToBringBack">Ended while its parcel lay at the shared pickup point: the goods stay set aside until the shop says that it has fetched them.</param>
/// <param name="Payment">As of <see cref="ShopOrderView"/>: <c>card</c>: nothing is asked for at the counter; <c>unpaid</c>: say it once it is paid there (<c>POST …/paid-at-counter</c>).</param>
/// <param name="Refundable">How what was collected can be given back: <c>card</c>, <c>counter</c> (and recorded), <c>later</c> (the card is to be charged still); null: nothing was paid.</param>
/// <param name="Refunds">What went back, or is to; null: nothing.</param>
/// <param name="Withdrawals">What its customer withdrew from; null: nothing.</param>
public sealed record ShopOrderCard(OrderId OrderId, string Reference, string Status, string? Reason, string Customer, string? Phone, DateTimeOffset PlacedAt, PickupView? Pickup,
    IReadOnlyList<LineView> Lines, long TotalCents, string? Note, long Version, DateTimeOffset? ChangedAt = null,
    DateTimeOffset? PreparingSince = null, DateTimeOffset? DepositedAt = null, ShopOrderCard.LastStep? Step = null, bool? PointKept = null, DateTimeOffset? SoughtSince = null, bool ToBringBack = false,
    string Payment = "in-shop", string? Refundable = null, IReadOnlyList<RefundView>? Refunds = null, IReadOnlyList<WithdrawalView>? Withdrawals = null)
{
    /// <summary>The last step of the shop, which may still be taken back.</summary>
    /// <param name="Name"><c>accepted preparing ready deposited</c>.</param>
    /// <param name="Version">Names the step when it is taken back.</param>
    /// <param name="Until">How long the way back may be offered.</param>
    public sealed record LastStep(string Name, long Version, DateTimeOffset Until);
}

// POST /shops/{shop}/orders/{orderId}/accept|preparation|ready|deposit|decline|handover|undo (staff; API key orders:write): 200 ShopOrderCard · 409
public sealed record MarkReady(IReadOnlyList<MarkReady.Final>? Lines)
{
    /// <param name="Quantity">Final pieces or grams; never above what was ordered.</param>
    public sealed record Final(OfferId OfferId, long Quantity);
}
/// <param name="Reason"><c>shortage quality closed</c>, told to each reader in their language; or the shop's own words (300 characters).</param>
public sealed record Decline(string Reason, IReadOnlyList<OfferId>? Lines);
/// <param name="Payment">How it is paid, as whoever hands over was shown it (<see cref="ShopOrderCard"/>): another way by now, and nothing is handed over (<c>payment-changed</c>). Null: not shown; refused so of a purchase that is to be paid at the counter.</param>
public sealed record HandOver(string Code, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Payment = null);
public sealed record TakeBack(long Version);
public sealed record FindByCode(string Code);
// GET PUT DELETE /shops/{shop}/order-mails (staff; API key orders:read, orders:write)
/// <param name="Email">Where new orders are told; null: nowhere.</param>
/// <param name="Locale"><c>fr</c> or <c>en</c>.</param>
public sealed record OrderMails(string? Email, string? Locale = null);
// POST /shops/{shop}/orders/named takes NameOrders answers NamedOrder[]: which of the names that goods are set aside in are orders of the shop. A try that was never confirmed is none.
/// <param name="Names">At most 100: ids of orders, or what substitutes are set aside in.</param>
public sealed record NameOrders(IReadOnlyList<OrderId> Names);
/// <param name="OrderId">The order itself, also where the name is a substitute's.</param>
public sealed record NamedOrder(OrderId Name, OrderId OrderId, string Reference);
public sealed record FindOrders(string? Status, string? Q, int Page = 1, int PageSize = 50);

// GET /shops/{shop}/figures answers ShopFigures · GET /shops/{shop}/figures/days?from=&to= answers SalesDay[] (read-only; API key orders:read)
/// <summary>What a shop sold, to be looked at over a coffee. A sale counts on the day, in Paris, on which its goods were handed over, with what was paid for then.</summary>
/// <param name="Today">So far.</param>
/// <param name="ToCome">Ordered and not handed over yet.</param>
/// <param name="Weeks">This week, the last one, and the one 52 weeks ago (the same days of the week a year before), in this order.</param>
/// <param name="Days">The last thirty, today included, the oldest first.</param>
/// <param name="Best">What sold best in these thirty days, by its amount.</param>
/// <param name="Missed">What was asked for in these thirty days and refused because not enough was left: the ten largest.</param>
/// <param name="MissedCents">What all of it would have been worth, where that is known.</param>
/// <param name="Together">Which shops' goods were handed over in the same orders, in ninety days.</param>
/// <param name="Baskets">How many orders that is said of.</param>
/// <param name="Origins">On which towns' pages, and where handed over, in ninety days.</param>
public sealed record ShopFigures(SalesSum Today, SalesSum ToCome, IReadOnlyList<SalesWeek> Weeks, IReadOnlyList<SalesDay> Days, IReadOnlyList<BestSeller> Best, IReadOnlyList<MissedSale> Missed, long MissedCents,
    IReadOnlyList<SharedBasket> Together, int Baskets, IReadOnlyList<SalesOrigin> Origins);
public sealed record SalesSum(int Orders, long Cents);
public sealed record SalesDay(DateOnly Date, int Orders, long Cents);
/// <param name="Days">Monday to Sunday; of this week those to come are nought.</param>
/// <param name="SoFar">What was sold up to the same day and hour of the week as it is now.</param>
/// <param name="Whole">All of it.</param>
public sealed record SalesWeek(DateOnly Monday, IReadOnlyList<SalesDay> Days, SalesSum SoFar, SalesSum Whole);
/// <param name="Quantity">Pieces or grams.</param>
public sealed record BestSeller(OfferId OfferId, string Sku, string Title, SaleUnit Unit, long Quantity, long Cents, int Orders);
/// <param name="Times">Orders refused for it. Who tried three times counts three times.</param>
/// <param name="Quantity">What was missing, in pieces or grams, in all of them.</param>
/// <param name="Cents">At the price of then; null where the unit was not told.</param>
public sealed record MissedSale(OfferId OfferId, string? Title, SaleUnit? Unit, int Times, long Quantity, long? Cents);
public sealed record SharedBasket(string Shop, string Name, int Orders);
/// <param name="Shared">Handed over at a pickup point that shops share.</param>
public sealed record SalesOrigin(string Town, bool Shared, int Orders, long Cents);

// GET /shops/{shop}/money answers ShopMoney · GET /shops/{shop}/money/months/{2026-11}?page= answers ShopStatement (owner; no API key)
/// <summary>What a shop is owed of what was paid by card. What is paid at its counter is not in here: it has that.</summary>
/// <param name="OwedCents">Taken and not passed on yet, less what the platform keeps.</param>
/// <param name="OwingCents">Given back after it was passed on, and not fetched yet: beside what is owed, never taken off it.</param>
/// <param name="SetAsideCents">What cards have set aside for its goods that stand, at most: taken once each order is through.</param>
/// <param name="CanReceive">Whether it has an account to which money can be passed on; null: not known now, or nobody pays by card here.</param>
/// <param name="Open">The orders that this is made of, the oldest first, a hundred at most.</param>
/// <param name="OpenTotal">How many there are.</param>
/// <param name="Commissions">What the platform keeps, by town; none: nothing.</param>
/// <param name="Payouts">What went on to the shop's bank.</param>
public sealed record ShopMoney(long OwedCents, long OwingCents, long SetAsideCents, bool? CanReceive, IReadOnlyList<OpenMoney> Open, int OpenTotal, IReadOnlyList<MoneyMonth> Months, IReadOnlyList<TownCommission> Commissions,
    ShopPayouts Payouts);
/// <summary>What went on from the shop's account at the payment provider to its bank, which makes it by itself.</summary>
/// <param name="OnAccountCents">What lies on the account until the next.</param>
/// <param name="Items">The last first, twenty at most.</param>
/// <param name="Total">How many there were.</param>
public sealed record ShopPayouts(long OnAccountCents, IReadOnlyList<BankPayout> Items, int Total);
/// <param name="State"><c>on-its-way</c>, <c>paid</c>, or <c>failed</c>: the bank sent it back, and the account holds it again.</param>
/// <param name="MadeAt">When it left the account.</param>
/// <param name="ArrivesOn">When the bank has it.</param>
/// <param name="Reason">Why it failed, by the provider's name (<c>account_closed</c>, …).</param>
public sealed record BankPayout(long Cents, string State, DateTimeOffset MadeAt, DateOnly ArrivesOn, string? Reason);
/// <param name="State"><c>ordered</c> (its goods are not handed over yet), <c>handed-over</c> (the card is charged once the whole order is through), <c>to-pass-on</c>, <c>to-fetch</c> (given back after it was passed on), or <c>not-taken</c> (handed over, and the card could not be charged).</param>
/// <param name="At">Since when.</param>
/// <param name="Cents">Before what the platform keeps while the card is not charged, at most where the goods are not handed over; after it from then on.</param>
/// <param name="By">When the card is charged at the latest.</param>
public sealed record OpenMoney(OrderId OrderId, string Reference, string State, DateTimeOffset At, long Cents, DateTimeOffset? By);
/// <param name="Month">Its first day.</param>
/// <param name="SalesCents">What its goods came to, VAT included.</param>
/// <param name="RefundsCents">What went back of that.</param>
/// <param name="CommissionCents">What the platform kept, less what it gave back, without VAT.</param>
/// <param name="CommissionVatCents">The VAT on that.</param>
/// <param name="PassedOnCents">To the shop's account.</param>
/// <param name="FetchedCents">From it.</param>
public sealed record MoneyMonth(DateOnly Month, long SalesCents, long RefundsCents, long CommissionCents, long CommissionVatCents, long PassedOnCents, long FetchedCents);
/// <param name="Rules">The one of now, and those to come.</param>
public sealed record TownCommission(string Town, IReadOnlyList<CommissionRule> Rules);
/// <param name="OpeningCents">What was owed before it.</param>
/// <param name="ClosingCents">What was owed at its end, or is now.</param>
/// <param name="Sums">Of the whole month.</param>
/// <param name="Items">The oldest first.</param>
public sealed record ShopStatement(DateOnly Month, long OpeningCents, long ClosingCents, MoneyMonth Sums, IReadOnlyList<StatementLine> Items, int Total, int Page, int PageSize);
/// <param name="Kind"><c>sale refund transfer reversal</c></param>
/// <param name="GrossCents">Of a sale what was paid, of a refund what went back (below nought), VAT included; else 0.</param>
/// <param name="CommissionCents">Kept of it (below nought), or given back.</param>
/// <param name="CommissionVatCents">The VAT on that.</param>
/// <param name="Cents">By how much more, or less, is owed to the shop.</param>
/// <param name="BalanceCents">What was owed behind this line.</param>
public sealed record StatementLine(OrderId OrderId, string Reference, string Kind, DateTimeOffset At, long GrossCents, long CommissionCents, long CommissionVatCents, long Cents, long BalanceCents);

// GET /shops/{shop}/money/account?look= answers PayoutAccount · PUT /shops/{shop}/money/account: 200 PayoutAccount · 409 · POST /shops/{shop}/money/account/link: 200 PayoutAccountLink · 409 (owner; no API key)
/// <summary>The shop's account at the payment provider, to which its part of what is paid by card goes.</summary>
/// <param name="State"><c>closed</c> (nobody pays by card here), <c>none</c>, <c>opening</c> (asked for, not known yet), <c>unfinished</c> (its owner has not answered the first questions), <c>asked</c> (something is asked by the deadline), <c>overdue</c> (and the deadline is over), <c>checked</c> (the provider looks at what was answered), <c>limited</c> (it does less, and says only its reason), <c>refused</c>, or <c>ready</c>.</param>
/// <param name="CanReceive">Whether its part is passed on to it; without it the shop is not sold from by card.</param>
/// <param name="PaysOut">Whether what it has goes on to the shop's bank.</param>
/// <param name="Due">What is asked now, by the provider's names (<c>external_account</c>, <c>individual.verification.document</c>, …).</param>
/// <param name="PastDue">What of it is overdue.</param>
/// <param name="Deadline">By when it is wanted.</param>
/// <param name="Reason">Why it does less, by the provider's name.</param>
/// <param name="ReadAt">When it stood so.</param>
public sealed record PayoutAccount(string State, bool CanReceive, bool PaysOut, IReadOnlyList<string> Due, IReadOnlyList<string> PastDue, DateTimeOffset? Deadline, string? Reason, DateTimeOffset? ReadAt);
/// <param name="Url">Whoever has it is taken for the shop's owner: followed at once, shown and kept nowhere.</param>
public sealed record PayoutAccountLink(string Url, DateTimeOffset ExpiresAt)
{
    public override string ToString() => nameof(PayoutAccountLink);
}

// GET /towns/{town}/money answers TownMoney (coordinator)
/// <summary>What was paid by card on a town's pages.</summary>
/// <param name="OwedCents">To its shops, now.</param>
/// <param name="OwingCents">By its shops: given back after it was passed on, and not fetched yet. Never taken off what is owed.</param>
/// <param name="SetAsideCents">By cards, at most.</param>
/// <param name="Months">The last first.</param>
/// <param name="Rules">What the platform keeps now, and from days to come on.</param>
/// <param name="Differences">What somebody has to see to, the oldest first, a hundred at most.</param>
/// <param name="DifferencesTotal">How much of it there is.</param>
public sealed record TownMoney(long OwedCents, long OwingCents, long SetAsideCents, IReadOnlyList<MoneyMonth> Months, IReadOnlyList<CommissionRule> Rules, IReadOnlyList<MoneyDifference> Differences, int DifferencesTotal);
/// <param name="Shop">Its name; null: nobody's, or of a shop that is gone.</param>
/// <param name="Kind"><c>not-taken</c> (handed over, and the card could not be charged), <c>sent-back</c> (a refund came back from the resident's bank), <c>taken-otherwise</c> (the card was charged another sum), <c>not-passed-on</c> or <c>not-fetched</c> (for more than a day).</param>
/// <param name="Cents">Of what; of <c>not-fetched</c> below nought.</param>
public sealed record MoneyDifference(OrderId OrderId, string Reference, string? Shop, string Kind, DateTimeOffset Since, long Cents);

// GET /towns/{town}/money/differences answers GatewayDifferences (coordinator) · GET /money/differences answers GatewayDifferences (operator)
/// <summary>What the daily comparison with the payment provider found, and is so still.</summary>
/// <param name="ComparedTo">The last day that was compared; null: none yet.</param>
/// <param name="Items">The oldest first, a hundred at most.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Nobodys">How many more there are of no town at all, that who runs the platform sees to.</param>
public sealed record GatewayDifferences(DateOnly? ComparedTo, IReadOnlyList<GatewayDifference> Items, int Total, int Nobodys);
/// <param name="What"><c>charge refund refund-returned transfer reversal payout payout-returned dispute</c></param>
/// <param name="Kind"><c>missing-here</c> (the provider has it, the books do not), <c>missing-there</c>, <c>other-amount</c> or <c>other-date</c>.</param>
/// <param name="Reference">The provider's name of it.</param>
/// <param name="Shop">Its name; null: of several, or of none.</param>
/// <param name="HereCents">In the books: what came in is above nought, what went out below it; of a payout its amount.</param>
/// <param name="ThereCents">At the provider.</param>
public sealed record GatewayDifference(string What, string Kind, string Reference, DateOnly Day, OrderId? OrderId, string? OrderReference, string? Shop, long? HereCents, long? ThereCents, DateTimeOffset? HereAt, DateTimeOffset? ThereAt);

// GET /towns/{town}/commission answers CommissionRule[] (coordinator) · PUT /towns/{town}/commission/{from} takes SetCommission: 200 CommissionRule[] · 409 (operator)
/// <summary>What the platform keeps of what is ordered by card on this town's pages from a day on, without VAT.</summary>
/// <param name="From">In Paris; until the next one's.</param>
/// <param name="Percent">Of what each shop's goods come to, VAT included.</param>
/// <param name="FixedCents">Of each order, shared by its shops.</param>
public sealed record CommissionRule(DateOnly From, decimal Percent, long FixedCents);
/// <param name="Percent">0 to 30, with two decimals at most.</param>
/// <param name="FixedCents">0 to 1000.</param>
public sealed record SetCommission(decimal Percent, long FixedCents);

// The shop that keeps a shared pickup point (staff; API key point:write, which keys for the shop's own orders do not have), for the parcels of all shops there:
// POST /shops/{shop}/point/by-code takes FindByCode answers PointOrder · POST /shops/{shop}/point/orders/{orderId}/handover takes HandOverParcels: 200 PointOrder · 409
// GET /shops/{shop}/point/left?page= answers LeftParcelPage
/// <summary>What of an order lies, or is to come, at the point. Who keeps it learns no more of other shops' goods than it needs.</summary>
public sealed record PointOrder(OrderId OrderId, string Reference, string Customer, IReadOnlyList<PointParcel> Parcels, long Version);

/// <param name="ShopId">Whose parcel.</param>
/// <param name="Status">As of a shop order.</param>
/// <param name="DepositedAt">When it was brought; null: it never was.</param>
/// <param name="TotalCents">To be paid at the point, for this shop, unless it is paid by card.</param>
/// <param name="Alcohol">The customer's age is to be checked.</param>
/// <param name="ChangedAt">When it reached its status: of one that was handed over, when that was.</param>
/// <param name="Version">Changes with whatever happens to this parcel, and with nothing else: given back at the hand-over, it says what was seen.</param>
/// <param name="SoughtSince">Since when it is looked for here: it is said to be there and was not found; stays when it ended so.</param>
/// <param name="ToBringBack">It ended without being handed over and waits here for its shop.</param>
/// <param name="Payment">As of <see cref="ShopOrderCard"/>.</param>
public sealed record PointParcel(ShopId ShopId, string Shop, string Name, string Status, DateTimeOffset? DepositedAt, long TotalCents, bool Alcohol, DateTimeOffset? ChangedAt, long Version,
    DateTimeOffset? SoughtSince = null, bool ToBringBack = false, string Payment = "in-shop");

/// <summary>What was left at the point: its shops have to fetch it. Whose customer it was is nobody's business any more.</summary>
public sealed record LeftParcelPage(IReadOnlyList<LeftParcel> Items, int Total, int Page, int PageSize);
/// <param name="Since">When its time to be collected was over, or its shop declined it.</param>
/// <param name="SoughtSince">It was not found here: since when it is looked for.</param>
public sealed record LeftParcel(OrderId OrderId, string Reference, ShopId ShopId, string Shop, string Name, DateTimeOffset Since, DateTimeOffset? SoughtSince = null);

/// <param name="Code">The resident's.</param>
/// <param name="Parcels">Whose parcels are given out, all or none: those that were seen to lie there, as they were seen. One that is brought meanwhile stays.</param>
/// <param name="NotFound">Of those that are said to lie there, which were looked for in vain: they stay, and their resident is told that they are being looked for. With them alone nothing is handed over.</param>
public sealed record HandOverParcels(string Code, IReadOnlyList<HandOverParcels.Seen> Parcels, IReadOnlyList<HandOverParcels.Seen>? NotFound = null)
{
    /// <param name="ShopId">Whose parcel.</param>
    /// <param name="Version">As the look said; another one since then, and nothing is handed over (<c>parcels-changed</c>).</param>
    public sealed record Seen(ShopId ShopId, long Version);
}

// Webhooks (the shop's owners; no API key): GET POST /shops/{shop}/webhooks · PUT (If-Match) DELETE …/{webhookId} · POST …/{webhookId}/secret answers WebhookSecret
// POST …/{webhookId}/test answers WebhookDelivery · GET …/{webhookId}/deliveries?state=&page= · POST …/{webhookId}/deliveries/{deliveryId}/redeliver answers WebhookDelivery
/// <summary>Where a program of the shop wants to hear of its orders.</summary>
/// <param name="Url">https; each address once in a shop.</param>
/// <param name="Types">Of <see cref="WebhookEvent"/>; empty: all of them.</param>
/// <param name="Name">For people.</param>
/// <param name="Paused">Nothing is sent for now; what happens meanwhile waits for up to three days. An address that was switched off is in use again when it is put with false.</param>
public sealed record WebhookDefinition(string Url, IReadOnlyList<string> Types, string? Name = null, bool Paused = false);

/// <param name="Status"><c>active</c>, <c>paused</c>, or <c>off</c>: switched off by the platform.</param>
/// <param name="OffReason"><c>failing</c>: nothing was taken for three days; <c>gone</c>: it answered 410. Null unless off.</param>
/// <param name="FailingSince">Since when nothing has been taken; null while all is well.</param>
/// <param name="FormerSecretUntil">Until when the secret before this one signs as well; null when there is none.</param>
/// <param name="Waiting">Events that have still to be taken.</param>
public sealed record Webhook(Guid WebhookId, string Url, string? Name, IReadOnlyList<string> Types, string Status, string? OffReason, DateTimeOffset? FailingSince, DateTimeOffset? FormerSecretUntil,
    DateTimeOffset CreatedAt, int Waiting, long Version);

/// <summary>Shown when it is made, and never again.</summary>
/// <param name="Secret"><c>whsec_</c> and base64: what the signatures are made with.</param>
/// <param name="FormerUntil">Until when the one before signs as well; null for the first.</param>
public sealed record WebhookSecret(Webhook Webhook, string Secret, DateTimeOffset? FormerUntil);

/// <param name="EventId">The header webhook-id, the same at every attempt.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>given-up</c>.</param>
/// <param name="OrderId">Null of a test.</param>
/// <param name="NextAt">When it is tried next, while it waits.</param>
/// <param name="Answer">Status of the last answer; null where none came.</param>
/// <param name="AnswerText">The beginning of the last answer.</param>
/// <param name="Problem">What was wrong the last time: <c>status redirect timeout unreachable certificate address off paused</c>; null where nothing was.</param>
public sealed record WebhookDelivery(Guid DeliveryId, string EventId, string Type, DateTimeOffset At, OrderId? OrderId, string State, int Attempts, DateTimeOffset? TriedAt, DateTimeOffset? NextAt,
    int? Answer, string? AnswerText, string? Problem, int? Milliseconds);
public sealed record WebhookDeliveryPage(IReadOnlyList<WebhookDelivery> Items, int Total, int Page, int PageSize);

/// <summary>The body of a webhook's call. Headers by the Standard Webhooks scheme: webhook-id, webhook-timestamp, webhook-signature.</summary>
/// <param name="Type"><c>order.confirmed accepted preparing ready deposited not_found lines_declined shortage_answered shortage_lapsed declined collected expired cancelled step_taken_back kept_longer brought_back payment_changed</c> (each after <c>order.</c>), or <c>test</c>.</param>
/// <param name="Timestamp">When it happened, not when it is told.</param>
/// <param name="Data">The shop's part of the order as it stood then; null of a test.</param>
public sealed record WebhookEvent(string Type, DateTimeOffset Timestamp, WebhookOrder? Data);

/// <summary>A shop's part of an order. Who ordered is not in it: that is asked for with a key that may know.</summary>
/// <param name="Status">As of <see cref="ShopOrderCard"/>.</param>
/// <param name="Reason">Of <see cref="ShopOrderCard"/>; <c>other</c> for the shop's own words, here and in the lines.</param>
/// <param name="Version">Grows with the order: of two events the one with the greater version is the later.</param>
/// <param name="Payment">Of <see cref="ShopOrderCard"/>.</param>
public sealed record WebhookOrder(OrderId OrderId, string Reference, ShopId ShopId, string Shop, string Town, string Status, string? Reason, DateTimeOffset PlacedAt, PickupView? Pickup,
    IReadOnlyList<LineView> Lines, long TotalCents, DateTimeOffset? PreparingSince, DateTimeOffset? DepositedAt, long Version, string Payment = "in-shop");
