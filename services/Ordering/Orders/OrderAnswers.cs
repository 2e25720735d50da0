using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>An answer of another service, on its way to its order.</summary>
/// <param name="order">Whose it is.</param>
/// <param name="command">What it means for the order.</param>
/// <param name="messageId">Noted in the inbox with its effect; null: the order itself knows which of its questions are answered; all that a repeat can do is give back, once, what a refusal has given back already.</param>
internal sealed class OrderAnswer(OrderId order, OrderCommand command, Guid? messageId)
{
    internal OrderId Order { get; } = order;
    internal OrderCommand Command { get; set; } = command;
    internal Guid? MessageId { get; } = messageId;
    internal string? Trace { get; } = TraceParent.Current;
    internal bool UnknownOrder { get; set; }
}

/// <summary>
/// Takes answers in batches: one read for the orders that are not in memory, one transaction for all that comes of them. There is one worker,
/// or the two answers of one order would race each other to every second append.
/// </summary>
internal sealed class OrderAnswers : IAsyncDisposable
{
    private const string Consumer = "order-replies";
    private const int Attempts = 4;
    private readonly IEventStore _store;
    private readonly OrderLog _orders;
    private readonly OrderWaits _waits;
    private readonly TimeProvider _clock;
    private readonly AnswerPairs _pairs;
    private readonly Drain<IReadOnlyList<OrderAnswer>> _drain;

    public OrderAnswers(IEventStore store, OrderLog orders, OrderWaits waits, TimeProvider clock)
    {
        (_store, _orders, _waits, _clock) = (store, orders, waits, clock);
        _pairs = new AnswerPairs(clock);
        _drain = new Drain<IReadOnlyList<OrderAnswer>>(HandleAsync);
    }

    internal async Task AddAsync(OrderAnswer answer, CancellationToken token)
    {
        try
        {
            if (answer.Command is OrderCommand.NoteStockReserved or OrderCommand.NoteSlotsBooked && _waits.Known(answer.Order)?.State is Order.Pending { Stock: null, Slots: null })
            {
                await _pairs.AddAsync(answer, answers => _drain.AddAsync(answers, token));
            }
            else
            {
                await _drain.AddAsync([answer], token);
            }
        }
        catch (DuplicateMessageException)
        {
            // Delivered before, and its effect stands.
        }
    }

    public ValueTask DisposeAsync() => _drain.DisposeAsync();

    private async Task HandleAsync(IReadOnlyList<IReadOnlyList<OrderAnswer>> groups, CancellationToken token)
    {
        var batch = groups.SelectMany(g => g).ToList();
        for (var attempt = 1; ; attempt++)
        {
            var orders = batch.Select(a => a.Order).ToHashSet();
            var known = attempt == 1 ? orders.Select(_waits.Known).OfType<OrderHistory>().ToDictionary(h => h.Id) : [];
            foreach (var read in await _orders.ReadAsync([.. orders.Where(o => !known.ContainsKey(o))], token))
            {
                known[read.Id] = read;
            }

            try
            {
                await AppendAsync(batch, known, token);
                return;
            }
            catch (ConcurrencyException) when (attempt < Attempts)
            {
                // A click, a timer or another process came first: decide again on what stands now.
            }
            catch (PostgresException taken) when (attempt < Attempts && PickupCodes.IsTaken(taken))
            {
                foreach (var answer in batch)
                {
                    answer.Command = WithNewCode(answer.Command);
                }
            }
        }
    }

    private async Task AppendAsync(List<OrderAnswer> batch, Dictionary<OrderId, OrderHistory> known, CancellationToken token)
    {
        var now = _clock.GetUtcNow();
        var moves = new List<OrderMove>(batch.Count);
        var effective = new List<Guid>();
        // Always in the same order: two processes with the same orders in hand would otherwise wait for each other.
        foreach (var answers in batch.GroupBy(a => a.Order).OrderBy(g => g.Key.Value))
        {
            var before = known[answers.Key];
            var after = before;
            foreach (var answer in answers)
            {
                answer.UnknownOrder = !before.Exists;
                var decided = before.Exists ? OrderDecider.Decide(answer.Command, after.State) : [];
                if (decided.Count > 0)
                {
                    after = after.With(decided, now);
                    if (answer.MessageId is { } id)
                    {
                        effective.Add(id);
                    }
                }
            }

            if (after.Version > before.Version)
            {
                moves.Add(new OrderMove(before, after, answers.Last().Trace));
            }
        }

        if (moves.Count == 0)
        {
            return;
        }

        await _store.AppendAsync(
            [.. moves.Select(m => OrderLog.AppendOf(m.Before, m.After, new EventMeta(now, "answer", Trace: m.Trace)))],
            also =>
            {
                OrderTimers.Write(also, moves);
                if (effective.Count > 0)
                {
                    also.AddInbox(effective, Consumer);
                }
            },
            token);
        moves.ForEach(m => _waits.Moved(m.After));
    }

    private static OrderCommand WithNewCode(OrderCommand command) => command switch
    {
        OrderCommand.NoteStockReserved c => c with { PickupCode = PickupCodes.New() },
        OrderCommand.NoteSlotsBooked c => c with { PickupCode = PickupCodes.New() },
        _ => command,
    };
}
