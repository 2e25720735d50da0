using System.Diagnostics;
using System.Threading.Channels;
using Marketplace.EventStore.Postgres;

namespace Marketplace.EventStore;

/// <summary>
/// Drain batching: whatever waits is handled together, at most <c>max</c> at a time. Under light load a batch is one item and waits for nothing.
/// When a batch fails its items are repeated singly, so that one bad item never fails its neighbours; while the database is
/// away they fail together, for each alone would wait as long as all of them have.
/// </summary>
/// <typeparam name="TItem">One piece of work; it carries its own result.</typeparam>
public sealed class Drain<TItem> : IAsyncDisposable
{
    /// <summary>So many moments without a batch, and nobody is on the way.</summary>
    private const int Lull = 5;

    /// <summary>Where batches are this large the next gathers longest: processor time is short then, and the larger batch done sooner for each.</summary>
    private const double Crowd = 8;

    private readonly Channel<Waiting> _channel;
    private readonly Func<IReadOnlyList<TItem>, CancellationToken, Task> _handle;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;
    private readonly Gathering _gathering;
    private readonly int _max;

    /// <param name="handle">Handles a batch in one transaction; throws for all of it.</param>
    /// <param name="workers">How many batches may be in flight. One makes the largest batches.</param>
    /// <param name="max">Most items of one batch.</param>
    /// <param name="capacity">Most items waiting; beyond it <see cref="AddAsync"/> waits for room.</param>
    /// <param name="gathering">How long a batch waits for company; not at all by default.</param>
    public Drain(Func<IReadOnlyList<TItem>, CancellationToken, Task> handle, int workers = 1, int max = 32, int capacity = 4096, Gathering gathering = default)
    {
        _handle = handle;
        _gathering = gathering;
        _max = max;
        _channel = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(capacity) { SingleReader = false });
        using (ExecutionContext.SuppressFlow())
        {
            // The workers serve everybody: they must not go on in the trace of the request that came first.
            _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync))];
        }
    }

    /// <summary>Completes when the item's batch is committed; throws what its handling threw.</summary>
    public async Task AddAsync(TItem item, CancellationToken token)
    {
        var waiting = new Waiting(item);
        await _channel.Writer.WriteAsync(waiting, token);
        await waiting.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await Task.WhenAll(_workers);
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var batch = new List<Waiting>(_max);
        var done = 0L;
        while (await _channel.Reader.WaitToReadAsync())
        {
            if (Stopwatch.GetElapsedTime(done) < Lull * _gathering.Few && _channel.Reader.Count < _max)
            {
                await Task.Delay(_gathering.Few + ((_gathering.Many - _gathering.Few) * Math.Min(batch.Count / Crowd, 1)));
            }

            batch.Clear();
            while (batch.Count < _max && _channel.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            if (batch.Count > 0)
            {
                await HandleAsync(batch);
                done = Stopwatch.GetTimestamp();
            }
        }
    }

    private async Task HandleAsync(List<Waiting> batch)
    {
        try
        {
            await _handle([.. batch.Select(w => w.Item)], _stop.Token);
            batch.ForEach(w => w.Done.TrySetResult());
        }
        catch (Exception failure) when (batch.Count > 1 && failure is not OperationCanceledException && !Outage.Lasts(failure))
        {
            foreach (var single in batch)
            {
                await HandleAsync([single]);
            }
        }
        catch (Exception failure)
        {
            batch.ForEach(w => w.Done.TrySetException(failure));
        }
    }

    private sealed class Waiting(TItem item)
    {
        public TItem Item { get; } = item;
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>
/// How long a batch waits for company soon after another, since each commit costs the same processor time for one item as for thirty. After a lull nobody
/// is waited for.
/// </summary>
/// <param name="Few">Where batches are small.</param>
/// <param name="Many">Where they are large.</param>
public readonly record struct Gathering(TimeSpan Few, TimeSpan Many)
{
    /// <summary>For what somebody waits for: 2 to 8 ms.</summary>
    public static Gathering Briefly { get; } = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(8));

    /// <summary>For what nobody waits for: 25 ms.</summary>
    public static Gathering AtLeisure { get; } = new(TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(25));
}
