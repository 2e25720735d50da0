using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Slows down who tries codes: people mistype a few times, programs do not stop. Where a code finds the order it is counted per shop; where the
/// order is already open, per order, so that mistakes with one never keep the counter from handing out another.
/// </summary>
internal sealed class WrongCodes(TimeProvider clock)
{
    private const int Most = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(ShopId Shop, OrderId? Order), Queue<DateTimeOffset>> _wrong = new();

    internal void Demand(ShopId shop, OrderId? order = null)
    {
        if (_wrong.TryGetValue((shop, order), out var tries))
        {
            lock (tries)
            {
                Forget(tries);
                if (tries.Count >= Most)
                {
                    throw new Refusal("too-many-wrong-codes", StatusCodes.Status429TooManyRequests,
                        order is null ? "Trop de codes erronés : attendez quelques minutes, ou cherchez la commande par le nom."
                            : "Trop de codes erronés pour cette commande : attendez quelques minutes.",
                        order is null ? "Too many wrong codes: wait a few minutes, or look the order up by name."
                            : "Too many wrong codes for this order: wait a few minutes.")
                        .With(Refusal.RetryAfterSeconds, (int)Math.Ceiling((tries.Peek() + Window - clock.GetUtcNow()).TotalSeconds));
                }
            }
        }
    }

    internal void Count(ShopId shop, OrderId? order = null)
    {
        foreach (var (key, old) in _wrong)
        {
            lock (old)
            {
                Forget(old);
                if (old.Count == 0)
                {
                    _wrong.TryRemove(new(key, old));
                }
            }
        }

        var tries = _wrong.GetOrAdd((shop, order), _ => new Queue<DateTimeOffset>());
        lock (tries)
        {
            Forget(tries);
            tries.Enqueue(clock.GetUtcNow());
        }
    }

    private void Forget(Queue<DateTimeOffset> tries)
    {
        while (tries.TryPeek(out var oldest) && oldest + Window <= clock.GetUtcNow())
        {
            tries.Dequeue();
        }
    }
}
