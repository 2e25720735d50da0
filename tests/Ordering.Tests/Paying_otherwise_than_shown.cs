using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Whoever hands over saw how it is paid. Where that changes while the page lies open, nothing is given away for nothing.</summary>
public sealed class Paying_otherwise_than_shown
{
    private static readonly OrderEvent[] Ready =
    [
        Placed with { Payment = PaymentKind.Card }, Reserved, Booked, new OrderEvent.PaymentRequested(4170, HoldExpiresAt.AddHours(2)), new OrderEvent.PaymentPageOpened("cs_1", "https://pay/cs_1"),
        new OrderEvent.PaymentAuthorised("pi_1", 4170, Now.AddDays(7)), Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady,
    ];

    private static readonly OrderEvent.ShopCollected NovelFetched = new(Bookshop, [new(Novel, 1)]);
    private static readonly OrderEvent.PaymentCaptureRequested AtTheDeadline = new(1980, [new(Bakery, 1980)], [Bookshop]);
    private static readonly OrderEvent.PaymentCaptureRequested Lost = new(0, [], [Bakery, Bookshop], "cancelled");

    [Fact]
    public void Is_refused_until_the_page_says_so()
    {
        Given(Ready).When(new OrderCommand.HandOver(Bookshop, Code, "card")).Then(NovelFetched);
        OrderEvent[] kept = [.. Ready, BakeryCollected, AtTheDeadline];
        Given(kept).When(new OrderCommand.HandOver(Bookshop, Code, "card")).ThenRefused("payment-changed");
        Given(kept).When(new OrderCommand.HandOver(Bookshop, "222222", "card")).ThenRefused("wrong-code");
        Given(kept).When(new OrderCommand.HandOver(Bookshop, Code, "in-shop")).Then(NovelFetched, new OrderEvent.Completed("completed"));
        // Whoever saw nothing is told of it, too; a purchase that is paid by card, and any reservation, needs no word.
        Given(kept).When(new OrderCommand.HandOver(Bookshop, Code)).ThenRefused("payment-changed");
        Given(Ready).When(new OrderCommand.HandOver(Bookshop, Code)).Then(NovelFetched);
        Given(AllReady).When(new OrderCommand.HandOver(Bookshop, Code)).Then(NovelFetched);
        Given(AllReady).When(new OrderCommand.HandOver(Bookshop, Code, "card")).ThenRefused("payment-changed");
        Given([.. kept, NovelFetched]).When(new OrderCommand.HandOver(Bookshop, Code, "card")).ThenRefused("already-collected");
    }

    [Fact]
    public void Is_refused_at_a_shared_point_by_the_version_that_was_seen()
    {
        OrderEvent[] there = [.. Ready.Select(e => e == Booked ? BookedThere : e), new OrderEvent.ShopParcelDeposited(Bakery), new OrderEvent.ShopParcelDeposited(Bookshop)];
        var seen = OrderHistory.None(Sample.Order).With(there, Now);
        HandOverParcels Give(params ShopId[] shops) => new(Code, [.. shops.Select(s => new HandOverParcels.Seen(s, PointParcels.VersionOf(seen, s)))]);

        PointParcels.HandOver(seen, Halles, Give(Bakery, Bookshop)).OfType<OrderEvent.ShopCollected>().Count().ShouldBe(2);
        foreach (var changed in new[] { AtTheDeadline, Lost })
        {
            var now = seen.With([changed], Now.AddDays(6));
            Should.Throw<Refusal>(() => PointParcels.HandOver(now, Halles, Give(Bakery, Bookshop))).Code.ShouldBe("parcels-changed");
            PointParcels.VersionOf(now, Bookshop).ShouldBe(now.Version);
        }

        // Whose part is taken by card all the same has not changed.
        PointParcels.HandOver(seen.With([AtTheDeadline], Now.AddDays(6)), Halles, Give(Bakery)).OfType<OrderEvent.ShopCollected>().ShouldHaveSingleItem().ShopId.ShouldBe(Bakery);
    }

    [Fact]
    public void What_was_given_back_on_the_other_side_is_paid_at_the_counter_from_then_on()
    {
        var after = (Orders.Order.Confirmed)Given(Ready).When(new OrderCommand.NoteCancelled("pi_1")).Then(Lost, new OrderEvent.PaymentReturned("pi_1")).After;
        (after.ByCard(Bakery), after.ByCard(Bookshop), Purchases.PurchaseSteps.Of(after)).ShouldBe((false, false, Purchases.PurchaseStep.None));
        OrderDecider.Decide(new OrderCommand.NoteCancelled("pi_1"), after).ShouldBeEmpty("told again it is the same");
        Given(Ready).When(new OrderCommand.NoteCancelled("pi_2")).ThenNothing();

        // Of what was handed over by then the money is gone, and somebody is told.
        Given([.. Ready, BakeryCollected]).When(new OrderCommand.NoteCancelled("pi_1"))
            .Then(new OrderEvent.PaymentCaptureRequested(1980, [new(Bakery, 1980)], [Bookshop], "cancelled"), new OrderEvent.PaymentNotCaptured("lapsed", [Bakery]));
    }
}
