using Marketplace.Contracts;
using Marketplace.EventStore;

namespace Marketplace.Ordering.Orders;

/// <summary>Reads orders and runs single commands on them: people's clicks and timers. The hot paths (placing, answers) batch.</summary>
internal sealed class OrderLog(IEventStore store, OrderWaits waits, TimeProvider clock)
{
    internal async Task<OrderHistory> ReadAsync(OrderId order, CancellationToken token) =>
        OrderHistory.From(order, await store.ReadAsync(Order.StreamOf(order), token));

    internal async Task<IReadOnlyList<OrderHistory>> ReadAsync(IReadOnlyCollection<OrderId> orders, CancellationToken token)
    {
        if (orders.Count == 0)
        {
            return [];
        }

        var streams = await store.ReadAsync([.. orders.Select(Order.StreamOf)], token);
        return [.. orders.Select(o => OrderHistory.From(o, streams[Order.StreamOf(o)]))];
    }

    /// <summary>Decides on what stands now, and again when someone else came first; with <paramref name="expectedVersion"/>, only on what the caller saw.</summary>
    internal Task<OrderHistory> HandleAsync(OrderId order, OrderCommand command, string actor, long? expectedVersion, CancellationToken token) =>
        HandleAsync(order, (before, _) => OrderDecider.Decide(command, before.State), actor, expectedVersion, token);

    /// <summary>The same for what the history decides, and the moment.</summary>
    internal async Task<OrderHistory> HandleAsync(
        OrderId order, Func<OrderHistory, DateTimeOffset, IReadOnlyList<OrderEvent>> decide, string actor, long? expectedVersion, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await ReadAsync(order, token);
            if (expectedVersion is { } expected && expected != before.Version)
            {
                throw new ConcurrencyException(Order.StreamOf(order));
            }

            var now = clock.GetUtcNow();
            var after = before.With(decide(before, now), now);
            if (after.Version == before.Version)
            {
                return after;
            }

            try
            {
                await store.AppendAsync([AppendOf(before, after, new EventMeta(now, actor))], batch => OrderTimers.Write(batch, [new OrderMove(before, after, TraceParent.Current)]), token);
                waits.Moved(after);
                return after;
            }
            catch (ConcurrencyException) when (expectedVersion is null && attempt < 8)
            {
                // Decided again on what stands now.
            }
        }
    }

    internal static StreamAppend AppendOf(OrderHistory before, OrderHistory after, EventMeta meta) =>
        new(Order.StreamOf(before.Id), before.Version, [.. after.Events.Skip(before.Events.Count).Select(e => e.Data)], meta);
}
