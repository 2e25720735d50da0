using System.Text.Json.Serialization;
using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// What happened to an order. Stored for ever under the names of <see cref="OrderEventTypes"/>; never edited, only upcast. Nothing in here
/// names a person: who ordered stands in <c>contacts</c>, where it can be erased.
/// </summary>
internal abstract partial record OrderEvent
{
    private OrderEvent() { }

    /// <summary>The intent, durable before anything else happens.</summary>
    /// <param name="Order">Its id.</param>
    /// <param name="Town">Where.</param>
    /// <param name="Payment">How it is paid.</param>
    /// <param name="HoldExpiresAt">Until when goods and places are held.</param>
    /// <param name="Shops">What of whom.</param>
    /// <param name="Information">Of a purchase: under which words about the right to withdraw, which stand with the terms that were shown; null: none were named, so nothing was said of it.</param>
    /// <param name="Terms">The version of the terms of sale that was accepted; null where none was named.</param>
    /// <param name="Commission">Of a purchase: what the platform keeps of it, as its town had set it then; null: nothing.</param>
    internal sealed record Placed(OrderId Order, string Town, PaymentKind Payment, DateTimeOffset HoldExpiresAt, IReadOnlyList<PlacedShop> Shops, string? Information = null, string? Terms = null,
        Commission? Commission = null) : OrderEvent;

    internal sealed record StockReserved(IReadOnlyList<ReservedShop> Shops) : OrderEvent;

    internal sealed record SlotsBooked(IReadOnlyList<BookedSlot> Bookings) : OrderEvent;

    /// <summary>Everything is held and nothing is left to pay: the order stands. Carries what readers of the log alone need.</summary>
    internal sealed record Confirmed(string PickupCode, string Town, IReadOnlyList<ConfirmedShop> Shops) : OrderEvent;

    /// <summary>Stock or slots were refused, so the whole order was: nothing of it stays held.</summary>
    internal sealed record Refused(IReadOnlyList<RefusedLine> Lines, IReadOnlyList<RefusedSlot> Slots) : OrderEvent;

    /// <summary>The hold passed before the order could be confirmed.</summary>
    internal sealed record HoldExpired : OrderEvent;

    /// <summary>The resident gave up while the order was still being confirmed.</summary>
    internal sealed record Abandoned : OrderEvent;

    internal sealed record ShopAccepted(ShopId ShopId, bool ByItself) : OrderEvent;

    /// <summary>The shop has begun: the resident can no longer cancel. A shop that says ready without having said this has begun too.</summary>
    internal sealed record ShopPreparationStarted(ShopId ShopId) : OrderEvent;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Finals">What was weighed or counted, for every line that is not declined.</param>
    /// <param name="TotalCents">The shop order's final amount.</param>
    /// <param name="RemindAt">When to remind who has not come; null when that moment had passed already, or was about to.</param>
    internal sealed record ShopReady(ShopId ShopId, IReadOnlyList<OfferQuantity> Finals, long TotalCents, DateTimeOffset? RemindAt) : OrderEvent;

    /// <summary>A tap was a slip and was taken back before anything followed from it: the shop's part stands again as it stood before.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Step">What was taken back: <c>accepted</c>, <c>preparing</c> or <c>ready</c>.</param>
    /// <param name="StepVersion">The last event of that tap.</param>
    /// <param name="Status">Where it stands again: <c>requested</c> or <c>accepted</c>.</param>
    /// <param name="InPreparation">Whether preparation had started before the tap.</param>
    /// <param name="TotalCents">The amount as it was before the tap.</param>
    internal sealed record ShopStepTakenBack(ShopId ShopId, string Step, long StepVersion, string Status, bool InPreparation, long TotalCents) : OrderEvent;

    /// <summary>The parcel is at the shared pickup point: whoever keeps that may hand it over.</summary>
    internal sealed record ShopParcelDeposited(ShopId ShopId) : OrderEvent;

    /// <summary>Whoever keeps the point looked for the parcel in vain: it stays open, and is being looked for.</summary>
    internal sealed record ShopParcelNotFound(ShopId ShopId) : OrderEvent;

