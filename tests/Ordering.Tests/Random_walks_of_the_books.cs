using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Ledger;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Whatever happens to an order's money, in whatever order: the books balance, say what is owed to each shop to the cent, and what was written stays so.</summary>
public sealed class Random_walks_of_the_books
{
    [Fact]
    public void Balance_and_say_what_is_owed() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Random_walks_of_money.Walks.ToArbitrary(), walk =>
    {
        var history = OrderHistory.None(Sample.Order);
        IReadOnlyList<Posting> written = [];
        foreach (var command in Random_walks_of_money.CommandsOf(walk))
        {
            try
            {
                history = history.With(OrderDecider.Decide(command, history.State), Now);
            }
            catch (Refusal)
            {
                continue; // said no to: nothing happened
            }

            var books = OrderBooks.Of(history);
            books.Take(written.Count).Select(Text).ShouldBe(written.Select(Text), "what was written is not written otherwise later");
            written = books;
            Holds(history, books);
        }

        // Once all is over no card has anything set aside.
        written.Where(p => history.State is Orders.Order.Confirmed { Purchase: { } paid } && (paid.Returned || paid.Taking?.Charge is not null || paid.Taking?.FailedFor is not null))
            .SelectMany(p => p.Entries).Where(e => e.Account == Accounts.Card).Sum(e => e.Cents).ShouldBe(0);
    }));

    private static void Holds(OrderHistory history, IReadOnlyList<Posting> books)
    {
        books.ShouldAllBe(p => p.Entries.Sum(e => e.Cents) == 0 && p.Entries.Count >= 2 && p.Entries.All(e => e.Cents != 0));
        books.Select(p => (p.Version, p.Shop)).ShouldBeUnique();
        long Of(string account, Contracts.ShopId? shop = null) => books.Where(p => shop is null || p.Shop == shop).SelectMany(p => p.Entries).Where(e => e.Account == account).Sum(e => e.Cents);
        if (history.State is not Orders.Order.Confirmed { Purchase.Taking: { Charge: not null } taking } order)
        {
            new[] { Accounts.Clearing, Accounts.Merchant, Accounts.Commission, Accounts.CommissionVat, Accounts.Customer }.Select(a => Of(a)).ShouldAllBe(cents => cents == 0, "nothing moved yet");
            return;
        }

        // What lies at the gateway: what came in and back, less what went out, by the events alone.
        var events = history.Events.Select(e => e.Data).ToList();
        var requested = events.OfType<OrderEvent.RefundRequested>().ToDictionary(r => r.Refund, r => r.Lines.Sum(l => l.Cents));
        var passed = events.OfType<OrderEvent.PaymentTransferred>().ToDictionary(t => t.ShopId, t => taking.TransferOf(t.ShopId)!.Cents);
        var fetched = events.OfType<OrderEvent.PaymentReversed>().Select(r => (r.ShopId, order.Fetched.Single(f => f.ShopId == r.ShopId && f.Number == r.Number).Cents)).ToList();
        Of(Accounts.Clearing).ShouldBe(taking.TakenCents - passed.Values.Sum() + fetched.Sum(f => f.Cents)
            - events.OfType<OrderEvent.RefundMade>().Sum(r => requested[r.Refund]) + events.OfType<OrderEvent.RefundFailed>().Sum(r => requested[r.Refund]));
        foreach (var part in taking.FailedFor is null ? taking.Parts : [])
        {
            var shop = part.ShopId;
            var back = events.OfType<OrderEvent.RefundMade>().Where(r => r.ShopId == shop).Select(r => r.Refund).Distinct().Sum(r => requested[r]);
            var kept = CommissionShares.Kept(part, back);
            // Transfers due less commission less refunds, less what was passed on already: what is to be passed on, or fetched, from now on.
            (-Of(Accounts.Merchant, shop)).ShouldBe(part.Cents - back - kept.Total - passed.GetValueOrDefault(shop) + fetched.Where(f => f.ShopId == shop).Sum(f => f.Cents));
            (-Of(Accounts.Merchant, shop)).ShouldBe(RefundRules.OwedTo(order.Refunds, taking, shop) - passed.GetValueOrDefault(shop) + fetched.Where(f => f.ShopId == shop).Sum(f => f.Cents));
            (-Of(Accounts.Commission, shop), -Of(Accounts.CommissionVat, shop)).ShouldBe((kept.Cents, kept.VatCents));
            (-Of(Accounts.Customer, shop)).ShouldBe(order.Refunds.Where(r => r.ShopId == shop && r.Counts && r.State is RefundState.Failed or RefundState.Asked && r.Ids.Count > 0).Sum(r => r.Cents), "owed to the resident: what their bank sent back");
        }
    }

    private static string Text(Posting posting) => $"{posting.Version} {posting.Shop} {posting.Kind} {string.Join(' ', posting.Entries.Select(e => $"{e.Account} {e.Cents}"))}";
}
