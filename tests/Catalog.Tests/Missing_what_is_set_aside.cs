using System.Net.Http.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>A count of all, or the shop when it prepares an order, does not find what is set aside: nobody else is sold it.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Missing_what_is_set_aside(CatalogHost catalog) : SetAside(catalog)
{
    [Fact]
    public async Task A_count_that_found_fewer_leaves_none_of_them_for_sale()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        var left = DateTimeOffset.UtcNow;
        (await Catalog.CountAsync(shop, "", new StockLine("A", null, 0))).Rejected.Single().Reason.ShouldBe("below-reserved");
        (await Catalog.StockAsync(offer)).ShouldBe((1, 1));
        await AdjustAsync(shop, new StockAdjustment(3, "delivery"));
        (await Catalog.StockAsync(offer)).ShouldBe((3, 1), "the order's own comes first");
        await IssueAsync(order, shop, offer, left);
        (await Catalog.StockAsync(offer)).ShouldBe((3, 0), "those that were delivered");
        await Catalog.LedgerHoldsAsync();
    }

    // Five are promised, two are there. What a merchant reads in the ledger is what stood in the shop after each movement, never the figure that orders hold.
    [Fact]
    public async Task The_ledger_tells_what_was_counted_and_what_was_missing_through_delivery_and_hand_over()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 10, quantity: 5);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        await AssertLastAsync("feed", there: 2, delta: -8, missing: 3);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        (await MovementsAsync(shop)).Count.ShouldBe(3, "the same again moves nothing");
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 5));
        await AssertLastAsync("feed", there: 5, delta: 3, missing: 0); // all are found, though the figure itself did not move
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 1));
        await AdjustAsync(shop, new StockAdjustment(6, "delivery"));
        (await MovementsAsync(shop)).Take(2).Select(m => (m.Kind, m.OnHandAfter - m.MissingAfter, m.MissingAfter)).ShouldBe([("adjustment", 7, 0), ("delivery", 7, 4)]);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 4));
        await Catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new(offer, 5)], DateTimeOffset.UtcNow));
        await AssertLastAsync("sale", there: 0, delta: -4, missing: 0); // the one that was missing had been found
        await Catalog.LedgerHoldsAsync();

        async Task AssertLastAsync(string kind, long there, long delta, long missing) => (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(
            m => m.Kind.ShouldBe(kind), m => (m.OnHandAfter - m.MissingAfter, m.OnHandDelta - m.MissingDelta, m.MissingAfter).ShouldBe((there, delta, missing)));
    }

    // What was written before this was kept is no nought.
    [Fact]
    public async Task Of_a_movement_from_before_it_was_kept_what_was_missing_is_not_known()
    {
        var (shop, offer, _) = await HeldAsync(onHand: 10, quantity: 5);
        (await MovementsAsync(shop)).Select(m => (m.MissingDelta, m.MissingAfter)).ShouldBe([(0, 0), (0, 0)]);
        // As migration 22 finds them.
        (await Catalog.ScalarAsync<long>("with old as (update stock_movements set missing_kept = false where offer_id = $1 returning 1) select count(*) from old", offer.Value)).ShouldBe(2);
        (await MovementsAsync(shop)).ShouldAllBe(m => m.MissingDelta == null && m.MissingAfter == null);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        (await MovementsAsync(shop)).Select(m => (m.MissingDelta, m.MissingAfter)).ShouldBe([(3, 3), (null, null), (null, null)]);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task An_order_that_ends_takes_along_what_was_missing_and_nothing_that_stands_there()
    {
        var (shop, _, order) = await HeldAsync(onHand: 10, quantity: 5);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await MovementsAsync(shop)).Take(2).Select(m => (m.OnHandAfter - m.MissingAfter, m.OnHandDelta - m.MissingDelta, m.ReservedAfter, m.MissingAfter)).ShouldBe([(2, 0, 0, 0), (2, 0, 0, 3)]);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_count_that_found_fewer_is_read_back_as_it_was_made()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 0));
        var read = (await Catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", TestContext.Current.CancellationToken))!.Items.Single();
        (read.OnHand, read.Missing).ShouldBe((1, 1));
        await Catalog.CountAsync(shop, "", new StockLine("A", null, read.OnHand - read.Missing));
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await Catalog.StockAsync(offer)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_count_that_found_fewer_leaves_none_for_sale_when_their_order_is_declined()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var other = await Catalog.HoldAsync((shop, offer, 1));
        (await Catalog.CountAsync(shop, "", new StockLine("A", null, 1))).Rejected.Single().Reason.ShouldBe("below-reserved");
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await Catalog.StockAsync(offer)).ShouldBe((1, 1), "the one that is there is the other's");
        (await Catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe("out-of-stock");
        (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(m => m.OnHandDelta.ShouldBe(-1), m => m.Note.ShouldBe("manquait au comptage"));
        await Catalog.DoAsync(new StockCommand.Release(other, shop.Id, null, DateTimeOffset.UtcNow));
        (await Catalog.StockAsync(offer)).ShouldBe((1, 0), "nothing of it is missing");
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_shop_looked_for_and_did_not_find_is_for_nobody_whoever_ordered_it(bool declined)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        IReadOnlyList<MissingGoods> missing = [new(offer, 1)];
        object word = declined
            ? new ReleaseStock(order, shop.Id, null, DateTimeOffset.UtcNow, missing)
            : new IssueStock(order, shop.Id, [], DateTimeOffset.UtcNow, missing);
        await Catalog.SayAsync(word);
        await CatalogHost.EventuallyAsync(async () => await Catalog.StockAsync(offer) == (1, 0), "the piece is in no figure");
        (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(
            m => m.Kind.ShouldBe("adjustment"), m => m.OnHandDelta.ShouldBe(-1), m => m.OrderId.ShouldBe(order), m => m.Note.ShouldBe("manquait à la préparation"));
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow, missing));
        (await Catalog.StockAsync(offer)).ShouldBe((1, 0), "told twice");
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_count_made_after_the_shop_had_looked_for_an_order_never_says_more_than_stands_there(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 6, quantity: 3);
        var looked = DateTimeOffset.UtcNow; // two of the three are found
        var counted = looked.AddMicroseconds(1);
        var collected = new StockCommand.Issue(order, shop.Id, [new(offer, 2)], counted.AddMicroseconds(1), [new(offer, 1)]);
        await HearAsync(heardLate, collected, () => Catalog.CountAsync(shop, At(counted), new StockLine("A", null, 4)));
        (await Catalog.StockAsync(offer)).ShouldBe((1, 0), "the one that was not found is taken off once more: one too few rather than one too many");
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        (await Catalog.StockAsync(offer)).ShouldBe((2, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_count_made_after_the_shop_looked_has_looked_by_itself()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var looked = DateTimeOffset.UtcNow;
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, looked, [new(offer, 1)]));
        (await Catalog.StockAsync(offer)).ShouldBe((2, 0));
        await Catalog.LedgerHoldsAsync();
    }
}
