using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Directory;

namespace Marketplace.Merchants.Slots;

internal enum SlotOutcome
{
    Booked,
    Refused,

    /// <summary>Answered before, and the answer stands.</summary>
    Repeated,

    /// <summary>Released, before or after the booking: the command has no effect and no answer.</summary>
    Released,
}

/// <param name="Held">Bookings that take a place; an order of which one shop was released early is answered for all and holds for the others.</param>
internal sealed record SlotDecision(OrderId Order, SlotOutcome Outcome, DateTimeOffset ExpiresAt, object? Fact, IReadOnlyList<PickupSlotsBooked.Booking> Held);

internal sealed record WantedSlot(string SlotId, Place Place, Slot Slot)
{
    public int Capacity => Place.Calendar.Rules.Capacity;
}

/// <summary>Shares out the places of a batch of orders, first come first served, each order whole or not at all. Pure: it is told what is stored.</summary>
internal sealed class SlotAllocation
{
    private readonly IReadOnlyList<(BookPickupSlots Command, IReadOnlyList<Assessed> Bookings)> _orders;
    private readonly Dictionary<OrderId, (string State, Guid[] ReleasedShops)> _known = [];
    private readonly Dictionary<string, int> _booked = [];
    private readonly Dictionary<string, int> _taken = [];
    private readonly Dictionary<string, WantedSlot> _wanted;

    public SlotAllocation(IReadOnlyList<BookPickupSlots> orders, Func<BookPickupSlots.Booking, Assessed> assess)
    {
        _orders = [.. orders.Select(o => (o, (IReadOnlyList<Assessed>)[.. o.Bookings.DistinctBy(b => b.ShopId).Select(assess)]))];

        // An order that the calendar refuses locks nothing.
        _wanted = _orders.Where(o => o.Bookings.All(b => b.Refused is null)).SelectMany(o => o.Bookings)
            .DistinctBy(b => b.Booking.SlotId).ToDictionary(b => b.Booking.SlotId, b => new WantedSlot(b.Booking.SlotId, b.Place!, b.Slot!));
        Wanted = [.. _wanted.Values];
    }

    /// <summary>The slots whose rows must be locked.</summary>
    public IReadOnlyList<WantedSlot> Wanted { get; }

    public IReadOnlyList<(string SlotId, int Places, int Capacity)> Taken => [.. _taken.Select(t => (t.Key, t.Value, _wanted[t.Key].Capacity))];

    public void Know(OrderId order, string state, Guid[] releasedShops) => _known[order] = (state, releasedShops);

    /// <summary>Of which shops the order's booking had been given up before it was decided.</summary>
    public Guid[] ReleasedBefore(OrderId order) => _known.TryGetValue(order, out var known) ? known.ReleasedShops : [];

    public void Booked(string slotId, int booked) => _booked[slotId] = booked;

    public IReadOnlyList<SlotDecision> Decide() => [.. _orders.Select(o => Decide(o.Command, o.Bookings))];

    private SlotDecision Decide(BookPickupSlots command, IReadOnlyList<Assessed> bookings)
    {
        var order = command.OrderId;
        var released = Array.Empty<Guid>();
        if (_known.TryGetValue(order, out var known))
        {
            if (known.State != "early")
            {
                return new SlotDecision(order, known.State == "released" ? SlotOutcome.Released : SlotOutcome.Repeated, default, null, []);
            }

            released = known.ReleasedShops;
        }

        var refusals = bookings.Select(b => (b, Reason: b.Refused)).Where(b => b.Reason is not null).ToList();
        var slots = bookings.Where(b => !released.Contains(b.Booking.ShopId.Value)).Select(b => b.Booking.SlotId).ToHashSet();
        if (refusals.Count == 0)
        {
            refusals = [.. bookings.Where(b => slots.Contains(b.Booking.SlotId) && !HasRoom(b.Booking.SlotId)).Select(b => (b, (string?)Reasons.SlotFull))];
        }

        if (refusals.Count > 0)
        {
            return new SlotDecision(order, SlotOutcome.Refused, default,
                new PickupSlotsRefused(order, [.. refusals.Select(r => new PickupSlotsRefused.Refusal(r.b.Booking.ShopId, r.b.Booking.SlotId, r.Reason!))]), []);
        }

        foreach (var slot in slots)
        {
            _taken[slot] = _taken.GetValueOrDefault(slot) + 1;
        }

        var booked = new PickupSlotsBooked(order, [.. bookings.Select(BookingDesk.Freeze)]);
        return new SlotDecision(order, SlotOutcome.Booked, command.ExpiresAt, booked, [.. booked.Bookings.Where(b => !released.Contains(b.ShopId.Value))]);
    }

    private bool HasRoom(string slotId) => _booked[slotId] + _taken.GetValueOrDefault(slotId) < _wanted[slotId].Capacity;
}
