using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Ordering.Tests;

/// <summary>Catalog and Merchants as Ordering knows them: by their messages. Everything is in stock and every slot free unless a test says otherwise.</summary>
internal sealed class OtherServices : IAsyncDisposable
{
    private readonly TestClock _clock;
    private readonly IBusControl _bus;
    private readonly EndpointRevival _revival;

    private OtherServices(Uri broker, TestClock clock)
    {
        _clock = clock;
        _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ReceiveEndpoint("others", queue =>
            {
                queue.SetQuorumQueue();
                queue.PrefetchCount = 64;
                queue.Handler<ReserveStock>(c => HearAsync(c, m => m.OrderId, m => Stock!(m)));
                queue.Handler<BookPickupSlots>(c => HearAsync(c, m => m.OrderId, m => Slots!(m)));
                queue.Handler<ReserveStockBatch>(c => HearAsync(c, c.Message.Orders, m => m.OrderId, m => Stock!(m), said => new StockAnswerBatch([.. said.OfType<StockReserved>()], [.. said.OfType<StockRefused>()])));
                queue.Handler<BookPickupSlotsBatch>(c => HearAsync(c, c.Message.Orders, m => m.OrderId, m => Slots!(m), said => new PickupSlotsAnswerBatch([.. said.OfType<PickupSlotsBooked>()], [.. said.OfType<PickupSlotsRefused>()])));
                queue.Handler<ConfirmStock>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<ReleaseStock>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<IssueStock>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<ConfirmPickupSlots>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<ReleasePickupSlots>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<OrderConfirmed>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<ShopOrderChanged>(c => HearAsync(c, m => m.OrderId));
                queue.Handler<OrderEnded>(c => HearAsync(c, m => m.OrderId));
            });
        });
        _revival = new EndpointRevival(_bus, new BrokerGate(broker, NullLogger<BrokerGate>.Instance, CancellationToken.None), NullLogger<EndpointRevival>.Instance);
        Stock = Reserved;
        Slots = Booked;
    }

    internal ConcurrentQueue<(OrderId Order, object Message)> Heard { get; } = new();

    /// <summary>What Catalog answers; null: nothing.</summary>
    internal Func<ReserveStock, object?> Stock { get; set; }

    /// <summary>What Merchants answers; null: nothing.</summary>
    internal Func<BookPickupSlots, object?> Slots { get; set; }

    /// <summary>Shops whose stock is fed and fresh.</summary>
    internal ConcurrentDictionary<ShopId, bool> AcceptingByThemselves { get; } = new();

    /// <summary>How often each answer is delivered.</summary>
    internal int Times { get; set; } = 1;

    internal static async Task<OtherServices> StartAsync(Uri broker, TestClock clock)
    {
        var others = new OtherServices(broker, clock);
        await others._bus.StartAsync();
        await others._revival.StartAsync(CancellationToken.None);
        return others;
    }

    internal Task SayAsync<T>(T message, Guid? id = null) where T : class => _bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context => context.MessageId = id ?? context.MessageId));

    internal IEnumerable<T> Of<T>(OrderId order) => Heard.Where(h => h.Order == order).Select(h => h.Message).OfType<T>();

    internal Task HearsAsync<T>(OrderId order, Func<T, bool>? like = null) =>
        Eventually.BecomesAsync(() => Of<T>(order).Any(m => like?.Invoke(m) ?? true), TimeSpan.FromSeconds(20), typeof(T).Name);

    /// <summary>Everything at 4,50 € a piece.</summary>
    internal StockReserved Reserved(ReserveStock asked) => new(asked.OrderId, [.. asked.Shops.Select(s => new StockReserved.ShopLines(s.ShopId, AcceptingByThemselves.ContainsKey(s.ShopId),
        [.. s.Lines.Select(l => new StockReserved.Line(l.OfferId, "SKU-" + l.OfferId.ToString()[^4..], null, "Pain complet", "bread", SaleUnit.Piece, l.Quantity, 450, 5.5m, false, false))]))]);

    internal PickupSlotsBooked Booked(BookPickupSlots asked) => new(asked.OrderId, [.. asked.Bookings.Select(b =>
    {
        var start = _clock.GetUtcNow().AddHours(5);
        return new PickupSlotsBooked.Booking(b.ShopId, b.SlotId, start, start.AddMinutes(30),
            new PickupPlace("shop", b.SlotId.Split('~')[0], "Au comptoir", "12 rue de la République", "69600", "Oullins-Pierre-Bénite", new Position(45.71, 4.80), null),
            start.AddDays(3), start.AddDays(2));
    })]);

    public async ValueTask DisposeAsync()
    {
        await _revival.StopAsync(CancellationToken.None);
        _revival.Dispose();
        await _bus.StopAsync();
    }

    private async Task HearAsync<T>(ConsumeContext<T> context, Func<T, OrderId> order, Func<T, object?>? answer = null) where T : class
    {
        Heard.Enqueue((order(context.Message), context.Message));
        if (answer?.Invoke(context.Message) is { } said)
        {
            for (var i = 0; i < Times; i++)
            {
                await context.Publish(said, said.GetType());
            }
        }
    }

    // Who was asked together answers together.
    private async Task HearAsync<T>(ConsumeContext context, IReadOnlyList<T> orders, Func<T, OrderId> order, Func<T, object?> answer, Func<IReadOnlyList<object>, object> together) where T : class
    {
        foreach (var asked in orders)
        {
            Heard.Enqueue((order(asked), asked));
        }

        if (orders.Select(answer).OfType<object>().ToList() is { Count: > 0 } said)
        {
            for (var i = 0; i < Times; i++)
            {
                var message = together(said);
                await context.Publish(message, message.GetType());
            }
        }
    }
}
