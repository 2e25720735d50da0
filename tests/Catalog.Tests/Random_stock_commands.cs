using FsCheck;
using FsCheck.Fluent;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>Any commands in any order, twice or too early: the rules alone, without a database.</summary>
public sealed class Random_stock_commands
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly ShopId[] Shops = [ShopId.New(), ShopId.New()];
    private static readonly OfferId[] Offers = [OfferId.New(), OfferId.New(), OfferId.New(), OfferId.New()];
    private static readonly OrderId[] Orders = [.. Enumerable.Range(0, 5).Select(_ => OrderId.New())];

    // Offers 0 and 1 are of the first shop, 2 and 3 of the second.
    private static ShopId ShopOf(int offer) => Shops[offer / 2];

    private static Gen<StockCommand> Commands() =>
        from order in Gen.Elements(Orders)
        from kind in Gen.Choose(0, 5)
        from offer in Gen.Choose(0, 3)
        from other in Gen.Choose(0, 3)
        from quantity in Gen.Choose(-1, 6)
        from left in Gen.Elements<DateTimeOffset?>(null, Now.AddMinutes(-2), Now) // the last count was a minute ago
        select (StockCommand)(kind switch
        {
            0 or 1 => new StockCommand.Reserve(new ReserveStock(order, Now.AddMinutes(15),
                [new(ShopOf(offer), [new(Offers[offer], quantity, null)]), new(ShopOf(other), [new(Offers[other], 1, null)])])),
            2 => new StockCommand.Confirm(order),
            3 => new StockCommand.Release(order, null, null, left),
            4 => new StockCommand.Release(order, ShopOf(offer), quantity % 2 == 0 ? [Offers[offer]] : null, left),
            _ => new StockCommand.Issue(order, ShopOf(offer), [new(Offers[offer], quantity)], left),
        });

    [Fact]
    public void Never_oversell_and_always_add_up() => Prop.ForAll(Commands().ListOf().ToArbitrary(), commands =>
    {
        var book = Book();
        foreach (var command in commands)
        {
            book.Apply(command);
            foreach (var item in book.Items)
            {
                var id = item.Offer.OfferId;
                item.Now.Reserved.ShouldBeInRange(0, item.Now.OnHand);
                item.Now.Assumed.ShouldBeInRange(0, item.Now.Reserved);
                item.Now.Missing.ShouldBe(0, "no count found fewer than were set aside");
                item.Now.Reserved.ShouldBe(book.Reservations.SelectMany(r => r.Lines).Where(l => l.OfferId == id).Sum(l => l.Held));
                item.Now.OnHand.ShouldBe(item.Before.OnHand + book.Movements.Where(m => m.OfferId == id).Sum(m => m.OnHandDelta));
                item.Now.Reserved.ShouldBe(book.Movements.Where(m => m.OfferId == id).Sum(m => m.ReservedDelta));
            }

            book.Reservations.Where(r => r.Status is not (ReservationStatus.Held or ReservationStatus.Confirmed)).SelectMany(r => r.Lines).ShouldAllBe(l => l.Held == 0);
        }

        // One answer an order, whatever happens to it.
        book.Facts.GroupBy(f => f.Order).ShouldAllBe(g => g.Count() == 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_command_again_at_once_changes_nothing() => Prop.ForAll(Commands().ListOf().ToArbitrary(), commands =>
    {
        var book = Book();
        foreach (var command in commands)
        {
            book.Apply(command);
            var (movements, facts) = (book.Movements.Count, book.Facts.Count);
            book.Apply(command);
            (book.Movements.Count, book.Facts.Count).ShouldBe((movements, facts));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whenever_goods_leave_no_more_is_for_sale_than_the_count_found_and_our_orders_left() => Prop.ForAll(Commands().ListOf().ToArbitrary(), commands =>
    {
        var book = Book();
        var found = new Dictionary<OfferId, long>();
        foreach (var command in commands)
        {
            book.Apply(command);
        }

        // Then the shop counts, finding nothing of some offers: neither what is told late of goods that were gone by then brings any of them back, nor an order
        // that is declined for the lack of them.
        foreach (var item in book.Items)
        {
            var counted = item.Offer.OfferId == Offers[0] ? 0 : item.Now.OnHand;
            StockCount.Apply(item, counted, new Counting(StockSource.Feed, Now.AddMinutes(1)), default);
            found[item.Offer.OfferId] = counted;
        }

        for (var i = 0; i < Orders.Length; i++)
        {
            foreach (var shop in Shops)
            {
                book.Apply(i % 2 == 0
                    ? new StockCommand.Issue(Orders[i], shop, [.. Offers.Select(o => new IssueStock.Line(o, 100))], Now)
                    : new StockCommand.Release(Orders[i], shop, null, i == 1 ? Now : null));
            }
        }

        foreach (var item in book.Items)
        {
            item.Now.ShouldSatisfyAllConditions(l => l.Reserved.ShouldBe(0), l => l.OnHand.ShouldBe(found[item.Offer.OfferId]));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void However_late_and_in_whatever_order_all_is_heard_the_figure_is_what_stands_in_the_shop() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        (from kind in Gen.Elements(Enum.GetValues<Happening.What>())
         from which in Gen.Choose(0, 99)
         from quantity in Gen.Choose(0, 3)
         select new Happening(kind, which, quantity)).ListOf().ToArbitrary(),
        happenings =>
        {
            var shop = new CountedShop();
            foreach (var happening in happenings)
            {
                shop.Happens(happening);
            }

            shop.HearsAll(happenings.Sum(h => h.Which));
            shop.Item.Now.Reserved.ShouldBe(shop.Open.Values.Sum());
            (shop.Item.Now.OnHand - shop.Item.Now.Missing).ShouldBeInRange(shop.IsCareful ? 0 : shop.There, shop.There, string.Join('\n', happenings));
        }));

    private static StockBook Book()
    {
        var book = new StockBook(Now, _ => true);
        for (var i = 0; i < Offers.Length; i++)
        {
            book.Add(new StockItem(new StockItem.Sold(Offers[i], ShopOf(i), "S" + i, null, "Lampe", "maison", SaleUnit.Piece, 500, 20m, false, false, true),
                new Level(8, 0, 1, StockSource.Feed, Now) { CountedAt = Now.AddMinutes(-1) }));
        }

        return book;
    }
}
