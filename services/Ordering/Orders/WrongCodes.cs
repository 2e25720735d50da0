using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>Slows down who tries codes. Counted per shop: people mistype a few times, programs do not stop.</summary>
internal sealed class WrongCodes(TimeProvider clock)
{
    private const int Most = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<ShopId, Queue<DateTimeOffset>> _wrong = new();

    internal void Demand(ShopId shop)
    {
        if (_wrong.TryGetValue(shop, out var tries))
        {
            lock (tries)
            {
                Forget(tries);
                if (tries.Count >= Most)
                {
                    throw new Refusal("too-many-wrong-codes", StatusCodes.Status429TooManyRequests,
                        "Trop de codes erronés : attendez quelques minutes, ou cherchez la commande par le nom.",
                        "Too many wrong codes: wait a few minutes, or look the order up by name.")
                        .With("retryAfterSeconds", (int)Math.Ceiling((tries.Peek() + Window - clock.GetUtcNow()).TotalSeconds));
                }
            }
        }
    }

    internal void Count(ShopId shop)
    {
        var tries = _wrong.GetOrAdd(shop, _ => new Queue<DateTimeOffset>());
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
