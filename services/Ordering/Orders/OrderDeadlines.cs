using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// The order's timer has rung. A pending order asks again for what it lacks (this is what sweeps up after a crash between commit and send, and
/// after a broker that lost something); one whose hold has passed lapses; goods are reminded of, or expire; who withdrew and heard
/// nothing is refunded.
/// </summary>
internal sealed partial class OrderDeadlines(OrderLog orders, OrderRequests requests, Substitutes substitutes, TimeProvider clock, ILogger<OrderDeadlines> log) : IDueWorkHandler
{
    public string Kind => OrderTimers.Kind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var order = OrderId.Parse(work.Key, null);
        var now = clock.GetUtcNow();
        var history = await orders.ReadAsync(order, token);
        if (history.State is Order.Pending pending && now < pending.Placed.HoldExpiresAt)
        {
            LogAsked(order);
            requests.Send(history, TraceParent.Current);
            return OrderTimers.AskAgainAt(history.PlacedAt, pending.Placed.HoldExpiresAt, now);
        }

        if (!history.Exists)
        {
            return null;
        }

        var after = await orders.HandleAsync(order, new OrderCommand.PassTime(now), "timer", null, token);
        if (substitutes.Ask(after, now) is { } again)
        {
            LogAsked(order);
            return after.State is Order.Confirmed { Outcome: null } standing && OrderTimers.DueAt(standing, now) is { } due && due < again ? due : again;
        }

        return after.State is Order.Pending ? null : OrderTimers.Next(after, now);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} still waits for its answers; asked again")]
    private partial void LogAsked(OrderId orderId);
}
