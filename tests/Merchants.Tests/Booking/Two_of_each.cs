using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>Two processes of the service on one database.</summary>
public sealed class Two_of_each(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Share_out_the_places_of_a_slot_exactly()
    {
        await using var second = host.WithWebHostBuilder(_ => { });
        var (a, b) = (await host.OpenShopAsync("jumeau-a", s => s with { Slots = new SlotRules(30, 30, 0) }), await host.OpenShopAsync("jumeau-b", s => s with { Slots = new SlotRules(30, 300, 0) }));
        SlotBooking[] desks = [host.Services.GetRequiredService<SlotBooking>(), second.Services.GetRequiredService<SlotBooking>()];
        var orders = Enumerable.Range(0, 120).Select(_ => OrderId.New()).ToList();

        // Every order reaches both, as a message delivered twice does, its slots in either order.
        await Task.WhenAll(orders.SelectMany((order, i) => desks.Select((desk, d) => desk.BookAsync(new BookPickupSlots(order, TestClock.Morning.AddHours(8), (i + d) % 2 == 0
            ? [new(a.Id, "jumeau-a~20260612T0630Z"), new(b.Id, "jumeau-b~20260612T0630Z")]
            : [new(b.Id, "jumeau-b~20260612T0630Z"), new(a.Id, "jumeau-a~20260612T0630Z")]), None))));

        (await host.ScalarAsync<int>("select booked from slots where slot_id = 'jumeau-a~20260612T0630Z'")).ShouldBe(30);
        (await host.ScalarAsync<int>("select booked from slots where slot_id = 'jumeau-b~20260612T0630Z'")).ShouldBe(30);
        (await host.ScalarAsync<long>($"select count(*) from slot_orders where state = 'refused' and order_id = any('{{{string.Join(',', orders)}}}')")).ShouldBe(90);
        (await host.ScalarAsync<long>("select count(*) from slot_bookings where slot_id like 'jumeau-%'")).ShouldBe(60);
    }

    [Fact]
    public async Task A_booking_in_one_never_trusts_hours_that_the_other_has_changed()
    {
        await using var second = host.WithWebHostBuilder(_ => { });
        var shop = await host.OpenShopAsync("change", s => s with { Slots = new SlotRules(30, 10, 0) });
        var desk = second.Services.GetRequiredService<SlotBooking>();
        for (var i = 0; i < 10; i++)
        {
            await host.Operator.PutAsync("shops/change/exceptions", i % 2 == 0 ? [Week.Closed("2026-06-12", "2026-06-12")] : Array.Empty<ExceptionalHours>());

            // No waiting for the notification: the booking itself must notice.
            var order = OrderId.New();
            await desk.BookAsync(new BookPickupSlots(order, TestClock.Morning.AddHours(8), [new(shop.Id, "change~20260612T0630Z")]), None);

            (await host.FactsAsync(order))[0].ShouldBeOfType(i % 2 == 0 ? typeof(PickupSlotsRefused) : typeof(PickupSlotsBooked));
        }
    }

    [Fact]
    public async Task A_shop_that_gives_its_place_back_in_one_while_the_other_books_it_keeps_none()
    {
        var (a, b) = (await host.OpenShopAsync("rendu-a"), await host.OpenShopAsync("rendu-b"));
        var (desk, settling, database) = (host.Services.GetRequiredService<SlotBooking>(), host.Services.GetRequiredService<SlotSettling>(), host.Services.GetRequiredService<NpgsqlDataSource>());
        await desk.BookAsync(Of(OrderId.New()), None); // the slots have rows
        await using var other = await database.OpenConnectionAsync(None);
        await using var holds = await other.BeginTransactionAsync(None);
        await using (var hold = new NpgsqlCommand("select slot_id from slots where slot_id like 'rendu-%' order by slot_id for update", other, holds))
        {
            await hold.ExecuteNonQueryAsync(None);
        }

        var order = OrderId.New();
        var booking = Task.Run(() => desk.BookAsync(Of(order), None), None);
        await Eventually.BecomesAsync(() => host.ScalarAsync<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"), TimeSpan.FromSeconds(20));
        await settling.ReleaseAsync(new ReleasePickupSlots(order, b.Id), None); // it has looked at the order by now
        await holds.RollbackAsync(None);
        await booking;

        (await host.ScalarAsync<string>($"select string_agg(slot_id, ' ') from slot_bookings where order_id = '{order}'")).ShouldBe("rendu-a~20260612T0630Z");
        (await host.ScalarAsync<int>("select booked from slots where slot_id = 'rendu-b~20260612T0630Z'")).ShouldBe(1, "by the other order alone");

        BookPickupSlots Of(OrderId of) => new(of, TestClock.Morning.AddHours(8), [new(a.Id, "rendu-a~20260612T0630Z"), new(b.Id, "rendu-b~20260612T0630Z")]);
    }

    [Fact]
    public async Task A_change_in_one_is_soon_shown_by_the_other()
    {
        await using var second = host.WithWebHostBuilder(_ => { });
        using var there = second.CreateClient();
        await host.OpenShopAsync("echo");

        await Eventually.BecomesAsync(async () => (await there.GetAsync("/api/v1/shops/echo")).IsSuccessStatusCode, MerchantsHost.Patience);
    }
}
