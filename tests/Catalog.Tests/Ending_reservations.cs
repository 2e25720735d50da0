using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog.Tests;

/// <summary>Confirm, release, issue: whole or in parts, twice, late, too early.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Ending_reservations(CatalogHost catalog)
{
    [Fact]
    public async Task Released_goods_can_be_sold_again_and_a_second_release_frees_nothing_more()
    {
        var (shop, offer) = await OfferAsync(2);
        var first = await catalog.HoldAsync((shop, offer, 2));
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockRefused>();
        await ReleaseAsync(first);
        var second = await catalog.HoldAsync((shop, offer, 2));
        await ReleaseAsync(first);
        await ReleaseAsync(first);
        (await catalog.StockAsync(offer)).ShouldBe((2, 2));
        (await StatusAsync(first), await StatusAsync(second)).ShouldBe(("released", "held"));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task One_shops_part_or_one_line_can_be_given_back_alone()
    {
        var (baker, bread) = await OfferAsync(5);
        var (bookseller, book) = await OfferAsync(5);
        var pen = await catalog.OfferAsync(bookseller, 5);
        var order = await catalog.HoldAsync((baker, bread, 1), (bookseller, book, 2), (bookseller, pen, 3));
        await catalog.DoAsync(new StockCommand.Confirm(order));
        await catalog.DoAsync(new StockCommand.Release(order, bookseller.Id, [pen]));
        (await catalog.StockAsync(pen), await catalog.StockAsync(book), await catalog.StockAsync(bread)).ShouldBe(((5, 0), (5, 2), (5, 1)));
        await catalog.DoAsync(new StockCommand.Release(order, bookseller.Id, null));
        (await catalog.StockAsync(book), await catalog.StockAsync(bread)).ShouldBe(((5, 0), (5, 1)));
        (await StatusAsync(order)).ShouldBe("confirmed");
        await catalog.DoAsync(new StockCommand.Release(order, null, null));
        (await StatusAsync(order)).ShouldBe("released");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Goods_that_left_are_taken_off_once_and_what_was_not_needed_is_free_again()
    {
        var shop = await catalog.ShopAsync();
        var cheese = await catalog.OfferAsync(shop, CatalogHost.Define("C" + Guid.NewGuid().ToString("N")[..6], 2000, 2400, unit: SaleUnit.Weight));
        var bowl = await catalog.OfferAsync(shop, 3);
        var order = await catalog.HoldAsync((shop, cheese, 500), (shop, bowl, 1));
        await catalog.DoAsync(new StockCommand.Confirm(order));
        var issue = new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(cheese, 470)]);
        await Task.WhenAll(catalog.DoAsync(issue), catalog.DoAsync(issue), catalog.DoAsync(issue));
        (await catalog.StockAsync(cheese)).ShouldBe((1530, 0));
        (await catalog.StockAsync(bowl)).ShouldBe((3, 0), "a line without a final quantity stayed in the shop");
        (await StatusAsync(order)).ShouldBe("issued");
        await ReleaseAsync(order);
        (await catalog.StockAsync(cheese)).ShouldBe((1530, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_weighed_more_than_was_set_aside_comes_off_the_shelf_as_far_as_it_is_nobody_else_s()
    {
        var shop = await catalog.ShopAsync();
        var cheese = await catalog.OfferAsync(shop, CatalogHost.Define("C" + Guid.NewGuid().ToString("N")[..6], 1100, 2400, unit: SaleUnit.Weight));
        var (first, second) = (await catalog.HoldAsync((shop, cheese, 500)), await catalog.HoldAsync((shop, cheese, 500)));
        var issue = new StockCommand.Issue(first, shop.Id, [new IssueStock.Line(cheese, 560)]);
        await Task.WhenAll(catalog.DoAsync(issue), catalog.DoAsync(issue));
        (await catalog.StockAsync(cheese)).ShouldBe((540, 500));
        await catalog.DoAsync(new StockCommand.Issue(second, shop.Id, [new IssueStock.Line(cheese, 560)]));
        (await catalog.StockAsync(cheese)).ShouldBe((0, 0));
        await catalog.LedgerHoldsAsync();

        // Of the last gram nothing more can be taken, and a count made since has weighed what is left.
        await catalog.CountAsync(shop, "", new StockLine(await SkuAsync(cheese), null, 500));
        var third = await catalog.HoldAsync((shop, cheese, 500));
        await catalog.DoAsync(new StockCommand.Issue(third, shop.Id, [new IssueStock.Line(cheese, 560)]));
        (await catalog.StockAsync(cheese)).ShouldBe((0, 0));
        await catalog.LedgerHoldsAsync();

    }

    [Fact]
    public async Task A_count_of_before_the_hand_over_learns_of_what_weighed_more_and_what_is_kept_back_gives_it()
    {
        var shop = await catalog.ShopAsync();
        var cheese = await catalog.OfferAsync(shop, CatalogHost.Define("C" + Guid.NewGuid().ToString("N")[..6], 1000, 2400, unit: SaleUnit.Weight));
        var order = await catalog.HoldAsync((shop, cheese, 500));
        (await catalog.ScalarAsync<long>("update stock set safety = 500 where offer_id = $1 returning safety", cheese.Value)).ShouldBe(500); // nothing is free any more
        await Task.Delay(20, TestContext.Current.CancellationToken);
        var counted = DateTimeOffset.UtcNow;
        await Task.Delay(20, TestContext.Current.CancellationToken);
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(cheese, 560)]) { At = DateTimeOffset.UtcNow });
        (await catalog.StockAsync(cheese)).ShouldBe((440, 0));

        // On the shelf lay 1000 g when it was counted, 440 g lie there now.
        await catalog.CountAsync(shop, "?asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine(await SkuAsync(cheese), null, 1000));
        (await catalog.StockAsync(cheese)).ShouldBe((440, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task More_than_was_set_aside_never_leaves()
    {
        var (shop, offer) = await OfferAsync(10);
        var order = await catalog.HoldAsync((shop, offer, 2));
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 9)]));
        (await catalog.StockAsync(offer)).ShouldBe((8, 0));
    }

    [Fact]
    public async Task A_release_before_its_reservation_keeps_it_from_ever_taking_effect()
    {
        var (shop, offer) = await OfferAsync(3);
        var command = CatalogHost.Reserve((shop, offer, 2));
        await ReleaseAsync(command.OrderId);
        await catalog.DoAsync(new StockCommand.Reserve(command));
        await catalog.DoAsync(new StockCommand.Confirm(command.OrderId));
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
        (await StatusAsync(command.OrderId)).ShouldBe("released");
        catalog.Answer(command.OrderId).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_partial_release_before_its_reservation_is_remembered()
    {
        var (baker, bread) = await OfferAsync(5);
        var (bookseller, book) = await OfferAsync(5);
        var command = CatalogHost.Reserve((baker, bread, 1), (bookseller, book, 1));
        await catalog.DoAsync(new StockCommand.Release(command.OrderId, baker.Id, null));
        (await catalog.AskAsync(command)).ShouldBeOfType<StockReserved>();
        (await catalog.StockAsync(bread), await catalog.StockAsync(book)).ShouldBe(((5, 0), (5, 1)));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task An_archived_offer_is_off_sale_and_what_was_set_aside_of_it_still_goes_out()
    {
        var (shop, offer) = await OfferAsync(5);
        var order = await catalog.HoldAsync((shop, offer, 2));
        var sku = await catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", offer.Value);
        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/{sku}")).EnsureSuccessStatusCode();
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe("not-for-sale");
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 2)]));
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
    }

    [Fact]
    public async Task A_hold_past_its_time_is_asked_about_and_ends_only_by_the_answer()
    {
        var (shop, offer) = await OfferAsync(1);
        var command = CatalogHost.Reserve((shop, offer, 1)) with { ExpiresAt = DateTimeOffset.UtcNow.AddMilliseconds(200) };
        await catalog.AskAsync(command);
        await CatalogHost.EventuallyAsync(() => catalog.Heard.OfType<StockHoldOverdue>().Any(m => m.OrderId == command.OrderId), "the hold is asked about");
        (await catalog.StockAsync(offer)).ShouldBe((1, 1));
        await catalog.SayAsync(new ConfirmStock(command.OrderId));
        await CatalogHost.EventuallyAsync(async () => await StatusAsync(command.OrderId) == "confirmed", "the answer is taken");
    }

    [Fact]
    public async Task The_longer_a_hold_is_overdue_the_rarer_is_the_question()
    {
        var (shop, offer) = await OfferAsync(1);
        var order = await catalog.HoldAsync((shop, offer, 1));
        var sweep = catalog.Services.GetServices<IDueWorkHandler>().OfType<OverdueHolds>().Single();
        (await AskedAsync(agoMinutes: 2)).ShouldBeFalse("58 minutes overdue when asked: not again after two");
        (await AskedAsync(agoMinutes: 31)).ShouldBeTrue("29 minutes overdue when asked, and 31 ago");

        async Task<bool> AskedAsync(int agoMinutes)
        {
            await catalog.ScalarAsync<int>("with aged as (update reservations set expires_at = now() - interval '60 minutes', asked_at = now() - make_interval(mins => $2) where order_id = $1 returning 1) select count(*)::int from aged",
                order.Value, agoMinutes);
            await sweep.HandleAsync(new DueWork(sweep.Kind, "sweep", DateTimeOffset.UtcNow, null, 1), TestContext.Current.CancellationToken);
            return await catalog.ScalarAsync<bool>("select asked_at > now() - interval '1 minute' from reservations where order_id = $1", order.Value);
        }
    }

    [Fact]
    public async Task Goods_handed_over_of_an_order_that_is_unknown_here_move_nothing_and_do_not_go_unsaid()
    {
        var (shop, offer) = await OfferAsync(3);
        var book = new StockBook(DateTimeOffset.UtcNow, _ => true);
        var order = OrderId.New();
        book.Apply(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 1)]));
        book.NotSetAside.ShouldBe([(order, shop.Id)]);
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 1)]));
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));

        var known = await catalog.HoldAsync((shop, offer, 1));
        await catalog.DoAsync(new StockCommand.Issue(known, shop.Id, [new IssueStock.Line(offer, 1)]));
        await catalog.DoAsync(new StockCommand.Issue(known, shop.Id, [new IssueStock.Line(offer, 1)]));
        (await catalog.StockAsync(offer)).ShouldBe((2, 0));
    }

    [Fact]
    public async Task The_order_that_stands_keeps_its_hold()
    {
        var (shop, offer) = await OfferAsync(1);
        var order = await catalog.HoldAsync((shop, offer, 1));
        await catalog.SayAsync(new OrderConfirmed(order, "ville", DateTimeOffset.UtcNow, [new(shop.Id, 100, 1)]));
        await CatalogHost.EventuallyAsync(async () => await StatusAsync(order) == "confirmed", "the hold is the order's");
        (await catalog.StockAsync(offer)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Commands_shuffled_doubled_and_crossing_leave_a_ledger_that_adds_up()
    {
        var (shop, offer) = await OfferAsync(40);
        var (other, second) = await OfferAsync(40);
        var random = new Random(7);
        var commands = new List<StockCommand>();
        for (var i = 0; i < 60; i++)
        {
            var reserve = CatalogHost.Reserve((shop, offer, random.Next(1, 4)), (other, second, random.Next(1, 4)));
            StockCommand[] life =
            [
                new StockCommand.Reserve(reserve), new StockCommand.Confirm(reserve.OrderId),
                new StockCommand.Release(reserve.OrderId, other.Id, null),
                i % 2 == 0 ? new StockCommand.Issue(reserve.OrderId, shop.Id, [new(offer, 1)]) : new StockCommand.Release(reserve.OrderId, null, null),
            ];
            commands.AddRange([.. life, .. life]);
        }

        var shuffled = commands.ToArray();
        random.Shuffle(shuffled);
        await Task.WhenAll(shuffled.Select(catalog.DoAsync));
        await catalog.LedgerHoldsAsync();
        (await catalog.ScalarAsync<long>(
            "select count(*) from reservations r join reservation_lines l using (order_id) where l.held > 0 and r.status not in ('held', 'confirmed')")).ShouldBe(0);
    }

    private async Task<(ShopEntry Shop, OfferId Offer)> OfferAsync(long onHand)
    {
        var shop = await catalog.ShopAsync();
        return (shop, await catalog.OfferAsync(shop, onHand));
    }

    private Task ReleaseAsync(OrderId order) => catalog.DoAsync(new StockCommand.Release(order, null, null));

    private Task<string> StatusAsync(OrderId order) => catalog.ScalarAsync<string>("select status from reservations where order_id = $1", order.Value);

    private Task<string> SkuAsync(OfferId offer) => catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", offer.Value);
}