    /// <summary>That the parcel is at the point was a slip, taken back before anything followed from it.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="StepVersion">The tap that was taken back.</param>
    /// <param name="Sought">Whether the parcel was being looked for before the tap, and is again: it had been said to be there once already.</param>
    internal sealed record ShopDepositTakenBack(ShopId ShopId, long StepVersion, bool Sought) : OrderEvent;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Offers">Which lines.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="TotalCents">The shop order's amount without them.</param>
    /// <param name="Missing">What the shop had set aside and did not find, or found unfit to sell: nothing of it goes back on the shelf. Null: all is there.</param>
    /// <param name="Substitutes">What of it is, or was offered as, a substitute: set aside for itself. Null: nothing.</param>
    internal sealed record LinesDeclined(ShopId ShopId, IReadOnlyList<OfferId> Offers, string Reason, long TotalCents, IReadOnlyList<MissingQuantity>? Missing = null,
        IReadOnlyList<HeldSubstitute>? Substitutes = null) : OrderEvent;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Missing">As of <see cref="LinesDeclined"/>.</param>
    /// <param name="Substitutes">As of <see cref="LinesDeclined"/>.</param>
    internal sealed record ShopDeclined(ShopId ShopId, string Reason, IReadOnlyList<MissingQuantity>? Missing = null, IReadOnlyList<HeldSubstitute>? Substitutes = null) : OrderEvent;

    /// <summary>The shop found less of a line than was ordered, and leaves it to the resident what is to become of it. With a substitute they are asked once that is set aside.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Proposal">The shop's own id for the question; never used twice in one shop order.</param>
    /// <param name="OfferId">Which line.</param>
    /// <param name="Found">How much of it there is.</param>
    /// <param name="AnswerBy">Then what is missing lapses.</param>
    /// <param name="Substitute">What is offered for what is missing; null: nothing.</param>
    internal sealed record ShortageProposed(ShopId ShopId, Guid Proposal, OfferId OfferId, long Found, DateTimeOffset AnswerBy, WantedSubstitute? Substitute = null) : OrderEvent;

    /// <summary>Catalog set the substitute aside: the resident can be asked.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Proposal">Of which question.</param>
    /// <param name="Line">As it is offered: at the offer's price, or at what the missing goods would have cost where the shop asks no more.</param>
    internal sealed record SubstituteHeld(ShopId ShopId, Guid Proposal, OrderLine Line) : OrderEvent;

    /// <summary>The substitute cannot be had either: nobody is asked, the line stands as it was ordered.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Proposal">Of which question.</param>
    /// <param name="Reason">Catalog's, or <c>dearer-than-paid</c>.</param>
    /// <param name="Available">How much there is.</param>
    /// <param name="Hold">It was set aside and goes back: refused here, not by Catalog.</param>
    internal sealed record SubstituteRefused(ShopId ShopId, Guid Proposal, string Reason, long Available, OrderId? Hold = null) : OrderEvent;

    /// <summary>The resident has answered.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Proposal">Which question.</param>
    /// <param name="OfferId">Which line.</param>
    /// <param name="Answer"><c>substitute</c>, <c>partial</c> or <c>drop</c>.</param>
    /// <param name="Gone">Nothing is left of the line itself.</param>
    /// <param name="TotalCents">The shop order's amount from now on.</param>
    /// <param name="Hold">The substitute's, taken or given back; null: none was offered.</param>
    /// <param name="Missing">As of <see cref="LinesDeclined"/>, of a line that is gone.</param>
    internal sealed record ShortageAnswered(ShopId ShopId, Guid Proposal, OfferId OfferId, string Answer, bool Gone, long TotalCents, OrderId? Hold = null,
        IReadOnlyList<MissingQuantity>? Missing = null) : OrderEvent;

    /// <summary>Nobody answered in time: what there is stays, what is missing lapses.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Proposal">Which question.</param>
    /// <param name="OfferId">Which line.</param>
    /// <param name="Gone">As of <see cref="ShortageAnswered"/>.</param>
    /// <param name="TotalCents">As of <see cref="ShortageAnswered"/>.</param>
    /// <param name="Hold">The substitute's, given back.</param>
    /// <param name="Missing">As of <see cref="ShortageAnswered"/>.</param>
    internal sealed record ShortageLapsed(ShopId ShopId, Guid Proposal, OfferId OfferId, bool Gone, long TotalCents, OrderId? Hold = null,
        IReadOnlyList<MissingQuantity>? Missing = null) : OrderEvent;

