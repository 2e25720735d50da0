using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>A purchase, from its holds to its confirmation or to where its money goes back.</summary>
public sealed class Paying_for_an_order
{
    private static readonly OrderEvent.Placed ByCard = Placed with { Payment = PaymentKind.Card };
    private static readonly OrderEvent.PaymentRequested Asked = new(1980 + 2190, HoldExpiresAt.AddHours(2));
    private static readonly OrderEvent.PaymentPageOpened Opened = new("cs_1", "https://pay/cs_1");
    private static readonly OrderEvent.PaymentAuthorised Authorised = new("pi_1", 4170, Now.AddDays(7));
    private static readonly OrderEvent[] ToPay = [ByCard, Reserved, Booked, Asked, Opened];
    private static readonly OrderCommand.NoteAuthorised Paid = new("pi_1", 4170, Now.AddDays(7), Code, Now.AddMinutes(2));

    [Fact]
    public void Is_asked_for_once_both_holds_are_complete() => Given(ByCard, Reserved).When(NoteBooked).Then(Booked, Asked);

    [Fact]
    public void Is_asked_for_with_all_that_may_be_weighed() =>
        Given(AcceptedUpTo(Brioche, 690) with { Payment = PaymentKind.Card }, Reserved).When(NoteBooked).Then(Booked, Asked with { AmountCents = Asked.AmountCents + 162 });

    [Fact]
    public void Is_not_asked_for_where_nothing_costs_anything()
    {
        var free = Reserved with { Shops = [.. Reserved.Shops.Select(s => s with { Lines = [.. s.Lines.Select(l => l with { PriceCents = 0 })] })] };
        Given(ByCard, free).When(NoteBooked).Then(Booked, Confirmed with { Shops = [.. Confirmed.Shops.Select(s => s with { TotalCents = 0 })] }, BookshopAccepted);
    }

    [Fact]
    public void Makes_the_order_stand() => Given(ToPay).When(Paid).Then(Authorised, Confirmed, BookshopAccepted);

    [Fact]
    public void Twice_is_once() => Given([.. ToPay, Authorised, Confirmed]).When(Paid).ThenNothing();

    [Fact]
    public void The_hold_that_passes_closes_the_page_and_gives_nothing_back_yet() =>
        Given(ToPay).When(new OrderCommand.PassTime(HoldExpiresAt)).Then(new OrderEvent.PaymentClosing("expired"));

    [Fact]
    public void Who_asks_about_a_hold_meanwhile_is_not_answered_before_it_is_known()
    {
        Given(ToPay).When(new OrderCommand.AnswerStockHold(HoldExpiresAt.AddSeconds(-1))).ThenNothing();
        Given(ToPay).When(new OrderCommand.AnswerSlotHold(HoldExpiresAt)).Then(new OrderEvent.PaymentClosing("expired"));
        Given([.. ToPay, new OrderEvent.PaymentClosing("expired")]).When(new OrderCommand.AnswerStockHold(HoldExpiresAt.AddHours(1))).ThenNothing();
    }

    [Fact]
    public void Nobody_paid_and_the_order_lapses() =>
        Given([.. ToPay, new OrderEvent.PaymentClosing("expired")]).When(new OrderCommand.NotePageClosed()).Then(new OrderEvent.HoldExpired());

    [Fact]
    public void Somebody_paid_in_the_last_moment_and_has_the_goods() =>
        Given([.. ToPay, new OrderEvent.PaymentClosing("expired")]).When(Paid).Then(Authorised, Confirmed, BookshopAccepted);

    [Fact]
    public void Who_cancels_is_not_asked_to_pay_any_more() =>
        Given(ToPay).When(new OrderCommand.Cancel(null)).Then(new OrderEvent.PaymentClosing("cancelled"));

    [Fact]
    public void One_shop_alone_cannot_be_cancelled_before_it_is_paid() => Given(ToPay).When(new OrderCommand.Cancel(Bakery)).ThenRefused("still-pending");

