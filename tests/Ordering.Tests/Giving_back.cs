using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>What goes back of what was paid: each refund once, of a line never more than was paid for it, and out of who sold.</summary>
public sealed class Giving_back
{
    private static readonly Guid One = Guid.Parse("0198c6a0-0000-7000-8000-0000000000e1"), Two = Guid.Parse("0198c6a0-0000-7000-8000-0000000000e2");

    private static readonly OrderEvent[] HandedOver =
    [
        Placed with { Payment = PaymentKind.Card }, Reserved, Booked, new OrderEvent.PaymentRequested(4170, HoldExpiresAt.AddHours(2)), new OrderEvent.PaymentPageOpened("cs_1", "https://pay/cs_1"),
        new OrderEvent.PaymentAuthorised("pi_1", 4170, Now.AddDays(7)), Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady, BakeryCollected, new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)]),
        new OrderEvent.Completed("completed"), new OrderEvent.PaymentCaptureRequested(4170, [new(Bakery, 1980), new(Bookshop, 2190)]),
    ];

    private static readonly OrderEvent[] Taken = [.. HandedOver, new OrderEvent.PaymentCaptured("pi_1", 4170, "ch_1")];
    private static readonly OrderEvent[] PassedOn = [.. Taken, .. Passed(Bakery, 1980), .. Passed(Bookshop, 2190)];
    private static readonly OrderEvent.RefundRequested Bit = new(Bookshop, One, [new(Novel, 700, 36)], "gesture", false);

    [Fact]
    public void Is_said_before_anybody_is_asked_and_is_one_however_often_it_is_said()
    {
        var after = Given(PassedOn).When(Ask(One, 700)).Then(Bit).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.Refund);
        Given([.. PassedOn, Bit]).When(Ask(One, 700)).ThenNothing();
        Given([.. PassedOn, Bit]).When(Ask(One, 701)).ThenRefused("refund-known");
        Given([.. PassedOn, new OrderEvent.RefundRequested(Bakery, Two, [new(Bread, 100, 5), new(Brioche, 90, 5)], "gesture", false)]).When(new OrderCommand.GiveBack(Bakery, Two, [(Brioche, 90), (Bread, 100)], "gesture")).ThenNothing();
        Given([.. PassedOn, Bit]).When(new OrderCommand.GiveBack(Bakery, One, [(Bread, 100)], "gesture")).ThenRefused("refund-known");
    }

    [Fact]
    public void Of_a_line_never_more_goes_back_than_was_paid_for_it()
    {
        Given(PassedOn).When(Ask(One, 2191)).ThenRefused("refund-too-large");
        Given([.. PassedOn, Bit]).When(Ask(Two, 1491)).ThenRefused("refund-too-large");
        Given([.. PassedOn, Bit]).When(Ask(Two, 1490)).Then(new OrderEvent.RefundRequested(Bookshop, Two, [new(Novel, 1490, 78)], "gesture", false));
        Given(PassedOn).When(Ask(One, -1)).ThenRefused("refund-too-large");
        Given(PassedOn).When(Ask(One, 0)).ThenRefused("nothing-to-refund");
        Given(PassedOn).When(new OrderCommand.GiveBack(Bookshop, One, [(Novel, 1), (Novel, 1)], "gesture")).ThenRefused("nothing-to-refund");
        Given(PassedOn).When(new OrderCommand.GiveBack(Bookshop, One, [(Bread, 1)], "gesture")).ThenRefused("unknown-line");
        Given(PassedOn).When(Ask(One, 1) with { Reason = "because" }).ThenRefused("refund-reason-unknown");
        // What was refused on the other side went nowhere, and can be given back otherwise; what its bank sent back is owed still, and cannot be given twice.
        Given([.. PassedOn, Bit with { Lines = [new(Novel, 2190, 114)] }, new OrderEvent.RefundRefused(Bookshop, One, "amount_too_large")]).When(Ask(Two, 2190)).Then(new OrderEvent.RefundRequested(Bookshop, Two, [new(Novel, 2190, 114)], "gesture", false));
        Given([.. PassedOn, Bit with { Lines = [new(Novel, 2190, 114)] }, new OrderEvent.RefundMade(Bookshop, One, "re_1", true), new OrderEvent.RefundFailed(Bookshop, One, "re_1")]).When(Ask(Two, 1)).ThenRefused("refund-too-large");
    }

    [Fact]
    public void The_vat_of_parts_adds_up_to_that_of_the_line()
    {
        OrderEvent[] so = [.. PassedOn];
        var order = (Orders.Order.Confirmed)so.Aggregate((Orders.Order)new Orders.Order.None(), Orders.Order.Evolve);
        var vat = 0L;
        for (var left = 2190L; left > 0; left -= Math.Min(left, 37))
        {
            var made = OrderDecider.Decide(Ask(Guid.NewGuid(), Math.Min(left, 37)), order).ShouldHaveSingleItem().ShouldBeOfType<OrderEvent.RefundRequested>();
            vat += made.Lines[0].VatCents;
            order = (Orders.Order.Confirmed)Orders.Order.Evolve(order, made);
        }

        vat.ShouldBe(Money.VatIncluded(2190, 5.5m));

        // Also where one of them never went out.
        Given([.. PassedOn, Bit, new OrderEvent.RefundRequested(Bookshop, Two, [new(Novel, 700, 37)], "gesture", false), new OrderEvent.RefundMade(Bookshop, Two, "re_2", true), new OrderEvent.RefundRefused(Bookshop, One, "amount_too_large")])
            .When(Ask(Guid.Empty, 1490)).Then(new OrderEvent.RefundRequested(Bookshop, Guid.Empty, [new(Novel, 1490, 114 - 37)], "gesture", false));
        RefundRules.LeftOf(order, order.Find(Bookshop)!, Novel).ShouldBe(0);
    }

    [Fact]
    public void Is_not_possible_before_anything_was_paid_and_is_recorded_where_that_was_done_at_the_counter()
    {
        Given(HandedOver).When(Ask(One, 700)).ThenRefused("not-taken-yet");
        Given([.. HandedOver, new OrderEvent.PaymentNotCaptured("lapsed", [Bakery, Bookshop])]).When(Ask(One, 700)).ThenRefused("nothing-paid");
        Given(AllReady).When(Ask(One, 700)).ThenRefused("nothing-paid");
        Given(Placed).When(Ask(One, 700)).ThenRefused("order-not-found");
        var after = Given([.. AllReady, BakeryCollected, new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)]), new OrderEvent.Completed("completed")]).When(Ask(One, 700)).Then(Bit with { AtCounter = true }).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.None);
        OrderDecider.Decide(new OrderCommand.NoteRefundFailed(One, "re_1"), after).ShouldBeEmpty();
    }

    [Fact]
    public void Comes_out_of_the_shop_that_sold_whether_it_was_passed_on_before_or_not()
    {
        OrderEvent[] back = [Bit, new OrderEvent.RefundMade(Bookshop, One, "re_1", true)];
        // Passed on already: fetched back, one thing at a time.
        Given([.. PassedOn, Bit]).When(new OrderCommand.AskReversal(Bookshop, 1, 1)).ThenNothing();
        OrderEvent[] made = [.. PassedOn, .. back];
        PurchaseSteps.Of(Given(made).When(new OrderCommand.PassTime(Over)).After).ShouldBe(PurchaseStep.Fetch);
        var asked = new OrderEvent.PaymentReversalRequested(Bookshop, "tr_Bookshop", 700, 1, 1);
        Given(made).When(new OrderCommand.AskReversal(Bookshop, 1, 1)).Then(asked);
        Given(made).When(new OrderCommand.AskReversal(Bakery, 1, 1)).ThenNothing();
        Given([.. made, asked]).When(new OrderCommand.AskReversal(Bookshop, 2, 1)).ThenNothing();
        Given([.. made, asked]).When(new OrderCommand.AskReversal(Bookshop, 1, 2)).Then(asked with { Attempt = 2 });
        PurchaseSteps.Of(Given([.. made, asked]).When(new OrderCommand.NoteReversed(Bookshop, 1, "trr_1")).Then(new OrderEvent.PaymentReversed(Bookshop, 1, "trr_1")).After).ShouldBe(PurchaseStep.None);
        // Not yet: so much less is passed on; and where all of it went back, nothing.
        Given([.. Taken, .. back]).When(new OrderCommand.AskTransfer(Bookshop, "acct_1", 1)).Then(new OrderEvent.PaymentTransferRequested(Bookshop, "acct_1", 1490, 1));
        OrderEvent[] all = [.. Taken, Bit with { Lines = [new(Novel, 2190, 114)] }, back[1], .. Passed(Bakery, 1980)];
        PurchaseSteps.Of(Given(all).When(new OrderCommand.AskTransfer(Bookshop, "acct_1", 1)).Then().After).ShouldBe(PurchaseStep.None);
        // Asked for before all of it went back: that may still appear, so it stays the same sum, and is fetched back then.
        Given([.. Taken, Passed(Bookshop, 2190)[0], .. all[Taken.Length..]]).When(new OrderCommand.AskTransfer(Bookshop, "acct_1", 2)).Then(new OrderEvent.PaymentTransferRequested(Bookshop, "acct_1", 2190, 2));
    }

    [Fact]
    public void What_its_bank_sends_back_is_owed_still_and_is_sent_again_under_another_key()
    {
        OrderEvent[] made = [.. PassedOn, Bit, new OrderEvent.RefundMade(Bookshop, One, "re_1", false)];
        Given(made).When(new OrderCommand.NoteRefundSettled(One, "re_1")).Then(new OrderEvent.RefundSettled(Bookshop, One));
        OrderEvent[] failed = [.. made, new OrderEvent.RefundSettled(Bookshop, One), new OrderEvent.RefundFailed(Bookshop, One, "re_1")];
        Given(failed[..^1]).When(new OrderCommand.NoteRefundFailed(One, "re_1")).Then(failed[^1]);
        Given(failed).When(new OrderCommand.NoteRefundFailed(One, "re_1")).ThenNothing();
        Given(failed).When(new OrderCommand.NoteRefundMade(One, "re_1", RefundStatus.Succeeded)).ThenNothing();
        Given([.. failed, new OrderEvent.RefundTriedAgain(One, 2)]).When(new OrderCommand.NoteRefundMade(One, "re_1", RefundStatus.Succeeded)).ThenNothing();
        Given([.. failed, new OrderEvent.RefundTriedAgain(One, 2)]).When(new OrderCommand.NoteRefundMade(One, "re_2", RefundStatus.Succeeded)).Then(new OrderEvent.RefundMade(Bookshop, One, "re_2", true));
        // Sent again by its shop alone, once however often it is pressed; it is no other attempt of ours.
        Given(failed).When(new OrderCommand.TryRefundAgain(One, 2)).ThenNothing();
        Given(failed).When(new OrderCommand.SendAgain(Bookshop, One)).Then(new OrderEvent.RefundTriedAgain(One, 2));
        Given([.. failed, new OrderEvent.RefundTriedAgain(One, 2)]).When(new OrderCommand.SendAgain(Bookshop, One)).ThenNothing();
        Given([.. failed, new OrderEvent.RefundTriedAgain(One, 2)]).When(new OrderCommand.TryRefundAgain(One, 3)).Then(new OrderEvent.RefundTriedAgain(One, 3));
        Given(failed).When(new OrderCommand.SendAgain(Bakery, One)).ThenRefused("refund-not-found");
        Given(made).When(new OrderCommand.SendAgain(Bookshop, One)).ThenRefused("refund-not-failed");
        Given(Placed).When(new OrderCommand.SendAgain(Bookshop, One)).ThenRefused("order-not-found");
        // Refused for good the second time: owed as before, and out of nobody else's way.
        var refused = Given([.. failed, new OrderEvent.RefundTriedAgain(One, 2)]).When(new OrderCommand.NoteRefundRefused(One, "charge_disputed")).Then(new OrderEvent.RefundRefused(Bookshop, One, "charge_disputed", Owed: true)).After;
        RefundRules.Find((Orders.Order.Confirmed)refused, One)!.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RefundState.Failed), r => r.Stands.ShouldBeTrue());
        PurchaseSteps.Settling((Orders.Order.Confirmed)refused).ShouldNotContain(PurchaseStep.Refund);
        Given([.. PassedOn, Bit]).When(new OrderCommand.NoteRefundMade(One, "re_1", RefundStatus.Failed)).Then(new OrderEvent.RefundMade(Bookshop, One, "re_1", false), new OrderEvent.RefundFailed(Bookshop, One, "re_1"));
        // An earlier one that is told of late is not the one that counts.
        Given([.. failed, new OrderEvent.RefundTriedAgain(One, 2), new OrderEvent.RefundMade(Bookshop, One, "re_2", true)]).When(new OrderCommand.NoteRefundFailed(One, "re_1")).ThenNothing();
    }

    private static OrderCommand.GiveBack Ask(Guid refund, long cents) => new(Bookshop, refund, [(Novel, cents)], "gesture");

    private static OrderEvent[] Passed(ShopId shop, long cents) =>
        [new OrderEvent.PaymentTransferRequested(shop, "acct_1", cents, 1), new OrderEvent.PaymentTransferred(shop, shop == Bookshop ? "tr_Bookshop" : "tr_Bakery")];
}
