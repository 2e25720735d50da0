using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>"Il en manque un": what a shop may ask, what a resident may answer, and what becomes of it when nobody does. See decision 13.</summary>
public sealed class Lacking_some
{
    private static readonly DateTimeOffset AnswerBy = Now.AddHours(2);
    private static readonly Contracts.OrderId Hold = Lack.HoldOf(Sample.Order, Bakery, Proposal(2));
    private static readonly OrderCommand.ProposeForShortage OneBread = new(Bakery, Proposal(1), Bread, 1, null, false, null, Now);
    private static readonly OrderCommand.ProposeForShortage RollsForBread = new(Bakery, Proposal(2), Bread, 0, new(Rolls, 2), false, null, Now);
    private static readonly OrderEvent.ShortageProposed OneBreadAsked = new(Bakery, Proposal(1), Bread, 1, AnswerBy);
    private static readonly OrderEvent.ShortageProposed RollsAsked = new(Bakery, Proposal(2), Bread, 0, AnswerBy, new(Hold, Rolls, 2));
    private static readonly OrderEvent.SubstituteHeld RollsHeld = new(Bakery, Proposal(2), RollsLine);
    private static readonly OrderEvent[] Begun = [.. Standing, BakeryAccepted];
    private static readonly OrderEvent[] Asked = [.. Begun, OneBreadAsked];
    private static readonly OrderEvent[] Offered = [.. Begun, RollsAsked, RollsHeld];
    private static readonly OrderEvent.ShortageAnswered Partial = new(Bakery, Proposal(1), Bread, "partial", false, 1530);
    private static readonly OrderEvent.ShortageAnswered Dropped = new(Bakery, Proposal(1), Bread, "drop", true, 1080, null, [new(Bread, 1)]);
    private static readonly OrderEvent.ShortageAnswered Taken = new(Bakery, Proposal(2), Bread, "substitute", true, 1980, Hold, [new(Bread, 2)]);

    private static OrderCommand.AnswerProposal Answer(int proposal, string answer, long? agreed = null, DateTimeOffset? at = null) => new(Proposal(proposal), answer, agreed, at ?? Now.AddMinutes(5));

    [Fact]
    public void The_resident_is_asked_for_two_hours()
    {
        Given(Begun).When(OneBread).Then(OneBreadAsked);
        Given(Asked).When(OneBread).ThenNothing();
    }

    [Fact]
    public void Who_asks_has_accepted_but_not_begun()
    {
        var after = (Order.Confirmed)Given(Standing).When(OneBread).Then(BakeryAccepted, OneBreadAsked).After;
        after.Find(Bakery)!.Cancellable.ShouldBeTrue();
    }

    [Fact]
    public void It_is_asked_until_people_come_where_that_is_sooner_but_never_so_shortly_that_nobody_can_answer()
    {
        foreach (var (at, until) in new[] { (SlotStart.AddMinutes(-90), SlotStart), (SlotStart.AddMinutes(-10), SlotStart.AddMinutes(5)), (SlotStart.AddMinutes(50), SlotStart.AddMinutes(65)), (Now.AddSeconds(30), Now.AddHours(2)) })
        {
            Given(Begun).When(OneBread with { Now = at }).Then(OneBreadAsked with { AnswerBy = until });
        }

        Given(Begun).When(OneBread with { Now = CollectUntil.AddMinutes(-10) }).ThenRefused("too-late-to-ask");
    }

    [Fact]
    public void The_shop_may_say_until_when()
    {
        Given(Begun).When(OneBread with { AnswerBy = Now.AddMinutes(30.4) }).Then(OneBreadAsked with { AnswerBy = Now.AddMinutes(30) });
        Given(Begun).When(OneBread with { AnswerBy = Now.AddMinutes(4) }).ThenRefused("answer-by-out-of-range");
        Given(Begun).When(OneBread with { AnswerBy = SlotStart.AddHours(1) }).Then(OneBreadAsked with { AnswerBy = SlotStart });
        foreach (var late in new[] { SlotStart.AddMinutes(-4), SlotStart.AddMinutes(50) })
        {
            Given(Begun).When(OneBread with { AnswerBy = SlotStart.AddHours(2), Now = late }).Then(OneBreadAsked with { AnswerBy = SlotStart.AddHours(2) });
        }

        Given(Begun).When(OneBread with { AnswerBy = CollectUntil.AddMinutes(1) }).ThenRefused("answer-by-out-of-range");
    }

