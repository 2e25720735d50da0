using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;

namespace Marketplace.Ordering.Orders;

/// <summary>What someone wants of an order. Time, ids and codes come in with the command: the decider asks nothing of the world.</summary>
internal abstract partial record OrderCommand
{
    private OrderCommand() { }

    internal sealed record Place(OrderId Order, string Town, PaymentKind Payment, DateTimeOffset HoldExpiresAt, IReadOnlyList<PlacedShop> Shops, string? Terms = null, Commission? Commission = null) : OrderCommand;

    // Answers of Catalog and Merchants. They come late, twice, or in any order.

    /// <param name="Shops">The priced lines.</param>
    /// <param name="PickupCode">The code the order gets if this confirms it.</param>
    internal sealed record NoteStockReserved(IReadOnlyList<ReservedShop> Shops, string PickupCode) : OrderCommand;
    internal sealed record NoteStockRefused(IReadOnlyList<RefusedLine> Lines) : OrderCommand;
    internal sealed record NoteSlotsBooked(IReadOnlyList<BookedSlot> Bookings, string PickupCode) : OrderCommand;
    internal sealed record NoteSlotsRefused(IReadOnlyList<RefusedSlot> Slots) : OrderCommand;
    internal sealed record AnswerStockHold(DateTimeOffset Now) : OrderCommand;
    internal sealed record AnswerSlotHold(DateTimeOffset Now) : OrderCommand;

    /// <summary>Hours have changed: how long a shop's goods are kept by them.</summary>
    internal sealed record NoteDeadline(ShopId ShopId, DateTimeOffset CollectUntil, DateTimeOffset RemindAt, DateTimeOffset Now) : OrderCommand;

    /// <summary>Hours have changed: the place is shut at the pickup's, or open then again.</summary>
    internal sealed record NoteSlotShut(ShopId ShopId, int Version, bool Shut, DateTimeOffset? Reopens) : OrderCommand;

    /// <summary>The shop makes a line at another hour.</summary>
    internal sealed record NoteBatchMoved(ShopId ShopId, OfferId OfferId, DateTimeOffset From, DateTimeOffset To, long Version, OrderId? Hold = null) : OrderCommand;

    /// <summary>Does whatever is due at this moment: the hold's end, a reminder, goods nobody collected.</summary>
    internal sealed record PassTime(DateTimeOffset Now) : OrderCommand;

    /// <summary>The resident cancels one shop order, or (null) all that can still be cancelled.</summary>
    internal sealed record Cancel(ShopId? ShopId) : OrderCommand;

    // The shop.

    internal sealed record Accept(ShopId ShopId) : OrderCommand;

    /// <summary>Someone cuts, weighs or wraps: from now on the resident can no longer cancel by a click.</summary>
    internal sealed record StartPreparing(ShopId ShopId) : OrderCommand;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Finals">Weights or counts that differ from what was ordered; 0: there is none left.</param>
    /// <param name="Now">Decides whether a reminder still makes sense.</param>
    internal sealed record MakeReady(ShopId ShopId, IReadOnlyList<OfferQuantity> Finals, DateTimeOffset Now) : OrderCommand;

    /// <summary>The shop has brought its parcel to the shared pickup point.</summary>
    internal sealed record Deposit(ShopId ShopId) : OrderCommand;

    /// <summary>The shop has fetched its parcel from the point: nobody collected it there in time.</summary>
    internal sealed record BringBack(ShopId ShopId) : OrderCommand;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Reason">Shown to the resident.</param>
    /// <param name="Offers">Some lines, or (null) all.</param>
    internal sealed record Decline(ShopId ShopId, string Reason, IReadOnlyList<OfferId>? Offers) : OrderCommand;

    /// <summary>The shop found less of a line than was ordered and asks its resident.</summary>
    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Proposal">The shop's id for the question.</param>
    /// <param name="OfferId">Which line.</param>
    /// <param name="Found">How much there is.</param>
    /// <param name="Substitute">What it offers for the rest.</param>
    /// <param name="NoDearer">It asks no more for the substitute than what is missing would have cost.</param>
    /// <param name="AnswerBy">Until when; null: two hours, or until people come.</param>
    /// <param name="Now">From when that counts.</param>
    internal sealed record ProposeForShortage(ShopId ShopId, Guid Proposal, OfferId OfferId, long Found, OfferQuantity? Substitute, bool NoDearer, DateTimeOffset? AnswerBy, DateTimeOffset Now) : OrderCommand;

    internal sealed record WithdrawProposal(ShopId ShopId, Guid Proposal) : OrderCommand;

    /// <summary>The resident's answer.</summary>
    /// <param name="Proposal">Which question.</param>
    /// <param name="Answer"><c>substitute</c>, <c>partial</c> or <c>drop</c>.</param>
    /// <param name="AgreedCents">What they were shown that the substitute costs: asked for where it is dearer than what is missing.</param>
    /// <param name="Now">Decides whether it is in time.</param>
    internal sealed record AnswerProposal(Guid Proposal, string Answer, long? AgreedCents, DateTimeOffset Now) : OrderCommand;

    /// <summary>Catalog's answers about a substitute. They come late, twice, or after all is over.</summary>
    internal sealed record NoteSubstituteHeld(ShopId ShopId, Guid Proposal, OrderLine Line, DateTimeOffset Now) : OrderCommand;
    internal sealed record NoteSubstituteRefused(ShopId ShopId, Guid Proposal, string Reason, long Available) : OrderCommand;

    /// <param name="ShopId">Which shop order.</param>
    /// <param name="Code">The resident's.</param>
    /// <param name="Payment">How it is paid, as whoever hands over saw it; null: they saw nothing of it.</param>
    internal sealed record HandOver(ShopId ShopId, string Code, string? Payment = null) : OrderCommand;

    /// <summary>Who keeps a shared pickup point gives out parcels of several shops.</summary>
    /// <param name="Point">Which point.</param>
    /// <param name="Code">The resident's.</param>
    /// <param name="Parcels">Whose parcels, as they were seen to lie there: all of them or none.</param>
    /// <param name="NotFound">Whose parcels are said to lie there and do not.</param>
    internal sealed record HandOverAtPoint(string Point, string Code, IReadOnlyList<ShopId> Parcels, IReadOnlyList<ShopId> NotFound) : OrderCommand;
}
