using System.Collections.Concurrent;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Load;

/// <summary>Tills that push all they have: batches of a thousand lines, every figure another one than before.</summary>
internal static class StockBatches
{
    private const int Lines = 1000;

    /// <summary>Wants <c>--offers 20000</c>: a thousand lines of each shop, whose till sends one batch after the other.</summary>
    internal static async Task<Result> RunAsync(Platform platform, LoadTown town, Options options)
    {
        if (options.Offers < Lines * LoadTown.ShopCount || options.Concurrency > LoadTown.ShopCount)
        {
            throw new ArgumentException($"stock-batches needs shops of {Lines} offers and at most one sender for each: --offers {Lines * LoadTown.ShopCount} --concurrency 16.");
        }

        var idle = new ConcurrentQueue<int>(Enumerable.Range(0, town.Shops.Count));
        var turn = 0;
        var result = await Measure.LoopAsync("stock-batches", options, async _ =>
        {
            idle.TryDequeue(out var shop);
            var onHand = LoadTown.OnHand - (Interlocked.Increment(ref turn) % 1000);
            var answer = await platform.AsOperatorAsync<BatchAnswer>(HttpMethod.Put, $"{platform.At.Catalog}/api/v1/shops/{town.Shops[shop].Slug}/stock",
                Enumerable.Range(0, Lines).Select(i => new StockLine(LoadTown.SkuOf(shop, i), null, onHand)).ToArray());
            idle.Enqueue(shop);
            return answer.Rejected.Count == 0;
        });
        return result with { More = new Dictionary<string, object> { ["linesPerSecond"] = Math.Round(result.PerSecond * Lines) } };
    }
}
