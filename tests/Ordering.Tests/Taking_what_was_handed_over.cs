using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>What of the money that was set aside is taken, when, and for whom.</summary>
public sealed class Taking_what_was_handed_over
{
    private static readonly DateTimeOffset CaptureBefore = Now.AddDays(7);
    private static readonly DateTimeOffset TakenAt = CaptureBefore.AddDays(-1);

    private static readonly OrderEvent[] Standing =
    [
        Placed with { Payment = PaymentKind.Card }, Reserved, Booked, new OrderEvent.PaymentRequested(4170, HoldExpiresAt.AddHours(2)), new OrderEvent.PaymentPageOpened("cs_1", "https://pay/cs_1"),
        new OrderEvent.PaymentAuthorised("pi_1", 4170, CaptureBefore), Confirmed, BookshopAccepted,
    ];

    private static readonly OrderEvent.ShopReady Weighed = BakeryReady with { Finals = [new(Bread, 2), new(Brioche, 540)], TotalCents = 1872 };
    private static readonly OrderEvent.ShopCollected Fetched = new(Bakery, [new(Bread, 2), new(Brioche, 540)]);
    private static readonly OrderEvent.ShopCollected NovelFetched = new(Bookshop, [new(Novel, 1)]);
    private static readonly OrderEvent.Completed Completed = new("completed");
    private static readonly OrderEvent.PaymentCaptureRequested Both = new(1872 + 2190, [new(Bakery, 1872), new(Bookshop, 2190)]);
    private static readonly OrderEvent.PaymentCaptured Captured = new("pi_1", 4062, "ch_1");
    private static readonly OrderEvent[] OneLeft = [.. Standing, BakeryAccepted, Weighed, BookshopReady, Fetched];
    private static readonly OrderEvent[] ToTake = [.. OneLeft, NovelFetched, Completed, Both];

    [Fact]
    public void Is_known_with_the_last_part_and_is_what_was_weighed() =>
        PurchaseSteps.Of(Given(OneLeft).When(new OrderCommand.HandOver(Bookshop, Code)).Then(NovelFetched, Completed, Both).After).ShouldBe(PurchaseStep.Take);

    [Fact]
    public void Nothing_is_taken_for_what_was_declined_or_never_collected()
    {
        Given(OneLeft).When(new OrderCommand.PassTime(Over)).Then(new OrderEvent.ShopExpired(Bookshop, "not-collected"), Completed, new OrderEvent.PaymentCaptureRequested(1872, [new(Bakery, 1872)]));
        Given([.. OneLeft[..^2], Fetched]).When(new OrderCommand.Decline(Bookshop, "Épuisé", null))
            .Then(new OrderEvent.ShopDeclined(Bookshop, "Épuisé"), Completed, new OrderEvent.PaymentCaptureRequested(1872, [new(Bakery, 1872)]));
    }