    /// <summary>The shop takes its question back, or nobody could be asked in time: the line stands as it was ordered.</summary>
    internal sealed record ShortageWithdrawn(ShopId ShopId, Guid Proposal, OrderId? Hold = null) : OrderEvent;

    internal sealed record ShopReminded(ShopId ShopId) : OrderEvent;

    /// <summary>The place closes on days that had been counted: the goods are kept for as many on which it is open.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="CollectUntil">Closing time of the last of them; only ever later than before.</param>
    /// <param name="RemindAt">When to remind who has not come by then, anew where that was done already.</param>
    internal sealed record ShopKeptLonger(ShopId ShopId, DateTimeOffset CollectUntil, DateTimeOffset RemindAt) : OrderEvent;

    /// <summary>The place is shut at the pickup's hour, since its hours have changed; or open then again. The pickup stays.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Version">Of what Merchants told of it.</param>
    /// <param name="Shut">False: open again.</param>
    /// <param name="Reopens">When it opens next; null: no opening is in sight, or it is not shut.</param>
    internal sealed record ShopSlotShut(ShopId ShopId, int Version, bool Shut, DateTimeOffset? Reopens) : OrderEvent;

    /// <summary>The shop makes it at another hour of that day. The pickup stays where it was, also where that is before it now.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="OfferId">Which line.</param>
    /// <param name="From">The hour that goes.</param>
    /// <param name="To">The hour from now on.</param>
    /// <param name="Version">Of the offer's stock when it moved: what moved earlier is not heard any more.</param>
    internal sealed record ShopBatchMoved(ShopId ShopId, OfferId OfferId, DateTimeOffset From, DateTimeOffset To, long Version) : OrderEvent;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Issued">What left the shop.</param>
    /// <param name="Missing">As of <see cref="LinesDeclined"/>.</param>
    /// <param name="Substitutes">As of <see cref="LinesDeclined"/>.</param>
    internal sealed record ShopCollected(ShopId ShopId, IReadOnlyList<OfferQuantity> Issued, IReadOnlyList<MissingQuantity>? Missing = null, IReadOnlyList<HeldSubstitute>? Substitutes = null) : OrderEvent;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Reason"><c>not-collected</c>, or <c>not-prepared</c> when the shop never made it ready.</param>
    /// <param name="Missing">As of <see cref="LinesDeclined"/>.</param>
    /// <param name="Substitutes">As of <see cref="LinesDeclined"/>.</param>
    internal sealed record ShopExpired(ShopId ShopId, string Reason, IReadOnlyList<MissingQuantity>? Missing = null, IReadOnlyList<HeldSubstitute>? Substitutes = null) : OrderEvent;

    /// <summary>The shop's part ended without its parcel, which lies at the shared pickup point, having been handed over: its goods are not on their shelf until they are brought back.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Status"><c>expired</c> or <c>declined</c>.</param>
    /// <param name="Reason">As of an expired or declined part whose goods are in the shop.</param>
    /// <param name="Point">Slug of the point where the parcel waits to be fetched.</param>
    internal sealed record ShopLeftAtPoint(ShopId ShopId, string Status, string Reason, string Point) : OrderEvent;

    /// <summary>The shop has fetched what was left at the point: its goods are on the shelf again.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Missing">As of <see cref="LinesDeclined"/>.</param>
    /// <param name="Substitutes">As of <see cref="LinesDeclined"/>.</param>
    internal sealed record ShopParcelBroughtBack(ShopId ShopId, IReadOnlyList<MissingQuantity>? Missing = null, IReadOnlyList<HeldSubstitute>? Substitutes = null) : OrderEvent;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Missing">As of <see cref="LinesDeclined"/>.</param>
    /// <param name="Substitutes">As of <see cref="LinesDeclined"/>.</param>
    internal sealed record ShopCancelled(ShopId ShopId, IReadOnlyList<MissingQuantity>? Missing = null, IReadOnlyList<HeldSubstitute>? Substitutes = null) : OrderEvent;

    /// <summary>Every shop order has ended.</summary>
    /// <param name="Outcome"><c>cancelled</c> when the resident cancelled all of them, else <c>completed</c>.</param>
    internal sealed record Completed(string Outcome) : OrderEvent;

    /// <summary>Catalog asked about a hold, or told of one that nobody wants any more: it stands, or it is to be given back.</summary>
    internal sealed record StockHoldSettled(bool Stands) : OrderEvent;