    [Theory]
    [InlineData(2), InlineData(3), InlineData(-1)]
    public void Only_less_than_was_ordered_is_a_shortage(long found) => Given(Begun).When(OneBread with { Found = found }).ThenRefused("found-out-of-range");

    [Fact]
    public void Nothing_at_all_and_nothing_instead_is_a_refusal_and_no_question() => Given(Begun).When(OneBread with { Found = 0 }).ThenRefused("nothing-proposed");

    [Fact]
    public void What_cannot_be_asked()
    {
        Given(Begun).When(OneBread with { OfferId = Novel }).ThenRefused("unknown-line");
        Given(Standing).When(OneBread with { ShopId = Contracts.ShopId.New() }).ThenRefused("order-not-found");
        Given(AllReady).When(OneBread).ThenRefused("already-ready");
        Given([.. Begun, new OrderEvent.ShopCancelled(Bakery)]).When(OneBread).ThenRefused("already-cancelled");
        Given([.. Begun, new OrderEvent.LinesDeclined(Bakery, [Bread], "closed", 1080)]).When(OneBread).ThenRefused("unknown-line");
        Given(Asked).When(OneBread with { Proposal = Proposal(3) }).ThenRefused("waits-for-answer");
        Given(Asked).When(OneBread with { OfferId = Brioche }).ThenRefused("proposal-known");
        Given([.. Asked, new OrderEvent.ShortageWithdrawn(Bakery, Proposal(1), null)]).When(OneBread with { OfferId = Brioche }).ThenRefused("proposal-known");
        Given(Asked).When(OneBread with { ShopId = Bookshop, OfferId = Comic }).ThenRefused("proposal-known");
        Given([.. Asked, Partial]).When(OneBread with { Proposal = Proposal(3) }).ThenRefused("already-answered");
        Given(Asked).When(OneBread with { Found = 0, Substitute = new(Rolls, 1) }).ThenRefused("proposal-known");
        Given(Begun).When(RollsForBread with { Substitute = new(Brioche, 1) }).ThenRefused("substitute-in-order");
        Given(Begun).When(RollsForBread with { Substitute = new(Rolls, 0) }).ThenRefused("substitute-quantity-invalid");
        Given([.. Begun, RollsAsked]).When(new OrderCommand.ProposeForShortage(Bakery, Proposal(3), Brioche, 0, new(Rolls, 1), false, null, Now)).ThenRefused("substitute-in-order");
        Given([.. Offered, Taken]).When(new OrderCommand.ProposeForShortage(Bakery, Proposal(3), Rolls, 1, null, false, null, Now)).ThenRefused("unknown-line");
    }

