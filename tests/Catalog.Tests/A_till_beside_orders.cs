using System.Net;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Line = Marketplace.Catalog.Tests.FakeTill.Line;

namespace Marketplace.Catalog.Tests;

/// <summary>What a shop’s software tells beside what orders hold: nothing is brought back, and nothing taken.</summary>
[Collection(CatalogHost.Collection)]
public sealed class A_till_beside_orders(CatalogHost catalog) : BesideATill(catalog)
{
    [Theory]
    [InlineData(null, 0)] // a whole reading does not name it any more
    [InlineData(3, 3)] // it said that there were more: it was no whole one
    public async Task What_a_whole_reading_no_longer_names_is_no_longer_for_sale(int? total, long left)
    {
        var (shop, offers) = await ShopAsync(3);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3), new Line(Eans[1], 4));
        await ReadAsync(shop, till);
        await Catalog.HoldAsync((shop, offers[0], 1));
        (till.Stock, till.Total) = ([new(Eans[1], 4)], total);

        (await AgainAsync(shop, "?whole=true")).Whole.ShouldBeTrue();

        (await Catalog.StockAsync(offers[0])).ShouldBe((Math.Max(left, 1), 1));
        ((await Catalog.StockAsync(offers[1])).OnHand, (await Catalog.StockAsync(offers[2])).OnHand).ShouldBe((4, 5), "counted by hand, it was never the till's to take");
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData("included", 0)] // it counts what is set aside, and there is none
    [InlineData("excluded", 2)] // it said nothing of what is set aside
    public async Task What_was_set_aside_of_an_absent_article_is_for_sale_again_only_where_the_till_leaves_it_out(string reserved, long left)
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 4), new Line(Eans[1], 4));
        await PutAsync(shop, Definition(till, reserved));
        await EndedAsync(shop);
        var order = await Catalog.HoldAsync((shop, offers[0], 2));
        till.Stock = [new(Eans[1], 4)];
        await AgainAsync(shop, "?whole=true");
        (await Catalog.StockAsync(offers[0])).ShouldBe((2, 2), "no order loses anything by it");

        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));

        (await Catalog.StockAsync(offers[0])).ShouldBe((left, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_a_program_pushed_is_not_the_softwares_to_take()
    {
        var (shop, offers) = await ShopAsync(3);
        await Catalog.CountAsync(shop, "?source=feed", new StockLine("L0", null, 7));
        await using var till = await FakeTill.StartAsync(new(Eans[1], 9, ValidUntil: DateTimeOffset.UtcNow.AddSeconds(3).ToString("O")), new(Eans[2], 9));
        await ReadAsync(shop, till);
        await Catalog.CountAsync(shop, "?source=feed", new StockLine("L1", null, 6));
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(7, "a whole reading that does not name it");

        await CatalogHost.EventuallyAsync(async () => await Catalog.ScalarAsync<long>("select count(*) from stock_feed_expiries where shop_id = $1", shop.Id.Value) == 0, "the time of the other is over");
        (await Catalog.StockAsync(offers[1])).OnHand.ShouldBe(6, "told anew by somebody else");

        using (var removed = await Catalog.Operator.DeleteAsync(Feed(shop), Token))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await CatalogHost.EventuallyAsync(async () => await Catalog.ScalarAsync<long>("select count(*) from stock_feeds where shop_id = $1", shop.Id.Value) == 0, "it is taken away");
        (await Task.WhenAll(offers.Select(Catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([7L, 6, 0]);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_page_that_comes_in_the_middle_of_reservations_neither_brings_back_nor_takes()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 5), new Line(Eans[1], 5));
        await PutAsync(shop, Definition(till));
        await EndedAsync(shop);
        var order = await Catalog.HoldAsync((shop, offers[0], 2));
        till.Instead = async (_, question) =>
        {
            if (question.After is null)
            {
                // The till has counted; its answer is on its way while the goods are handed over, one more is set aside, and the shop counts the other by hand.
                await Catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offers[0], 2)]));
                await Catalog.HoldAsync((shop, offers[0], 1));
                await Catalog.CountAsync(shop, "?source=hand", new StockLine("L1", null, 1));
            }

            return false;
        };

        var run = await AgainAsync(shop, "?whole=true");

        (await Catalog.StockAsync(offers[0])).ShouldBe((3, 1));
        (await Catalog.StockAsync(offers[1])).ShouldBe((1, 0));
        run.Lines.ShouldHaveSingleItem().Reason.ShouldBe("older-than-known");
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData("included", 5, 4)]
    [InlineData("excluded", 4, 4)]
    public async Task Both_conventions_of_what_is_set_aside(string reserved, int told, long available)
    {
        var (shop, offers) = await ShopAsync(1);
        await Catalog.HoldAsync((shop, offers[0], 1));
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], told));
        await PutAsync(shop, Definition(till, reserved));
        await EndedAsync(shop);
        var (onHand, held) = await Catalog.StockAsync(offers[0]);
        (onHand - held).ShouldBe(available);
    }

    [Fact]
    public async Task Fifty_buyers_a_till_and_a_program_sell_exactly_what_is_there()
    {
        const int onShelf = 20;
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], onShelf));
        await ReadAsync(shop, till);
        using var sold = new CancellationTokenSource();
        var feeds = Task.Run(async () =>
        {
            while (!sold.IsCancellationRequested)
            {
                await AgainAsync(shop, "?whole=true");
            }
        }, Token);
        var pushes = Task.Run(async () =>
        {
            while (!sold.IsCancellationRequested)
            {
                await Catalog.CountAsync(shop, "?source=api", new StockLine("L0", null, onShelf));
            }
        }, Token);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Catalog.AskAsync(CatalogHost.Reserve((shop, offers[0], 1)))));
        await sold.CancelAsync();
        await Task.WhenAll(feeds, pushes);

        answers.OfType<StockReserved>().Count().ShouldBe(onShelf);
        (await Catalog.StockAsync(offers[0])).ShouldBe((onShelf, onShelf));
        await Catalog.LedgerHoldsAsync();
    }
}
