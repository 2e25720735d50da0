using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>Its figures know nothing of what is set aside, nor of what was not found there: they bring no such piece back, and lose none.</summary>
[Collection(CatalogHost.Collection)]
public sealed class A_till_that_leaves_out_reserved_pieces(CatalogHost catalog) : SetAside(catalog)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Counted_between_the_look_and_the_hand_over_sells_no_piece_that_was_not_found(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 3, quantity: 3);
        var looked = DateTimeOffset.UtcNow; // two of the three are found
        var figure = looked.AddMicroseconds(1);
        var collected = new StockCommand.Issue(order, shop.Id, [new(offer, 2)], figure.AddMicroseconds(1), [new(offer, 1)]);
        await HearAsync(heardLate, collected, () => Catalog.CountAsync(shop, At(figure) + "&source=feed&reserved=excluded", new StockLine("A", null, 0)));
        (await Catalog.StockAsync(offer)).ShouldBe((0, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Counted_after_a_count_of_all_sells_no_piece_that_was_not_found_before_both(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 6, quantity: 3);
        var looked = DateTimeOffset.UtcNow; // two of the three are found: with them four stand there
        await Catalog.CountAsync(shop, At(looked.AddMicroseconds(1)), new StockLine("A", null, 4));
        var collected = new StockCommand.Issue(order, shop.Id, [new(offer, 2)], looked.AddMicroseconds(3), [new(offer, 1)]);
        await HearAsync(heardLate, collected, () => Catalog.CountAsync(shop, At(looked.AddMicroseconds(2)) + "&source=feed&reserved=excluded", new StockLine("A", null, 2)));
        (await Catalog.StockAsync(offer)).ShouldBe((2, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Knows_nothing_of_what_was_not_found_before_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 3, quantity: 3);
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 1));
        await Catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new(offer, 2)], DateTimeOffset.UtcNow, [new(offer, 1)]));
        (await Catalog.StockAsync(offer)).ShouldBe((1, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Does_not_bring_back_the_one_that_was_not_found_after_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var counted = DateTimeOffset.UtcNow;
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow, [new(offer, 1)]));
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine("A", null, 1));
        (await Catalog.StockAsync(offer)).ShouldBe((1, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Does_not_know_that_one_of_them_was_found_missing()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        (await Catalog.CountAsync(shop, "", new StockLine("A", null, 0))).Rejected.Single().Reason.ShouldBe("below-reserved");
        for (var i = 0; i < 2; i++)
        {
            await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 0));
            (await Catalog.StockAsync(offer)).ShouldBe((1, 1));
        }

        var last = DateTimeOffset.UtcNow;
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await Catalog.StockAsync(offer)).ShouldBe((0, 0), "what a count found missing stays missing");
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(last.ToString("O")), new StockLine("A", null, 0));
        (await Catalog.StockAsync(offer)).ShouldBe((0, 0), "nor does a figure of before that bring it back");
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Never_brings_back_the_missing_one_however_often_it_is_sent(bool delivered)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 0));
        if (delivered)
        {
            await AdjustAsync(shop, new StockAdjustment(2, "delivery"));
            (await Catalog.StockAsync(offer)).ShouldBe((2, 1));
        }

        for (var i = 0; i < 3; i++)
        {
            await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 2));
            (await Catalog.StockAsync(offer)).ShouldBe((2, 1), "two stand there, and one of them is owed");
        }

        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 2));
        await Catalog.HoldAsync((shop, offer, 1));
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 1));
        (await Catalog.StockAsync(offer)).ShouldBe((2, 1), "its order has ended, and of the next nothing lacks");
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Alone_found_pieces_lacking_which_no_older_hand_over_makes_good()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 6);
        var left = DateTimeOffset.UtcNow; // told late
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 5));
        var soldOut = DateTimeOffset.UtcNow; // the five went over the counter; heard of after the next order
        await Catalog.HoldAsync((shop, offer, 3));
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(soldOut.ToString("O")), new StockLine("A", null, 0));
        await IssueAsync(order, shop, offer, left);
        await AdjustAsync(shop, new StockAdjustment(3, "delivery"));
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 3));
        var (onHand, reserved) = await Catalog.StockAsync(offer);
        onHand.ShouldBeLessThanOrEqualTo(reserved, "three stand there, and three are owed");
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Gives_what_is_free_to_the_order_whose_piece_is_missing()
    {
        var (shop, offer, _) = await HeldAsync(onHand: 1);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 0));
        for (var i = 0; i < 2; i++)
        {
            await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 1));
            (await Catalog.StockAsync(offer)).ShouldBe((1, 1));
        }

        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Has_found_the_one_that_was_given_back_before_it(bool declined)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var back = DateTimeOffset.UtcNow;
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 5));
        (await Catalog.StockAsync(offer)).ShouldBe((6, 1), "ours is thought to be set aside still");
        await GiveBackAsync(order, shop, offer, back, declined);
        (await Catalog.StockAsync(offer)).ShouldBe((5, 0));
        (await MovementsAsync(shop))[0].Note.ShouldBe("compté en rayon");
        await Catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Heard_after_what_was_given_back_before_it_is_not_raised_by_that(bool declined)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var back = DateTimeOffset.UtcNow;
        var counted = DateTimeOffset.UtcNow;
        await GiveBackAsync(order, shop, offer, back, declined); // worked off only now
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine("A", null, 5));
        (await Catalog.StockAsync(offer)).ShouldBe((5, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Is_raised_by_the_one_that_is_given_back_after_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 4));
        await GiveBackAsync(order, shop, offer, DateTimeOffset.UtcNow, declined: true);
        (await Catalog.StockAsync(offer)).ShouldBe((5, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Is_reduced_by_the_one_that_was_left_out()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await Catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 4));
        (await Catalog.StockAsync(offer)).ShouldBe((5, 1), "ours is thought to be there still");
        await IssueAsync(order, shop, offer, left);
        (await Catalog.StockAsync(offer)).ShouldBe((4, 0));
        await Catalog.LedgerHoldsAsync();
    }
}
