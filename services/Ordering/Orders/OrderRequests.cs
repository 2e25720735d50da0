using System.Diagnostics;
using Marketplace.Contracts.Ordering;
using MassTransit;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// The two questions that open an order. They may be repeated at will, so they go out transient and unawaited right after the commit; what the
/// broker loses, the order's timer asks again.
/// </summary>
internal sealed partial class OrderRequests(IBus bus, ILogger<OrderRequests> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks for what the pending orders still lack, each in the trace of its own request. It ends within <see cref="Patience"/> and throws nothing: a
    /// publish while the broker is away would come back when the broker does.
    /// </summary>
    internal async Task SendSoonAsync(IReadOnlyList<(OrderHistory History, Activity? Request)> pending)
    {
        using var patience = new CancellationTokenSource();
        try
        {
            await Task.WhenAll(pending.Select(p => SendAsync(p.History, p.Request, patience.Token))).WaitAsync(Patience);
        }
        catch (Exception failure)
        {
            await patience.CancelAsync(); // else a publish that nobody waits for any more would hang on
            LogNotSent(pending.Count, failure);
        }
    }

    private async Task SendAsync(OrderHistory history, CancellationToken token)
    {
        if (history.State is not Order.Pending pending)
        {
            return;
        }

        if (pending.Stock is null)
        {
            await PublishAsync(StockOf(pending.Placed), token);
        }

        if (pending.Slots is null)
        {
            await PublishAsync(SlotsOf(pending.Placed), token);
        }
    }

    private async Task SendAsync(OrderHistory history, Activity? request, CancellationToken token)
    {
        Activity.Current = request; // this method's own: the batch was worked off under nobody's request
        await SendAsync(history, token);
    }

    private Task PublishAsync<T>(T message, CancellationToken token) where T : class =>
        bus.Publish(message, publish => publish.Durable = false, token);

    private static ReserveStock StockOf(OrderEvent.Placed placed) => new(placed.Order, placed.HoldExpiresAt,
        [.. placed.Shops.Select(s => new ReserveStock.ShopLines(s.ShopId, [.. s.Lines.Select(l => new ReserveStock.Line(l.OfferId, l.Quantity, l.ExpectedPriceCents))]))]);

    private static BookPickupSlots SlotsOf(OrderEvent.Placed placed) => new(placed.Order, placed.HoldExpiresAt,
        [.. placed.Shops.Select(s => new BookPickupSlots.Booking(s.ShopId, s.SlotId))]);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The requests of {Count} orders were not sent; their timers will ask again")]
    private partial void LogNotSent(int count, Exception failure);
}
