using System.Diagnostics;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// The order's timer has rung. A pending order asks again for what it lacks (this is what sweeps up after a crash between commit and send, and
/// after a broker that lost something); one whose hold has passed lapses; goods are reminded of, or expire.
/// </summary>
internal sealed partial class OrderDeadlines(OrderLog orders, OrderRequests requests, NpgsqlDataSource database, TimeProvider clock, ILogger<OrderDeadlines> log) : IDueWorkHandler
{
    public string Kind => OrderTimers.Kind;

    public async Task HandleAsync(DueWork work, CancellationToken token)
    {
        var order = OrderId.Parse(work.Key, null);
        var now = clock.GetUtcNow();
        var history = await orders.ReadAsync(order, token);
        if (history.State is Order.Pending pending && now < pending.Placed.HoldExpiresAt)
        {
            LogAsked(order);
            await requests.SendSoonAsync([(history, Activity.Current)]);
            await SetAsync(order, OrderTimers.AskAgainAt(history.PlacedAt, pending.Placed.HoldExpiresAt, now), token);
            return;
        }

        if (history.Exists)
        {
            var after = await orders.HandleAsync(order, new OrderCommand.PassTime(now), "timer", null, token);
            if (after.State is not Order.Pending && OrderTimers.Next(after) is { } next)
            {
                await SetAsync(order, next, token);
            }
        }
    }

    // Set anew, the row survives the end of this run.
    private async Task SetAsync(OrderId order, DateTimeOffset at, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        batch.ScheduleWork(OrderTimers.Kind, order.ToString(), at);
        await batch.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} still waits for its answers; asked again")]
    private partial void LogAsked(OrderId orderId);
}
