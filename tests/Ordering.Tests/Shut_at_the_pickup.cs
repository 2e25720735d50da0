using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>The shop closes at the hour of a pickup that was booked before: the order stands, and its resident is told on its page and by mail.</summary>
public sealed class Shut_at_the_pickup(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public void Is_remembered_the_latest_alone_and_is_nothing_to_what_has_ended()
    {
        var reopens = SlotStart.AddDays(2);
        var shut = Given(Standing).When(new OrderCommand.NoteSlotShut(Bakery, 3, true, reopens));
        shut.Then(new OrderEvent.ShopSlotShut(Bakery, 3, true, reopens));
        ((Orders.Order.Confirmed)shut.After).Find(Bakery)!.ShouldSatisfyAllConditions(s => s.Shut.ShouldBeTrue(), s => s.Reopens.ShouldBe(reopens), s => s.Pickup.ShouldBe(Booked.Bookings[0].Pickup));
        OrderDecider.Decide(new OrderCommand.NoteSlotShut(Bakery, 3, true, reopens), shut.After).ShouldBeEmpty("delivered twice");
        OrderDecider.Decide(new OrderCommand.NoteSlotShut(Bakery, 2, false, null), shut.After).ShouldBeEmpty("the one before it comes later");
        OrderDecider.Decide(new OrderCommand.NoteSlotShut(Bakery, 4, false, null), shut.After).ShouldHaveSingleItem();
        Given(Standing).When(new OrderCommand.NoteSlotShut(Bakery, 2, false, null)).ThenNothing();
        Given([.. Standing, new OrderEvent.ShopCancelled(Bakery)]).When(new OrderCommand.NoteSlotShut(Bakery, 1, true, null)).ThenNothing();
        Given(Placed).When(new OrderCommand.NoteSlotShut(Bakery, 1, true, null)).ThenNothing();
    }

    [Fact]
    public void Of_what_several_shops_bring_to_one_point_it_is_one_mail()
    {
        OrderEvent[] shut = [new OrderEvent.ShopSlotShut(Bakery, 1, true, null), new OrderEvent.ShopSlotShut(Bookshop, 1, true, null)];
        var there = OrderHistory.None(Sample.Order).With([Placed, Reserved, BookedThere, Confirmed, .. shut], Now);
        IReadOnlyList<Contracts.ShopId>? Told(OrderHistory history, int of) => Notices.ShopsStillIn(new Notice(NoticeKind.SlotShut, [of == 4 ? Bakery : Bookshop], of + 1, Now), history);
        Told(there, 4).ShouldBeNull("the later one tells of both");
        Told(there, 5).ShouldBe([Bakery, Bookshop]);
        var apart = OrderHistory.None(Sample.Order).With([Placed, Reserved, Booked, Confirmed, .. shut], Now);
        Told(apart, 4).ShouldBe([Bakery]);
        Told(apart, 5).ShouldBe([Bookshop]);
        Told(apart.With([new OrderEvent.ShopSlotShut(Bakery, 2, false, null)], Now), 4).ShouldBeNull("it is open again before it was told");
    }

    [Fact]
    public async Task Is_shown_and_told_by_mail_once_and_so_is_that_it_is_open_again()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, Contracts.OfferId.New(), 1)));
        var reopens = order.ShopOrders[0].Pickup!.Start.AddDays(1);
        await host.Others.SayAsync(new PickupSlotShut(order.OrderId, shop.Id, 1, true, reopens));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders[0].Pickup is { Shut: true }, TimeSpan.FromSeconds(20));
        (await host.GetAsync(order)).ShouldSatisfyAllConditions(o => o.ShopOrders[0].Pickup!.Reopens.ShouldBe(reopens), o => o.Timeline[^1].Kind.ShouldBe("slot-shut"), o => o.ShopOrders[0].Cancellable.ShouldBeTrue());
        Mails(order).ShouldBeEmpty("hours are often changed twice");
        host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(() => Mails(order).Count == 1, TimeSpan.FromSeconds(30));
        Mails(order)[0].ShouldSatisfyAllConditions(
            m => m.Subject.ShouldBe($"{shop.Name}\u00a0: fermé à l’heure de votre retrait"), m => m.Text.ShouldContain("Votre commande n’est pas annulée."),
            m => m.Text.ShouldContain("Venez plutôt à partir du"), m => m.Text.ShouldContain("Vous pouvez annuler depuis la page de la commande"));

        // What is ready is not called for at a shut door.
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(() => Mails(order, "C’est prêt").Exists(m => m.Text.Contains("venez à partir du", StringComparison.Ordinal)), TimeSpan.FromSeconds(30));

        await host.Others.SayAsync(new PickupSlotShut(order.OrderId, shop.Id, 1, true, reopens));
        await host.Others.SayAsync(new PickupSlotShut(order.OrderId, shop.Id, 2, false, null));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders[0].Pickup is { Shut: false }, TimeSpan.FromSeconds(20));
        host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(() => Mails(order).Count == 2, TimeSpan.FromSeconds(30));
        Mails(order)[1].Text.ShouldContain("Vous n’avez rien à faire");
    }

    private List<Mail> Mails(OrderView order, string subject = "à l’heure de votre retrait") =>
        [.. host.Mails.All.Where(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Subject.Contains(subject, StringComparison.Ordinal))];
}
