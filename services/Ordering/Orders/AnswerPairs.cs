using System.Collections.Concurrent;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Catalog and Merchants answer within milliseconds of each other. The first answer waits a moment for the second, unacknowledged, so that both
/// are one transaction; when none comes it goes alone. Nobody waits longer for it: an order needs both. What fails for itself does so alone.
/// </summary>
internal sealed class AnswerPairs(TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(25);
    private readonly ConcurrentDictionary<OrderId, First> _firsts = new();

    internal async Task AddAsync(OrderAnswer answer, Func<IReadOnlyList<OrderAnswer>, Task> handle)
    {
        var mine = new First(answer);
        while (!_firsts.TryAdd(answer.Order, mine))
        {
            if (_firsts.TryRemove(answer.Order, out var first))
            {
                await TogetherAsync(first, answer, handle);
                return;
            }
        }

        await Task.WhenAny(mine.Taken.Task, Task.Delay(Moment, clock));
        if (_firsts.TryRemove(new KeyValuePair<OrderId, First>(answer.Order, mine)))
        {
            await handle([answer]);
            return;
        }

        await mine.Done.Task; // the second has taken it along
    }

    private static async Task TogetherAsync(First first, OrderAnswer second, Func<IReadOnlyList<OrderAnswer>, Task> handle)
    {
        first.Taken.TrySetResult();
        try
        {
            await handle([first.Answer, second]);
            first.Done.TrySetResult();
            return;
        }
        catch (Exception failure) when (failure is OperationCanceledException || Outage.Lasts(failure))
        {
            first.Done.TrySetException(failure);
            throw;
        }
        catch (Exception)
        {
            // Nothing of either is written. Each is tried for itself, and hears of its own failure.
        }

        await AloneAsync(first, handle);
        await handle([second]);
    }

    private static async Task AloneAsync(First first, Func<IReadOnlyList<OrderAnswer>, Task> handle)
    {
        try
        {
            await handle([first.Answer]);
            first.Done.TrySetResult();
        }
        catch (Exception failure)
        {
            first.Done.TrySetException(failure);
        }
    }

    private sealed class First(OrderAnswer answer)
    {
        internal OrderAnswer Answer { get; } = answer;
        internal TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
