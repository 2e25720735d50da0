using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Withdrawals;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Whatever comes, in whatever order, however often: of an order by card no more is taken than was set aside, exactly what was handed over, once, and each shop gets its part once.</summary>
public sealed class Random_walks_of_money
{
    private static readonly OrderCommand.NoteAuthorised Paid = new("pi_1", 4170, Now.AddDays(7), Code, Now);

    private static readonly OrderCommand[] Commands =
    [
        .. Random_walks.Commands.Where(c => c is not OrderCommand.NoteStockRefused and not OrderCommand.NoteSlotsRefused),
        new OrderCommand.NotePageOpened("cs_1", "https://pay/cs_1"), new OrderCommand.TryPageAgain(2), new OrderCommand.NotePageUnavailable(), new OrderCommand.NotePageClosed(), Paid, Paid,
        Paid with { Cents = 4169 }, Paid with { Now = SlotStart.AddHours(1) }, Paid with { CaptureBefore = SlotStart }, new OrderCommand.NoteReturned("pi_1"), new OrderCommand.NoteCancelled("pi_1"), new OrderCommand.TryCaptureAgain(2),
        .. new[] { 1980L, 2190, 4170, 1872, 4062, 900 }.Select(c => new OrderCommand.NoteCaptured("pi_1", c, "ch_1")), new OrderCommand.NoteNotCaptured("lapsed"), new OrderCommand.NoteNotCaptured("declined"), new OrderCommand.NotePaidAtCounter(Bakery), new OrderCommand.NotePaidAtCounter(Bookshop),
        .. new[] { Bakery, Bookshop }.SelectMany(s => new OrderCommand[] { new OrderCommand.AskTransfer(s, "acct_1", 1), new OrderCommand.AskTransfer(s, "acct_2", 2), new OrderCommand.NoteTransferred(s, "tr_1"), new OrderCommand.NoteTransferred(s, "tr_2") }),
        .. new[] { (Refund(1), Novel, 2190L), (Refund(2), Novel, 1000), (Refund(3), Novel, 1191) }.Select(r => new OrderCommand.GiveBack(Bookshop, r.Item1, [(r.Item2, r.Item3)], "gesture")), new OrderCommand.GiveBack(Bakery, Refund(4), [(Bread, 450), (Brioche, 1)], "missing"),
        .. Enumerable.Range(1, 4).SelectMany(n => new OrderCommand[]
        {
            new OrderCommand.NoteRefundMade(Refund(n), $"re_{n}", n % 2 == 0 ? RefundStatus.Succeeded : RefundStatus.Pending), new OrderCommand.NoteRefundMade(Refund(n), $"re_{n}b", n == 3 ? RefundStatus.Failed : RefundStatus.Succeeded), new OrderCommand.NoteRefundSettled(Refund(n), $"re_{n}"),
            new OrderCommand.NoteRefundFailed(Refund(n), $"re_{n}"), new OrderCommand.NoteRefundRefused(Refund(n), "amount_too_large"), new OrderCommand.TryRefundAgain(Refund(n), 2), new OrderCommand.SendAgain(n < 4 ? Bookshop : Bakery, Refund(n)),
        }),
        .. new[] { Bakery, Bookshop }.SelectMany(s => new OrderCommand[] { new OrderCommand.AskReversal(s, 1, 1), new OrderCommand.AskReversal(s, 1, 2), new OrderCommand.AskReversal(s, 2, 1), new OrderCommand.NoteReversed(s, 1, "trr_1"), new OrderCommand.NoteReversed(s, 2, "trr_2") }),
        .. new[] { (Refund(5), Bookshop, Novel, 1L), (Refund(6), Bookshop, Novel, 1), (Refund(7), Bakery, Bread, 1), (Refund(8), Bakery, Bread, 1), (Refund(9), Bakery, Bread, 2), (Refund(1), Bakery, Brioche, 250) }.SelectMany(w => new OrderCommand[]
        {
            new OrderCommand.Withdraw(w.Item2, w.Item1, [(w.Item3, w.Item4, false)], SlotStart.AddDays(14), SlotStart), new OrderCommand.NoteGoodsBack(w.Item2, w.Item1, "back"), new OrderCommand.NoteGoodsBack(w.Item2, w.Item1, "sent"), new OrderCommand.WithholdRefund(w.Item2, w.Item1),
            new OrderCommand.SayGoods(w.Item2, w.Item1, "sent", SlotStart), new OrderCommand.SendAgain(w.Item2, w.Item1), new OrderCommand.NoteGivenOtherwise(w.Item2, w.Item1, "en espèces", DateOnly.MinValue, true, DateOnly.MinValue),
            new OrderCommand.NoteRefundMade(w.Item1, $"re_{w.Item1}", RefundStatus.Succeeded), new OrderCommand.NoteRefundFailed(w.Item1, $"re_{w.Item1}"), new OrderCommand.NoteRefundRefused(w.Item1, "amount_too_large"),
        }),
        new OrderCommand.PassTime(SlotStart.AddDays(15)),
        new OrderCommand.PassTime(Now.AddDays(6)), new OrderCommand.HandOver(Bakery, Code), new OrderCommand.HandOver(Bookshop, Code), new OrderCommand.MakeReady(Bakery, [], Now), new OrderCommand.MakeReady(Bookshop, [], Now),
    ];

