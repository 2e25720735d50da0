using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Marketplace.EventStore.Relay;
using MassTransit;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Has substitutes set aside, as orders' goods are: asked for at once and again until there is an answer (decisions 11 and 13), each in a name of its own,
/// which leads back to its order when Catalog speaks of it.
/// </summary>
internal sealed class Substitutes(OrderLog orders, RepeatablePublisher publisher, NpgsqlDataSource database, TimeProvider clock) : ILogFollower
{
    // Catalog asks about a hold that is older; by then its question has lapsed here, which gives it back.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = new();

    /// <summary>Asks for what the order's questions still lack, and says when to ask again; null: they lack nothing.</summary>
    internal DateTimeOffset? Ask(OrderHistory history, DateTimeOffset now)
    {
        if (history.State is not Order.Confirmed { Outcome: null } order || AskAgainAt(history, order) is null)
        {
            return null;
        }

        foreach (var (shop, asked) in Holding(order))
        {
            var wanted = asked.Wanted!;
            publisher.Say(new ReserveStock(wanted.Hold, asked.AnswerBy + Grace,
                [new ReserveStock.ShopLines(shop.ShopId, [new ReserveStock.Line(wanted.OfferId, wanted.Quantity, null)], BatchPickups.ReadyBy(shop.Pickup.Start, shop.Shared))]), TraceParent.Current);
        }

        return OrderTimers.AskAgainAt(Holding(order).Min(h => ProposedAt(history, h.Asked.Proposal)), Holding(order).Min(h => h.Asked.AnswerBy), now);
    }

    /// <summary>Asks, and waits a moment for the answer: null when it did not come.</summary>
    internal async Task<OrderHistory> AskAndWaitAsync(OrderHistory history, Guid proposal, TimeSpan atMost, CancellationToken token)
    {
        var answered = _waiting.GetOrAdd(proposal, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            if (Ask(history, clock.GetUtcNow()) is null)
            {
                return history;
            }

            await answered.Task.WaitAsync(atMost, clock, token);
        }
        catch (TimeoutException)
        {
            // Catalog is away, or slow: the order's timer goes on asking.
        }
        finally
        {
            _waiting.TryRemove(new KeyValuePair<Guid, TaskCompletionSource>(proposal, answered));
        }

        return await orders.ReadAsync(history.Id, token);
    }

    public ValueTask SeenAsync(IReadOnlyList<StoredEvent> events, CancellationToken token)
    {
        foreach (var stored in _waiting.IsEmpty ? [] : events)
        {
            if (stored.Data switch
            {
                OrderEvent.SubstituteHeld e => e.Proposal,
                OrderEvent.SubstituteRefused e => e.Proposal,
                OrderEvent.ShortageWithdrawn e => e.Proposal,
                _ => (Guid?)null,
            } is { } proposal && _waiting.TryGetValue(proposal, out var waits))
            {
                waits.TrySetResult();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What Catalog says in a name that is no order's. False: it is no substitute's either.</summary>
    internal async Task<bool> HearAsync(OrderId hold, OrderCommand said, ConsumeContext context)
    {
        if (await FindAsync(hold, context.CancellationToken) is not var (order, shop, proposal))
        {
            return false;
        }

        OrderCommand? command = said switch
        {
            OrderCommand.NoteStockReserved { Shops: [{ Lines: [var line] }] } => new OrderCommand.NoteSubstituteHeld(shop, proposal, line, clock.GetUtcNow()),
            OrderCommand.NoteBatchMoved moved when moved.ShopId == shop => moved with { Hold = hold },
            OrderCommand.NoteStockRefused { Lines: [var line, ..] } => new OrderCommand.NoteSubstituteRefused(shop, proposal, line.Reason, line.Available),
            _ => null,
        };
        var history = command is null ? await orders.ReadAsync(order, context.CancellationToken) : await orders.HandleAsync(order, command, "answer", null, context.CancellationToken);
        switch (StandsFor(history, shop, hold, proposal), said)
        {
            case (null, _) or (_, OrderCommand.NoteStockRefused or OrderCommand.NoteBatchMoved):
                break; // nobody has answered yet: the order's own timer will tell; and what moved is held as it was
            case (false, _):
                // Given back when its question ended, and once more to whoever has not heard of it.
                await context.Publish(new ReleaseStock(hold, null, null, clock.GetUtcNow()), context.CancellationToken);
                break;
            case (true, OrderCommand.AnswerStockHold):
                await context.Publish(new ConfirmStock(hold), context.CancellationToken);
                break;
        }

        return true;
    }

    /// <summary>The order for which a shop has something set aside in this name.</summary>
    internal async Task<OrderId?> OrderOfAsync(OrderId hold, ShopId shop, CancellationToken token) => await FindAsync(hold, token) is { } found && found.Shop == shop ? found.Order : null;

    /// <summary>When the answers that are lacking are asked for again; null: none is.</summary>
    internal static DateTimeOffset? AskAgainAt(OrderHistory history, Order.Confirmed order)
    {
        // Most orders ask nothing, and are looked at when they are confirmed.
        for (var i = 0; i < order.ShopOrders.Count; i++)
        {
            if (order.ShopOrders[i].AnswerBy is not null)
            {
                return Holding(order).Min(h => (DateTimeOffset?)ProposedAt(history, h.Asked.Proposal)) + OrderTimers.AskAgainAfter;
            }
        }

        return null;
    }

    private static IEnumerable<(ShopOrder Shop, Lack Asked)> Holding(Order.Confirmed order) =>
        order.ShopOrders.Where(s => s is { AnswerBy: not null, Open: true }).SelectMany(s => s.Waiting.Where(l => l.Lack!.Holding).Select(l => (s, l.Lack!)));

    private static DateTimeOffset ProposedAt(OrderHistory history, Guid proposal) =>
        history.Events.Last(e => e.Data is OrderEvent.ShortageProposed asked && asked.Proposal == proposal).At;

    // Once taken it is given back, or leaves the shop, by what becomes of its shop order alone: never by an answer that could overtake that.
    private static bool? StandsFor(OrderHistory history, ShopId shop, OrderId hold, Guid proposal) => (history.State as Order.Confirmed)?.Find(shop) switch
    {
        null => false,
        var stands when stands.Lines.Any(l => l.Hold == hold) => true,
        { Open: true } stands when stands.Waiting.Any(l => l.Lack!.Proposal == proposal) => null,
        _ => false,
    };

    private async Task<(OrderId Order, ShopId Shop, Guid Proposal)?> FindAsync(OrderId hold, CancellationToken token)
    {
        await using var command = database.CreateCommand("select order_id, shop_id, proposal_id from substitute_holds where hold_id = $1");
        command.Parameters.Add(new() { Value = hold.Value });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? (new OrderId(reader.GetGuid(0)), new ShopId(reader.GetGuid(1)), reader.GetGuid(2)) : null;
    }
}
