using System.Collections.Concurrent;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Residents;

/// <summary>
/// Keeps what changes rarely for a short while. One reader refreshes while the others wait; when the service is down, what was known
/// is still shown for as long as it may be useful.
/// </summary>
internal sealed class Fresh<TKey, TValue>(TimeSpan life, TimeSpan useful, TimeProvider clock, Func<TKey, CancellationToken, Task<TValue?>> read)
    where TKey : notnull where TValue : class
{
    private const int Most = 2000;
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    public async ValueTask<TValue?> GetAsync(TKey key, CancellationToken token)
    {
        if (_entries.TryGetValue(key, out var entry) && IsFresh(entry))
        {
            return entry.Value;
        }
        var mine = entry ?? new Entry();
        await mine.Gate.WaitAsync(token);
        try
        {
            if (_entries.TryGetValue(key, out var now) && IsFresh(now))
            {
                return now.Value;
            }
            var value = await read(key, token);
            if (value is null)
            {
                _entries.TryRemove(key, out _);
            }
            else if (_entries.Count < Most || _entries.ContainsKey(key))
            {
                _entries[key] = new Entry { Value = value, At = clock.GetUtcNow(), Gate = mine.Gate };
            }
            return value;
        }
        catch (ServiceUnavailable) when (mine.Value is not null && clock.GetUtcNow() - mine.At < useful)
        {
            return mine.Value;
        }
        finally
        {
            mine.Gate.Release();
        }
    }

    /// <summary>How long ago the answer was read that stands now; null where there is none.</summary>
    public TimeSpan? AgeOf(TKey key) => _entries.TryGetValue(key, out var entry) ? clock.GetUtcNow() - entry.At : null;

    /// <summary>The next reader asks again; what was known still helps if the service is down.</summary>
    public void Forget(TKey key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            _entries.TryUpdate(key, new Entry { Value = entry.Value, At = entry.At, Forgotten = true, Gate = entry.Gate }, entry);
        }
    }

    public void ForgetAll()
    {
        foreach (var key in _entries.Keys)
        {
            Forget(key);
        }
    }

    private bool IsFresh(Entry entry) => !entry.Forgotten && clock.GetUtcNow() - entry.At < life;

    private sealed class Entry
    {
        public TValue? Value { get; init; }
        public DateTimeOffset At { get; init; }
        public bool Forgotten { get; init; }
        public SemaphoreSlim Gate { get; init; } = new(1, 1);
    }
}
