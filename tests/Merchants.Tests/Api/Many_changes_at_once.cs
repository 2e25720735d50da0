using System.Diagnostics;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>A program that sends all of its changes at once: more than there are connections.</summary>
public sealed class Many_changes_at_once(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private const int MoreThanThePool = 120;

    [Fact]
    public async Task All_are_taken_in_turn_and_orders_are_booked_meanwhile()
    {
        var shop = await host.OpenShopAsync("presse", s => s with { Slots = new SlotRules(30, 300, 0) });
        using var client = host.Operator;
        var booking = host.Services.GetRequiredService<SlotBooking>();
        var order = new BookPickupSlots(OrderId.New(), TestClock.Morning.AddHours(8), [new(shop.Id, "presse~20260612T0630Z")]);
        var watch = Stopwatch.StartNew();
        var changes = Enumerable.Range(0, MoreThanThePool).Select(n => client.PutAsync("shops/presse/exceptions", n % 2 == 0 ? [Week.Closed("2026-06-16", "2026-06-16")] : Array.Empty<ExceptionalHours>())).ToList();
        await booking.BookAsync(order, TestContext.Current.CancellationToken);
        await booking.BookAsync(order, TestContext.Current.CancellationToken); // answered before: the first answer is read again
        (await Task.WhenAll(changes)).Select(a => a.StatusCode).Distinct().ShouldBe([HttpStatusCode.OK]);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "nobody waited for a connection until it gave up");
        (await host.FactsAsync(order.OrderId, 2)).ShouldAllBe(f => f is PickupSlotsBooked);
    }
}
