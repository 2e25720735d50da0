using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Npgsql;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

public sealed class Ending_an_order
{
    [Fact]
    public void Goods_go_out_against_the_code() => Given(AllReady).When(new OrderCommand.HandOver(Bakery, Code)).Then(BakeryCollected);

    [Theory]
    [InlineData("h7k2pm")]
    [InlineData(" H7K 2PM ")]
    [InlineData("h7k-2pm")]
    public void The_code_is_taken_as_people_type_it(string typed) => Given(AllReady).When(new OrderCommand.HandOver(Bakery, typed)).Then(BakeryCollected);

    [Theory]
    [InlineData("H7K2PN")]
    [InlineData("")]
    [InlineData("H7K2P")]
    public void Not_against_another_code(string typed) => Given(AllReady).When(new OrderCommand.HandOver(Bakery, typed)).ThenRefused("wrong-code");

    [Fact]
    public void Not_before_they_are_ready() => Given(Standing).When(new OrderCommand.HandOver(Bakery, Code)).ThenRefused("not-ready");

    [Fact]
    public void Not_twice() => Given([.. AllReady, BakeryCollected]).When(new OrderCommand.HandOver(Bakery, Code)).ThenRefused("already-collected");

    [Fact]
    public void Not_once_cancelled() =>
        Given([.. Standing, new OrderEvent.ShopCancelled(Bakery)]).When(new OrderCommand.HandOver(Bakery, Code)).ThenRefused("already-cancelled");

