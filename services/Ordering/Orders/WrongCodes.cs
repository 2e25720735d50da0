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
    private readonly Dictionary<(ShopId Shop, OrderId? Order), List<Try>> _wrong = [];
    private readonly Lock _counting = new();

    /// <summary>
    /// Counts a try as wrong before it is made, so that many at once are no more than many in turn; it is taken back unless the code was wrong, which a refusal
    /// may say or <paramref name="isWrong"/>.
    /// </summary>
    internal async Task<T> CountAsync<T>(ShopId shop, OrderId? order, Func<Task<T>> attempt, Predicate<T>? isWrong = null)
    {
        var begun = Begin(shop, order);
        var wrong = false;
        try
        {
            var found = await attempt();
            wrong = isWrong?.Invoke(found) == true;
            return found;
        }
        catch (Refusal refused) when (refused.Code == "wrong-code")
        {
            wrong = true;
            throw;
        }
        finally
        {
            if (!wrong)
            {
                TakeBack(begun);
            }
        }
    }

    private Try Begin(ShopId shop, OrderId? order)
    {
        lock (_counting)
        {
            Forget();
            if (!_wrong.TryGetValue((shop, order), out var tries))
            {
                _wrong.Add((shop, order), tries = []);
            }

            if (tries.Count >= Most)
            {
                throw new Refusal("too-many-wrong-codes", StatusCodes.Status429TooManyRequests,
                    order is null ? "Trop de codes erronés : attendez quelques minutes, ou cherchez la commande par le nom."
                        : "Trop de codes erronés pour cette commande : attendez quelques minutes.",
                    order is null ? "Too many wrong codes: wait a few minutes, or look the order up by name."
                        : "Too many wrong codes for this order: wait a few minutes.")
                    .With(Refusal.RetryAfterSeconds, (int)Math.Ceiling((tries[0].At + Window - clock.GetUtcNow()).TotalSeconds));
            }

            var begun = new Try(shop, order, clock.GetUtcNow());
            tries.Add(begun);
            return begun;
        }
    }

    private void TakeBack(Try begun)
    {
        lock (_counting)
        {
            if (_wrong.TryGetValue((begun.Shop, begun.Order), out var tries))
            {
                tries.Remove(begun);
            }
        }
    }

    private void Forget()
    {
        var now = clock.GetUtcNow();
        foreach (var (key, tries) in _wrong.ToList())
        {
            tries.RemoveAll(t => t.At + Window <= now);
            if (tries.Count == 0)
            {
                _wrong.Remove(key);
            }
        }
    }

    private sealed class Try(ShopId shop, OrderId? order, DateTimeOffset at)
    {
        internal ShopId Shop { get; } = shop;
        internal OrderId? Order { get; } = order;
        internal DateTimeOffset At { get; } = at;
    }
}
