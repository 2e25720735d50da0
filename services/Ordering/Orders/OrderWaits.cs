using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.EventStore;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Orders that someone in this process waits for: until they stand, or can be paid. The consumer of the answers wakes the wait when it runs here; when another process took the
/// answer, the log does. Meanwhile the order's history is kept, which saves reading it back for each answer (the version check on append
/// catches whatever happened elsewhere).
/// </summary>
internal sealed class OrderWaits : ILogFollower
{
    private readonly ConcurrentDictionary<OrderId, Entry> _waiting = new();

    /// <summary>Starts to wait. Dispose ends it. Several may wait for one order: a request and its repetition share the entry until the last leaves.</summary>
    internal Wait Expect(OrderId order)
    {
        while (true)
        {
            var entry = _waiting.GetOrAdd(order, _ => new Entry());
            if (entry.TryEnter())
            {
                return new Wait(this, order, entry);
            }

            _waiting.TryRemove(new KeyValuePair<OrderId, Entry>(order, entry)); // the last one is just leaving
        }
    }

    /// <summary>The history as far as this process wrote it, for an order that is waited for.</summary>
    internal OrderHistory? Known(OrderId order) => _waiting.TryGetValue(order, out var entry) ? entry.History : null;

    /// <summary>Whoever placed it can go on: it stands or does not, or there is a page to pay on.</summary>
    internal static bool IsAnswer(Order order) => order is not (Order.Pending or Order.Paying { Purchase.Session: null });

    /// <summary>The order moved on in this process.</summary>
    internal void Moved(OrderHistory history)
    {
        if (_waiting.TryGetValue(history.Id, out var entry))
        {
            entry.History = history;
            if (IsAnswer(history.State))
            {
                entry.Outcome.TrySetResult(history);
            }
        }
    }

    public ValueTask SeenAsync(IReadOnlyList<StoredEvent> events, CancellationToken token)
    {
        if (!_waiting.IsEmpty)
        {
            foreach (var stored in events)
            {
                if (stored.Data is OrderEvent.Confirmed or OrderEvent.Refused or OrderEvent.HoldExpired or OrderEvent.Abandoned or OrderEvent.PaymentPageOpened
                    && _waiting.TryGetValue(Order.IdOf(stored.Stream), out var entry))
                {
                    entry.Outcome.TrySetResult(null);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    internal sealed class Wait(OrderWaits waits, OrderId order, Entry entry) : IDisposable
    {
        private int _disposed;

        /// <summary>The order once there is an answer; its history is null when another process knows it. False: no answer in time.</summary>
        internal async Task<(bool Answered, OrderHistory? History)> OutcomeAsync(TimeSpan atMost, TimeProvider clock, CancellationToken token)
        {
            try
            {
                return (true, await entry.Outcome.Task.WaitAsync(atMost, clock, token));
            }
            catch (TimeoutException)
            {
                return (false, null);
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0 && entry.Leave())
            {
                waits._waiting.TryRemove(new KeyValuePair<OrderId, Entry>(order, entry));
            }
        }
    }

    internal sealed class Entry
    {
        internal TaskCompletionSource<OrderHistory?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        internal volatile OrderHistory? History;
        private int _here; // how many wait; -1 once the last has left

        internal bool TryEnter()
        {
            lock (Outcome)
            {
                return _here >= 0 && ++_here > 0;
            }
        }

        /// <summary>Whether that was the last one.</summary>
        internal bool Leave()
        {
            lock (Outcome)
            {
                if (--_here > 0)
                {
                    return false;
                }

                _here = -1;
                return true;
            }
        }
    }
}
