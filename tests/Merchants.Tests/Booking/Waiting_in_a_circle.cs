using System.Runtime.ExceptionServices;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>
/// Bookings, confirmations and releases of the same slots and orders at once, in two processes. Keeps away the circle of a booking that holds a slot and
/// wants an order's row, and a release that holds the row and wants the slot: PostgreSQL ends such a wait after a second by failing one of them.
/// </summary>
public sealed class Waiting_in_a_circle(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Does_not_happen_between_bookings_and_settlings_of_overlapping_slots()
    {
        await using var second = host.WithWebHostBuilder(_ => { });
        var shops = new List<Shop>();
        foreach (var slug in new[] { "cercle-a", "cercle-b", "cercle-c" })
        {
            shops.Add(await host.OpenShopAsync(slug, s => s with { Slots = new SlotRules(30, 10_000, 0) }));
        }

        IServiceProvider[] processes = [host.Services, second.Services];
        SlotBooking[] desks = [.. processes.Select(p => p.GetRequiredService<SlotBooking>())];
        SlotSettling[] settlers = [.. processes.Select(p => p.GetRequiredService<SlotSettling>())];
        using var circles = new Circles();

        var last = new List<OrderId>();
        for (var round = 0; round < 12; round++)
        {
            var (random, earlier) = (new Random(round), last);
            last = [.. Enumerable.Range(0, 60).Select(_ => OrderId.New())];
            Func<Task>[] work =
            [
                .. last.SelectMany(o => desks.Select(d => (Func<Task>)(() => d.BookAsync(Command(o, random), None)))),
                .. last.Where((_, i) => i % 4 == 0).SelectMany(o => settlers.Select(s => (Func<Task>)(() => s.ReleaseAsync(new ReleasePickupSlots(o, null), None)))), // before, within or behind the booking
                .. earlier.Where((_, i) => i % 4 == 1).SelectMany(o => settlers.Select(s => (Func<Task>)(() => s.ReleaseAsync(new ReleasePickupSlots(o, null), None)))),
                .. earlier.Where((_, i) => i % 4 == 2).SelectMany(o => settlers.Select(s => (Func<Task>)(() => s.ConfirmAsync(o, None)))),
                .. earlier.Where((_, i) => i % 4 == 3).SelectMany(o => settlers.Select(s => (Func<Task>)(() => s.ReleaseAsync(new ReleasePickupSlots(o, shops[0].Id), None)))),
            ];
            random.Shuffle(work);
            await Task.WhenAll(work.Select(start => Task.Run(start)));
        }

        circles.Count.ShouldBe(0);
        (await host.ScalarAsync<long>(
            """
            select count(*) from slots s where s.slot_id like 'cercle-%' and s.booked <> (
                select count(distinct b.order_id) from slot_bookings b join slot_orders o on o.order_id = b.order_id
                where b.slot_id = s.slot_id and o.state in ('held', 'confirmed'))
            """)).ShouldBe(0, "and every place is counted once");

        BookPickupSlots Command(OrderId order, Random random)
        {
            var wanted = shops.ToArray();
            random.Shuffle(wanted);
            return new BookPickupSlots(order, TestClock.Morning.AddHours(8), [.. wanted.Select(s => new BookPickupSlots.Booking(s.Id, $"{s.Slug}~20260612T0{6 + random.Next(3)}30Z"))]);
        }
    }

    /// <summary>Waits in a circle that PostgreSQL has ended, counted as they surface in either process; whoever tries again afterwards hides them.</summary>
    private sealed class Circles : IDisposable
    {
        private int _count;

        internal Circles() => AppDomain.CurrentDomain.FirstChanceException += Note;

        internal int Count => _count;

        public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

        private void Note(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            if (thrown.Exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected })
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
