using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using static Marketplace.Ordering.Tests.OrderSpec;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>What the platform keeps: of what was handed over and stayed sold, to the cent, once.</summary>
public sealed class Keeping_a_commission
{
    private static readonly Commission Agreed = new(550, 31, 20m);

    // 5.5 % of 19.80 and of 21.90, and 31 cents of both: 14.7 and 16.3 of them, the odd cent to who lost most by rounding down.
    private static readonly PaidPart OfBakery = new(Bakery, 1980, new CommissionShare(109 + 15, 25));
    private static readonly PaidPart OfBookshop = new(Bookshop, 2190, new CommissionShare(120 + 16, 27));

    private static readonly OrderEvent[] Taken =
    [
        Placed with { Payment = PaymentKind.Card, Commission = Agreed }, Reserved, Booked, new OrderEvent.PaymentRequested(4170, HoldExpiresAt.AddHours(2)), new OrderEvent.PaymentPageOpened("cs_1", "https://pay/cs_1"),
        new OrderEvent.PaymentAuthorised("pi_1", 4170, Now.AddDays(7)), Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady, BakeryCollected, new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)]),
        new OrderEvent.Completed("completed"), new OrderEvent.PaymentCaptureRequested(4170, [OfBakery, OfBookshop]), new OrderEvent.PaymentCaptured("pi_1", 4170, "ch_1"),
    ];

    private static readonly OrderEvent.PaymentTransferRequested Asked = new(Bookshop, "acct_1", 2190 - 136 - 27, 1);
    private static readonly OrderEvent[] PassedOn = [.. Taken, Asked, new OrderEvent.PaymentTransferred(Bookshop, "tr_1")];

    [Fact]
    public void Is_said_with_what_is_taken_and_kept_back_from_what_is_passed_on()
    {
        Given(Taken[..12]).When(new OrderCommand.HandOver(Bookshop, Code)).Then(Taken[12..15]);
        Given(Taken).When(new OrderCommand.AskTransfer(Bookshop, "acct_1", 1)).Then(Asked);
        // Asked for anew it is the same sum: nothing is kept back twice.
        Given([.. Taken, Asked]).When(new OrderCommand.AskTransfer(Bookshop, "acct_1", 2)).Then(Asked with { Attempt = 2 });
        PurchaseSteps.ToFetch((Orders.Order.Confirmed)Given(PassedOn).When(new OrderCommand.NoteTransferred(Bookshop, "tr_1")).After).ShouldBeEmpty();
    }

    [Fact]
    public void A_reservation_and_an_order_from_before_have_none()
    {
        Given().When(Place with { Commission = Agreed }).Then(Placed);
        Given().When(Place with { Payment = PaymentKind.Card, Commission = Agreed }).Events.ShouldHaveSingleItem().ShouldBeOfType<OrderEvent.Placed>().Commission.ShouldBe(Agreed);
        OrderEvent[] before = [Taken[0] is OrderEvent.Placed placed ? placed with { Commission = null } : throw new InvalidOperationException(), .. Taken[1..12]];
        Given(before).When(new OrderCommand.HandOver(Bookshop, Code)).Then(Taken[12], Taken[13], new OrderEvent.PaymentCaptureRequested(4170, [new(Bakery, 1980), new(Bookshop, 2190)]));
    }

    [Fact]
    public void Is_given_back_as_much_of_it_as_went_back_of_the_price()
    {
        var refund = new OrderEvent.RefundRequested(Bookshop, Proposal(1), [new(Novel, 730, 38)], "gesture", false);
        var made = new OrderEvent.RefundMade(Bookshop, Proposal(1), "re_1", true);
        // A third: of 1.36 and 0.27 two thirds are kept, 0.91 and 0.18.
        var back = new OrderEvent.PaymentReversalRequested(Bookshop, "tr_1", 730 - (136 - 91) - (27 - 18), 1, 1);
        Given([.. PassedOn, refund, made]).When(new OrderCommand.AskReversal(Bookshop, 1, 1)).Then(back);
        // The rest of it: then nothing is kept, and the shop has nothing left.
        OrderEvent[] all = [.. PassedOn, refund, made, back, new OrderEvent.PaymentReversed(Bookshop, 1, "trr_1"), refund with { Refund = Proposal(2), Lines = [new(Novel, 1460, 76)] }, made with { Refund = Proposal(2), Id = "re_2" }];
        Given(all).When(new OrderCommand.AskReversal(Bookshop, 2, 1)).Then(back with { Cents = 1460 - 91 - 18, Number = 2 });
        Asked.Cents.ShouldBe(back.Cents + 1460 - 91 - 18);
    }

    [Fact]
    public void What_went_back_before_it_was_passed_on_is_not_kept_of()
    {
        var after = Given([.. Taken, new OrderEvent.RefundRequested(Bookshop, Proposal(1), [new(Novel, 2190, 114)], "missing", false)]).When(new OrderCommand.NoteRefundMade(Proposal(1), "re_1", RefundStatus.Succeeded)).After;
        PurchaseSteps.ToPassOn((Orders.Order.Confirmed)after).ShouldHaveSingleItem().ShopId.ShouldBe(Bakery);
    }

    [Fact]
    public void Parts_of_some_cents_are_never_overdrawn()
    {
        CommissionShares.Of(new Commission(3000, 1000, 20m), [new(Bakery, 7), new(Bookshop, 1)]).Select(p => p.Commission!.Total).ShouldBe([7, 1]);
        CommissionShares.Of(new Commission(0, 0, 20m), [new(Bakery, 700)]).Single().Commission.ShouldBeNull();
    }

    private static readonly Gen<(Commission Rule, int[] Parts, int[] Cuts)> Sales =
        from points in Gen.Choose(0, 3000)
        from cents in Gen.Choose(0, 1000)
        from vat in Gen.Elements(20m, 8.5m, 0m)
        from parts in Gen.ListOf(Gen.Choose(1, 50_000)).Resize(30)
        from cuts in Gen.ListOf(Gen.Choose(0, 1000)).Resize(8)
        select (new Commission(points, cents, vat), parts.ToArray(), cuts.ToArray());

    [Fact]
    public void Adds_up_to_the_cent_over_shops_and_over_refunds() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Sales.ToArbitrary(), sale =>
    {
        long[] weights = [.. sale.Parts];
        var shares = CommissionShares.LargestRemainder(sale.Rule.FixedCents, weights);
        shares.Sum().ShouldBe(weights.Length == 0 ? 0 : sale.Rule.FixedCents);
        for (var i = 0; i < weights.Length; i++)
        {
            Math.Abs(shares[i] - ((decimal)sale.Rule.FixedCents * weights[i] / weights.Sum())).ShouldBeLessThan(1, "nobody bears a whole cent of another's");
        }

        foreach (var part in CommissionShares.Of(sale.Rule, [.. weights.Select(w => new PaidPart(ShopId.New(), w))]).Where(p => p.Commission is not null))
        {
            var (back, kept) = (0L, part.Commission!);
            kept.Total.ShouldBeInRange(0, part.Cents);
            CommissionShares.Kept(part, 0).ShouldBe(kept);
            foreach (var cut in sale.Cuts.Append(1000))
            {
                back += (part.Cents - back) * cut / 1000;
                var left = CommissionShares.Kept(part, back);
                var given = kept - left;
                (given.Cents >= 0 && given.VatCents >= 0).ShouldBeTrue("what was given back is not taken again");
                (part.Cents - back - left.Total).ShouldBeGreaterThanOrEqualTo(0, "a shop never pays for having sold");
                kept = left;
            }

            kept.ShouldBe(CommissionShare.None, "nothing is kept of what all went back");
        }
    }));

    // Nothing is passed on a second time: a cent that a refund made the shop’s would never be paid.
    [Fact]
    public void What_is_owed_never_grows_with_what_went_back_cent_by_cent()
    {
        Owed(new PaidPart(Bakery, 1000, new CommissionShare(50, 10)), 51).ShouldBeLessThanOrEqualTo(Owed(new PaidPart(Bakery, 1000, new CommissionShare(50, 10)), 50));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Sales.ToArbitrary(), sale =>
        {
            foreach (var part in CommissionShares.Of(sale.Rule, [.. sale.Parts.Take(3).Select(w => new PaidPart(ShopId.New(), 1 + (w % 2000)))]))
            {
                for (var (back, kept) = (1L, CommissionShares.Kept(part, 0)); back <= part.Cents; back++)
                {
                    var less = CommissionShares.Kept(part, back);
                    Owed(part, back).ShouldBeInRange(0, Owed(part, back - 1));
                    (less.Cents <= kept.Cents && less.VatCents <= kept.VatCents).ShouldBeTrue("neither the commission nor its VAT grows");
                    kept = less;
                }
            }
        }));
    }

    private static long Owed(PaidPart part, long back) => part.Cents - back - CommissionShares.Kept(part, back).Total;
}