    [Fact]
    public void Who_cancelled_and_paid_all_the_same_gets_the_money_back()
    {
        var after = Given([.. ToPay, new OrderEvent.PaymentClosing("cancelled")]).When(Paid).Then(Authorised, new OrderEvent.Abandoned()).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.Release);
        PurchaseSteps.Of(Orders.Order.Evolve(after, new OrderEvent.PaymentReturned("pi_1"))).ShouldBe(PurchaseStep.None);
    }

    [Fact]
    public void Less_than_was_asked_buys_nothing_and_goes_back() => Given(ToPay).When(Paid with { Cents = 4169 }).Then(Authorised with { AmountCents = 4169 }, new OrderEvent.PaymentClosing("less"), new OrderEvent.HoldExpired());

    [Fact]
    public void Money_for_an_order_that_has_ended_goes_back() =>
        PurchaseSteps.Of(Given([.. ToPay, new OrderEvent.PaymentClosing("expired"), new OrderEvent.HoldExpired()]).When(Paid).Then(Authorised).After).ShouldBe(PurchaseStep.Release);

    [Fact]
    public void The_first_reason_to_close_counts() =>
        Given([.. ToPay, new OrderEvent.PaymentClosing("cancelled")]).When(new OrderCommand.PassTime(HoldExpiresAt)).ThenNothing();

    [Fact]
    public void Who_gives_up_while_the_page_is_being_closed_is_heard()
    {
        OrderEvent[] givenUp = [.. ToPay, new OrderEvent.PaymentClosing("expired"), new OrderEvent.PaymentClosing("cancelled")];
        Given(givenUp[..^1]).When(new OrderCommand.Cancel(null)).Then(new OrderEvent.PaymentClosing("cancelled"));
        Given(givenUp).When(new OrderCommand.Cancel(null)).ThenNothing();
        Given(givenUp).When(Paid).Then(Authorised, new OrderEvent.Abandoned());
    }

    [Fact]
    public void Money_that_is_known_of_once_a_slot_is_over_buys_nothing_and_goes_back()
    {
        Given([.. ToPay, new OrderEvent.PaymentClosing("expired")]).When(Paid with { Now = SlotStart.AddMinutes(29) }).Then(Authorised, Confirmed, BookshopAccepted);
        var after = Given([.. ToPay, new OrderEvent.PaymentClosing("expired")]).When(Paid with { Now = SlotStart.AddMinutes(30) })
            .Then(Authorised, new OrderEvent.PaymentClosing("late"), new OrderEvent.HoldExpired()).After;
        PurchaseSteps.Of(after).ShouldBe(PurchaseStep.Release);
    }

    [Fact]
    public void Money_that_the_bank_does_not_keep_until_the_goods_are_collected_goes_back()
    {
        Given(ToPay).When(Paid with { CaptureBefore = SlotStart.AddMinutes(30).AddDays(1) }).Then(Authorised with { CaptureBefore = SlotStart.AddMinutes(30).AddDays(1) }, Confirmed, BookshopAccepted);
        Given(ToPay).When(Paid with { CaptureBefore = SlotStart.AddDays(1) }).Then(Authorised with { CaptureBefore = SlotStart.AddDays(1) }, new OrderEvent.PaymentClosing("short"), new OrderEvent.HoldExpired());
        Given(ToPay).When(Paid with { CaptureBefore = null }).Then(Authorised with { CaptureBefore = null }, Confirmed, BookshopAccepted);
    }

    [Fact]
    public void Less_than_any_card_pays_is_not_asked_for()
    {
        var cheap = Reserved with { Shops = [.. Reserved.Shops.Select(s => s with { Lines = [s.Lines[0] with { Quantity = 1, PriceCents = 24 }] })] };
        Given(ByCard, cheap).When(NoteBooked).Then(Booked, Asked with { AmountCents = 48 }, new OrderEvent.PaymentClosing("too-small"), new OrderEvent.HoldExpired());
        var enough = cheap with { Shops = [cheap.Shops[0] with { Lines = [cheap.Shops[0].Lines[0] with { PriceCents = 26 }] }, cheap.Shops[1]] };
        Given(ByCard, enough).When(NoteBooked).Then(Booked, Asked with { AmountCents = 50 });
    }

    [Fact]
    public void A_page_that_cannot_be_had_ends_the_order() =>
        Given(ByCard, Reserved, Booked, Asked).When(new OrderCommand.NotePageUnavailable()).Then(new OrderEvent.PaymentClosing("unavailable"));

    [Fact]
    public void The_next_attempt_is_the_one_after_the_last()
    {
        Given(ByCard, Reserved, Booked, Asked).When(new OrderCommand.TryPageAgain(2)).Then(new OrderEvent.PaymentPageTriedAgain(2));
        Given(ByCard, Reserved, Booked, Asked).When(new OrderCommand.TryPageAgain(3)).ThenNothing();
        Given(ToPay).When(new OrderCommand.TryPageAgain(2)).ThenNothing();
    }

    [Fact]
    public void Whatever_was_said_is_said_once()
    {
        OrderCommand[] said = [NoteReserved, NoteBooked, new OrderCommand.NotePageOpened("cs_1", "https://pay/cs_1"), new OrderCommand.TryPageAgain(2), new OrderCommand.NotePageUnavailable(), new OrderCommand.NotePageClosed(), Paid, new OrderCommand.NoteReturned("pi_1"),
            new OrderCommand.PassTime(HoldExpiresAt), new OrderCommand.Cancel(null)];
        OrderEvent[][] lives = [[ByCard, Reserved, Booked, Asked], ToPay, [.. ToPay, new OrderEvent.PaymentClosing("expired")], [.. ToPay, new OrderEvent.PaymentClosing("cancelled")]];
        foreach (var (life, command) in lives.SelectMany(l => said.Select(c => (l, c))))
        {
            var after = Given(life).When(command).After;
            try
            {
                OrderDecider.Decide(command, after).ShouldBeEmpty($"{command.GetType().Name} after {life[^1].GetType().Name}");
            }
            catch (ServiceDefaults.Refusal refused)
            {
                refused.Code.ShouldBe("too-late-to-cancel");
            }
        }
    }

    [Fact]
    public void A_batch_that_moves_meanwhile_is_known_when_the_order_stands()
    {
        var moved = new OrderCommand.NoteBatchMoved(Bakery, Bread, Now.AddHours(2), Now.AddHours(7), 9);
        var held = Reserved with { Shops = [Reserved.Shops[0] with { Lines = [Reserved.Shops[0].Lines[0] with { BatchAt = Now.AddHours(2) }, Reserved.Shops[0].Lines[1]] }, Reserved.Shops[1]] };
        OrderEvent[] paying = [ByCard, held, Booked, Asked, Opened];
        var told = new OrderEvent.ShopBatchMoved(Bakery, Bread, Now.AddHours(2), Now.AddHours(7), 9);
        Given(paying).When(moved).Then(told);
        Given([.. paying, told]).When(moved).ThenNothing();
        var after = (Orders.Order.Confirmed)Given([.. paying, told]).When(Paid).After;
        after.Find(Bakery)!.Lines[0].Sold.BatchAt.ShouldBe(Now.AddHours(7));
    }

    [Fact]
    public void Its_resident_is_told_of_what_goes_back_once_and_not_of_what_the_answer_said()
    {
        OrderEvent[] ended = [.. ToPay, new OrderEvent.PaymentClosing("expired"), new OrderEvent.HoldExpired()];
        Told(ended, Authorised).ShouldBe([NoticeKind.PaidForNothing]);
        Told(ToPay, Authorised with { AmountCents = 1 }, new OrderEvent.PaymentClosing("less"), new OrderEvent.HoldExpired()).ShouldBe([NoticeKind.NotConfirmed]);
        Told([.. ToPay, new OrderEvent.PaymentClosing("cancelled")], Authorised, new OrderEvent.Abandoned()).ShouldBe([NoticeKind.Cancelled]);
        Told(ToPay, Authorised, Confirmed, BookshopAccepted).ShouldBe([NoticeKind.Confirmed]);
        Told([ByCard, Reserved], Booked, Asked with { AmountCents = 48 }, new OrderEvent.PaymentClosing("too-small"), new OrderEvent.HoldExpired()).ShouldBeEmpty();
        OrderEvent[] without = [ByCard, Reserved, Booked, Asked, new OrderEvent.PaymentClosing("unavailable")];
        Told(without, new OrderEvent.HoldExpired()).ShouldBeEmpty();
        Told(without, TimeSpan.FromMinutes(1), new OrderEvent.HoldExpired()).ShouldBe([NoticeKind.NotConfirmed]);
    }

    private static IEnumerable<NoticeKind> Told(OrderEvent[] before, params OrderEvent[] then) => Told(before, TimeSpan.FromSeconds(1), then);

    private static IEnumerable<NoticeKind> Told(OrderEvent[] before, TimeSpan later, params OrderEvent[] then)
    {
        var stood = OrderHistory.None(Sample.Order).With(before, Now);
        return Notices.Of(new OrderMove(stood, stood.With(then, Now + later), null)).Select(n => n.Kind);
    }

    [Fact]
    public void Shops_see_nothing_of_it_before_it_is_paid()
    {
        Given(ToPay).When(new OrderCommand.Accept(Bakery)).ThenRefused("order-not-found");
        Given(ToPay).When(new OrderCommand.MakeReady(Bakery, [], Now)).ThenRefused("order-not-found");
    }
}
