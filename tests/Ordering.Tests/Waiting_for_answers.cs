using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>The other services are slow, silent, or answer too late. Nothing is lost, nothing stays held.</summary>
public sealed class Waiting_for_answers(Waiting_for_answers.ImpatientHost host) : IClassFixture<Waiting_for_answers.ImpatientHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>Here the outcome is meant to stay away.</summary>
    public sealed class ImpatientHost(Servers servers) : OrderingHost(servers)
    {
        protected override string AnswerSeconds => "2";
    }

    [Fact]
    public async Task An_order_whose_questions_were_lost_is_asked_for_again_and_confirmed()
    {
        Silence();
        using var answer = await PostAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var order = await ReadAsync<OrderView>(answer);
        (order.Status, order.PickupCode).ShouldBe(("pending", null));
        Speak();
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).Status == "confirmed", Long);
        host.Others.Of<ReserveStock>(order.OrderId).Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_process_that_dies_between_writing_and_asking_leaves_the_order_to_the_next()
    {
        Silence(); // what it sent is lost with it
        var shop = await host.ShopAsync(); // known before the process starts, which reads it then
        await using var doomed = host.Start();
        await ReadyAsync(doomed);
        var order = await PlaceAsync(doomed.CreateClient(), host.Basket((shop, OfferId.New(), 1)));
        await doomed.DisposeAsync();
        Speak();
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).Status == "confirmed", Long);
    }

    [Fact]
    public async Task Answers_that_come_together_and_twice_are_each_taken_once_and_what_nobody_ordered_is_given_back()
    {
        Silence();
        var (shop, ghost) = (await host.ShopAsync(), OrderId.New());
        var orders = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)))));
        await Eventually.BecomesAsync(() => orders.All(o => host.Others.Of<ReserveStock>(o.OrderId).Any()), Long);
        var batch = new StockAnswerBatch([.. orders.Select(o => host.Others.Reserved(host.Others.Of<ReserveStock>(o.OrderId).First())), new StockReserved(ghost, [])], []);

        var id = Guid.NewGuid();
        await host.Others.SayAsync(batch, id);
        await host.Others.SayAsync(batch, id);

        // Nobody's hold is given back each time that it is told of: both have come.
        await Eventually.BecomesAsync(() => host.Others.Of<ReleaseStock>(ghost).Count() == 2, Long);
        foreach (var order in orders)
        {
            (await host.ScalarAsync<long>("select count(*) from events where stream = $1 and type = 'order-stock-reserved.v1'", Order.StreamOf(order.OrderId))).ShouldBe(1);
        }
    }

    [Fact]
    public async Task An_answer_taken_by_another_process_wakes_the_wait_here()
    {
        Speak();
        await using var other = host.Start();
        await ReadyAsync(other);
        var shop = await host.ShopAsync();
        using var here = host.Anonymous;
        using var there = other.CreateClient();
        await Eventually.BecomesAsync(async () => (await PostAsync(there, host.Basket((shop, OfferId.New(), 1)))).IsSuccessStatusCode, Long); // it knows the shop
        var orders = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            using var answer = await PostAsync(i % 2 == 0 ? here : there, host.Basket((shop, OfferId.New(), 1)));
            return (answer.StatusCode, Order: await ReadAsync<OrderView>(answer));
        }));
        orders.ShouldAllBe(o => o.StatusCode == HttpStatusCode.Created && o.Order.Status == "confirmed");
    }

    [Fact]
    public async Task An_order_nobody_answers_lapses_and_everything_is_given_back()
    {
        Silence();
        var offer = OfferId.New();
        var order = await PlaceAsync(host.Anonymous, host.Basket((await host.ShopAsync(), offer, 1)));
        order.ShopOrders.Single().Lines.Select(l => (l.OfferId, l.Quantity, l.Title)).ShouldBe([(offer, 1, "")]);
        host.Clock.Pass(TimeSpan.FromMinutes(15));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).Status == "expired", Long);
        (await host.GetAsync(order)).ShopOrders.Single().Lines.Single().OfferId.ShouldBe(offer, "what was wanted can be ordered again");
        Speak();
        await host.Others.HearsAsync<ReleaseStock>(order.OrderId);
        await host.Others.HearsAsync<ReleasePickupSlots>(order.OrderId);
        await host.Others.HearsAsync<OrderEnded>(order.OrderId, m => m.Outcome == "expired");
        await Eventually.BecomesAsync(() => host.Mails.All.Any(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal)), Long);

        // The answer that comes after all is not believed.
        var before = host.Others.Of<ReleaseStock>(order.OrderId).Count();
        await host.Others.SayAsync(host.Others.Reserved(host.Others.Of<ReserveStock>(order.OrderId).First()));
        await Eventually.BecomesAsync(() => host.Others.Of<ReleaseStock>(order.OrderId).Count() > before, Long);
        (await host.GetAsync(order)).Status.ShouldBe("expired");
    }

    [Fact]
    public async Task A_hold_asked_about_is_confirmed_when_the_order_stands()
    {
        Speak();
        var order = await PlaceAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)));
        await host.Others.HearsAsync<OrderConfirmed>(order.OrderId);
        await host.Others.SayAsync(new StockHoldOverdue(order.OrderId));
        await host.Others.SayAsync(new SlotHoldOverdue(order.OrderId));
        await Eventually.BecomesAsync(() => host.Others.Of<ConfirmStock>(order.OrderId).Count() == 1 && host.Others.Of<ConfirmPickupSlots>(order.OrderId).Count() == 1, Long);
    }

    [Fact]
    public async Task A_hold_of_an_order_that_does_not_exist_is_given_back()
    {
        var ghost = OrderId.New();
        await host.Others.SayAsync(new StockHoldOverdue(ghost));
        await host.Others.SayAsync(new SlotHoldOverdue(ghost));
        await host.Others.HearsAsync<ReleaseStock>(ghost);
        await host.Others.HearsAsync<ReleasePickupSlots>(ghost);
        (await host.ScalarAsync<long>("select count(*) from events where stream = $1", Order.StreamOf(ghost))).ShouldBe(0);
    }

    [Fact]
    public async Task A_code_already_in_use_is_drawn_again()
    {
        Speak();
        var shop = await host.ShopAsync();
        var taken = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        Silence();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var answers = host.App.Services.GetRequiredService<OrderAnswers>();
        var asked = host.Others.Of<ReserveStock>(order.OrderId).First();
        var booked = host.Others.Booked(host.Others.Of<BookPickupSlots>(order.OrderId).First()).Bookings.Single();
        var place = new Orders.PickupPlace("shop", "a", "b", "c", "d", "e", new Position(1, 2), null);
        await answers.AddAsync(new OrderAnswer(order.OrderId, new OrderCommand.NoteStockReserved([new ReservedShop(shop.Id, false,
            [.. asked.Shops[0].Lines.Select(l => new OrderLine(l.OfferId, "S", null, "Pain", "bread", SaleUnit.Piece, l.Quantity, 450, 5.5m, false, false))])], taken.PickupCode!), Guid.NewGuid()), default);
        await answers.AddAsync(new OrderAnswer(order.OrderId, new OrderCommand.NoteSlotsBooked(
            [new BookedSlot(shop.Id, new Pickup(booked.SlotId, booked.Start, booked.End, place, booked.CollectUntil, booked.RemindAt))], taken.PickupCode!), Guid.NewGuid()), default);
        var confirmed = await host.GetAsync(order);
        confirmed.Status.ShouldBe("confirmed");
        confirmed.PickupCode.ShouldNotBe(taken.PickupCode);
        Speak();
    }

    private void Silence() => (host.Others.Stock, host.Others.Slots) = (_ => null, _ => null);

    private void Speak() => (host.Others.Stock, host.Others.Slots) = (host.Others.Reserved, host.Others.Booked);
}
