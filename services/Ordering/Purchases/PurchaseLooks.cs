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

    /// <returns>Zero: now, and nobody else for a while; else how long until somebody may.</returns>
    internal TimeSpan WaitOf(OrderId order)
    {
        var now = clock.GetUtcNow();
        if (_last.Count > Many)
        {
            foreach (var old in _last.Where(l => now - l.Value >= Least))
            {
                _last.TryRemove(old);
            }
        }

        var wait = TimeSpan.Zero;
        _last.AddOrUpdate(order, _ => { wait = TimeSpan.Zero; return now; }, (_, last) =>
        {
            wait = now - last >= Least ? TimeSpan.Zero : Least - (now - last);
            return wait == TimeSpan.Zero ? now : last;
        });
        return wait;
    }
}
