using System.Net.Http.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>Goods leave or come back, the shop counts, and the two are heard of in any order: a piece is taken off once, and none that is not there is for sale.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Counting_after_a_hand_over(CatalogHost catalog)
{
    [Fact]
    public async Task Heard_before_it_is_not_taken_off_the_count_again()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await catalog.CountAsync(shop, "", new StockLine("A", null, 4)); // the fifth is gone already
        await IssueAsync(order, shop, offer, left);
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
        await catalog.LedgerHoldsAsync();
        await IssueAsync(order, shop, offer, left);
        (await catalog.StockAsync(offer)).ShouldBe((4, 0), "told twice");
    }

    [Fact]
    public async Task Heard_after_it_is_not_reduced_by_what_was_told_late()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        var counted = DateTimeOffset.UtcNow;
        await IssueAsync(order, shop, offer, left); // worked off only now
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
        await catalog.CountAsync(shop, "?asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine("A", null, 4));
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task That_found_fewer_than_are_set_aside_leaves_none_of_them_for_sale()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        var left = DateTimeOffset.UtcNow;
        (await catalog.CountAsync(shop, "", new StockLine("A", null, 0))).Rejected.Single().Reason.ShouldBe("below-reserved");
        (await catalog.StockAsync(offer)).ShouldBe((1, 1));
        await AdjustAsync(shop, new StockAdjustment(3, "delivery"));
        (await catalog.StockAsync(offer)).ShouldBe((3, 1), "the order's own comes first");
        await IssueAsync(order, shop, offer, left);
        (await catalog.StockAsync(offer)).ShouldBe((3, 0), "those that were delivered");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task That_found_fewer_than_are_set_aside_is_read_back_as_it_was_made()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        await catalog.CountAsync(shop, "", new StockLine("A", null, 0));
        var read = (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", TestContext.Current.CancellationToken))!.Items.Single();
        (read.OnHand, read.Missing).ShouldBe((1, 1));
        await catalog.CountAsync(shop, "", new StockLine("A", null, read.OnHand - read.Missing));
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await catalog.StockAsync(offer)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task That_found_fewer_than_are_set_aside_leaves_none_for_sale_when_their_order_is_declined()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var other = await catalog.HoldAsync((shop, offer, 1));
        (await catalog.CountAsync(shop, "", new StockLine("A", null, 1))).Rejected.Single().Reason.ShouldBe("below-reserved");
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await catalog.StockAsync(offer)).ShouldBe((1, 1), "the one that is there is the other's");
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe("out-of-stock");
        (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(m => m.OnHandDelta.ShouldBe(-1), m => m.Note.ShouldBe("manquait au comptage"));
        await catalog.DoAsync(new StockCommand.Release(other, shop.Id, null, DateTimeOffset.UtcNow));
        (await catalog.StockAsync(offer)).ShouldBe((1, 0), "nothing of it is missing");
        await catalog.LedgerHoldsAsync();
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
        await catalog.SayAsync(word);
        await CatalogHost.EventuallyAsync(async () => await catalog.StockAsync(offer) == (1, 0), "the piece is in no figure");
        (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(
            m => m.Kind.ShouldBe("adjustment"), m => m.OnHandDelta.ShouldBe(-1), m => m.OrderId.ShouldBe(order), m => m.Note.ShouldBe("manquait à la préparation"));
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow, missing));
        (await catalog.StockAsync(offer)).ShouldBe((1, 0), "told twice");
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_declined_for_its_quality_is_for_nobody_until_the_shop_counts_again(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var before = DateTimeOffset.UtcNow;
        var declined = before.AddMicroseconds(1);
        var word = new ReleaseStock(order, shop.Id, null, declined, [new(offer, 1, Reason: MissingGoods.Quality)]);
        if (heardLate)
        {
            await catalog.CountAsync(shop, "?asOf=" + Uri.EscapeDataString(before.ToString("O")), new StockLine("A", null, 2)); // the spoiled one with the others
        }

        await catalog.SayAsync(word);
        await CatalogHost.EventuallyAsync(async () => await catalog.StockAsync(offer) == (1, 0), "the spoiled piece is in no figure");
        (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(
            m => m.Kind.ShouldBe("adjustment"), m => m.OnHandDelta.ShouldBe(-1), m => m.OrderId.ShouldBe(order), m => m.Note.ShouldBe("écarté : qualité"));
        await catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        (await catalog.StockAsync(offer)).ShouldBe((2, 0), "the shop has looked at it once more");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_spoiled_is_not_the_piece_that_a_count_found_missing()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var other = await catalog.HoldAsync((shop, offer, 1));
        await catalog.CountAsync(shop, "", new StockLine("A", null, 1));
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow, [new(offer, 1, Reason: MissingGoods.Quality)]));
        await catalog.DoAsync(new StockCommand.Release(other, shop.Id, null, DateTimeOffset.UtcNow));
        (await catalog.StockAsync(offer)).ShouldBe((0, 0), "one is lost, and the one that was there is spoiled");
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_all_that_stands_there_made_after_the_shop_had_looked_for_an_order_never_says_more_than_stands_there(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 6, quantity: 3);
        var looked = DateTimeOffset.UtcNow; // two of the three are found
        var counted = looked.AddMicroseconds(1);
        var collected = new StockCommand.Issue(order, shop.Id, [new(offer, 2)], counted.AddMicroseconds(1), [new(offer, 1)]);
        await HearAsync(heardLate, collected, () => catalog.CountAsync(shop, At(counted), new StockLine("A", null, 4)));
        (await catalog.StockAsync(offer)).ShouldBe((1, 0), "the one that was not found is taken off once more: one too few rather than one too many");
        await catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        (await catalog.StockAsync(offer)).ShouldBe((2, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_till_between_the_look_and_the_hand_over_sells_no_piece_that_was_not_found(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 3, quantity: 3);
        var looked = DateTimeOffset.UtcNow; // two of the three are found
        var figure = looked.AddMicroseconds(1);
        var collected = new StockCommand.Issue(order, shop.Id, [new(offer, 2)], figure.AddMicroseconds(1), [new(offer, 1)]);
        await HearAsync(heardLate, collected, () => catalog.CountAsync(shop, At(figure) + "&source=feed&reserved=excluded", new StockLine("A", null, 0)));
        (await catalog.StockAsync(offer)).ShouldBe((0, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_till_after_a_count_of_all_sells_no_piece_that_was_not_found_before_both(bool heardLate)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 6, quantity: 3);
        var looked = DateTimeOffset.UtcNow; // two of the three are found: with them four stand there
        await catalog.CountAsync(shop, At(looked.AddMicroseconds(1)), new StockLine("A", null, 4));
        var collected = new StockCommand.Issue(order, shop.Id, [new(offer, 2)], looked.AddMicroseconds(3), [new(offer, 1)]);
        await HearAsync(heardLate, collected, () => catalog.CountAsync(shop, At(looked.AddMicroseconds(2)) + "&source=feed&reserved=excluded", new StockLine("A", null, 2)));
        (await catalog.StockAsync(offer)).ShouldBe((2, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_knows_nothing_of_what_was_not_found_before_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 3, quantity: 3);
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 1));
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new(offer, 2)], DateTimeOffset.UtcNow, [new(offer, 1)]));
        (await catalog.StockAsync(offer)).ShouldBe((1, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_does_not_bring_back_the_one_that_was_not_found_after_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var counted = DateTimeOffset.UtcNow;
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow, [new(offer, 1)]));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine("A", null, 1));
        (await catalog.StockAsync(offer)).ShouldBe((1, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task That_was_made_after_the_shop_looked_has_looked_by_itself()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var looked = DateTimeOffset.UtcNow;
        await catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, looked, [new(offer, 1)]));
        (await catalog.StockAsync(offer)).ShouldBe((2, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_does_not_know_that_one_of_them_was_found_missing()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        (await catalog.CountAsync(shop, "", new StockLine("A", null, 0))).Rejected.Single().Reason.ShouldBe("below-reserved");
        for (var i = 0; i < 2; i++)
        {
            await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 0));
            (await catalog.StockAsync(offer)).ShouldBe((1, 1));
        }

        var last = DateTimeOffset.UtcNow;
        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        (await catalog.StockAsync(offer)).ShouldBe((0, 0), "what a count found missing stays missing");
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(last.ToString("O")), new StockLine("A", null, 0));
        (await catalog.StockAsync(offer)).ShouldBe((0, 0), "nor does a figure of before that bring it back");
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_never_brings_back_the_missing_one_however_often_it_is_sent(bool delivered)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 1);
        await catalog.CountAsync(shop, "", new StockLine("A", null, 0));
        if (delivered)
        {
            await AdjustAsync(shop, new StockAdjustment(2, "delivery"));
            (await catalog.StockAsync(offer)).ShouldBe((2, 1));
        }

        for (var i = 0; i < 3; i++)
        {
            await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 2));
            (await catalog.StockAsync(offer)).ShouldBe((2, 1), "two stand there, and one of them is owed");
        }

        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 2));
        await catalog.HoldAsync((shop, offer, 1));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 1));
        (await catalog.StockAsync(offer)).ShouldBe((2, 1), "its order has ended, and of the next nothing lacks");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_only_a_figure_found_lacking_is_not_made_good_by_an_older_hand_over()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 6);
        var left = DateTimeOffset.UtcNow; // told late
        await catalog.CountAsync(shop, "", new StockLine("A", null, 5));
        var soldOut = DateTimeOffset.UtcNow; // the five went over the counter; heard of after the next order
        await catalog.HoldAsync((shop, offer, 3));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(soldOut.ToString("O")), new StockLine("A", null, 0));
        await IssueAsync(order, shop, offer, left);
        await AdjustAsync(shop, new StockAdjustment(3, "delivery"));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 3));
        var (onHand, reserved) = await catalog.StockAsync(offer);
        onHand.ShouldBeLessThanOrEqualTo(reserved, "three stand there, and three are owed");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_gives_what_is_free_to_the_order_whose_piece_is_missing()
    {
        var (shop, offer, _) = await HeldAsync(onHand: 1);
        await catalog.CountAsync(shop, "", new StockLine("A", null, 0));
        for (var i = 0; i < 2; i++)
        {
            await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 1));
            (await catalog.StockAsync(offer)).ShouldBe((1, 1));
        }

        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_has_found_the_one_that_was_given_back_before_it(bool declined)
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var back = DateTimeOffset.UtcNow;
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 5));
        (await catalog.StockAsync(offer)).ShouldBe((6, 1), "ours is thought to be set aside still");
        await GiveBackAsync(order, shop, offer, back, declined);
        (await catalog.StockAsync(offer)).ShouldBe((5, 0));
        (await MovementsAsync(shop))[0].Note.ShouldBe("compté en rayon");
        await catalog.LedgerHoldsAsync();
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
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded&asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine("A", null, 5));
        (await catalog.StockAsync(offer)).ShouldBe((5, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_is_raised_by_the_one_that_is_given_back_after_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 4));
        await GiveBackAsync(order, shop, offer, DateTimeOffset.UtcNow, declined: true);
        (await catalog.StockAsync(offer)).ShouldBe((5, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task The_shop_reads_how_its_figure_moved_one_from_the_other()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await catalog.CountAsync(shop, "", new StockLine("A", null, 4));
        await IssueAsync(order, shop, offer, left);
        var history = await MovementsAsync(shop);
        history.Select(m => m.Kind).ShouldBe(["adjustment", "sale", "feed", "reservation", "feed"]);
        foreach (var (after, before) in history.Zip(history.Skip(1)))
        {
            (after.OnHandAfter - after.OnHandDelta, after.ReservedAfter - after.ReservedDelta).ShouldBe((before.OnHandAfter, before.ReservedAfter));
        }
    }

    [Fact]
    public async Task Of_a_till_that_leaves_out_reserved_pieces_is_reduced_by_the_one_that_was_left_out()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 4));
        (await catalog.StockAsync(offer)).ShouldBe((5, 1), "ours is thought to be there still");
        await IssueAsync(order, shop, offer, left);
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task That_was_made_before_it_is_reduced_by_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        await catalog.CountAsync(shop, "", new StockLine("A", null, 5));
        await IssueAsync(order, shop, offer, DateTimeOffset.UtcNow);
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
    }

    [Fact]
    public async Task A_difference_is_no_count()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await AdjustAsync(shop, new StockAdjustment(-2, "bocaux cassés"));
        await IssueAsync(order, shop, offer, left);
        (await catalog.StockAsync(offer)).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_message_that_does_not_say_when_is_as_late_as_it_is_heard()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        await catalog.CountAsync(shop, "", new StockLine("A", null, 4));
        await IssueAsync(order, shop, offer, null);
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
        await catalog.LedgerHoldsAsync();
    }

    private async Task<(ShopEntry Shop, OfferId Offer, OrderId Order)> HeldAsync(long onHand, long quantity = 1)
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", onHand));
        return (shop, offer, await catalog.HoldAsync((shop, offer, quantity)));
    }

    private static string At(DateTimeOffset moment) => "?asOf=" + Uri.EscapeDataString(moment.ToString("O"));

    private async Task HearAsync(bool heardLate, StockCommand.Issue collected, Func<Task> figure)
    {
        if (heardLate)
        {
            await catalog.DoAsync(collected);
        }

        await figure();
        if (!heardLate)
        {
            await catalog.DoAsync(collected);
        }
    }

    private async Task AdjustAsync(ShopEntry shop, StockAdjustment adjustment)
    {
        using var answer = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock/A/adjustments", adjustment, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<IReadOnlyList<StockMovement>> MovementsAsync(ShopEntry shop) =>
        (await catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/A/movements", TestContext.Current.CancellationToken))!.Items;

    /// <summary>Declined, or left over when the rest was handed over.</summary>
    private Task GiveBackAsync(OrderId order, ShopEntry shop, OfferId offer, DateTimeOffset back, bool declined) => catalog.DoAsync(declined
        ? new StockCommand.Release(order, shop.Id, null, back)
        : new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 0)], back));

    private Task IssueAsync(OrderId order, ShopEntry shop, OfferId offer, DateTimeOffset? left) =>
        catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 1)], left));
}
