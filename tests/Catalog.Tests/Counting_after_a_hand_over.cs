using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>Goods leave, the shop counts, and the two are heard of in any order: a piece is taken off once.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Counting_after_a_hand_over(CatalogHost catalog) : SetAside(catalog)
{
    [Fact]
    public async Task Heard_before_it_is_not_taken_off_the_count_again()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 4)); // the fifth is gone already
        await IssueAsync(order, shop, offer, left);
        (await Catalog.StockAsync(offer)).ShouldBe((4, 0));
        await Catalog.LedgerHoldsAsync();
        await IssueAsync(order, shop, offer, left);
        (await Catalog.StockAsync(offer)).ShouldBe((4, 0), "told twice");
    }

    [Fact]
    public async Task Heard_after_it_is_not_reduced_by_what_was_told_late()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        var counted = DateTimeOffset.UtcNow;
        await IssueAsync(order, shop, offer, left); // worked off only now
        (await Catalog.StockAsync(offer)).ShouldBe((4, 0));
        await Catalog.CountAsync(shop, "?asOf=" + Uri.EscapeDataString(counted.ToString("O")), new StockLine("A", null, 4));
        (await Catalog.StockAsync(offer)).ShouldBe((4, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task That_was_made_before_it_is_reduced_by_it()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 5));
        await IssueAsync(order, shop, offer, DateTimeOffset.UtcNow);
        (await Catalog.StockAsync(offer)).ShouldBe((4, 0));
    }

    [Fact]
    public async Task A_difference_is_no_count()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await AdjustAsync(shop, new StockAdjustment(-2, "bocaux cassés"));
        await IssueAsync(order, shop, offer, left);
        (await Catalog.StockAsync(offer)).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_message_that_does_not_say_when_is_as_late_as_it_is_heard()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 4));
        await IssueAsync(order, shop, offer, null);
        (await Catalog.StockAsync(offer)).ShouldBe((3, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task The_shop_reads_how_its_figure_moved_one_from_the_other()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 5);
        var left = DateTimeOffset.UtcNow;
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 4));
        await IssueAsync(order, shop, offer, left);
        var history = await MovementsAsync(shop);
        history.Select(m => m.Kind).ShouldBe(["adjustment", "sale", "feed", "reservation", "feed"]);
        foreach (var (after, before) in history.Zip(history.Skip(1)))
        {
            (after.OnHandAfter - after.OnHandDelta, after.ReservedAfter - after.ReservedDelta).ShouldBe((before.OnHandAfter, before.ReservedAfter));
        }
    }
}
