using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Refunds;

namespace Marketplace.Ordering.Ledger;

/// <summary>
/// The postings of an order, from its stream and nothing else: of each event what it did to the money, so that the books can be written again at any time and say the same.
/// Pure.
/// </summary>
internal static class OrderBooks
{
    internal static IReadOnlyList<Posting> Of(OrderHistory history)
    {
        var books = new Book(history.Id);
        Order order = new Order.None();
        foreach (var happened in history.Events)
        {
            var after = Order.Evolve(order, happened.Data);
            books.Write(happened, order, after);
            order = after;
        }

        return books.Postings;
    }

    private sealed class Book(OrderId order)
    {
        /// <summary>What the card still has set aside for each shop.</summary>
        private readonly Dictionary<ShopId, long> _held = [];

        internal List<Posting> Postings { get; } = [];

        internal void Write(OrderHistory.Happened happened, Order before, Order after)
        {
            switch (happened.Data, before, after)
            {
                case (OrderEvent.Confirmed, _, Order.Confirmed { Purchase: not null } stands):
                    foreach (var shop in stands.ShopOrders)
                    {
                        _held[shop.ShopId] = shop.CeilingCents;
                        Add(happened, shop.ShopId, Posting.SetAside, (Accounts.Card, shop.CeilingCents), (Accounts.SetAside, -shop.CeilingCents));
                    }

                    break;
                case (OrderEvent.PaymentCaptureRequested e, _, _):
                    foreach (var shop in _held.Keys)
                    {
                        EndHold(happened, shop, e.Parts.Where(p => p.ShopId == shop).Sum(p => p.Cents), Posting.SetAsideEnded);
                    }

                    break;
                case (OrderEvent.PaymentCaptured e, Order.Confirmed { Purchase.Taking: { } taking }, _):
                    Take(happened, e, taking);
                    break;
                case (OrderEvent.PaymentNotCaptured, _, _):
                    EndHolds(happened, Posting.NotTaken);
                    break;
                case (OrderEvent.PaymentReturned, _, _):
                    EndHolds(happened, Posting.SetAsideEnded);
                    break;
                case (OrderEvent.PaymentTransferred e, Order.Confirmed { Purchase.Taking: { } taking }, _):
                    var passed = taking.TransferOf(e.ShopId)!.Cents;
                    Add(happened, e.ShopId, Posting.Transfer, (Accounts.Merchant, passed), (Accounts.Clearing, -passed));
                    break;
                case (OrderEvent.PaymentReversed e, Order.Confirmed confirmed, _):
                    var fetched = confirmed.Fetched.Single(f => f.ShopId == e.ShopId && f.Number == e.Number).Cents;
                    Add(happened, e.ShopId, Posting.Reversal, (Accounts.Clearing, fetched), (Accounts.Merchant, -fetched));
                    break;
                case (OrderEvent.RefundMade e, Order.Confirmed confirmed, _):
                    GiveBack(happened, RefundRules.Find(confirmed, e.Refund)!, confirmed);
                    break;
                case (OrderEvent.RefundFailed e, Order.Confirmed confirmed, _):
                    var returned = RefundRules.Find(confirmed, e.Refund)!.Cents;
                    Add(happened, e.ShopId, Posting.RefundReturned, (Accounts.Clearing, returned), (Accounts.Customer, -returned));
                    break;
                // What never went out the shop gave out of its own till: its part is as it was.
                case (OrderEvent.RefundGivenOtherwise e, Order.Confirmed confirmed, _) when RefundRules.Find(confirmed, e.Refund) is { Counts: true } sentBack:
                    Add(happened, e.ShopId, Posting.RefundOtherwise, (Accounts.Customer, sentBack.Cents), (Accounts.Otherwise, -sentBack.Cents));
                    break;
            }
        }

        private void Take(OrderHistory.Happened happened, OrderEvent.PaymentCaptured captured, PurchaseTaking taking)
        {
            // Less than was to be is passed on to nobody: whose it is somebody has to find out. What is more is the resident's.
            var known = captured.AmountCents >= taking.AmountCents;
            var otherwise = known ? captured.AmountCents - taking.AmountCents : captured.AmountCents;
            foreach (var part in known ? taking.Parts : [])
            {
                var (share, held) = (part.Commission ?? CommissionShare.None, _held.GetValueOrDefault(part.ShopId));
                _held[part.ShopId] = 0;
                Add(happened, part.ShopId, Posting.Sale, (Accounts.Clearing, part.Cents), (Accounts.Merchant, share.Total - part.Cents), (Accounts.Commission, -share.Cents), (Accounts.CommissionVat, -share.VatCents),
                    (Accounts.Card, -held), (Accounts.SetAside, held));
            }

            Add(happened, Posting.Nobody, Posting.TakenOtherwise, (Accounts.Clearing, otherwise), (Accounts.Customer, -otherwise));
        }

        private void GiveBack(OrderHistory.Happened happened, GivenBack refund, Order.Confirmed before)
        {
            if (refund.Ids.Count > 0)
            {
                // It had come back, and was owed to the resident since; the shop has paid for it the first time.
                Add(happened, refund.ShopId, Posting.RefundAgain, (Accounts.Customer, refund.Cents), (Accounts.Clearing, -refund.Cents));
                return;
            }

            var (part, back) = (before.Purchase!.Taking!.Parts.Single(p => p.ShopId == refund.ShopId), RefundRules.BackOf(before.Refunds, refund.ShopId));
            var given = CommissionShares.Kept(part, back) - CommissionShares.Kept(part, back + refund.Cents);
            Add(happened, refund.ShopId, Posting.Refund, (Accounts.Clearing, -refund.Cents), (Accounts.Merchant, refund.Cents - given.Total), (Accounts.Commission, given.Cents), (Accounts.CommissionVat, given.VatCents));
        }

        private void EndHolds(OrderHistory.Happened happened, string kind)
        {
            foreach (var shop in _held.Keys)
            {
                EndHold(happened, shop, 0, kind);
            }
        }

        // What is left of it is taken next.
        private void EndHold(OrderHistory.Happened happened, ShopId shop, long left, string kind)
        {
            var ended = _held[shop] - left;
            _held[shop] = left;
            Add(happened, shop, kind, (Accounts.Card, -ended), (Accounts.SetAside, ended));
        }

        private void Add(OrderHistory.Happened happened, ShopId shop, string kind, params IEnumerable<(string Account, long Cents)> entries)
        {
            var moved = entries.Where(e => e.Cents != 0).Select(e => new Entry(e.Account, e.Cents)).ToList();
            if (moved.Count > 0)
            {
                Postings.Add(new Posting(order, happened.Version, shop, kind, happened.At, moved));
            }
        }
    }
}