    private static readonly OrderCommand[][] Starts =
    [
        [Place with { Payment = PaymentKind.Card }],
        [Place with { Payment = PaymentKind.Card }, NoteReserved, NoteBooked],
        [Place with { Payment = PaymentKind.Card }, NoteReserved, NoteBooked, new OrderCommand.NotePageOpened("cs_1", "https://pay/cs_1"), Paid],
        [
            Place with { Payment = PaymentKind.Card }, NoteReserved, NoteBooked, new OrderCommand.NotePageOpened("cs_1", "https://pay/cs_1"), Paid, new OrderCommand.MakeReady(Bakery, [], Now), new OrderCommand.MakeReady(Bookshop, [], Now),
            new OrderCommand.HandOver(Bakery, Code), new OrderCommand.HandOver(Bookshop, Code), new OrderCommand.NoteCaptured("pi_1", 4170, "ch_1"),
        ],
    ];

    /// <summary>Of half of the walks the platform keeps something.</summary>
    private static readonly Commission Agreed = new(550, 31, 20m);

    private static Guid Refund(int n) => Guid.Parse($"0198c6a0-0000-7000-8000-0000000000e{n}");

    internal static readonly Gen<(int Start, bool Keeps, List<int> Steps)> Walks =
        from start in Gen.Choose(0, Starts.Length - 1) from keeps in Gen.Elements(true, false) from steps in Gen.ListOf(Gen.Choose(0, Commands.Length - 1)).Resize(120) select (start, keeps, steps.ToList());

    /// <summary>What is asked in such a walk, up to the end of the order.</summary>
    internal static IEnumerable<OrderCommand> CommandsOf((int Start, bool Keeps, List<int> Steps) walk) =>
        Starts[walk.Start].Select(c => walk.Keeps && c is OrderCommand.Place place ? place with { Commission = Agreed } : c).Concat(walk.Steps.Select(s => Commands[s]))
            .Append(new OrderCommand.PassTime(HoldExpiresAt)).Append(new OrderCommand.NotePageClosed()).Append(new OrderCommand.PassTime(Over.AddDays(5)));

    [Fact]
    public void Sum_up() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var (order, events) = ((Orders.Order)new Orders.Order.None(), new List<OrderEvent>());
        foreach (var command in CommandsOf(walk))
        {
            try
            {
                foreach (var happened in OrderDecider.Decide(command, order))
                {
                    order = Orders.Order.Evolve(order, happened);
                    events.Add(happened);
                }
            }
            catch (Refusal)
            {
                // Said no to: nothing happened.
            }

            Holds(order, events);
        }

        // At the term of the last of them nothing is owed any more but what a shop keeps back, or pays at its counter.
        if (order is Orders.Order.Confirmed { Withdrawals.Count: > 0 } withdrawn)
        {
            var left = (Orders.Order.Confirmed)OrderDecider.Decide(new OrderCommand.PassTime(SlotStart.AddDays(40)), withdrawn).Aggregate((Orders.Order)withdrawn, Orders.Order.Evolve);
            left.Withdrawals.Where(w => w.IsOpen(left) && RefundRules.HowOf(left, left.Find(w.ShopId)!) is "card").ShouldAllBe(w => w.Withheld && w.Back == null || RefundRules.TakenLeft(left) <= 0);
            Holds(left, events);
        }

