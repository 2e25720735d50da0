using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Load;

namespace Marketplace.Chaos;

/// <summary>Every order that a resident was given must be there, once, and have come to rest; every order handed over must say so.</summary>
internal static class Audit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    internal static async Task<IReadOnlyList<string>> RunAsync(Platform platform, Trade trade)
    {
        var faults = new List<string>();
        faults.AddRange(trade.Orders.GroupBy(o => o.Value.OrderId).Where(g => g.Count() > 1).Select(g => $"{g.Key} answers for {g.Count()} keys"));
        var watch = Stopwatch.StartNew();
        foreach (var (_, placed) in trade.Orders)
        {
            var now = await ReadAsync(platform, placed);
            while (now is { Status: "pending" } && watch.Elapsed < Patience)
            {
                await Task.Delay(200);
                now = await ReadAsync(platform, placed);
            }

            if (now is null)
            {
                faults.Add($"{placed.OrderId} is lost");
            }
            else if (now.Status == "pending")
            {
                faults.Add($"{placed.OrderId} never came to rest");
            }
            else if (placed.Status == "confirmed" && now.Status is not ("confirmed" or "completed"))
            {
                faults.Add($"{placed.OrderId} was confirmed and is now {now.Status}");
            }
            else if (trade.HandedOver.ContainsKey(placed.OrderId) && now.ShopOrders.Any(s => s.Status != "collected"))
            {
                faults.Add($"{placed.OrderId} was handed over and does not say so");
            }
        }

        return [.. faults.Take(20)];
    }

    private static async Task<OrderView?> ReadAsync(Platform platform, OrderView placed)
    {
        using var request = platform.Ask(HttpMethod.Get, $"{platform.At.Ordering}/api/v1/orders/{placed.OrderId}?token={placed.AccessToken}");
        using var answer = await platform.Http.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<OrderView>(JsonSerializerOptions.Web) : null;
    }
}
