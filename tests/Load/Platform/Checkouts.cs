using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Load;

/// <summary>Baskets of two lines from two shops, with slots, until confirmed and durable; and everyone wanting the same thing at once.</summary>
internal static class Checkouts
{
    private const int Buyers = 200;
    private const int Units = 50;

    internal static async Task<Result> SteadyAsync(Platform platform, LoadTown town, Options options)
    {
        await using var lag = RelayLag.Watch(platform);
        var result = await Measure.LoopAsync("checkout", options, async random =>
        {
            var first = town.Shops[random.Next(town.Shops.Count)];
            var second = town.Shops[(town.Shops.ToList().IndexOf(first) + 1 + random.Next(town.Shops.Count - 1)) % town.Shops.Count];
            return await PlaceAsync(platform, new PlaceOrder(town.Slug, new Contact("Ana Mesure", "ana@example.org", "06 39 98 00 01"),
                [Part(first, random), Part(second, random)], "in-shop")) == HttpStatusCode.Created;
        });
        return result with { More = new Dictionary<string, object> { ["relayLagMaxMs"] = lag.MaxMs, ["relayLagWarmUpMs"] = lag.WarmUpMs } };
    }

    /// <summary>200 buyers, 50 units, one instant: exactly 50 may be sold.</summary>
    internal static async Task<Result> HotStockAsync(Platform platform, LoadTown town)
    {
        var shop = town.Shops[0];
        var item = shop.Items[^1];
        var catalog = $"{platform.At.Catalog}/api/v1";
        var offer = await platform.AsOperatorAsync<Offer>(HttpMethod.Get, $"{catalog}/offers/{item.Offer}", null);
        var mine = await platform.AsOperatorAsync<MerchantOfferPage>(HttpMethod.Get, $"{catalog}/shops/{shop.Slug}/offers?q={Uri.EscapeDataString(offer.Sku)}&page=1&pageSize=10", null);
        var reserved = mine.Items.Single(i => i.Sku == offer.Sku).Reserved;
        await platform.AsOperatorAsync<BatchAnswer>(HttpMethod.Put, $"{catalog}/shops/{shop.Slug}/stock", new[] { new StockLine(offer.Sku, null, reserved + Units) });
        return await EveryoneAsync(platform, "hot-stock", new PlaceOrder(town.Slug, new Contact("Tous Ensemble", "tous@example.org", null),
            [new PlaceOrder.ShopOrder(shop.Slug, shop.Slots[^1], [new PlaceOrder.Line(item.Offer, 1, null)])], "in-shop"));
    }

    /// <summary>200 residents, one slot of 50 places.</summary>
    internal static async Task<Result> HotSlotAsync(Platform platform, LoadTown town)
    {
        var shop = town.Shops[1];
        var merchants = $"{platform.At.Merchants}/api/v1/shops/{shop.Slug}";
        var slots = await platform.AsOperatorAsync<IReadOnlyList<PickupSlot>>(HttpMethod.Get, merchants + "/pickup-slots?days=6", null);
        var slot = slots[^Random.Shared.Next(2, 40)];
        await platform.AsOperatorAsync<object>(HttpMethod.Put, merchants + "/slot-rules", new SlotRules(30, Units, 0));
        var result = await EveryoneAsync(platform, "hot-slot", new PlaceOrder(town.Slug, new Contact("Tous Ensemble", "tous@example.org", null),
            [new PlaceOrder.ShopOrder(shop.Slug, slot.SlotId, [new PlaceOrder.Line(shop.Items[0].Offer, 1, null)])], "in-shop"));
        await platform.AsOperatorAsync<object>(HttpMethod.Put, merchants + "/slot-rules", new SlotRules(30, LoadTown.Plenty, 0));
        return result;
    }

    private static async Task<Result> EveryoneAsync(Platform platform, string job, PlaceOrder order)
    {
        var latencies = new double[Buyers];
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, Buyers).Select(async buyer =>
        {
            var answer = await PlaceAsync(platform, order);
            latencies[buyer] = watch.Elapsed.TotalMilliseconds;
            return answer;
        }));
        var sold = answers.Count(a => a == HttpStatusCode.Created);
        var refused = answers.Count(a => a == HttpStatusCode.Conflict);
        var result = Measure.Summarise(job, Buyers, watch.Elapsed, [.. latencies], Buyers - sold - refused);
        return result with { Sound = sold == Units && sold + refused == Buyers, More = new Dictionary<string, object> { ["sold"] = sold, ["refused"] = refused } };
    }

    private static PlaceOrder.ShopOrder Part(LoadTown.LoadShop shop, Random random)
    {
        // Neither the last item, which the hot-stock job empties.
        var item = shop.Items[random.Next(shop.Items.Count - 1)];
        return new PlaceOrder.ShopOrder(shop.Slug, shop.AnySlot(random), [new PlaceOrder.Line(item.Offer, 1, item.PriceCents)]);
    }

    private static async Task<HttpStatusCode> PlaceAsync(Platform platform, PlaceOrder order)
    {
        using var request = platform.Ask(HttpMethod.Post, platform.At.Ordering + "/api/v1/orders", order);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await platform.Http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode;
    }
}

/// <summary>The worst relay lag of the three services while something else is measured, and during its warm-up, from their <c>/ready</c>.</summary>
internal sealed class RelayLag : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    internal double MaxMs { get; private set; }
    internal double WarmUpMs { get; private set; }

    internal static RelayLag Watch(Platform platform)
    {
        var lag = new RelayLag();
        lag._watching = Task.Run(async () =>
        {
            var watch = Stopwatch.StartNew();
            while (!lag._stop.IsCancellationRequested)
            {
                foreach (var service in new[] { platform.At.Catalog, platform.At.Ordering, platform.At.Merchants })
                {
                    using var answer = await platform.Http.GetAsync(service + "/ready");
                    using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                    if (body.RootElement.GetProperty("checks").TryGetProperty("relay", out var relay) && relay.GetProperty("data").TryGetProperty("lagSeconds", out var seconds))
                    {
                        var ms = Math.Round(seconds.GetDouble() * 1000);
                        (lag.MaxMs, lag.WarmUpMs) = watch.Elapsed < Measure.WarmUp ? (lag.MaxMs, Math.Max(lag.WarmUpMs, ms)) : (Math.Max(lag.MaxMs, ms), lag.WarmUpMs);
                    }
                }

                await Task.Delay(500);
            }
        });
        return lag;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }
}
