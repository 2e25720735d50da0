using System.Diagnostics;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>Fifty buyers at once, while the till's feed and a program push the shop's figures over and over: the shelf sells what it holds, and not one more.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Buying_while_tills_speak(CatalogHost catalog)
{
    private const int OnShelf = 20;
    private const int Buyers = 50;

    // Both conventions. Nothing leaves the shop meanwhile, so a figure that counts what is set aside stays twenty; one that leaves it out was taken before the first order.
    [Theory]
    [InlineData("included")]
    [InlineData("excluded")]
    public async Task Exactly_what_is_there_is_sold(string reserved)
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 0));
        await catalog.CountAsync(shop, "?source=feed", new StockLine("A", null, OnShelf));
        var before = DateTimeOffset.UtcNow;
        using var sold = new CancellationTokenSource();
        var pushes = 0;
        var tills = ((string[])["feed", "api", "feed"]).Select(source => Task.Run(async () =>
        {
            while (!sold.IsCancellationRequested)
            {
                var asOf = reserved == "excluded" ? before : DateTimeOffset.UtcNow;
                await catalog.CountAsync(shop, $"?source={source}&reserved={reserved}&asOf={Uri.EscapeDataString(asOf.ToString("O"))}", new StockLine("A", null, OnShelf));
                Interlocked.Increment(ref pushes);
            }
        })).ToList();
        await CatalogHost.EventuallyAsync(() => Volatile.Read(ref pushes) >= 3, "the tills speak");

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, Buyers).Select(_ => catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))));
        var heard = Volatile.Read(ref pushes);
        await CatalogHost.EventuallyAsync(() => Volatile.Read(ref pushes) >= heard + 3, "the tills speak after the last order too");
        await sold.CancelAsync();
        await Task.WhenAll(tills);

        answers.OfType<StockReserved>().Count().ShouldBe(OnShelf);
        answers.OfType<StockRefused>().Count().ShouldBe(Buyers - OnShelf);
        (await catalog.StockAsync(offer)).ShouldBe((OnShelf, OnShelf), $"after {pushes} figures in {watch.Elapsed}");
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockRefused>();
        await catalog.LedgerHoldsAsync();
    }
}
