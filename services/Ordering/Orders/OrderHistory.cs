using Marketplace.Contracts;
using Marketplace.EventStore;

namespace Marketplace.Ordering.Orders;

/// <summary>An order's stream as far as it is known, folded: what pages, timers and mails are made from.</summary>
internal sealed record OrderHistory(OrderId Id, Order State, long Version, IReadOnlyList<OrderHistory.Happened> Events)
{
    internal sealed record Happened(DateTimeOffset At, long Version, OrderEvent Data);

    internal bool Exists => Version > 0;

    internal DateTimeOffset PlacedAt => Events[0].At;

    internal OrderEvent.Placed Placed => (OrderEvent.Placed)Events[0].Data;

    internal static OrderHistory None(OrderId id) => new(id, new Order.None(), 0, []);

    internal static OrderHistory From(OrderId id, EventStream stream) =>
        stream.Events.Aggregate(None(id), (history, stored) => history.With([(OrderEvent)stored.Data], stored.At));

    internal OrderHistory With(IReadOnlyList<OrderEvent> events, DateTimeOffset at) => events.Count == 0 ? this : new(
        Id, events.Aggregate(State, Order.Evolve), Version + events.Count, [.. Events, .. events.Select((e, i) => new Happened(AsKept(at), Version + 1 + i, e))]);

    // To the microsecond, as the log keeps it: what is answered before it was ever read says the same moment as what is read.
    private static DateTimeOffset AsKept(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}
