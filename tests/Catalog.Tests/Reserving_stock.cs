using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using Npgsql;

namespace Marketplace.Catalog.Tests;

[Collection(CatalogHost.Collection)]
public sealed class Reserving_stock(CatalogHost catalog)
{
    [Fact]
    public async Task Two_hundred_buyers_of_fifty_units_get_exactly_fifty()
    {
        using var figures = new Figures(null);
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 50);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))));
        answers.OfType<StockReserved>().Count().ShouldBe(50);
        answers.OfType<StockRefused>().ShouldAllBe(r => r.Lines.Single().Reason == "out-of-stock");
        (await catalog.StockAsync(offer)).ShouldBe((50, 50));
        await catalog.LedgerHoldsAsync();
        figures.Count("marketplace.reservations.conflicts reason=out-of-stock").ShouldBe(150);
    }

    [Fact]
    public async Task Two_lines_of_one_offer_count_as_their_sum()
    {
        // Vendure #2702: each line within the stock, their sum above it.
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 50);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1), (shop, offer, 1)))));
        answers.OfType<StockReserved>().Count().ShouldBe(25);
        answers.OfType<StockReserved>().ShouldAllBe(r => r.Shops.Single().Lines.Single().Quantity == 2);
        var over = await catalog.OfferAsync(shop, 5);
        var refused = (await catalog.AskAsync(CatalogHost.Reserve((shop, over, 3), (shop, over, 3)))).ShouldBeOfType<StockRefused>();
        refused.Lines.Single().ShouldSatisfyAllConditions(l => l.Requested.ShouldBe(6), l => l.Available.ShouldBe(5));
        (await catalog.StockAsync(over)).ShouldBe((5, 0));
    }

    [Fact]
    public async Task Nothing_is_taken_when_one_line_of_any_shop_cannot_be()
    {
        var (baker, bookseller) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var (bread, book) = (await catalog.OfferAsync(baker, 5), await catalog.OfferAsync(bookseller, 0));
        var refused = (await catalog.AskAsync(CatalogHost.Reserve((baker, bread, 2), (bookseller, book, 1)))).ShouldBeOfType<StockRefused>();
        refused.Lines.Single().ShouldSatisfyAllConditions(l => l.OfferId.ShouldBe(book), l => l.Reason.ShouldBe("out-of-stock"), l => l.ShopId.ShouldBe(bookseller.Id));
        (await catalog.StockAsync(bread)).ShouldBe((5, 0));
    }

    [Fact]
    public async Task Baskets_with_the_same_offers_in_opposite_order_do_not_block_each_other()
    {
        var (one, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var (a, b) = (await catalog.OfferAsync(one, 100), await catalog.OfferAsync(other, 100));
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => catalog.AskAsync(i % 2 == 0
            ? CatalogHost.Reserve((one, a, 1), (other, b, 1))
            : CatalogHost.Reserve((other, b, 1), (one, a, 1)))));
        answers.ShouldAllBe(answer => answer is StockReserved);
        (await catalog.StockAsync(a)).ShouldBe((100, 100));
        (await catalog.StockAsync(b)).ShouldBe((100, 100));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task The_answer_freezes_what_was_sold()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("FROMAGE", 4000, 2450, "pains", SaleUnit.Weight, title: "Comté 18 mois"));
        var reserved = (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 350)))).ShouldBeOfType<StockReserved>();
        var line = reserved.Shops.Single().Lines.Single();
        line.ShouldBe(new StockReserved.Line(offer, "FROMAGE", null, "Comté 18 mois", "pains", SaleUnit.Weight, 350, 2450, 5.5m, false, false, NoWithdrawal: "perishable"));
        reserved.Shops.Single().AcceptedByItself.ShouldBeTrue("the figure came through the API just now");
    }

    [Fact]
    public async Task A_price_other_than_the_one_shown_refuses_the_line()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5, 890);
        var command = new ReserveStock(OrderId.New(), DateTimeOffset.UtcNow.AddMinutes(15), [new(shop.Id, [new(offer, 1, 790)])]);
        var refused = (await catalog.AskAsync(command)).ShouldBeOfType<StockRefused>();
        refused.Lines.Single().ShouldSatisfyAllConditions(l => l.Reason.ShouldBe("price-changed"), l => l.PriceCents.ShouldBe(890));
        (await catalog.AskAsync(command with { OrderId = OrderId.New(), Shops = [new(shop.Id, [new(offer, 1, 890)])] })).ShouldBeOfType<StockReserved>();
    }

    [Fact]
    public async Task Another_shops_offer_is_unknown_and_a_suspended_shop_sells_nothing()
    {
        var (mine, others) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var offer = await catalog.OfferAsync(others, 5);
        (await catalog.AskAsync(CatalogHost.Reserve((mine, offer, 1)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe("unknown-offer");
        await catalog.TellAsync(others.Details! with { Version = 2, Status = "suspended" });
        (await catalog.AskAsync(CatalogHost.Reserve((others, offer, 1)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe("not-for-sale");
    }

    [Theory]
    [InlineData(0, "not-for-sale")]
    [InlineData(-3, "not-for-sale")]
    [InlineData(long.MaxValue, "out-of-stock")]
    public async Task A_quantity_that_is_none_takes_nothing(long quantity, string reason)
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, quantity), (shop, offer, quantity)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe(reason);
        (await catalog.StockAsync(offer)).ShouldBe((5, 0));
    }

    [Fact]
    public async Task The_database_alone_refuses_to_oversell()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await using var command = catalog.Database.CreateCommand("update stock set reserved = 6 where offer_id = $1");
        command.Parameters.Add(new() { Value = offer.Value });
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).ConstraintName.ShouldBe("stock_never_oversold");
    }

    [Fact]
    public async Task A_repeat_changes_nothing_and_is_answered_as_the_first_time()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 1);
        var command = CatalogHost.Reserve((shop, offer, 1));
        var first = (await catalog.AskAsync(command)).ShouldBeOfType<StockReserved>();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => catalog.DoAsync(new StockCommand.Reserve(command))));
        (await catalog.StockAsync(offer)).ShouldBe((1, 1));

        // Later — the first answer was lost, or its asker died — it is given again.
        int Times() => catalog.Heard.OfType<StockReserved>().Count(m => m.OrderId == command.OrderId);
        await CatalogHost.EventuallyAsync(async () =>
        {
            await catalog.SayAsync(command);
            return Times() > 1;
        }, "the answer is repeated");
        catalog.Heard.OfType<StockReserved>().Last(m => m.OrderId == command.OrderId).Shops.Single().Lines.ShouldBe(first.Shops.Single().Lines);
        (await catalog.StockAsync(offer)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Orders_that_are_asked_for_together_are_answered_each_for_itself()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 3);
        var known = CatalogHost.Reserve((shop, offer, 3));
        (await catalog.AskAsync(known)).ShouldBeOfType<StockReserved>();
        await catalog.DoAsync(new StockCommand.Release(known.OrderId, null, null, null, null));
        var orders = Enumerable.Range(0, 4).Select(_ => CatalogHost.Reserve((shop, offer, 1))).ToList();
        var answers = orders.ConvertAll(o => catalog.Answer(o.OrderId));

        // One of them twice, and one that had its answer before.
        await catalog.SayAsync(new ReserveStockBatch([.. orders, orders[0], known]));

        var told = await Task.WhenAll(answers).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        (told.OfType<StockReserved>().Count(), told.OfType<StockRefused>().Count()).ShouldBe((3, 1));
        await CatalogHost.EventuallyAsync(() => Task.FromResult(catalog.Heard.OfType<StockReserved>().Count(m => m.OrderId == known.OrderId) == 2), "the first answer stands");
        (await catalog.StockAsync(offer)).ShouldBe((3, 3));
        await catalog.LedgerHoldsAsync();
    }
}
