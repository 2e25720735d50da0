using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

public sealed class Placing_an_order
{
    [Fact]
    public void Is_remembered_before_anything_is_held() => Given().When(Place).Then(Placed);

    [Fact]
    public void Twice_is_once() => Given(Placed).When(Place).ThenNothing();

    [Fact]
    public void Waits_for_the_slots_once_the_stock_is_held() => Given(Placed).When(NoteReserved).Then(Reserved);

    [Fact]
    public void Waits_for_the_stock_once_the_slots_are_held() => Given(Placed).When(NoteBooked).Then(Booked);

    [Fact]
    public void Stands_when_both_are_held_and_a_fed_and_fresh_shop_has_accepted_by_itself() =>
        Given(Placed, Reserved).When(NoteBooked).Then(Booked, Confirmed, BookshopAccepted);

    [Fact]
    public void Stands_in_the_other_order_too() =>
        Given(Placed, Booked).When(NoteReserved).Then(Reserved, Confirmed, BookshopAccepted);

    [Fact]
    public void That_a_shop_accepted_by_itself_is_said_once_with_the_confirmation()
    {
        OrderEvent[] happened = [Confirmed, BookshopAccepted, BakeryAccepted];
        var told = happened.SelectMany((e, n) => new OrderPublications().Publish(
            new StoredEvent(Guid.CreateVersion7(), Orders.Order.StreamOf(Sample.Order), n + 4, "any", e, Now, new EventMeta(Now)))).ToList();
        told[0].ShouldBeOfType<OrderConfirmed>().ShopOrders.Select(s => (s.ShopId, s.Accepted)).ShouldBe([(Bakery, false), (Bookshop, true)]);
        told.Skip(1).ShouldHaveSingleItem().ShouldBeOfType<ShopOrderChanged>().ShopId.ShouldBe(Bakery);
    }

    [Fact]
    public void Counts_each_line_to_the_cent() => // 2 × 4,50 + 0,600 kg × 18,00
        ((Order.Confirmed)Given(Placed, Booked).When(NoteReserved).After).ShopOrders.Select(s => s.TotalCents).ShouldBe([1980L, 2190L]);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_repeated_answer_changes_nothing(int answer) => Given(Standing).When(All[answer]).ThenNothing();

    [Fact]
    public void Whatever_an_answer_did_its_repeat_does_nothing_more()
    {
        OrderEvent[][] lives =
        [
            [Placed], [Placed, Reserved], [Placed, Booked], Standing,
            [Placed, Reserved, new OrderEvent.Refused([], NoteSlotFull.Slots)], [Placed, Booked, new OrderEvent.Refused(NoteOutOfStock.Lines, [])],
            [Placed, new OrderEvent.HoldExpired()], [Placed, Reserved, new OrderEvent.Abandoned()],
        ];
        foreach (var (life, answer) in lives.SelectMany(life => All.Select(answer => (life, answer))))
        {
            OrderDecider.Decide(answer, Given(life).When(answer).After).ShouldBeEmpty($"{answer.GetType().Name} after {life[^1].GetType().Name}");
        }
    }

    [Fact]
    public void The_same_stock_twice_while_waiting_changes_nothing() => Given(Placed, Reserved).When(NoteReserved).ThenNothing();

    [Fact]
    public void Is_refused_with_the_lines_that_are_short() =>
        Given(Placed).When(NoteOutOfStock).Then(new OrderEvent.Refused(NoteOutOfStock.Lines, []));

    [Fact]
    public void Is_refused_with_the_slots_that_are_full_although_the_stock_is_held() =>
        Given(Placed, Reserved).When(NoteSlotFull).Then(new OrderEvent.Refused([], NoteSlotFull.Slots));

    [Fact]
    public void Stock_reported_as_held_after_the_refusal_is_given_back() =>
        Given(Placed, new OrderEvent.Refused([], NoteSlotFull.Slots)).When(NoteReserved).Then(new OrderEvent.StockHoldSettled(Stands: false));

    [Fact]
    public void Slots_reported_as_held_after_the_refusal_are_given_back() =>
        Given(Placed, new OrderEvent.Refused(NoteOutOfStock.Lines, [])).When(NoteBooked).Then(new OrderEvent.SlotHoldSettled(Stands: false));

    [Fact]
    public void Is_given_back_once_however_often_it_is_reported() =>
        Given(Placed, new OrderEvent.Refused([], NoteSlotFull.Slots), new OrderEvent.StockHoldSettled(Stands: false)).When(NoteReserved).ThenNothing();

    [Fact]
    public void Lapses_when_its_hold_has_passed() => Given(Placed, Reserved).When(new OrderCommand.PassTime(HoldExpiresAt)).Then(new OrderEvent.HoldExpired());

    [Fact]
    public void Does_not_lapse_a_second_early() => Given(Placed, Reserved).When(new OrderCommand.PassTime(HoldExpiresAt.AddSeconds(-1))).ThenNothing();

    [Fact]
    public void Goods_that_arrive_after_it_lapsed_are_given_back() =>
        Given(Placed, new OrderEvent.HoldExpired()).When(NoteReserved).Then(new OrderEvent.StockHoldSettled(Stands: false));

    [Fact]
    public void A_hold_that_ran_out_stands_when_the_order_does() =>
        Given(Standing).When(new OrderCommand.AnswerStockHold(HoldExpiresAt)).Then(new OrderEvent.StockHoldSettled(Stands: true));

    [Fact]
    public void A_hold_that_ran_out_ends_an_order_still_waiting() =>
        Given(Placed, Reserved).When(new OrderCommand.AnswerStockHold(HoldExpiresAt)).Then(new OrderEvent.HoldExpired());

    [Fact]
    public void A_hold_that_ran_out_by_a_clock_ahead_of_ours_waits_for_our_own_timer() =>
        Given(Placed, Reserved).When(new OrderCommand.AnswerSlotHold(HoldExpiresAt.AddSeconds(-2))).ThenNothing();

    [Fact]
    public void Whoever_asks_about_a_hold_of_a_refused_order_is_told_each_time() =>
        Given(Placed, new OrderEvent.Refused([], NoteSlotFull.Slots), new OrderEvent.StockHoldSettled(Stands: false))
            .When(new OrderCommand.AnswerStockHold(Now)).Then(new OrderEvent.StockHoldSettled(Stands: false));

    [Fact]
    public void Can_be_given_up_while_it_is_being_confirmed() => Given(Placed, Booked).When(new OrderCommand.Cancel(null)).Then(new OrderEvent.Abandoned());

    [Fact]
    public void One_shop_alone_cannot_be_cancelled_before_the_order_stands() => Given(Placed).When(new OrderCommand.Cancel(Bakery)).ThenRefused("still-pending");

    [Fact]
    public void No_shop_can_touch_it_before_it_stands() => Given(Placed).When(new OrderCommand.Accept(Bakery)).ThenRefused("order-not-found");

    private static readonly OrderCommand[] All = [NoteReserved, NoteBooked, NoteOutOfStock, NoteSlotFull];

    public static TheoryData<int> Answers() => [0, 1, 2, 3];
}
