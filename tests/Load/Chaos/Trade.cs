using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Load;

namespace Marketplace.Chaos;

/// <summary>
/// Residents who order, insist with the same idempotency key until they are answered, and shops that prepare and hand over: what people do while
/// the machines fail.
/// </summary>
internal sealed class Trade : IAsyncDisposable
{
    private const int Buyers = 6;

    // What an order may be refused with; a town with plenty of all meets few of them, and nothing else may be answered.
    private static readonly string[] Refusals =
        ["shop-closed", "not-for-sale", "out-of-stock", "price-changed", "slot-past", "slot-closed", "slot-full", "hold-expired"];

    // "Already so": the answer to the first try was lost with the process.
    private static readonly string[] AlreadySo = ["already-ready", "already-collected"];

    private readonly StorefrontBuyer _visitor;
    private readonly Platform _platform;
    private readonly LoadTown _town;
    private readonly CancellationTokenSource _close = new();
    private readonly ConcurrentQueue<OrderView> _toCollect = new();
    private readonly List<Task> _people = [];
    private int _refused;
    private int _retries;
    private int _collected;

    private Trade(Platform platform, LoadTown town)
    {
        _platform = platform;
        _town = town;
        _visitor = new StorefrontBuyer(platform, town, Ledger, seed: Buyers);
    }

    /// <summary>Since when its orders are counted.</summary>
    internal DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    internal string Town => _town.Slug;

    internal Ledger Ledger { get; } = new();

    /// <summary>Every order that was answered for, by its idempotency key.</summary>
    internal ConcurrentDictionary<string, OrderView> Orders { get; } = new();

    /// <summary>Orders that were handed over entirely.</summary>
    internal ConcurrentDictionary<OrderId, byte> HandedOver { get; } = new();

    internal int Accepted => Orders.Count + _visitor.Placed;
    internal int AtTheStorefront => _visitor.Placed;
    internal int Refused => _refused;
    internal int Retries => _retries;
    internal int Collected => _collected;

    internal static Trade Start(Platform platform, LoadTown town)
    {
        var trade = new Trade(platform, town);
        trade._people.AddRange(Enumerable.Range(0, Buyers).Select(n => Task.Run(() => trade.BuyAsync(new Random(n)))));
        trade._people.AddRange(Enumerable.Range(0, 2).Select(_ => Task.Run(trade.ServeAsync)));
        trade._people.Add(Task.Run(() => trade._visitor.BuyAsync(trade._close.Token)));
        return trade;
    }

    internal Task CalmAsync(TimeSpan time) => Task.WhenAny(Task.Delay(time), Task.WhenAll(_people));

    /// <summary>No new orders; those under way are answered for.</summary>
    internal async Task CloseAsync()
    {
        await _close.CancelAsync();
        await Task.WhenAll(_people);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _visitor.Dispose();
        _close.Dispose();
    }

    private async Task BuyAsync(Random random)
    {
        while (!_close.IsCancellationRequested)
        {
            var shops = Enumerable.Range(0, _town.Shops.Count).OrderBy(_ => random.Next()).Take(2).Select(i => _town.Shops[i]);
            var email = Ledger.Begin();
            var order = new PlaceOrder(_town.Slug, new Contact("Ana Tempête", email, null),
                [.. shops.Select(s => new PlaceOrder.ShopOrder(s.Slug, s.AnySlot(random), [new PlaceOrder.Line(s.Items[random.Next(s.Items.Count - 1)].Offer, 1 + random.Next(2), null)]))], "in-shop");
            var key = Guid.CreateVersion7().ToString();
            await InsistAsync(async () =>
            {
                using var request = _platform.Ask(HttpMethod.Post, _platform.At.Ordering + "/api/v1/orders", order);
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await _platform.Http.SendAsync(request);
                if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)
                {
                    Refuse(email, answer.StatusCode, await CodeOfAsync(answer));
                    return true;
                }

                if (answer.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.Accepted))
                {
                    return false;
                }

                var view = (await answer.Content.ReadFromJsonAsync<OrderView>(JsonSerializerOptions.Web))!;
                Ledger.Answered(email, view.OrderId);
                Orders[key] = view;
                if (view.Status == "confirmed" && random.Next(4) == 0)
                {
                    _toCollect.Enqueue(view);
                }

                return true;
            });
        }
    }

    private void Refuse(string email, HttpStatusCode status, string code)
    {
        Interlocked.Increment(ref _refused);
        Ledger.Refused(email);
        if (status != HttpStatusCode.Conflict || !Refusals.Contains(code))
        {
            Ledger.Fault($"{email} was refused with {(int)status} {code}, which nothing here gives reason for");
        }
    }

    private static async Task<string> CodeOfAsync(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.TryGetProperty("type", out var type) ? type.GetString()!.Split('/')[^1] : "";
    }

    private async Task ServeAsync()
    {
        while (!_close.IsCancellationRequested)
        {
            if (!_toCollect.TryDequeue(out var order))
            {
                await Task.Delay(20);
                continue;
            }

            var done = true;
            foreach (var part in order.ShopOrders)
            {
                done &= await StepAsync(order, part.Shop, "accept", null) && await StepAsync(order, part.Shop, "ready", new MarkReady(null))
                    && await StepAsync(order, part.Shop, "handover", new HandOver(order.PickupCode!));
            }

            if (done)
            {
                HandedOver[order.OrderId] = 0;
                Interlocked.Increment(ref _collected);
            }
        }
    }

    private async Task<bool> StepAsync(OrderView order, string shop, string step, object? body)
    {
        var done = false;
        var answered = await InsistAsync(async () =>
        {
            using var request = _platform.Ask(HttpMethod.Post, $"{_platform.At.Ordering}/api/v1/shops/{shop}/orders/{order.OrderId}/{step}", body);
            using var answer = await _platform.Http.SendAsync(request);
            if (answer.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity))
            {
                return done = answer.IsSuccessStatusCode;
            }

            var code = await CodeOfAsync(answer);
            done = AlreadySo.Contains(code);
            if (!done)
            {
                Ledger.Fault($"{order.OrderId} at {shop}: {step} was refused with {(int)answer.StatusCode} {code}");
            }

            return true;
        });
        if (!answered)
        {
            Ledger.Fault($"{order.OrderId} at {shop}: {step} was never answered");
        }

        return done;
    }

    private async Task<bool> InsistAsync(Func<Task<bool>> attempt)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                if (await attempt())
                {
                    return true;
                }
            }
            catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException or IOException or JsonException)
            {
                // The process went away in the middle: exactly what this is about.
            }

            Interlocked.Increment(ref _retries);
            await Task.Delay(200);
        }

        return false;
    }
}