    [Fact]
    public void Only_what_there_is()
    {
        var after = (Order.Confirmed)Given(Asked).When(Answer(1, "partial")).Then(Partial).After;
        after.Find(Bakery)!.Lines[0].ShouldSatisfyAllConditions(l => l.Quantity.ShouldBe(1), l => l.TotalCents.ShouldBe(450), l => l.Stands.ShouldBeTrue());
        // What the shop did not find is not for sale again when its order ends.
        OrderEvent[] ready = [.. Asked, Partial, BakeryReady with { Finals = [new(Bread, 1), new(Brioche, 600)], TotalCents = 1530 }];
        Given([.. Asked, Partial]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then((OrderEvent.ShopReady)ready[^1]);
        Given([.. Asked, Partial]).When(new OrderCommand.MakeReady(Bakery, [new(Bread, 2)], Now)).ThenRefused("final-quantity-out-of-range");
        Given(ready).When(new OrderCommand.HandOver(Bakery, Code)).Then(new OrderEvent.ShopCollected(Bakery, [new(Bread, 1), new(Brioche, 600)], [new(Bread, 1)]));
    }

    [Fact]
    public void Of_goods_by_weight_too_what_was_said_to_lack_does_not_go_back_on_the_shelf()
    {
        OrderEvent[] asked = [.. Begun, new OrderEvent.ShortageProposed(Bakery, Proposal(4), Brioche, 300, AnswerBy)];
        var partial = Given(asked).When(Answer(4, "partial")).Then(new OrderEvent.ShortageAnswered(Bakery, Proposal(4), Brioche, "partial", false, 1440));
        Given([.. asked, .. partial.Events, BakeryReady with { Finals = [new(Bread, 2), new(Brioche, 280)], TotalCents = 1404 }]).When(new OrderCommand.HandOver(Bakery, Code))
            .Then(new OrderEvent.ShopCollected(Bakery, [new(Bread, 2), new(Brioche, 280)], [new(Brioche, 300)]));
    }

    [Fact]
    public void Nothing_of_the_line()
    {
        var after = (Order.Confirmed)Given(Asked).When(Answer(1, "drop")).Then(Dropped).After;
        after.Find(Bakery)!.Lines[0].DeclinedFor.ShouldBe("dropped");
        Given([.. Asked, Dropped]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady with { Finals = [new(Brioche, 600)], TotalCents = 1080 });
    }

    [Fact]
    public void With_the_last_line_goes_the_shops_part()
    {
        OrderEvent[] only = [.. Begun, new OrderEvent.LinesDeclined(Bakery, [Brioche], "closed", 900), OneBreadAsked];
        Given(only).When(Answer(1, "drop")).Then(Dropped with { TotalCents = 0 }, new OrderEvent.ShopDeclined(Bakery, "shortage", [new(Bread, 1)]));
        Given([.. only, BookshopReady, new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)])]).When(Answer(1, "drop"))
            .Then(Dropped with { TotalCents = 0 }, new OrderEvent.ShopDeclined(Bakery, "shortage", [new(Bread, 1)]), new OrderEvent.Completed("completed"));
    }

    [Fact]
    public void The_substitute_is_offered_once_it_is_set_aside()
    {
        Given(Begun).When(RollsForBread).Then(RollsAsked);
        Given([.. Begun, RollsAsked]).When(Answer(2, "drop")).ThenRefused("proposal-gone");
        Given([.. Begun, RollsAsked]).When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine, Now)).Then(RollsHeld);
        Given(Offered).When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine, Now)).ThenNothing();
        Given(Offered).When(new OrderCommand.NoteSubstituteRefused(Bakery, Proposal(2), "out-of-stock", 0)).ThenNothing();
    }

    [Fact]
    public void A_substitute_that_cannot_be_had_asks_nobody_and_another_can_be_offered()
    {
        OrderEvent[] refused = [.. Begun, RollsAsked, new OrderEvent.SubstituteRefused(Bakery, Proposal(2), "out-of-stock", 1)];
        Given([.. Begun, RollsAsked]).When(new OrderCommand.NoteSubstituteRefused(Bakery, Proposal(2), "out-of-stock", 1)).Then((OrderEvent.SubstituteRefused)refused[^1]);
        Given(refused).When(RollsForBread with { Proposal = Proposal(3) }).Then(RollsAsked with { Proposal = Proposal(3), Substitute = RollsAsked.Substitute! with { Hold = Lack.HoldOf(Sample.Order, Bakery, Proposal(3)) } });
        Given(refused).When(RollsForBread).ThenNothing(); // the same name is the same question: it has had its answer
        Given(refused).When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine, Now)).ThenNothing();

        // Catalog was away: nobody is asked what they have no time left to answer, and nothing of theirs lapses by it.
        Given([.. Begun, RollsAsked]).When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine, AnswerBy.AddMinutes(-3))).Then(new OrderEvent.ShortageWithdrawn(Bakery, Proposal(2), Hold));
        Given(refused).When(Answer(2, "drop")).ThenRefused("proposal-gone");
        Given(refused).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady);
    }

    [Fact]
    public void The_substitute_is_taken()
    {
        var after = (Order.Confirmed)Given(Offered).When(Answer(2, "substitute")).Then(Taken).After;
        var shop = after.Find(Bakery)!;
        shop.Standing.Select(l => (l.Sold.Title, l.Quantity)).ShouldBe([("Petits pains", 2L), ("Brioche aux pralines", 600L)]);
        (shop.TotalCents, shop.Lines[0].DeclinedFor).ShouldBe((1980, "replaced"));

        var ready = BakeryReady with { Finals = [new(Rolls, 2), new(Brioche, 600)] };
        Given([.. Offered, Taken]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(ready);
        Given([.. Offered, Taken, ready]).When(new OrderCommand.HandOver(Bakery, Code))
            .Then(new OrderEvent.ShopCollected(Bakery, [new(Rolls, 2), new(Brioche, 600)], [new(Bread, 2)], [new(Hold, Rolls)]));
        Given([.. Offered, Taken]).When(new OrderCommand.Decline(Bakery, "quality", [Rolls]))
            .Then(new OrderEvent.LinesDeclined(Bakery, [Rolls], "quality", 1080, [new(Bread, 2), new(Rolls, 2, "quality")], [new(Hold, Rolls)]));
        Given([.. Offered, Taken, BookshopReady]).When(new OrderCommand.PassTime(Over))
            .Then(new OrderEvent.ShopExpired(Bakery, "not-prepared", [new(Bread, 2)], [new(Hold, Rolls)]), new OrderEvent.ShopExpired(Bookshop, "not-collected"), new OrderEvent.Completed("completed"));
    }

    [Fact]
    public void What_there_is_comes_with_the_substitute_for_the_rest()
    {
        OrderEvent[] offered = [.. Begun, RollsAsked with { Found = 1 }, RollsHeld];
        var after = (Order.Confirmed)Given(offered).When(Answer(2, "substitute", 900)).Then(Taken with { Gone = false, TotalCents = 2430, Missing = null }).After;
        after.Find(Bakery)!.Standing.Select(l => (l.Sold.OfferId, l.Quantity)).ShouldBe([(Bread, 1L), (Rolls, 2L), (Brioche, 600L)]);
    }

    [Fact]
    public void A_dearer_substitute_is_agreed_to_by_its_price()
    {
        OrderEvent[] dearer = [.. Begun, RollsAsked, RollsHeld with { Line = RollsLine with { PriceCents = 500 } }];
        Given(dearer).When(Answer(2, "substitute")).ThenRefused("price-not-agreed");
        Given(dearer).When(Answer(2, "substitute", 900)).ThenRefused("price-not-agreed");
        Given(dearer).When(Answer(2, "substitute", 1000)).Then(Taken with { TotalCents = 2080 });
    }

    [Fact]
    public void A_shop_may_ask_no_more_than_what_is_missing_would_have_cost()
    {
        Given(Begun).When(RollsForBread with { NoDearer = true }).Then(RollsAsked with { Substitute = RollsAsked.Substitute! with { AtMostCents = 900 } });
        foreach (var (price, asked) in new[] { (500, 450), (400, 400), (451, 450) })
        {
            Given([.. Begun, RollsAsked with { Substitute = RollsAsked.Substitute! with { AtMostCents = 900 } }])
                .When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine with { PriceCents = price }, Now)).Then(RollsHeld with { Line = RollsLine with { PriceCents = asked } });
        }

        // Of a kilogram's price too, rounded down.
        Given([.. Begun, RollsAsked with { Substitute = new(Hold, Rolls, 350, 900) }])
            .When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine with { Unit = Contracts.SaleUnit.Weight, Quantity = 350, PriceCents = 3000 }, Now))
            .Then(RollsHeld with { Line = RollsLine with { Unit = Contracts.SaleUnit.Weight, Quantity = 350, PriceCents = 2571 } });
    }

    [Theory]
    [InlineData(1, "substitute"), InlineData(1, "perhaps"), InlineData(2, "partial"), InlineData(2, "lapsed")]
    public void Only_what_is_offered_is_an_answer(int proposal, string answer) => Given(proposal == 1 ? Asked : Offered).When(Answer(proposal, answer)).ThenRefused("answer-not-offered");

    [Fact]
    public void An_answer_is_given_once()
    {
        Given([.. Asked, Partial]).When(Answer(1, "partial")).ThenNothing();
        Given([.. Asked, Partial]).When(Answer(1, "partial", at: AnswerBy.AddDays(1))).ThenNothing();
        Given([.. Asked, Partial]).When(Answer(1, "drop")).ThenRefused("already-answered");
        Given([.. Offered, Taken]).When(Answer(2, "substitute")).ThenNothing();
        Given([.. Offered, Taken]).When(Answer(2, "drop")).ThenRefused("already-answered");
        Given([.. Asked, Partial]).When(new OrderCommand.WithdrawProposal(Bakery, Proposal(1))).ThenRefused("already-answered");
        Given(Asked).When(Answer(7, "drop")).ThenRefused("proposal-not-found");
        Given(Standing).When(Answer(1, "drop")).ThenRefused("proposal-not-found");
    }

    [Fact]
    public void Too_late_is_too_late_whether_or_not_the_timer_has_rung()
    {
        Given(Asked).When(Answer(1, "partial", at: AnswerBy)).ThenRefused("answered-too-late");
        Given(Asked).When(Answer(1, "partial", at: AnswerBy.AddTicks(-1))).Then(Partial);
        Given([.. Asked, new OrderEvent.ShortageLapsed(Bakery, Proposal(1), Bread, false, 1530)]).When(Answer(1, "partial", at: Now)).ThenRefused("answered-too-late");
        Given([.. Asked, new OrderEvent.ShortageLapsed(Bakery, Proposal(1), Bread, false, 1530)]).When(new OrderCommand.WithdrawProposal(Bakery, Proposal(1))).ThenRefused("answered-too-late");
    }

    [Fact]
    public void Without_an_answer_what_is_missing_lapses_and_what_there_is_stays()
    {
        Given(Asked).When(new OrderCommand.PassTime(AnswerBy.AddTicks(-1))).ThenNothing();
        Given(Asked).When(new OrderCommand.PassTime(AnswerBy)).Then(new OrderEvent.ShortageLapsed(Bakery, Proposal(1), Bread, false, 1530));
        Given([.. Asked, Partial]).When(new OrderCommand.PassTime(AnswerBy)).ThenNothing();
        Given(Offered).When(new OrderCommand.PassTime(AnswerBy)).Then(new OrderEvent.ShortageLapsed(Bakery, Proposal(2), Bread, true, 1080, Hold, [new(Bread, 2)]));
        // Of several at once the last declines the shop's part.
        OrderEvent[] both = [.. Offered, new OrderEvent.ShortageProposed(Bakery, Proposal(5), Brioche, 0, AnswerBy, new(Lack.HoldOf(Sample.Order, Bakery, Proposal(5)), Comic, 1)), new OrderEvent.SubstituteHeld(Bakery, Proposal(5), ComicLine)];
        Given(both).When(new OrderCommand.PassTime(AnswerBy)).Then(
            new OrderEvent.ShortageLapsed(Bakery, Proposal(2), Bread, true, 1080, Hold, [new(Bread, 2)]),
            new OrderEvent.ShortageLapsed(Bakery, Proposal(5), Brioche, true, 0, Lack.HoldOf(Sample.Order, Bakery, Proposal(5)), [new(Brioche, 600)]),
            new OrderEvent.ShopDeclined(Bakery, "shortage", [new(Bread, 2), new(Brioche, 600)]));
    }

    [Fact]
    public void Of_a_substitute_of_which_nothing_was_heard_in_time_nobody_was_asked_so_nothing_lapses() =>
        Given([.. Begun, RollsAsked]).When(new OrderCommand.PassTime(AnswerBy)).Then(new OrderEvent.ShortageWithdrawn(Bakery, Proposal(2), Hold));

    [Fact]
    public void The_shop_withdraws_while_nobody_has_answered()
    {
        OrderEvent.ShortageWithdrawn withdrawn = new(Bakery, Proposal(2), Hold);
        Given(Offered).When(new OrderCommand.WithdrawProposal(Bakery, Proposal(2))).Then(withdrawn);
        Given([.. Begun, RollsAsked]).When(new OrderCommand.WithdrawProposal(Bakery, Proposal(2))).Then(withdrawn);
        Given([.. Offered, withdrawn]).When(new OrderCommand.WithdrawProposal(Bakery, Proposal(2))).ThenNothing();
        Given([.. Offered, withdrawn]).When(Answer(2, "substitute")).ThenRefused("proposal-gone");
        Given([.. Offered, withdrawn]).When(new OrderCommand.PassTime(AnswerBy)).ThenNothing();
        Given([.. Offered, withdrawn]).When(RollsForBread).ThenNothing();
        Given([.. Offered, withdrawn]).When(new OrderCommand.MakeReady(Bakery, [], Now)).Then(BakeryReady);
        Given(Begun).When(new OrderCommand.WithdrawProposal(Bakery, Proposal(2))).ThenRefused("proposal-not-found");
        Given(Offered).When(new OrderCommand.WithdrawProposal(Bookshop, Proposal(2))).ThenRefused("proposal-not-found");
    }

    [Fact]
    public void Nothing_is_ready_while_an_answer_is_awaited_and_what_lapsed_does_so_first()
    {
        Given(Asked).When(new OrderCommand.MakeReady(Bakery, [], Now)).ThenRefused("waits-for-answer");
        Given([.. Begun, RollsAsked]).When(new OrderCommand.MakeReady(Bakery, [], Now)).ThenRefused("waits-for-answer");
        Given(Asked).When(new OrderCommand.MakeReady(Bakery, [], AnswerBy)).Then(new OrderEvent.ShortageLapsed(Bakery, Proposal(1), Bread, false, 1530),
            BakeryReady with { Finals = [new(Bread, 1), new(Brioche, 600)], TotalCents = 1530 });
        Given(Asked).When(new OrderCommand.MakeReady(Bookshop, [], Now)).Then(BookshopReady);
    }

    [Fact]
    public void The_shop_declines_what_it_had_asked_about()
    {
        Given(Offered).When(new OrderCommand.Decline(Bakery, "closed", [Bread])).Then(new OrderEvent.LinesDeclined(Bakery, [Bread], "closed", 1080, [new(Bread, 2)], [new(Hold, Rolls)]));
        Given(Offered).When(new OrderCommand.Decline(Bakery, "suspended", null)).Then(new OrderEvent.ShopDeclined(Bakery, "suspended", [new(Bread, 2)], [new(Hold, Rolls)]));
        Given([.. Offered, new OrderEvent.LinesDeclined(Bakery, [Bread], "closed", 1080, [new(Bread, 2)], [new(Hold, Rolls)])]).When(Answer(2, "substitute")).ThenRefused("proposal-gone");
    }

    [Fact]
    public void The_resident_cancels_instead_of_answering()
    {
        var cancelled = Given(Offered).When(new OrderCommand.Cancel(Bakery)).Then(new OrderEvent.ShopCancelled(Bakery, [new(Bread, 2)], [new(Hold, Rolls)]));
        Given([.. Offered, .. cancelled.Events]).When(Answer(2, "substitute")).ThenRefused("already-cancelled");
        Given([.. Offered, .. cancelled.Events]).When(new OrderCommand.PassTime(AnswerBy)).ThenNothing();
        Given([.. Offered, .. cancelled.Events]).When(new OrderCommand.NoteSubstituteHeld(Bakery, Proposal(2), RollsLine, Now)).ThenNothing();
    }

    [Fact]
    public void No_shop_can_name_what_somebody_else_holds()
    {
        Contracts.OrderId[] names = [Lack.HoldOf(Sample.Order, Bakery, Proposal(1)), Lack.HoldOf(Sample.Order, Bookshop, Proposal(1)), Lack.HoldOf(Sample.Order, Bakery, Proposal(2)), Lack.HoldOf(Contracts.OrderId.New(), Bakery, Proposal(1))];
        names.Distinct().Count().ShouldBe(4);
        Lack.HoldOf(Sample.Order, Bakery, Proposal(1)).ShouldBe(names[0]);
        Lack.HoldOf(Sample.Order, Bakery, Sample.Order.Value).ShouldNotBe(Sample.Order);
        for (var i = 0; i < 100; i++)
        {
            var order = Contracts.OrderId.New();
            var hold = Lack.HoldOf(order, Bakery, Guid.NewGuid());
            // As the shop's ledger calls the order, and a UUID of a kind that no order has.
            Contracts.OrderReference.Of(hold).ShouldBe(Contracts.OrderReference.Of(order));
            (hold.Value.Version, hold.Value.Variant & 0xC).ShouldBe((8, 0x8));
        }
    }
}
