using System.Diagnostics;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Load;

/// <summary>Prices and levels that change, and how soon everyone sees it.</summary>
internal static class Changes
{
    private const int Seen = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A merchant changes a price, then a level: the time from the answer to the first search that shows it.</summary>
    internal static async Task<Result> SeenAsync(Platform platform, LoadTown town)
    {
        var prices = new List<double>();
        var levels = new List<double>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Seen; i++)
        {
            var shop = town.Shops[i % town.Shops.Count];
            var item = shop.Items[i / town.Shops.Count];
            var definition = LoadTown.Define(item.Sku);
            var price = definition.PriceCents + 1 + (i % 7);
            await platform.AsOperatorAsync<Offer>(HttpMethod.Put, $"{platform.At.Catalog}/api/v1/shops/{shop.Slug}/offers/{item.Sku}", definition with { PriceCents = price });
            prices.Add(await UntilAsync(platform, town, shop, item, $"&minPrice={price}&maxPrice={price}", offer => offer.PriceCents == price));
            var available = (await FindAsync(platform, town, shop, item, ""))!.Available;
            await platform.AsOperatorAsync<BatchAnswer>(HttpMethod.Put, $"{platform.At.Catalog}/api/v1/shops/{shop.Slug}/stock", new[] { new StockLine(item.Sku, null, LoadTown.OnHand - 1 - i) });
            levels.Add(await UntilAsync(platform, town, shop, item, "", offer => offer.Available != available));
            await platform.AsOperatorAsync<Offer>(HttpMethod.Put, $"{platform.At.Catalog}/api/v1/shops/{shop.Slug}/offers/{item.Sku}", definition);
        }

        return Measure.Summarise("changes-seen", 1, watch.Elapsed, [.. prices], 0) with
        {
            More = new Dictionary<string, object> { ["levelP50Ms"] = Math.Round(levels.Order().ElementAt(Seen / 2), 2), ["levelMaxMs"] = Math.Round(levels.Max(), 2) },
        };
    }

    /// <summary>Shops go on telling what they have: 20 lines ten times a second.</summary>
    internal static Selling Sell(Platform platform, LoadTown town) => new(platform, town);

    private static async Task<double> UntilAsync(Platform platform, LoadTown town, LoadTown.LoadShop shop, LoadTown.Item item, string filter, Func<OfferSummary, bool> isSeen)
    {
        var watch = Stopwatch.StartNew();
        while (await FindAsync(platform, town, shop, item, filter) is not { } offer || !isSeen(offer))
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"A change of {item.Sku} was not seen in {Patience.TotalSeconds} s.");
            }
        }

        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<OfferSummary?> FindAsync(Platform platform, LoadTown town, LoadTown.LoadShop shop, LoadTown.Item item, string filter) =>
        (await platform.AsOperatorAsync<OfferPage>(HttpMethod.Get,
            $"{platform.At.Catalog}/api/v1/towns/{town.Slug}/offers?q={Uri.EscapeDataString(item.Title)}&shop={shop.Slug}&pageSize=24{filter}", null))
            .Items.FirstOrDefault(offer => offer.OfferId == item.Offer);

    internal sealed class Selling : IAsyncDisposable
    {
        private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
        private const int Lines = 20;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _selling;

        internal Selling(Platform platform, LoadTown town) => _selling = SellAsync(platform, town);

        internal int Changed { get; private set; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _selling;
            _stop.Dispose();
        }

        private async Task SellAsync(Platform platform, LoadTown town)
        {
            var random = new Random(7);
            using var timer = new PeriodicTimer(Pace);
            while (!_stop.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
                var shop = town.Shops[random.Next(town.Shops.Count)];
                var lines = random.GetItems(shop.Items.ToArray(), Lines).Distinct().Select(item => new StockLine(item.Sku, null, LoadTown.OnHand - random.Next(1000))).ToArray();
                await platform.AsOperatorAsync<BatchAnswer>(HttpMethod.Put, $"{platform.At.Catalog}/api/v1/shops/{shop.Slug}/stock", lines);
                Changed += lines.Length;
            }
        }
    }
}
