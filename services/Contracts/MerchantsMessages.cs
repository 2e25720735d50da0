using MassTransit;

namespace Marketplace.Contracts.Merchants;

/// <summary>Every slot has a place for the order; where and when, to be frozen on the order.</summary>
[MessageUrn("marketplace:pickup-slots-booked:v1"), EntityName("marketplace.pickup-slots-booked.v1")]
public sealed record PickupSlotsBooked(OrderId OrderId, IReadOnlyList<PickupSlotsBooked.Booking> Bookings)
{
    /// <param name="CollectUntil">End of the last opening day on which the goods are kept.</param>
    /// <param name="RemindAt">When to remind a resident who has not come.</param>
    public sealed record Booking(ShopId ShopId, string SlotId, DateTimeOffset Start, DateTimeOffset End,
        PickupPlace Place, DateTimeOffset CollectUntil, DateTimeOffset RemindAt);
}

/// <summary>Where goods are collected, as it was when the order was placed. <c>Kind</c> is <c>shop</c> or <c>shared</c>.</summary>
public sealed record PickupPlace(string Kind, string Slug, string Name, string Street, string Postcode, string City, Position Position, string? Instructions);

/// <summary>No place was taken; why, shop by shop.</summary>
[MessageUrn("marketplace:pickup-slots-refused:v1"), EntityName("marketplace.pickup-slots-refused.v1")]
public sealed record PickupSlotsRefused(OrderId OrderId, IReadOnlyList<PickupSlotsRefused.Refusal> Refusals)
{
    /// <param name="Reason"><c>slot-full</c>, <c>slot-past</c> (also: past its cut-off), <c>slot-closed</c> (the shop closed meanwhile), <c>unknown-slot</c> (none such, or of another shop), <c>shop-closed</c> (shop suspended).</param>
    public sealed record Refusal(ShopId ShopId, string SlotId, string Reason);
}

/// <summary>The answers of one batch in one message.</summary>
[MessageUrn("marketplace:pickup-slots-answer-batch:v1"), EntityName("marketplace.pickup-slots-answer-batch.v1")]
public sealed record PickupSlotsAnswerBatch(IReadOnlyList<PickupSlotsBooked> Booked, IReadOnlyList<PickupSlotsRefused> Refused);

/// <summary>A hold on slots passed its expiry: Ordering answers with <c>ConfirmPickupSlots</c> or <c>ReleasePickupSlots</c>.</summary>
[MessageUrn("marketplace:slot-hold-overdue:v1"), EntityName("marketplace.slot-hold-overdue.v1")]
public sealed record SlotHoldOverdue(OrderId OrderId);

/// <summary>The hours of the place have changed since the slot was booked: how long the goods are kept by them. A time that is not later than the known one changes nothing.</summary>
[MessageUrn("marketplace:pickup-deadline-moved:v1"), EntityName("marketplace.pickup-deadline-moved.v1")]
public sealed record PickupDeadlineMoved(OrderId OrderId, ShopId ShopId, DateTimeOffset CollectUntil, DateTimeOffset RemindAt);

/// <summary>The place is shut at the hour of a booked slot, since its hours have changed; or, after that was told, open then again. Neither the booking nor the order ends by it.</summary>
/// <param name="Version">Counts what was told of this booking: a lower one than the one known is dropped.</param>
/// <param name="Shut">False: it is open then again.</param>
/// <param name="Reopens">When it opens next after the slot's start; null: no opening is in sight, or it is not shut.</param>
[MessageUrn("marketplace:pickup-slot-shut:v1"), EntityName("marketplace.pickup-slot-shut.v1")]
public sealed record PickupSlotShut(OrderId OrderId, ShopId ShopId, int Version, bool Shut, DateTimeOffset? Reopens);

/// <summary>A shop as it stands, whole: the other services keep it in their shop directory. A lower version than the one known is dropped.</summary>
/// <param name="Status"><c>draft</c>, <c>published</c> or <c>suspended</c>; only a published shop sells.</param>
/// <param name="KeepsPoint">Slug of the shared pickup point that this shop keeps, if any.</param>
[MessageUrn("marketplace:shop-changed:v1"), EntityName("marketplace.shop-changed.v1")]
public sealed record ShopChanged(ShopId ShopId, long Version, string Slug, string Status, IReadOnlyList<string> Towns, string Name, string Kind,
    string Street, string Postcode, string City, Position Position, string? Phone, string? Email, bool Demo, string? KeepsPoint = null);

/// <summary>When the shop's coming pickups start, for the next days: what lists need to show "à retirer dès…". Replaces what was known before.</summary>
/// <param name="LastReady">Of each of the coming days on which its goods can be collected anywhere, the latest hour of a batch that still can be (<see cref="BatchPickups"/>), as far as slots are booked ahead: a day that is not named has no pickups. Null (from an older sender, of a shop that does not sell): not said.</param>
[MessageUrn("marketplace:pickup-outlook-changed:v1"), EntityName("marketplace.pickup-outlook-changed.v1")]
public sealed record PickupOutlookChanged(ShopId ShopId, long Version, IReadOnlyList<PickupOutlookChanged.Slot> Slots, IReadOnlyList<DateTimeOffset>? LastReady = null)
{
    /// <param name="BookableUntil">The slot can be booked before this instant (lead time and cut-off counted).</param>
    /// <param name="Point">Slug of the shared pickup point whose slot it is; null: at the shop.</param>
    public sealed record Slot(DateTimeOffset Start, DateTimeOffset End, DateTimeOffset BookableUntil, string? Point = null);
}

/// <summary>A shop's API key was made. Only its SHA-256 travels (lower-case hexadecimal).</summary>
[MessageUrn("marketplace:api-key-issued:v1"), EntityName("marketplace.api-key-issued.v1")]
public sealed record ApiKeyIssued(Guid KeyId, ShopId ShopId, string Hash, IReadOnlyList<string> Scopes);

[MessageUrn("marketplace:api-key-revoked:v1"), EntityName("marketplace.api-key-revoked.v1")]
public sealed record ApiKeyRevoked(Guid KeyId, ShopId ShopId);

/// <summary>A shop's key was used, told by the service that it was used at, about once an hour and process. May be lost: the next use tells it again.</summary>
[MessageUrn("marketplace:api-key-used:v1"), EntityName("marketplace.api-key-used.v1")]
public sealed record ApiKeyUsed(Guid KeyId, DateTimeOffset At);