        (order is Orders.Order.Failed or Orders.Order.Confirmed { Outcome: not null }).ShouldBeTrue("it has ended");
        if (order is Orders.Order.Confirmed { Purchase: { } paid } stood)
        {
            paid.Taking.ShouldNotBeNull("what is taken is known once all has ended");
            (paid.Taking.AmountCents == 0 == (PurchaseSteps.Of(stood) is PurchaseStep.Release || paid.Returned)).ShouldBeTrue("what is not taken goes back");
        }
        else if (order is Orders.Order.Failed { Purchase: { Payment: not null } lost })
        {
            (lost.Returned || PurchaseSteps.Of(order) is PurchaseStep.Release).ShouldBeTrue("what came goes back");
        }
    }));

    private static void Holds(Orders.Order order, List<OrderEvent> events)
    {
        events.Count(e => e is OrderEvent.PaymentCaptureRequested).ShouldBeLessThanOrEqualTo(1);
        events.Count(e => e is OrderEvent.PaymentCaptured or OrderEvent.PaymentReturned).ShouldBeLessThanOrEqualTo(1);
        events.OfType<OrderEvent.PaymentTransferred>().GroupBy(t => t.ShopId).ShouldAllBe(g => g.Count() == 1);
        if (order is not Orders.Order.Confirmed { Purchase: { } paid } stands)
        {
            events.ShouldNotContain(e => e is OrderEvent.PaymentCaptureRequested);
            return;
        }

        // Whatever is owed by card can be taken.
        stands.ShopOrders.Where(s => stands.ByCard(s.ShopId)).Sum(s => s.TotalCents).ShouldBeLessThanOrEqualTo(paid.AuthorisedCents);
        if (paid.Taking is not { } taking)
        {
            return;
        }

        taking.AmountCents.ShouldBe(taking.Parts.Sum(p => p.Cents));
        taking.Parts.ShouldAllBe(p => p.Commission == null == (stands.Placed.Commission == null));
        foreach (var part in taking.Parts)
        {
            stands.Find(part.ShopId)!.ShouldSatisfyAllConditions(s => s.Status.ShouldBe(ShopOrderStatus.Collected), s => s.TotalCents.ShouldBe(part.Cents));
        }

        taking.Transfers.ShouldAllBe(t => t.Cents <= taking.Parts.Single(p => p.ShopId == t.ShopId).Cents);
        (taking.Transfers.Sum(t => t.Cents) <= taking.TakenCents).ShouldBeTrue("no more is passed on than was taken");
        foreach (var shop in stands.ShopOrders.Where(s => s.Status is ShopOrderStatus.Collected))
        {
            var back = stands.Refunds.Where(r => r.ShopId == shop.ShopId && r.Stands).ToList();
            foreach (var line in shop.Standing)
            {
                (back.Sum(r => r.Of(line.Sold.OfferId)) + WithdrawalRules.SetApart(stands, shop.ShopId, line.Sold.OfferId)).ShouldBeLessThanOrEqualTo(line.TotalCents, "no more goes back of a line, or is owed to who withdrew from it, than was paid for it");
                // What a withdrawal is owed is open, on its way, or back: as a whole, whatever went back before and whatever the other side says.
                if (taking.FailedFor is not PurchaseTaking.OtherAmount && stands.Withdrawals.Where(w => w.ShopId == shop.ShopId).Sum(w => w.QuantityOf(line.Sold.OfferId)) is > 0 and var quantity)
                {
                    (WithdrawalRules.SetApart(stands, shop.ShopId, line.Sold.OfferId) + back.Sum(r => r.Of(line.Sold.OfferId))).ShouldBeGreaterThanOrEqualTo(Money.LineTotal(line.Sold.Unit, quantity, line.Sold.PriceCents), "nobody has less than the price of what they gave back");
                }

                stands.Withdrawals.Where(w => w.ShopId == shop.ShopId).Sum(w => w.QuantityOf(line.Sold.OfferId)).ShouldBeLessThanOrEqualTo(line.Quantity, "nor is more of it given back than there was");
                if (back.Sum(r => r.Of(line.Sold.OfferId)) == line.TotalCents)
                {
                    back.SelectMany(r => r.Lines).Where(l => l.OfferId == line.Sold.OfferId).Sum(l => l.VatCents).ShouldBe(Money.VatIncluded(line.TotalCents, line.Sold.VatRate), "and its VAT, to the cent");
                }
            }

            // What a shop keeps is its part less what went back, or more than that for as long as it has still to be fetched.
            var kept = taking.Transfers.Where(t => t.ShopId == shop.ShopId).Sum(t => t.Cents) - stands.Fetched.Where(f => f.ShopId == shop.ShopId).Sum(f => f.Cents);
            if (taking is { FailedFor: null } && taking.TransferOf(shop.ShopId) is { Transfer: not null })
            {
                var gone = events.OfType<OrderEvent.RefundMade>().Where(m => m.ShopId == shop.ShopId).Select(m => m.Refund).Distinct().Sum(id => events.OfType<OrderEvent.RefundRequested>().Single(r => r.Refund == id).Lines.Sum(l => l.Cents));
                var part = taking.Parts.Single(p => p.ShopId == shop.ShopId);
                var owed = part.Cents - gone - CommissionShares.Kept(part, gone).Total;
                (kept == owed || PurchaseSteps.ToFetch(stands).Contains(shop.ShopId)).ShouldBeTrue("a refund comes out of who sold, to the cent");
                kept.ShouldBeGreaterThanOrEqualTo(owed, "and no cent more");
            }
        }
    }
}
