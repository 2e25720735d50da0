using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Directory;
using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <summary>What the calendar says of one booking; the capacity is asked afterwards.</summary>
/// <param name="Refused">Null: the slot exists and may be booked now.</param>
/// <param name="KeptDays">Opening days of the place for which uncollected goods are kept there.</param>
internal sealed record Assessed(BookPickupSlots.Booking Booking, string? Refused, Place? Place, Slot? Slot, int KeptDays = 0);

/// <summary>Judges bookings by the calendar as it is now, not as it was when the resident chose (FIELD §3.4). Pure.</summary>
internal static class BookingDesk
{
    public static Assessed Assess(BookPickupSlots.Booking booking, Snapshot directory, Instant now)
    {
        if (directory.Shops.GetValueOrDefault(booking.ShopId) is not { IsPublished: true } shop)
        {
            return new Assessed(booking, Reasons.ShopClosed, null, null);
        }

        if (!SlotId.TryParse(booking.SlotId, out var id) || PlaceOf(id.Place, shop, directory) is not { } place)
        {
            return new Assessed(booking, Reasons.UnknownSlot, null, null);
        }

        var (state, slot) = place.Calendar.Find(id.Start, now);
        return state switch
        {
            // At a shared point the goods come from the shop: its own lead time, cut-off and days of leave count as well.
            SlotState.Open when place != shop.Place && shop.Place.Calendar.Opening.IsAwayOn(slot!.Date) => new Assessed(booking, Reasons.SlotClosed, null, null),
            SlotState.Open when now < shop.Place.Calendar.BookableUntil(slot!.Date, slot.Start) => new Assessed(booking, null, place, slot, HoldDeadline.DaysAt(place, shop.Place)),
            SlotState.Open or SlotState.Past => new Assessed(booking, Reasons.SlotPast, null, null),
            SlotState.Closed => new Assessed(booking, Reasons.SlotClosed, null, null),
            _ => new Assessed(booking, Reasons.UnknownSlot, null, null),
        };
    }

    public static PickupSlotsBooked.Booking Freeze(Assessed booking)
    {
        var (place, slot) = (booking.Place!, booking.Slot!);
        var deadline = HoldDeadline.After(place.Calendar.Opening, slot, booking.KeptDays);
        return new PickupSlotsBooked.Booking(booking.Booking.ShopId, booking.Booking.SlotId, Paris.Offset(slot.Start), Paris.Offset(slot.End),
            place.Frozen, Paris.Offset(deadline.CollectUntil), Paris.Offset(deadline.RemindAt));
    }

    private static Place? PlaceOf(string slug, ShopRecord shop, Snapshot directory) =>
        slug == shop.Slug ? shop.Place
        : directory.Points.GetValueOrDefault(slug) is { } point && shop.Towns.Contains(point.Town) ? point.Place
        : null;
}

/// <summary>Why no place was taken, as <see cref="PickupSlotsRefused"/> says it.</summary>
internal static class Reasons
{
    public const string SlotFull = "slot-full";
    public const string SlotPast = "slot-past";
    public const string SlotClosed = "slot-closed";
    public const string UnknownSlot = "unknown-slot";
    public const string ShopClosed = "shop-closed";
}
