using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>The shop makes its batch at another hour: the order knows, its pickup stays, and who would come too early is told.</summary>
public sealed class Moving_a_batch(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly DateTimeOffset Seven = SlotStart.AddHours(-3);
    private static readonly OrderEvent.StockReserved FromABatch = new([Reserved.Shops[0] with { Lines = [Reserved.Shops[0].Lines[0] with { BatchAt = Seven }, Reserved.Shops[0].Lines[1]] }, Reserved.Shops[1]]);
    private static readonly OrderEvent[] Made = [Placed, FromABatch, Booked, Confirmed, BookshopAccepted];

    [Fact]
    public void Is_remembered_with_the_line_and_moves_nothing_else()
    {
        var moved = Given(Made).When(Move(Seven, Seven.AddHours(4), 5));
        moved.Then(new OrderEvent.ShopBatchMoved(Bakery, Bread, Seven, Seven.AddHours(4), 5));
        var (before, after) = (((Orders.Order.Confirmed)moved.Before).Find(Bakery)!, ((Orders.Order.Confirmed)moved.After).Find(Bakery)!);
        after.Lines[0].Sold.ShouldBe(before.Lines[0].Sold with { BatchAt = Seven.AddHours(4) });
        (after.Pickup, after.Status, after.TotalCents, after.Lines[1]).ShouldBe((before.Pickup, before.Status, before.TotalCents, before.Lines[1]));
    }

    [Fact]
    public void Told_twice_late_or_in_another_order_it_is_where_it_moved_last()
    {
        var last = Given(Made).When(Move(Seven.AddHours(1), Seven.AddHours(4), 6)).After;
        OrderDecider.Decide(Move(Seven.AddHours(1), Seven.AddHours(4), 6), last).ShouldBeEmpty("delivered twice");
        OrderDecider.Decide(Move(Seven, Seven.AddHours(1), 5), last).ShouldBeEmpty("the one before it comes later");
        // There and back, the way back first: what is heard after it is of before.
        var back = Given(Made).When(Move(Seven.AddHours(1), Seven, 6)).Then(new OrderEvent.ShopBatchMoved(Bakery, Bread, Seven.AddHours(1), Seven, 6)).After;
        OrderDecider.Decide(Move(Seven, Seven.AddHours(1), 5), back).ShouldBeEmpty();
    }

    [Fact]
    public void Is_heard_before_the_goods_are_said_to_be_held()
    {
        var early = Given(Placed).When(Move(Seven, Seven.AddHours(4), 5));
        early.Then(new OrderEvent.ShopBatchMoved(Bakery, Bread, Seven, Seven.AddHours(4), 5));
        OrderDecider.Decide(Move(Seven, Seven.AddHours(2), 4), early.After).ShouldBeEmpty();
        var standing = (Orders.Order.Confirmed)new OrderEvent[] { FromABatch, Booked, Confirmed }.Aggregate(early.After, Orders.Order.Evolve);
        standing.Find(Bakery)!.Lines[0].Sold.BatchAt.ShouldBe(Seven.AddHours(4));
    }

    [Fact]
    public void Is_nothing_to_what_is_on_the_shelf_to_others_and_to_what_has_ended()
    {
        Given(Standing).When(Move(Seven, Seven.AddHours(4), 5)).ThenNothing();
        Given(Made).When(new OrderCommand.NoteBatchMoved(Bakery, Rolls, Seven, Seven.AddHours(4), 5)).ThenNothing();
        Given(Placed).When(new OrderCommand.NoteBatchMoved(Bakery, Novel, Seven, Seven.AddHours(4), 5)).ThenNothing();
        Given([.. Made, new OrderEvent.ShopCancelled(Bakery)]).When(Move(Seven, Seven.AddHours(4), 5)).ThenNothing();
        Given([Placed, new OrderEvent.HoldExpired()]).When(Move(Seven, Seven.AddHours(4), 5)).ThenNothing();
    }

    [Fact]
    public void Of_a_substitute_it_is_found_by_the_name_in_which_that_is_held_offered_or_taken()
    {
        var hold = Lack.HoldOf(Sample.Order, Bakery, Proposal(2));
        var asked = new OrderEvent.ShortageProposed(Bakery, Proposal(2), Bread, 0, Now.AddHours(2), new(hold, Rolls, 2));
        var held = new OrderEvent.SubstituteHeld(Bakery, Proposal(2), RollsLine with { BatchAt = Seven });
        var taken = new OrderEvent.ShortageAnswered(Bakery, Proposal(2), Bread, "substitute", true, 1980, hold, [new(Bread, 2)]);
        OrderEvent[] offered = [.. Standing, BakeryAccepted, asked, held];
        var moves = new OrderCommand.NoteBatchMoved(Bakery, Rolls, Seven, Seven.AddHours(4), 5, hold);

        // While it is offered, once it is taken, and before Catalog's word that it is set aside is heard.
        foreach (var (before, then) in new[] { (offered, new OrderEvent[] { taken }), ([.. offered, taken], []), ([.. Standing, BakeryAccepted, asked], [held, taken]) })
        {
            var moved = Given(before).When(moves).Then(new OrderEvent.ShopBatchMoved(Bakery, Rolls, Seven, Seven.AddHours(4), 5));
            var shop = ((Orders.Order.Confirmed)then.Aggregate(moved.After, Orders.Order.Evolve)).Find(Bakery)!;
            shop.Lines.Single(l => l.Hold == hold).Sold.BatchAt.ShouldBe(Seven.AddHours(4));
            shop.TooLate.Single().Sold.OfferId.ShouldBe(Rolls);
            OrderDecider.Decide(moves, moved.After).ShouldBeEmpty("delivered twice");
            OrderDecider.Decide(moves with { Version = 4 }, then.Aggregate(moved.After, Orders.Order.Evolve)).ShouldBeEmpty("the one before it comes later");
        }

        Given([.. offered, taken]).When(moves with { Hold = null }).ThenNothing();
        Given([.. offered, taken]).When(moves with { Hold = Lack.HoldOf(Sample.Order, Bakery, Proposal(1)) }).ThenNothing();
        Given([.. offered, new OrderEvent.ShortageWithdrawn(Bakery, Proposal(2), hold)]).When(moves).ThenNothing();
    }

    [Fact]
    public void At_a_shared_point_it_has_to_be_carried_there_before_the_pickup()
    {
        var pickup = Booked.Bookings.Single(b => b.ShopId == Bakery).Pickup.Start;
        ShopOrder Part(OrderEvent.SlotsBooked booked) => ((Orders.Order.Confirmed)Standing.Select(e => e is OrderEvent.SlotsBooked ? booked : e).Aggregate((Orders.Order)new Orders.Order.None(), Orders.Order.Evolve)).Find(Bakery)!;
        (Part(Booked).Misses(pickup), Part(Booked).Misses(pickup.AddMinutes(1))).ShouldBe((false, true));
        (Part(BookedThere).Misses(pickup.AddMinutes(-30)), Part(BookedThere).Misses(pickup)).ShouldBe((false, true));
    }

    [Fact]
    public async Task Is_shown_and_told_by_mail_to_who_would_come_before_it()
    {
        var (shop, bread) = (await host.ShopAsync(), OfferId.New());
        var order = await PlacedAsync(shop, bread);
        var pickup = order.ShopOrders[0].Pickup!;
        var (from, to) = (order.ShopOrders[0].Lines[0].BatchAt!.Value, pickup.Start.AddHours(1));
        await host.Others.SayAsync(new BatchMoved(order.OrderId, shop.Id, bread, from, to, 7));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders[0].Lines[0].BatchAt == to, TimeSpan.FromSeconds(20));
        (await host.GetAsync(order)).ShouldSatisfyAllConditions(o => o.ShopOrders[0].Pickup.ShouldBe(pickup), o => o.Timeline[^1].Kind.ShouldBe("batch-moved"), o => o.ShopOrders[0].Cancellable.ShouldBeTrue());
        Mails(order).ShouldNotContain(m => m.Subject.Contains("fournée", StringComparison.Ordinal), "a plan is often changed twice");
        host.Clock.Pass(ShopSteps.MailAfter);
        var mail = await Eventually.GetAsync(() => Task.FromResult(Mails(order).FirstOrDefault(m => m.Subject.Contains("fournée", StringComparison.Ordinal))), m => m is not null, TimeSpan.FromSeconds(30));
        mail!.Subject.ShouldBe($"{shop.Name}\u00a0: votre fournée sort après le début de votre retrait");
        mail.Text.ShouldContain("Vous pouvez annuler depuis la page de la commande");

        // Said again, and moved back: told once, and told that it is well again.
        await host.Others.SayAsync(new BatchMoved(order.OrderId, shop.Id, bread, from, to, 7));
        await host.Others.SayAsync(new BatchMoved(order.OrderId, shop.Id, bread, to, from, 8));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders[0].Lines[0].BatchAt == from, TimeSpan.FromSeconds(20));
        host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(() => Mails(order).Count(m => m.Subject.Contains("fournée", StringComparison.Ordinal)) == 2, TimeSpan.FromSeconds(30));
        Mails(order)[^1].Text.ShouldContain("Vous n’avez rien à faire");
    }

    [Fact]
    public async Task Is_no_mail_to_who_comes_after_it_anyway()
    {
        var (shop, bread) = (await host.ShopAsync(), OfferId.New());
        var order = await PlacedAsync(shop, bread);
        var from = order.ShopOrders[0].Lines[0].BatchAt!.Value;
        await host.Others.SayAsync(new BatchMoved(order.OrderId, shop.Id, bread, from, from.AddMinutes(30), 7));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders[0].Lines[0].BatchAt == from.AddMinutes(30), TimeSpan.FromSeconds(20));
        (await host.ScalarAsync<long>("select count(*) from due_work where kind = 'mail' and data::text ilike '%batchmoved%' and key like $1", order.OrderId + "%")).ShouldBe(0);
    }

    private IReadOnlyList<Mail> Mails(OrderView order) => [.. host.Mails.All.Where(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal))];

    // As Catalog answers of what is made to order: ready two hours before the pickup.
    private async Task<OrderView> PlacedAsync(ServiceDefaults.Shops.ShopEntry shop, OfferId bread)
    {
        var stock = host.Others.Stock;
        host.Others.Stock = asked => host.Others.Reserved(asked) is var held && asked.Shops[0].Lines[0].OfferId == bread
            ? held with { Shops = [held.Shops[0] with { Lines = [held.Shops[0].Lines[0] with { BatchAt = host.Clock.GetUtcNow().AddHours(3) }] }] } : stock(asked);
        try
        {
            return await PlaceAsync(host.Anonymous, host.Basket((shop, bread, 1)));
        }
        finally
        {
            host.Others.Stock = stock;
        }
    }

    private static OrderCommand.NoteBatchMoved Move(DateTimeOffset from, DateTimeOffset to, long version) => new(Bakery, Bread, from, to, version);
}
