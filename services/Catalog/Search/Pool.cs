namespace Marketplace.Catalog.Search;

/// <summary>
/// Keeps the buffers of a few searches for the next ones. Not one per thread: a service has many threads, and searching occupies
/// no more of them than there are processors.
/// </summary>
internal sealed class Pool<T>
    where T : class, new()
{
    private readonly T?[] _kept = new T?[2 * Environment.ProcessorCount];

    public T Rent()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.Exchange(ref _kept[i], null) is { } kept)
            {
                return kept;
            }
        }

        return new T();
    }

    /// <summary>Not called after a failure: what it left behind is not used again.</summary>
    public void Return(T item)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[i], item, null) is null)
            {
                return;
            }
        }
    }
}
