using System.Collections.Concurrent;
using Marketplace.Contracts;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// How often a resident's browser may have the other side asked about one order: whoever reloads its page all the time is shown what stood a moment ago. Counted by each
/// process for itself; webhooks and the payment's own timer are not counted.
/// </summary>
internal sealed class PurchaseLooks(TimeProvider clock)
{
    internal static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private const int Many = 1000;
    private readonly ConcurrentDictionary<OrderId, DateTimeOffset> _last = new();

    internal bool MayLook(OrderId order)
    {
        var now = clock.GetUtcNow();
        if (_last.Count > Many)
        {
            foreach (var old in _last.Where(l => now - l.Value >= Least))
            {
                _last.TryRemove(old);
            }
        }

        var mine = false;
        _last.AddOrUpdate(order, _ => { mine = true; return now; }, (_, last) => { mine = now - last >= Least; return mine ? now : last; });
        return mine;
    }
}