    [Fact]
    public void Where_nothing_was_handed_over_all_of_it_goes_back()
    {
        var after = Given([.. Standing]).When(new OrderCommand.Cancel(null))
            .Then(new OrderEvent.ShopCancelled(Bakery), new OrderEvent.ShopCancelled(Bookshop), new OrderEvent.Completed("cancelled"), new OrderEvent.PaymentCaptureRequested(0, [])).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.Release);
        OrderDecider.Decide(new OrderCommand.NoteReturned("pi_1"), after).ShouldHaveSingleItem().ShouldBe(new OrderEvent.PaymentReturned("pi_1"));
        PurchaseSteps.Of(Orders.Order.Evolve(after, new OrderEvent.PaymentReturned("pi_1"))).ShouldBe(PurchaseStep.None);
    }

    [Fact]
    public void A_reservation_takes_nothing() =>
        Given([.. Sample.Standing, BakeryAccepted, BakeryReady, BookshopReady, BakeryCollected]).When(new OrderCommand.HandOver(Bookshop, Code)).Then(NovelFetched, Completed);

    [Fact]
    public void What_is_handed_over_after_the_card_can_be_charged_is_paid_at_the_counter()
    {
        OrderEvent[] kept = [.. Standing, BakeryAccepted, new OrderEvent.ShopKeptLonger(Bookshop, Now.AddDays(9), Now.AddDays(8)), BakeryReady, BookshopReady, BakeryCollected];
        Given(kept).When(new OrderCommand.PassTime(TakenAt.AddTicks(-1))).Then(new OrderEvent.ShopReminded(Bookshop));
        var taken = new OrderEvent.PaymentCaptureRequested(1980, [new(Bakery, 1980)], [Bookshop]);
        var after = (Orders.Order.Confirmed)Given([.. kept, new OrderEvent.ShopReminded(Bookshop)]).When(new OrderCommand.PassTime(TakenAt)).Then(taken).After;
        (after.ByCard(Bakery), after.ByCard(Bookshop)).ShouldBe((true, false));
        PurchaseRules.TakenAt(after).ShouldBeNull();
        // It is over later, and nothing more is taken by card.
        OrderDecider.Decide(new OrderCommand.HandOver(Bookshop, Code, "in-shop"), after).ShouldNotContain(e => e is OrderEvent.PaymentCaptureRequested);
    }

    [Fact]
    public void The_orders_timer_rings_when_the_card_has_to_be_charged()
    {
        var history = OrderHistory.None(Sample.Order).With([.. Standing, BakeryAccepted, new OrderEvent.ShopKeptLonger(Bakery, Now.AddDays(20), Now.AddDays(19)), new OrderEvent.ShopKeptLonger(Bookshop, Now.AddDays(20), Now.AddDays(19))], Now);
        OrderTimers.Next(history, Now).ShouldBe(TakenAt);
    }

    [Fact]
    public void Is_taken_once_and_then_passed_on_shop_by_shop()
    {
        Given(ToTake).When(new OrderCommand.NoteCaptured("pi_1", 4062, "ch_1")).Then(Captured);
        Given([.. ToTake, Captured]).When(new OrderCommand.NoteCaptured("pi_1", 4062, "ch_1")).ThenNothing();
        Given([.. ToTake, Captured]).When(new OrderCommand.AskTransfer(Bakery, "acct_1", 1)).Then(new OrderEvent.PaymentTransferRequested(Bakery, "acct_1", 1872, 1));
        Given([.. ToTake]).When(new OrderCommand.AskTransfer(Bakery, "acct_1", 1)).ThenNothing();
        OrderEvent[] asked = [.. ToTake, Captured, new OrderEvent.PaymentTransferRequested(Bakery, "acct_1", 1872, 1)];
        Given(asked).When(new OrderCommand.AskTransfer(Bakery, "acct_2", 1)).ThenNothing();
        Given(asked).When(new OrderCommand.AskTransfer(Bakery, "acct_2", 2)).Then(new OrderEvent.PaymentTransferRequested(Bakery, "acct_2", 1872, 2));
        Given(asked).When(new OrderCommand.NoteTransferred(Bakery, "tr_1")).Then(new OrderEvent.PaymentTransferred(Bakery, "tr_1"));
        OrderEvent[] done = [.. asked, new OrderEvent.PaymentTransferred(Bakery, "tr_1")];
        Given(done).When(new OrderCommand.NoteTransferred(Bakery, "tr_2")).ThenNothing();
        Given(done).When(new OrderCommand.AskTransfer(Bakery, "acct_1", 2)).ThenNothing();
        PurchaseSteps.Of(Given(done).When(new OrderCommand.NoteTransferred(Bookshop, "tr_2")).After).ShouldBe(PurchaseStep.PassOn);
        PurchaseSteps.Of(Given([.. done, new OrderEvent.PaymentTransferRequested(Bookshop, "acct_3", 2190, 1)]).When(new OrderCommand.NoteTransferred(Bookshop, "tr_2")).After).ShouldBe(PurchaseStep.None);
    }

    [Fact]
    public void Less_than_was_to_be_taken_is_passed_on_to_nobody()
    {
        var after = Given(ToTake).When(new OrderCommand.NoteCaptured("pi_1", 4061, "ch_1")).Then(Captured with { AmountCents = 4061 }, new OrderEvent.PaymentNotCaptured("other-amount", [Bakery, Bookshop])).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.None);
        OrderDecider.Decide(new OrderCommand.AskTransfer(Bakery, "acct_1", 1), after).ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_had_is_said_once_and_ends_it()
    {
        var after = Given(ToTake).When(new OrderCommand.NoteNotCaptured("lapsed")).Then(new OrderEvent.PaymentNotCaptured("lapsed", [Bakery, Bookshop])).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.None);
        OrderDecider.Decide(new OrderCommand.NoteCaptured("pi_1", 4062, "ch_1"), after).ShouldBeEmpty();
        OrderDecider.Decide(new OrderCommand.NoteNotCaptured("lapsed"), after).ShouldBeEmpty();
    }

    [Fact]
    public void Another_key_is_the_one_after_the_last()
    {
        Given(ToTake).When(new OrderCommand.TryCaptureAgain(2)).Then(new OrderEvent.PaymentCaptureTriedAgain(2));
        Given(ToTake).When(new OrderCommand.TryCaptureAgain(3)).ThenNothing();
        Given([.. ToTake, Captured]).When(new OrderCommand.TryCaptureAgain(2)).ThenNothing();
    }

    [Fact]
    public void A_substitute_is_never_dearer_than_what_the_card_pays()
    {
        var asks = new OrderEvent.ShortageProposed(Bakery, Proposal(1), Bread, 1, Now.AddHours(2), new WantedSubstitute(Lack.HoldOf(Sample.Order, Bakery, Proposal(1)), Rolls, 1));
        var dear = new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(1), RollsLine with { Quantity = 1, PriceCents = 451 }, Now);
        OrderEvent[] asking = [.. Standing, BakeryAccepted, asks];
        Given(asking).When(dear).Then(new OrderEvent.SubstituteRefused(Bakery, Proposal(1), "dearer-than-paid", 1, Lack.HoldOf(Sample.Order, Bakery, Proposal(1))));
        Given(asking).When(dear with { Line = dear.Line with { PriceCents = 450 } }).Then(new OrderEvent.SubstituteHeld(Bakery, Proposal(1), dear.Line with { PriceCents = 450 }));
        // At no extra charge it can be offered, and a reservation's resident may agree to more.
        Given([.. Standing, BakeryAccepted, asks with { Substitute = asks.Substitute! with { AtMostCents = 450 } }]).When(dear).Then(new OrderEvent.SubstituteHeld(Bakery, Proposal(1), dear.Line with { PriceCents = 450 }));
        Given([.. Sample.Standing, BakeryAccepted, asks]).When(dear).Then(new OrderEvent.SubstituteHeld(Bakery, Proposal(1), dear.Line));
    }
}