    [Fact]
    public void The_last_shop_order_ends_the_order() =>
        Given([.. AllReady, BakeryCollected]).When(new OrderCommand.HandOver(Bookshop, Code))
            .Then(new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)]), new OrderEvent.Completed("completed"));

    [Fact]
    public void What_is_handed_over_is_what_was_weighed() =>
        Given([.. Standing, BakeryAccepted, new OrderEvent.LinesDeclined(Bakery, [Bread], "shortage", 1080), BakeryReady with { Finals = [new(Brioche, 540)], TotalCents = 972 }])
            .When(new OrderCommand.HandOver(Bakery, Code)).Then(new OrderEvent.ShopCollected(Bakery, [new(Brioche, 540)], [new(Bread, 2)]));

    [Fact]
    public void The_resident_cancels_everything_before_it_is_prepared() =>
        Given(Standing).When(new OrderCommand.Cancel(null)).Then(new OrderEvent.ShopCancelled(Bakery), new OrderEvent.ShopCancelled(Bookshop), new OrderEvent.Completed("cancelled"));

    [Fact]
    public void The_resident_cancels_one_shop_and_keeps_the_other() =>
        Given(Standing).When(new OrderCommand.Cancel(Bakery)).Then(new OrderEvent.ShopCancelled(Bakery));

    [Fact]
    public void What_the_shop_did_not_find_before_the_resident_cancels_the_rest_is_told_again()
    {
        var cancelled = Given([.. Standing, new OrderEvent.LinesDeclined(Bakery, [Bread], ShopOrder.Shortage, 1080, [new(Bread, 2)])]).When(new OrderCommand.Cancel(Bakery));
        cancelled.Then(new OrderEvent.ShopCancelled(Bakery, [new(Bread, 2)]));
        // Heard first, it is all that Catalog knows of the missing pieces.
        var told = new OrderPublications().Publish(new StoredEvent(Guid.CreateVersion7(), Orders.Order.StreamOf(Sample.Order), 7, "shop-order-cancelled.v1", cancelled.Events[0], Now, new EventMeta(Now)));
        told.OfType<ReleaseStock>().Single().Missing.ShouldBe([new MissingGoods(Bread, 2)]);
    }

    [Fact]
    public void Cancelling_twice_is_once() =>
        Given([.. Standing, new OrderEvent.ShopCancelled(Bakery)]).When(new OrderCommand.Cancel(Bakery)).ThenNothing();

    [Fact]
    public void What_is_accepted_and_not_begun_is_still_cancelled() =>
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.Cancel(Bakery)).Then(new OrderEvent.ShopCancelled(Bakery));

    [Fact]
    public void What_is_in_preparation_is_no_longer_cancelled()
    {
        Given([.. Standing, BakeryAccepted, BakeryStarted]).When(new OrderCommand.Cancel(Bakery)).ThenRefused("too-late-to-cancel");
        Given([.. Standing, BakeryAccepted, BakeryStarted]).When(new OrderCommand.Cancel(null)).Then(new OrderEvent.ShopCancelled(Bookshop));
    }

    [Fact]
    public void What_is_ready_is_no_longer_cancelled() => Given(AllReady).When(new OrderCommand.Cancel(Bakery)).ThenRefused("too-late-to-cancel");

    [Fact]
    public void What_was_collected_is_no_longer_cancelled() =>
        Given([.. AllReady, BakeryCollected]).When(new OrderCommand.Cancel(Bakery)).ThenRefused("too-late-to-cancel");

    [Fact]
    public void Cancelling_all_leaves_what_is_ready() =>
        Given([.. Standing, BakeryAccepted, BakeryReady]).When(new OrderCommand.Cancel(null)).Then(new OrderEvent.ShopCancelled(Bookshop));

    [Fact]
    public void Who_has_not_come_is_reminded_once()
    {
        var reminded = Given([.. Standing, BakeryAccepted, BakeryReady]).When(new OrderCommand.PassTime(RemindAt));
        reminded.Then(new OrderEvent.ShopReminded(Bakery));
        OrderDecider.Decide(new OrderCommand.PassTime(RemindAt.AddHours(1)), reminded.After).ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_is_reminded_of_a_time_that_has_passed()
    {
        OrderEvent[] waiting = [.. AllReady, BakeryCollected];
        Given(waiting).When(new OrderCommand.PassTime(CollectUntil)).ThenNothing();
        OrderTimers.Next(OrderHistory.None(Sample.Order).With(waiting, Now), CollectUntil).ShouldBe(Over, "the timer does not ring for it for ever");
    }

    // The timer was late, and stands at the end of the first shop's half hour.
    [Fact]
    public void A_reminder_that_came_too_late_keeps_no_other_shops_waiting()
    {
        var later = CollectUntil.AddMinutes(20);
        OrderEvent booked = Booked with
        {
            Bookings = [.. Booked.Bookings.Select(b => b.ShopId == Bookshop ? b with { Pickup = b.Pickup with { CollectUntil = CollectUntil.AddHours(3), RemindAt = later } } : b)],
        };
        var before = OrderHistory.None(Sample.Order).With([Placed, Reserved, booked, Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady], Now);
        using var batch = new NpgsqlBatch();
        OrderTimers.Write(batch, [new OrderMove(before, before.With([BookshopReady with { RemindAt = later }], CollectUntil.AddMinutes(5)), null)]);
        batch.BatchCommands.Cast<NpgsqlBatchCommand>().SelectMany(c => c.Parameters.Cast<NpgsqlParameter>()).Select(p => p.Value).OfType<DateTimeOffset[]>().SelectMany(due => due).ShouldContain(later);
    }

    [Fact]
    public void What_nobody_collected_goes_back_on_the_shelf() =>
        Given([.. AllReady, BakeryCollected]).When(new OrderCommand.PassTime(Over))
            .Then(new OrderEvent.ShopExpired(Bookshop, "not-collected"), new OrderEvent.Completed("completed"));

    [Fact]
    public void Who_stands_at_the_counter_when_the_door_closes_is_served()
    {
        OrderEvent[] waiting = [.. AllReady, new OrderEvent.ShopReminded(Bakery), new OrderEvent.ShopReminded(Bookshop), BakeryCollected];
        Given(waiting).When(new OrderCommand.PassTime(CollectUntil)).ThenNothing();
        Given(waiting).When(new OrderCommand.PassTime(Over.AddSeconds(-1))).ThenNothing();
    }

    [Fact]
    public void No_order_runs_out_while_its_shop_is_closed()
    {
        var (until, remind) = (CollectUntil.AddDays(7), RemindAt.AddDays(7));
        var moved = Given([.. AllReady, new OrderEvent.ShopReminded(Bakery)]).When(new OrderCommand.NoteDeadline(Bakery, until, remind, RemindAt.AddHours(1)));
        var longer = new OrderEvent.ShopKeptLonger(Bakery, until, remind);
        moved.Then(longer);
        OrderDecider.Decide(new OrderCommand.NoteDeadline(Bakery, until, remind, RemindAt.AddHours(1)), moved.After).ShouldBeEmpty("told twice");
        Given([.. AllReady, longer, BookshopReady]).When(new OrderCommand.PassTime(Over)).Then(new OrderEvent.ShopExpired(Bookshop, "not-collected"));
        Given([.. AllReady, new OrderEvent.ShopReminded(Bakery), longer, new OrderEvent.ShopCancelled(Bookshop)]).When(new OrderCommand.PassTime(remind)).Then(new OrderEvent.ShopReminded(Bakery));
        Given([.. Standing, longer, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady with { RemindAt = remind });
    }

    [Fact]
    public void A_day_that_was_told_never_comes_earlier_and_what_has_ended_is_not_kept()
    {
        Given(AllReady).When(new OrderCommand.NoteDeadline(Bakery, CollectUntil, RemindAt, Now)).ThenNothing();
        Given(AllReady).When(new OrderCommand.NoteDeadline(Bakery, CollectUntil.AddDays(-1), RemindAt, Now)).ThenNothing();
        Given([.. AllReady, BakeryCollected]).When(new OrderCommand.NoteDeadline(Bakery, CollectUntil.AddDays(1), RemindAt, Now)).ThenNothing();
        Given(Placed).When(new OrderCommand.NoteDeadline(Bakery, CollectUntil.AddDays(1), RemindAt, Now)).ThenNothing();
        // Not at once: the tap that said ready may still be taken back.
        Given(AllReady).When(new OrderCommand.NoteDeadline(Bakery, CollectUntil.AddDays(1), Now, Now)).Then(new OrderEvent.ShopKeptLonger(Bakery, CollectUntil.AddDays(1), Now + ShopSteps.MailAfter));
    }

    [Fact]
    public void What_a_shop_never_prepared_ends_too() =>
        Given(Standing).When(new OrderCommand.PassTime(Over)).Then(
            new OrderEvent.ShopExpired(Bakery, "not-prepared"), new OrderEvent.ShopExpired(Bookshop, "not-prepared"), new OrderEvent.Completed("completed"));

    [Fact]
    public void What_a_shop_began_and_never_finished_ends_as_not_prepared() =>
        Given([.. Standing, BakeryAccepted, BakeryStarted, new OrderEvent.ShopCancelled(Bookshop)]).When(new OrderCommand.PassTime(Over)).Then(
            new OrderEvent.ShopExpired(Bakery, "not-prepared"), new OrderEvent.Completed("completed"));

    [Fact]
    public void The_code_of_an_expired_order_opens_nothing() =>
        Given([.. AllReady, new OrderEvent.ShopExpired(Bakery, "not-collected")]).When(new OrderCommand.HandOver(Bakery, Code)).ThenRefused("already-expired");

    [Fact]
    public void A_hold_asked_about_after_the_end_is_left_to_what_each_shop_said()
    {
        var over = Given([.. AllReady, BakeryCollected, new OrderEvent.ShopExpired(Bookshop, "not-collected"), new OrderEvent.Completed("completed")]);
        over.When(new OrderCommand.AnswerStockHold(CollectUntil)).Then(new OrderEvent.StockHoldSettled(Stands: true));
        over.When(new OrderCommand.AnswerSlotHold(CollectUntil)).Then(new OrderEvent.SlotHoldSettled(Stands: true));
    }
}
