using System.Collections.Concurrent;
using Marketplace.Contracts;

namespace Marketplace.Catalog.Search.Tests;

public sealed class Changing_while_searching
{
    private const int Offers = 3_000;

    /// <summary>An offer that is changed, restocked and merged over and over is in every answer exactly once.</summary>
    [Fact]
    public async Task Loses_and_doubles_nothing()
    {
        using var index = new OfferIndex(TimeProvider.System, Synonyms.None);
        var shop = Guid.NewGuid();
        index.SetShop(new IndexedShop(shop, "shop", "Boutique", ["vienne"], 45, 4, true));
        var ids = Enumerable.Range(0, Offers).Select(_ => Guid.NewGuid()).ToArray();
        index.Upsert(ids.Select((id, i) => Offer(id, shop, i)));
        index.Refresh();
        var failures = new ConcurrentQueue<string>();
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var searches = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Interlocked.Increment(ref searches);
                var found = index.Search(new OfferQuery(Market.Now, "vienne", "article", Sort: OfferSort.Newest, PageSize: 100));
                if (found.Total != Offers || found.Ids.Distinct().Count() != 100)
                {
                    failures.Enqueue($"found {found.Total}, {found.Ids.Distinct().Count()} different");
                }

                var listed = index.Search(new OfferQuery(Market.Now, "vienne", Sort: OfferSort.Price, PageSize: 100));
                if (listed.Total != Offers || listed.Ids.Distinct().Count() != 100)
                {
                    failures.Enqueue($"listed {listed.Total}, {listed.Ids.Distinct().Count()} different");
                }
            }
        }, TestContext.Current.CancellationToken)).ToArray();
        var random = new Random(3);
        for (var change = 0; !end.IsCancellationRequested; change++)
        {
            var i = random.Next(Offers);
            switch (change % 500)
            {
                case 0: index.Refresh(); break;
                case 250 when change % 5_000 == 250: index.Compact(); break;
                case < 100: index.Upsert(Offer(ids[i], shop, i)); break;
                default: index.SetStock(ids[i], random.Next(3), StockState.InStock); break;
            }
        }

        await Task.WhenAll(readers);
        failures.ShouldBeEmpty();
        searches.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Keeps_the_stock_through_every_merge()
    {
        using var market = new Market();
        var ids = Enumerable.Range(0, 400).Select(i => market.Offer($"Article {i}")).ToArray();
        market.Index.Refresh();
        foreach (var id in ids.Take(100))
        {
            market.Index.SetStock(id, 0, StockState.OutOfStock);
        }

        market.Offer("Article 399", price: 999);
        market.Index.SetStock(ids[399], 0, StockState.OutOfStock);
        market.Index.Compact();
        market.Index.SetPickups(market.IdOf("le-fournil"), [new(Market.Now.AddHours(1), Market.Now.AddHours(1))]);
        market.Search(null).Facets.AvailableToday.ShouldBe(299);
        market.Search("article", q => q with { AvailableToday = true }).Total.ShouldBe(299);
        market.Index.Count.ShouldBe(400);
    }

    private static IndexedOffer Offer(Guid id, Guid shop, int i) =>
        new(id, shop, $"Article {i}", null, null, "c", null, null, SaleUnit.Piece, 100 + i, 5, StockState.InStock, Market.Now.AddMinutes(-i), 0);
}
