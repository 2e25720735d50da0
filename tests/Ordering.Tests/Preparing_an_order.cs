using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

public sealed class Preparing_an_order
{
    [Fact]
    public void The_shop_accepts() => Given(Standing).When(new OrderCommand.Accept(Bakery)).Then(BakeryAccepted);

    [Fact]
    public void Accepting_twice_is_once() => Given([.. Standing, BakeryAccepted]).When(new OrderCommand.Accept(Bakery)).ThenNothing();

    [Fact]
    public void Preparation_starts_once()
    {
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.StartPreparing(Bakery)).Then(BakeryStarted);
        Given([.. Standing, BakeryAccepted, BakeryStarted]).When(new OrderCommand.StartPreparing(Bakery)).ThenNothing();
        Given(AllReady).When(new OrderCommand.StartPreparing(Bakery)).ThenNothing();
    }

    [Fact]
    public void Who_starts_at_once_has_accepted() =>
        Given(Standing).When(new OrderCommand.StartPreparing(Bakery)).Then(BakeryAccepted, BakeryStarted);

    [Fact]
    public void What_was_started_is_made_ready_or_declined_like_any_other()
    {
        Given([.. Standing, BakeryAccepted, BakeryStarted]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady);
        Given([.. Standing, BakeryAccepted, BakeryStarted]).When(new OrderCommand.Decline(Bakery, "closed", null)).Then(new OrderEvent.ShopDeclined(Bakery, "closed"));
    }

    [Fact]
    public void Nothing_is_started_that_the_resident_has_cancelled() =>
        Given([.. Standing, new OrderEvent.ShopCancelled(Bakery)]).When(new OrderCommand.StartPreparing(Bakery)).ThenRefused("already-cancelled");

    [Fact]
    public void Another_shop_finds_nothing() => Given(Standing).When(new OrderCommand.Accept(Contracts.ShopId.New())).ThenRefused("order-not-found");

    [Fact]
    public void Ready_without_a_word_is_everything_as_ordered() =>
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady);

    [Fact]
    public void Who_says_ready_at_once_has_accepted() =>
        Given(Standing).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryAccepted, BakeryReady);

    [Fact]
    public void The_real_weight_is_what_is_owed() =>
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [new(Brioche, 540)], Now))
            .Then(BakeryReady with { Finals = [new(Bread, 2), new(Brioche, 540)], TotalCents = 900 + 972 });

    [Fact]
    public void More_than_ordered_is_refused() =>
        Given(Standing).When(new OrderCommand.MakeReady(Bakery, [new(Brioche, 601)], Now)).ThenRefused("final-quantity-out-of-range");

    [Fact]
    public void What_weighs_more_than_ordered_is_owed_as_far_as_the_resident_has_accepted_it()
    {
        OrderEvent[] accepted = [AcceptedUpTo(Brioche, 690), .. Standing.Skip(1), BakeryAccepted];
        Given(accepted).When(new OrderCommand.MakeReady(Bakery, [new(Brioche, 690)], Now))
            .Then(BakeryReady with { Finals = [new(Bread, 2), new(Brioche, 690)], TotalCents = 900 + 1242 });
        Given(accepted).When(new OrderCommand.MakeReady(Bakery, [new(Brioche, 691)], Now)).ThenRefused("final-quantity-out-of-range");
        Given(accepted).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady); // nobody weighed it: as ordered
        Given([AcceptedUpTo(Bread, 9), .. Standing.Skip(1)]).When(new OrderCommand.MakeReady(Bakery, [new(Bread, 3)], Now)).ThenRefused("final-quantity-out-of-range");
    }

    [Fact]
    public void Less_than_nothing_is_refused() =>
        Given(Standing).When(new OrderCommand.MakeReady(Bakery, [new(Brioche, -1)], Now)).ThenRefused("final-quantity-out-of-range");

    [Fact]
    public void A_line_of_another_shop_is_refused() =>
        Given(Standing).When(new OrderCommand.MakeReady(Bakery, [new(Novel, 1)], Now)).ThenRefused("unknown-line");

    [Fact]
    public void A_line_of_which_nothing_is_left_is_declined() =>
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [new(Bread, 0)], Now)).Then(
            new OrderEvent.LinesDeclined(Bakery, [Bread], "shortage", 1080, [new(Bread, 2)]),
            BakeryReady with { Finals = [new(Brioche, 600)], TotalCents = 1080 });

    [Fact]
    public void Nothing_left_at_all_declines_the_shop_order() =>
        Given(Standing).When(new OrderCommand.MakeReady(Bakery, [new(Bread, 0), new(Brioche, 0)], Now))
            .Then(new OrderEvent.ShopDeclined(Bakery, "shortage", [new(Bread, 2), new(Brioche, 600)]));

    [Fact]
    public void What_is_declined_for_the_lack_of_it_does_not_go_back_on_the_shelf()
    {
        Given(Standing).When(new OrderCommand.Decline(Bakery, "shortage", null)).Then(new OrderEvent.ShopDeclined(Bakery, "shortage", [new(Bread, 2), new(Brioche, 600)]));
        Given(Standing).When(new OrderCommand.Decline(Bakery, "shortage", [Bread])).Then(new OrderEvent.LinesDeclined(Bakery, [Bread], "shortage", 1080, [new(Bread, 2)]));
        Given([.. Standing, new OrderEvent.LinesDeclined(Bakery, [Bread], "shortage", 1080)]).When(new OrderCommand.Decline(Bakery, "closed", null))
            .Then(new OrderEvent.ShopDeclined(Bakery, "closed", [new(Bread, 2)]));
    }

    [Fact]
    public void What_is_declined_for_its_quality_does_not_go_back_on_the_shelf_either()
    {
        MissingQuantity bread = new(Bread, 2, Reason: "quality");
        Given(AllReady).When(new OrderCommand.Decline(Bakery, "quality", null)).Then(new OrderEvent.ShopDeclined(Bakery, "quality", [bread, new(Brioche, 600, Reason: "quality")]));
        Given(Standing).When(new OrderCommand.Decline(Bakery, "quality", [Bread])).Then(new OrderEvent.LinesDeclined(Bakery, [Bread], "quality", 1080, [bread]));
        // Of what was cut and counted when it was made ready only that is spoiled: the rest of the piece lies on the counter, and what lacked was not there.
        Given([.. Standing, BakeryAccepted, BakeryReady with { Finals = [new(Bread, 1), new(Brioche, 540)], TotalCents = 450 + 972 }])
            .When(new OrderCommand.Decline(Bakery, "quality", null))
            .Then(new OrderEvent.ShopDeclined(Bakery, "quality", [new(Bread, 1), bread with { Quantity = 1 }, new(Brioche, 540, Reason: "quality")]));
    }

    [Fact]
    public void Pieces_counted_short_are_missing_and_what_was_not_cut_is_there()
    {
        OrderEvent[] oneShort = [.. Standing, BakeryAccepted, BakeryReady with { Finals = [new(Bread, 1), new(Brioche, 540)], TotalCents = 450 + 972 }];
        Given(oneShort).When(new OrderCommand.HandOver(Bakery, Code)).Then(new OrderEvent.ShopCollected(Bakery, [new(Bread, 1), new(Brioche, 540)], [new(Bread, 1)]));
        Given([.. oneShort, BookshopReady]).When(new OrderCommand.PassTime(Over))
            .Then(new OrderEvent.ShopExpired(Bakery, "not-collected", [new(Bread, 1)]), new OrderEvent.ShopExpired(Bookshop, "not-collected"), new OrderEvent.Completed("completed"));
    }

    [Fact]
    public void Of_pieces_counted_short_what_is_declined_later_is_only_the_rest()
    {
        var ready = Given([.. Standing, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [new(Bread, 1)], Now));
        ready.Then(BakeryReady with { Finals = [new(Bread, 1), new(Brioche, 600)], TotalCents = 450 + 1080 });
        OrderEvent[] oneShort = [.. Standing, BakeryAccepted, .. ready.Events];
        Given(oneShort).When(new OrderCommand.HandOver(Bakery, Code)).Then(new OrderEvent.ShopCollected(Bakery, [new(Bread, 1), new(Brioche, 600)], [new(Bread, 1)]));
        Given(oneShort).When(new OrderCommand.Decline(Bakery, "shortage", [Bread]))
            .Then(new OrderEvent.LinesDeclined(Bakery, [Bread], "shortage", 1080, [new(Bread, 1), new(Bread, 1)]));
    }

    [Fact]
    public void A_reminder_that_would_come_before_the_ready_mail_is_not_sent() =>
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [], RemindAt)).Then(BakeryReady with { RemindAt = null });

    [Theory]
    [InlineData(20, false), InlineData(21, true)]
    public void A_reminder_that_would_leave_while_the_tap_may_be_taken_back_is_not_set(int before, bool reminds) =>
        Given([.. Standing, BakeryAccepted]).When(new OrderCommand.MakeReady(Bakery, [], RemindAt.AddSeconds(-before))).Then(BakeryReady with { RemindAt = reminds ? RemindAt : null });

    [Fact]
    public void Ready_twice_is_once() => Given(AllReady).When(new OrderCommand.MakeReady(Bakery, [], Now)).ThenNothing();

    [Fact]
    public void Other_weights_once_it_is_ready_are_refused() =>
        Given(AllReady).When(new OrderCommand.MakeReady(Bakery, [new(Brioche, 500)], Now)).ThenRefused("already-ready");

    [Fact]
    public void One_line_is_declined_and_the_rest_stands() =>
        Given(Standing).When(new OrderCommand.Decline(Bakery, "Four en panne", [Bread])).Then(new OrderEvent.LinesDeclined(Bakery, [Bread], "Four en panne", 1080));

    [Fact]
    public void A_line_is_declined_once() =>
        Given([.. Standing, new OrderEvent.LinesDeclined(Bakery, [Bread], "Four en panne", 1080)])
            .When(new OrderCommand.Decline(Bakery, "Four en panne", [Bread])).ThenNothing();

    [Fact]
    public void The_last_line_declines_the_shop_order() =>
        Given([.. Standing, new OrderEvent.LinesDeclined(Bakery, [Bread], "Four en panne", 1080)])
            .When(new OrderCommand.Decline(Bakery, "Plus de pralines", [Brioche])).Then(new OrderEvent.ShopDeclined(Bakery, "Plus de pralines"));

    [Fact]
    public void One_shop_declines_and_the_others_go_on()
    {
        var after = (Order.Confirmed)Given(Standing).When(new OrderCommand.Decline(Bakery, "Fermé pour travaux", null))
            .Then(new OrderEvent.ShopDeclined(Bakery, "Fermé pour travaux")).After;
        after.Find(Bookshop)!.Status.ShouldBe(ShopOrderStatus.Accepted);
        after.Outcome.ShouldBeNull();
    }
}
