using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>What a shop finds spoiled is for nobody, and is no piece that a count missed.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Declining_for_quality(CatalogHost catalog) : SetAside(catalog)
{
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
            await Catalog.CountAsync(shop, "?asOf=" + Uri.EscapeDataString(before.ToString("O")), new StockLine("A", null, 2)); // the spoiled one with the others
        }

        await Catalog.SayAsync(word);
        await CatalogHost.EventuallyAsync(async () => await Catalog.StockAsync(offer) == (1, 0), "the spoiled piece is in no figure");
        (await MovementsAsync(shop))[0].ShouldSatisfyAllConditions(
            m => m.Kind.ShouldBe("adjustment"), m => m.OnHandDelta.ShouldBe(-1), m => m.OrderId.ShouldBe(order), m => m.Note.ShouldBe("écarté : qualité"));
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 2));
        (await Catalog.StockAsync(offer)).ShouldBe((2, 0), "the shop has looked at it once more");
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_spoiled_is_not_the_piece_that_a_count_found_missing()
    {
        var (shop, offer, order) = await HeldAsync(onHand: 2);
        var other = await Catalog.HoldAsync((shop, offer, 1));
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 1));
        await Catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow, [new(offer, 1, Reason: MissingGoods.Quality)]));
        await Catalog.DoAsync(new StockCommand.Release(other, shop.Id, null, DateTimeOffset.UtcNow));
        (await Catalog.StockAsync(offer)).ShouldBe((0, 0), "one is lost, and the one that was there is spoiled");
        await Catalog.LedgerHoldsAsync();
    }
}
