using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Withdrawals;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>The statutory withdrawal: who bought at a distance gives back what they want to, line by line, and gets its price back once.</summary>
public sealed class Withdrawing
{
    private static readonly Guid One = Guid.Parse("0198c6a0-0000-7000-8000-0000000000f1"), Two = Guid.Parse("0198c6a0-0000-7000-8000-0000000000f2");
    private static readonly DateTimeOffset Collected = SlotStart, Until = Collected.AddDays(14), RefundBy = WithdrawalTerm.RefundBy(Collected);

    // Two loaves (450 each, from which one may withdraw here), a brioche by weight that spoils, a novel.
    private static readonly OrderEvent.StockReserved Sold = Reserved with
    {
        Shops = [Reserved.Shops[0] with { Lines = [Reserved.Shops[0].Lines[0], Reserved.Shops[0].Lines[1] with { NoWithdrawal = "perishable" }] }, Reserved.Shops[1]],
    };

    private static readonly OrderEvent[] HandedOver =
    [
        Placed with { Payment = PaymentKind.Card, Information = WithdrawalTerm.Information }, Sold, Booked, new OrderEvent.PaymentRequested(4170, HoldExpiresAt.AddHours(2)), new OrderEvent.PaymentPageOpened("cs_1", "https://pay/cs_1"),
        new OrderEvent.PaymentAuthorised("pi_1", 4170, Now.AddDays(7)), Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady, BakeryCollected, new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)]),
        new OrderEvent.Completed("completed"), new OrderEvent.PaymentCaptureRequested(4170, [new(Bakery, 1980), new(Bookshop, 2190)]),
    ];

    private static readonly OrderEvent.PaymentCaptured Charged = new("pi_1", 4170, "ch_1");
    private static readonly OrderEvent[] Taken = [.. HandedOver, Charged];
    private static readonly OrderEvent.WithdrawalDeclared Declared = new(Bookshop, One, [new(Novel, 1, 2190)], RefundBy);
    private static readonly OrderEvent.WithdrawalReturned Back = new(Bookshop, One, "back");
    private static readonly OrderEvent.RefundRefused Unsent = new(Bookshop, One, "charge_disputed", Owed: true);
    private static readonly OrderEvent.RefundRequested Refund = new(Bookshop, One, [new(Novel, 2190, 114)], "withdrawal", false);

    [Fact]
    public void Is_one_however_often_it_is_said_and_its_refund_has_its_name()
    {
        Given(Taken).When(Novels(One)).Then(Declared);
        Given([.. Taken, Declared]).When(Novels(One)).ThenNothing();
        Given([.. Taken, Declared]).When(Loaves(One, 1)).ThenRefused("withdrawal-known");
        Given([.. Taken, Declared]).When(Novels(Two)).ThenRefused("withdrawal-too-large");
        Given([.. Taken, Declared]).When(Return(One)).Then(Back, Refund);
        Given([.. Taken, Declared, Back, Refund]).When(Return(One)).ThenNothing();
        Given([.. Taken, Declared, Back, Refund]).When(Novels(One)).ThenNothing();
        // In whatever order its lines are named.
        OrderCommand.Withdraw two = new(Bakery, Two, [(Bread, 1, false), (Rolls, 1, false)], Until, Collected);
        OrderEvent.WithdrawalDeclared declared = new(Bakery, Two, [new(Bread, 1, 450), new(Rolls, 1, 100)], RefundBy);
        Given([.. Taken, declared]).When(two with { Lines = [two.Lines[1], two.Lines[0]] }).ThenNothing();
        Given([.. Taken, Declared]).When(Return(Two)).ThenRefused("withdrawal-not-found");
        Given([.. Taken, Declared]).When(Return(One) with { ShopId = Bakery }).ThenRefused("withdrawal-not-found");
        Given([.. Taken, Declared]).When(Return(One, "perhaps")).ThenRefused("return-unknown");
        Given([.. Taken, Declared]).When(Return(One, "sent")).Then(Back with { How = "sent" }, Refund);
    }

    [Fact]
    public void Is_by_line_and_by_quantity()
    {
        Given(Taken).When(Loaves(One, 1)).Then(new OrderEvent.WithdrawalDeclared(Bakery, One, [new(Bread, 1, 450)], RefundBy));
        Given(Taken).When(Loaves(One, 3)).ThenRefused("withdrawal-too-large");
        Given(Taken).When(Loaves(One, -1)).ThenRefused("withdrawal-too-large");
        Given(Taken).When(Loaves(One, 0)).ThenRefused("nothing-to-withdraw");
        Given(Taken).When(Novels(One) with { Lines = [(Novel, 1, false), (Novel, 1, false)] }).ThenRefused("nothing-to-withdraw");
        Given(Taken).When(Novels(One) with { Lines = [(Bread, 1, false)] }).ThenRefused("unknown-line");
        Given([.. Taken, new OrderEvent.WithdrawalDeclared(Bakery, One, [new(Bread, 1, 450)], RefundBy)]).When(Loaves(Two, 1)).Then(new OrderEvent.WithdrawalDeclared(Bakery, Two, [new(Bread, 1, 450)], RefundBy));
        Given([.. Taken, new OrderEvent.WithdrawalDeclared(Bakery, One, [new(Bread, 1, 450)], RefundBy)]).When(Loaves(Two, 2)).ThenRefused("withdrawal-too-large");
    }

    [Theory]
    [InlineData("perishable", false, "withdrawal-excepted")]
    [InlineData("perishable", true, "withdrawal-excepted")]
    [InlineData("press", true, "withdrawal-excepted")]
    [InlineData("made-to-measure", true, "withdrawal-excepted")]
    [InlineData("hygiene", false, "withdrawal-only-unopened")]
    [InlineData("recording", false, "withdrawal-only-unopened")]
    [InlineData("hygiene", true, null)]
    [InlineData("recording", true, null)]
    [InlineData(null, false, null)]
    public void Of_what_the_law_excepts_there_is_none_and_of_what_may_be_opened_only_unopened(string? why, bool unopened, string? refused)
    {
        var sold = Sold with { Shops = [Sold.Shops[0], Sold.Shops[1] with { Lines = [Sold.Shops[1].Lines[0] with { NoWithdrawal = why }] }] };
        var outcome = Given([Taken[0], sold, .. Taken[2..]]).When(Novels(One) with { Lines = [(Novel, 1, unopened)] });
        if (refused is null)
        {
            outcome.Then(Declared);
        }
        else
        {
            outcome.ThenRefused(refused);
        }
    }

    [Fact]
    public void Exists_for_what_was_bought_at_a_distance_and_collected_and_until_its_term_is_over()
    {
        Given(Taken).When(Novels(One) with { Now = Until }).Then(Declared with { RefundBy = WithdrawalTerm.RefundBy(Until) });
        Given(Taken).When(Novels(One) with { Now = Until.AddSeconds(1) }).ThenRefused("withdrawal-too-late");
        // By letter: the day it came decides, whenever it is written down.
        var late = Novels(One) with { Now = Until.AddDays(3), ReceivedAt = Until.AddHours(-1) };
        Given(Taken).When(late).Then(Declared with { RefundBy = WithdrawalTerm.RefundBy(Until.AddHours(-1)), ReceivedAt = Until.AddHours(-1) });
        Given(Taken).When(late with { ReceivedAt = Until.AddHours(1) }).ThenRefused("withdrawal-too-late");
        Given(Taken).When(late with { ReceivedAt = late.Now.AddSeconds(1) }).ThenRefused("received-later");
        Given(Taken[..12]).When(Novels(One)).ThenRefused("not-collected-yet");
        Given(Taken[..12]).When(Loaves(One, 1)).Then(new OrderEvent.WithdrawalDeclared(Bakery, One, [new(Bread, 1, 450)], RefundBy));
        Given(Taken).When(Novels(One) with { Until = null }).ThenRefused("not-collected-yet");
        Given([.. AllReady, BakeryCollected]).When(Loaves(One, 1)).ThenRefused("bought-in-the-shop");
        Given(Placed).When(Novels(One)).ThenRefused("order-not-found");
    }

    [Fact]
    public void What_went_back_before_is_not_owed_again_and_what_is_owed_nobody_else_takes()
    {
        OrderEvent.RefundRequested gesture = new(Bookshop, Two, [new(Novel, 700, 36)], "gesture", false);
        Given([.. Taken, gesture]).When(Novels(One)).Then(Declared with { Lines = [new(Novel, 1, 1490)] });
        Given([.. Taken, gesture, Declared with { Lines = [new(Novel, 1, 1490)] }]).When(Return(One)).Then(Back, Refund with { Lines = [new(Novel, 1490, 78)] });
        Given([.. Taken, Declared]).When(new OrderCommand.GiveBack(Bookshop, Two, [(Novel, 1)], "gesture")).ThenRefused("refund-too-large");
        Given([.. Taken, Declared]).When(new OrderCommand.GiveBack(Bookshop, One, [(Novel, 2190)], "gesture")).ThenRefused("refund-known");
        Given([.. Taken, gesture]).When(Novels(Two)).ThenRefused("withdrawal-known");
        // All of it went back before: nothing is owed, and the withdrawal stands.
        var none = Declared with { Lines = [new(Novel, 1, 0)] };
        Given([.. Taken, gesture with { Lines = [new(Novel, 2190, 114)] }]).When(Novels(One)).Then(none);
        Given([.. Taken, gesture with { Lines = [new(Novel, 2190, 114)] }, none]).When(Return(One)).Then(Back);
        // What the other side will not give back is owed all the same, and nobody else's.
        Given([.. Taken, Declared, Back, Refund, Unsent]).When(new OrderCommand.GiveBack(Bookshop, Two, [(Novel, 2190)], "gesture")).ThenRefused("refund-too-large");
    }

    [Fact]
    public void What_the_other_side_refuses_is_owed_still_and_is_sent_again_or_given_back_otherwise()
    {
        var after = Given([.. Taken, Declared, Back, Refund]).When(new OrderCommand.NoteRefundRefused(One, "charge_disputed")).Then(Unsent).After;
        RefundRules.Find((Orders.Order.Confirmed)after, One)!.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RefundState.Failed), r => r.Stands.ShouldBeTrue(), r => r.Unsent.ShouldBeTrue(), r => r.Counts.ShouldBeFalse());
        OrderEvent[] unsent = [.. Taken, Declared, Back, Refund, Unsent];
        // Stored before anybody decided that it is owed: it is, too.
        RefundRules.Find(Of([.. unsent[..^1], Unsent with { Owed = null }]), One)!.State.ShouldBe(RefundState.Failed);
        OrderEvent.RefundTriedAgain again = new(One, 2);
        Given(unsent).When(new OrderCommand.SendAgain(Bookshop, One)).Then(again);
        Given([.. unsent, again]).When(new OrderCommand.SendAgain(Bookshop, One)).ThenNothing();
        Given([.. unsent, again, Unsent]).When(new OrderCommand.SendAgain(Bookshop, One)).Then(again with { Attempt = 3 });
        Given([.. Taken, Declared, Back, Refund]).When(new OrderCommand.SendAgain(Bookshop, One)).ThenRefused("refund-not-failed");

        var day = new DateOnly(2026, 12, 14);
        OrderCommand.NoteGivenOtherwise otherwise = new(Bookshop, One, " chèque no 12 ", day, false, day);
        OrderEvent.RefundGivenOtherwise given = new(Bookshop, One, "chèque no 12", day);
        Given(unsent).When(otherwise).Then(given);
        Given([.. unsent, given]).When(otherwise).ThenNothing();
        Given([.. unsent, given]).When(new OrderCommand.SendAgain(Bookshop, One)).ThenRefused("refund-not-failed");
        Given([.. unsent, given]).When(new OrderCommand.GiveBack(Bookshop, Two, [(Novel, 1)], "gesture")).ThenRefused("refund-too-large");
        Given(unsent).When(otherwise with { Word = " " }).ThenRefused("refund-word-missing");
        Given(unsent).When(otherwise with { On = day.AddDays(1) }).ThenRefused("refund-day-unknown");
        Given(unsent).When(otherwise with { ShopId = Bakery }).ThenRefused("refund-not-found");
        Given([.. unsent, again]).When(otherwise).ThenRefused("refund-not-failed");
        // What a bank sent back lies with the platform: it is not the shop's to have given.
        OrderEvent[] sentBack = [.. Taken, Declared, Back, Refund, new OrderEvent.RefundMade(Bookshop, One, "re_1", false), new OrderEvent.RefundFailed(Bookshop, One, "re_1")];
        Given(sentBack).When(otherwise).ThenRefused("refund-held-by-platform");
        Given(sentBack).When(otherwise with { ByPlatform = true }).Then(given);
        Given(Placed).When(otherwise).ThenRefused("order-not-found");
    }

    [Fact]
    public void Is_refunded_by_itself_at_the_term_unless_the_shop_says_that_nothing_came_back()
    {
        OrderEvent[] declared = [.. Taken, Declared];
        Given(declared).When(new OrderCommand.PassTime(RefundBy.AddSeconds(-1))).ThenNothing();
        Given(declared).When(new OrderCommand.PassTime(RefundBy)).Then(Refund);
        Given([.. declared, Refund]).When(new OrderCommand.PassTime(RefundBy.AddDays(1))).ThenNothing();
        OrderEvent[] withheld = [.. declared, new OrderEvent.WithdrawalWithheld(Bookshop, One)];
        Given(declared).When(new OrderCommand.WithholdRefund(Bookshop, One)).Then(withheld[^1]);
        Given(withheld).When(new OrderCommand.WithholdRefund(Bookshop, One)).ThenNothing();
        Given(withheld).When(new OrderCommand.PassTime(RefundBy.AddDays(30))).ThenNothing();
        Given(withheld).When(Return(One, "sent")).Then(Back with { How = "sent" }, Refund);
        Given([.. declared, Back, Refund]).When(new OrderCommand.WithholdRefund(Bookshop, One)).ThenRefused("withdrawal-settled");
        // Refunded at the term; that the goods come later is noted, and no second refund.
        Given([.. declared, Refund]).When(Return(One)).Then(Back);
    }

    [Fact]
    public void Who_has_sent_the_goods_since_says_so_and_the_shop_has_to_look_again()
    {
        OrderEvent[] withheld = [.. Taken, Declared, new OrderEvent.WithdrawalWithheld(Bookshop, One)];
        var later = RefundBy.AddDays(20);
        OrderCommand.SayGoods sent = new(Bookshop, One, "sent", later);
        OrderEvent.WithdrawalGoodsSaid said = new(Bookshop, One, "sent", WithdrawalTerm.RefundBy(later));
        Given(withheld).When(sent).Then(said);
        Given([.. withheld, said]).When(sent).ThenNothing();
        Given([.. withheld, said]).When(new OrderCommand.PassTime(said.RefundBy.AddSeconds(-1))).ThenNothing();
        Given([.. withheld, said]).When(new OrderCommand.PassTime(said.RefundBy)).Then(Refund);
        // The shop has looked, and says it once more; so may they.
        Given([.. withheld, said]).When(new OrderCommand.WithholdRefund(Bookshop, One)).Then(withheld[^1]);
        Given([.. withheld, said, withheld[^1]]).When(new OrderCommand.PassTime(said.RefundBy.AddDays(1))).ThenNothing();
        Given([.. withheld, said, withheld[^1]]).When(sent with { How = "brought" }).Then(said with { How = "brought" });
        // Before the shop has said anything no day is moved.
        Given([.. Taken, Declared]).When(sent).Then(said with { RefundBy = RefundBy });
        Given([.. Taken, Declared, Back, Refund]).When(sent).ThenRefused("withdrawal-settled");
        Given(withheld).When(sent with { How = "perhaps" }).ThenRefused("goods-said-unknown");
        Given(withheld).When(sent with { Withdrawal = Two }).ThenRefused("withdrawal-not-found");
    }

    [Fact]
    public void Waits_for_the_charge_of_the_card_and_then_for_nothing()
    {
        OrderEvent[] early = [.. HandedOver, Declared];
        Given(early).When(Return(One)).Then(Back);
        Given([.. early, Back]).When(new OrderCommand.PassTime(RefundBy)).ThenNothing();
        var charged = Given([.. early, Back, Charged]).When(new OrderCommand.PassTime(Collected)).Then(Refund).After;
        WithdrawalRules.DueAt((Orders.Order.Confirmed)charged, Collected).ShouldBeNull();
        WithdrawalRules.DueAt(Of([.. early, Charged]), Collected).ShouldBe(RefundBy);
        WithdrawalRules.DueAt(Of([.. early, Back, Charged]), Collected).ShouldBe(Collected);
        // Never charged: nothing was paid, and nothing is owed.
        WithdrawalRules.DueAt(Of([.. early, Back, new OrderEvent.PaymentNotCaptured("lapsed", [Bakery, Bookshop])]), Collected).ShouldBeNull();
    }

    [Fact]
    public void What_came_to_be_paid_at_the_counter_is_given_back_there_by_the_shop_alone()
    {
        OrderEvent[] left = [.. Taken[..12], new OrderEvent.PaymentCaptureRequested(1980, [new(Bakery, 1980)], [Bookshop]), new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)]), Declared];
        Given(left).When(new OrderCommand.PassTime(RefundBy)).ThenNothing();
        Given(left).When(Return(One)).Then(Back, Refund with { AtCounter = true });
        // A proof of sending says that the goods come, and not that anybody has given anything.
        var sent = Back with { How = "sent", SumOpen = true };
        Given(left).When(Return(One, "sent")).Then(sent);
        Given([.. left, sent]).When(Return(One, "sent")).ThenNothing();
        Given([.. left, sent]).When(new OrderCommand.PassTime(RefundBy)).ThenNothing();
        Given([.. left, sent]).When(Return(One)).Then(Refund with { AtCounter = true });
        Given([.. left, sent, Refund with { AtCounter = true }]).When(Return(One)).ThenNothing();
    }

    [Fact]
    public void What_was_paid_at_the_counter_because_the_card_could_not_be_charged_is_given_back_there()
    {
        OrderEvent[] declined = [.. HandedOver, new OrderEvent.PaymentNotCaptured("declined", [Bakery, Bookshop])];
        OrderEvent.ShopPaidAtCounter paid = new(Bookshop);
        Given(declined).When(new OrderCommand.NotePaidAtCounter(Bookshop)).Then(paid);
        Given([.. declined, paid]).When(new OrderCommand.NotePaidAtCounter(Bookshop)).ThenNothing();
        Of(declined).HowPaid(Bookshop).ShouldBe("unpaid");
        Of([.. declined, paid]).ShouldSatisfyAllConditions(o => o.HowPaid(Bookshop).ShouldBe("in-shop"), o => o.HowPaid(Bakery).ShouldBe("unpaid"));
        Given(Taken).When(new OrderCommand.NotePaidAtCounter(Bookshop)).ThenRefused("not-unpaid");
        Given(HandedOver).When(new OrderCommand.NotePaidAtCounter(Bookshop)).ThenRefused("not-unpaid");
        Given(Placed).When(new OrderCommand.NotePaidAtCounter(Bookshop)).ThenRefused("order-not-found");
        Given([.. declined, paid, Declared]).When(Return(One)).Then(Back, Refund with { AtCounter = true });
        // Back before the shop wrote down that it was paid: the sum is open then, and given by a press of its own.
        Given([.. declined, Declared]).When(Return(One)).Then(Back);
        Given([.. declined, Declared, Back]).When(Return(One)).ThenNothing();
        Given([.. declined, Declared, Back]).When(new OrderCommand.NotePaidAtCounter(Bookshop)).Then(new OrderEvent.ShopPaidAtCounter(Bookshop, [One]));
        Given([.. declined, Declared, Back, new OrderEvent.ShopPaidAtCounter(Bookshop, [One])]).When(Return(One)).Then(Refund with { AtCounter = true });
    }

    [Fact]
    public void What_is_owed_does_not_rest_on_a_gesture_that_never_leaves()
    {
        OrderEvent.RefundRequested gesture = new(Bookshop, Two, [new(Novel, 700, 36)], "gesture", false);
        OrderEvent[] rests = [.. Taken, gesture, Declared with { Lines = [new(Novel, 1, 1490)] }];
        var after = Given(rests).When(new OrderCommand.NoteRefundRefused(Two, "charge_disputed")).Then(new OrderEvent.RefundRefused(Bookshop, Two, "charge_disputed", Owed: true)).After;
        RefundRules.Find((Orders.Order.Confirmed)after, Two)!.State.ShouldBe(RefundState.Failed);
        // Where the price of what was withdrawn from is covered without it, it is a gesture that came to nothing; also before anybody withdrew.
        Given([.. Taken, gesture]).When(new OrderCommand.NoteRefundRefused(Two, "charge_disputed")).Then(new OrderEvent.RefundRefused(Bookshop, Two, "charge_disputed"));
        Given([.. Taken, gesture, new OrderEvent.RefundRefused(Bookshop, Two, "charge_disputed")]).When(Novels(One)).Then(Declared);
        OrderEvent[] loaf = [.. Taken, new OrderEvent.RefundRequested(Bakery, Two, [new(Bread, 450, 23)], "gesture", false), new OrderEvent.WithdrawalDeclared(Bakery, One, [new(Bread, 1, 450)], RefundBy)];
        Given(loaf).When(new OrderCommand.NoteRefundRefused(Two, "charge_disputed")).Then(new OrderEvent.RefundRefused(Bakery, Two, "charge_disputed"));
    }

    [Fact]
    public void Where_somebody_took_less_by_hand_no_more_goes_back_than_that()
    {
        OrderEvent[] less = [.. HandedOver, new OrderEvent.PaymentCaptured("pi_1", 2000, "ch_1"), new OrderEvent.PaymentNotCaptured("other-amount", [Bakery, Bookshop])];
        PurchaseViews.Of(Of(less)).ShouldBe(new Contracts.Ordering.Api.PurchaseView("captured-less", 4170, null, 2000, 4170));
        Given(less).When(new OrderCommand.GiveBack(Bookshop, Two, [(Novel, 2001)], "gesture")).ThenRefused("refund-too-large");
        Given(less).When(new OrderCommand.GiveBack(Bookshop, Two, [(Novel, 2000)], "gesture")).Then(new OrderEvent.RefundRequested(Bookshop, Two, [new(Novel, 2000, 104)], "gesture", false));
        Given([.. less, Declared]).When(Return(One)).Then(Back, Refund with { Lines = [new(Novel, 2000, 104)] });
        // Of two that fall due together the second gets what is left, and of nothing nothing: the timer has no end otherwise.
        OrderEvent[] two = [.. less, new OrderEvent.WithdrawalDeclared(Bakery, Two, [new(Bread, 2, 900)], RefundBy), Declared];
        Given(two).When(new OrderCommand.PassTime(RefundBy)).Events.Cast<OrderEvent.RefundRequested>().Select(r => r.Lines.Sum(l => l.Cents)).ShouldBe([900, 1100]);
        OrderEvent[] gone = [.. less, new OrderEvent.RefundRequested(Bakery, Two, [new(Bread, 900, 47), new(Brioche, 1080, 56)], "gesture", false), new OrderEvent.RefundRequested(Bookshop, Guid.Empty, [new(Novel, 20, 1)], "gesture", false), Declared];
        Given(gone).When(new OrderCommand.PassTime(RefundBy)).ThenNothing();
        WithdrawalRules.DueAt(Of(gone), RefundBy).ShouldBeNull();
        Given(gone).When(Return(One)).Then(Back);
    }

    [Fact]
    public void Two_of_one_line_that_fall_due_together_share_its_vat()
    {
        OrderEvent[] both = [.. Taken, new OrderEvent.WithdrawalDeclared(Bakery, One, [new(Bread, 1, 450)], RefundBy), new OrderEvent.WithdrawalDeclared(Bakery, Two, [new(Bread, 1, 450)], RefundBy)];
        var events = Given(both).When(new OrderCommand.PassTime(RefundBy)).Events.Cast<OrderEvent.RefundRequested>().ToList();
        events.Select(e => e.Refund).ShouldBe([One, Two]);
        events.Sum(e => e.Lines[0].VatCents).ShouldBe(Money.VatIncluded(900, 5.5m));
        RefundRules.LeftOf(Of([.. both, .. events]), Of(both).Find(Bakery)!, Bread).ShouldBe(0);
    }

    private static Orders.Order.Confirmed Of(OrderEvent[] happened) => (Orders.Order.Confirmed)happened.Aggregate((Orders.Order)new Orders.Order.None(), Orders.Order.Evolve);

    private static OrderCommand.Withdraw Novels(Guid id) => new(Bookshop, id, [(Novel, 1, false)], Until, Collected);

    private static OrderCommand.Withdraw Loaves(Guid id, long quantity) => new(Bakery, id, [(Bread, quantity, false)], Until, Collected);

    private static OrderCommand.NoteGoodsBack Return(Guid id, string how = "back") => new(Bookshop, id, how);
}
