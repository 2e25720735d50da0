using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>The decision alone, over any batch of orders and any state of the slots.</summary>
public sealed class Sharing_out_places
{
    private static readonly ShopRecord[] Shops =
        [.. Enumerable.Range(0, 4).Select(i => new ShopRecord(ShopId.New(), ["oullins"], "published", Examples.Shop($"s{i}") with { Slots = new SlotRules(30, 3, 0) }, [], 1))];

    private static readonly Snapshot Directory = new(1, [], Shops, []);

    private static readonly Gen<(BookPickupSlots[] Orders, int[] Booked)> Batches =
        from wishes in Gen.ListOf(Gen.SubListOf(Enumerable.Range(0, 4)))
        from booked in Gen.ArrayOf(Gen.Choose(0, 3), 4)
        select (wishes.Select(w => new BookPickupSlots(OrderId.New(), default, [.. w.Select(i => new BookPickupSlots.Booking(Shops[i].Id, SlotOf(i)))])).ToArray(), booked);

    [Fact]
    public void Never_exceeds_a_capacity_and_never_splits_an_order() => Check((orders, booked, decisions, taken) =>
    {
        for (var i = 0; i < 4; i++)
        {
            var places = decisions.Count(d => d.Held.Any(h => h.SlotId == SlotOf(i)));
            (booked[i] + places).ShouldBeLessThanOrEqualTo(3);
            taken.Where(t => t.SlotId == SlotOf(i)).Sum(t => t.Places).ShouldBe(places);
        }

        orders.Zip(decisions).ShouldAllBe(p => p.Second.Held.Count == 0 || p.Second.Held.Count == p.First.Bookings.Count);
        decisions.ShouldAllBe(d => (d.Outcome == SlotOutcome.Booked) == (d.Fact is PickupSlotsBooked));
    });

    [Fact]
    public void Refuses_only_for_want_of_a_place_taken_by_those_before() => Check((orders, booked, decisions, _) =>
    {
        var left = booked.Select(b => 3 - b).ToArray();
        foreach (var (order, decision) in orders.Zip(decisions))
        {
            var wanted = order.Bookings.Select(b => Array.FindIndex(Shops, s => s.Id == b.ShopId)).ToList();
            var full = wanted.Where(i => left[i] == 0).Select(SlotOf);
            ((decision.Fact as PickupSlotsRefused)?.Refusals.Select(r => r.SlotId) ?? []).ShouldBe(full, ignoreOrder: true);
            if (decision.Outcome == SlotOutcome.Booked)
            {
                wanted.ForEach(i => left[i]--);
            }
        }
    });

    private static string SlotOf(int shop) => $"s{shop}~20260612T0630Z";

    private static void Check(Action<BookPickupSlots[], int[], IReadOnlyList<SlotDecision>, IReadOnlyList<(string SlotId, int Places, int Capacity)>> property) =>
        Prop.ForAll(Batches.ToArbitrary(), batch =>
        {
            var allocation = new SlotAllocation(batch.Orders, booking => BookingDesk.Assess(booking, Directory, Week.At("2026-06-10T07:00")));
            for (var i = 0; i < 4; i++)
            {
                allocation.Booked(SlotOf(i), batch.Booked[i]);
            }

            var decisions = allocation.Decide();
            property(batch.Orders, batch.Booked, decisions, allocation.Taken);
        }).QuickCheckThrowOnFailure();
}
