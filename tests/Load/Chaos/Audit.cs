using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Load;
using Npgsql;

namespace Marketplace.Chaos;

/// <summary>
/// Every order that a resident was given must be there, once, and have come to rest; every order handed over must say so; and the orders in the database are
/// those that somebody tried to place, each once (<see cref="Ledger"/>).
/// </summary>
internal static class Audit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    internal static async Task<IReadOnlyList<string>> RunAsync(string data, Platform platform, Trade trade)
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

        faults.AddRange(trade.Ledger.Compare(await RowsAsync(data, trade)));
        return faults;
    }

    private static async Task<IReadOnlyList<Ledger.Row>> RowsAsync(string data, Trade trade)
    {
        await using var database = NpgsqlDataSource.Create(Broker.Database(data, "ordering"));
        await using var command = database.CreateCommand("select o.order_id, o.status, c.email from orders o left join contacts c using (order_id) where o.town = $1 and o.placed_at >= $2");
        command.Parameters.Add(new() { Value = trade.Town });
        command.Parameters.Add(new() { Value = trade.Since });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Ledger.Row>();
        while (await reader.ReadAsync())
        {
            rows.Add(new Ledger.Row(new OrderId(reader.GetGuid(0)), reader.GetString(1), await reader.IsDBNullAsync(2) ? null : reader.GetString(2)));
        }

        return rows;
    }

    private static async Task<OrderView?> ReadAsync(Platform platform, OrderView placed)
    {
        using var request = platform.Ask(HttpMethod.Get, $"{platform.At.Ordering}/api/v1/orders/{placed.OrderId}?token={placed.AccessToken}");
        using var answer = await platform.Http.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<OrderView>(JsonSerializerOptions.Web) : null;
    }
}