    /// <summary>The same for the places in the pickup slots.</summary>
    internal sealed record SlotHoldSettled(bool Stands) : OrderEvent;
}

/// <summary>How the order is paid.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PaymentKind>))]
internal enum PaymentKind
{
    /// <summary>A reservation: nothing is owed before the goods are handed over at the counter.</summary>
    [JsonStringEnumMemberName("in-shop")] InShop,

    /// <summary>A purchase: once for all shops, by card. It stands once the money is set aside; what is taken of it are the final amounts.</summary>
    [JsonStringEnumMemberName("card")] Card,
}

/// <summary>Name and slug are frozen: a shop that renames itself does not rewrite old orders.</summary>
internal sealed record PlacedShop(ShopId ShopId, string Slug, string Name, string SlotId, IReadOnlyList<PlacedLine> Lines);

/// <param name="ExpectedPieceGrams">What a piece was shown to weigh, about; 0: shown in grams. Null: nothing was said of it.</param>
/// <param name="AtMost">Up to how many grams was accepted; null: no more than <paramref name="Quantity"/>.</param>
internal sealed record PlacedLine(OfferId OfferId, long Quantity, long? ExpectedPriceCents, long? ExpectedPieceGrams = null, long? AtMost = null);

/// <param name="ShopId">Which shop.</param>
/// <param name="AcceptedByItself">Its stock is fed and fresh: its part of the order needs no acceptance by hand.</param>
/// <param name="Lines">As sold.</param>
internal sealed record ReservedShop(ShopId ShopId, bool AcceptedByItself, IReadOnlyList<OrderLine> Lines);

internal sealed record BookedSlot(ShopId ShopId, Pickup Pickup);

/// <param name="Accepted">It accepted by itself, in the same moment: <see cref="OrderEvent.ShopAccepted"/> says so next.</param>
internal sealed record ConfirmedShop(ShopId ShopId, long TotalCents, int Lines, DateTimeOffset PickupStart, DateTimeOffset PickupEnd, bool Accepted = false);

/// <summary>A line as it was sold, frozen when the stock was reserved.</summary>
/// <param name="BatchAt">When it is made, where it is made to order.</param>
/// <param name="PieceGrams">Ordered in pieces of about so many grams, whatever the shop says of them later; null: in grams, or by the piece.</param>
/// <param name="NoWithdrawal">Why there was no right to withdraw from it, or only unopened, when it was sold; null: there is.</param>
internal sealed record OrderLine(OfferId OfferId, string Sku, string? Ean13, string Title, string Category, SaleUnit Unit,
    long Quantity, long PriceCents, decimal VatRate, bool SecondHand, bool Alcohol, DateTimeOffset? BatchAt = null, long? PieceGrams = null, string? NoWithdrawal = null);

/// <summary>Where and when, frozen when the slot was booked.</summary>
internal sealed record Pickup(string SlotId, DateTimeOffset Start, DateTimeOffset End, PickupPlace Place, DateTimeOffset CollectUntil, DateTimeOffset RemindAt);

/// <param name="Kind"><c>shop</c> or <c>shared</c>.</param>
internal sealed record PickupPlace(string Kind, string Slug, string Name, string Street, string Postcode, string City, Position Position, string? Instructions);

/// <param name="Hold">Under which name it is to be set aside.</param>
/// <param name="OfferId">An offer of the same shop.</param>
/// <param name="Quantity">Pieces or grams.</param>
/// <param name="AtMostCents">No more than this is asked for all of it, whatever the offer costs; null: the offer's own price.</param>
internal sealed record WantedSubstitute(OrderId Hold, OfferId OfferId, long Quantity, long? AtMostCents = null);

/// <summary>A substitute is set aside in a name of its own: what becomes of it is told to Catalog in that name.</summary>
internal sealed record HeldSubstitute(OrderId Hold, OfferId OfferId);

internal sealed record OfferQuantity(OfferId OfferId, long Quantity);

/// <param name="Reason"><c>quality</c>: there, and unfit to sell. Null: not there.</param>
internal sealed record MissingQuantity(OfferId OfferId, long Quantity, string? Reason = null);

internal sealed record RefusedLine(ShopId ShopId, OfferId OfferId, string Reason, string? Title, long Requested, long Available, long? PriceCents, SaleUnit? Unit = null, long? PieceGrams = null);

internal sealed record RefusedSlot(ShopId ShopId, string SlotId, string Reason);
