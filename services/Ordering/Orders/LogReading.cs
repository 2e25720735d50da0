using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// A read model that follows the log behind everything else, by a timer, so in one process at a time: who orders or pays waits for none of it. Its place in the log moves with
/// what it writes; what is read again, because a process was killed or another began the same round, has to be the same rows again.
/// </summary>
/// <param name="cursor">The name of its place; one for ever.</param>
/// <param name="told">The events that it reads.</param>
internal abstract class LogReading(ILogPages pages, EventTypes types, NpgsqlDataSource database, TimeProvider clock, string cursor, IReadOnlyCollection<Type> told) : IDueWorkHandler
{
    private const int PageSize = 500;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>Within the lease of the timer: no other process begins the same round.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private readonly LogPlace _place = new(database, cursor);
    private readonly IReadOnlyList<string> _read = [.. types.Known.Keys.Concat(types.Upcasts).Where(name => told.Contains(types.TypeOf(name)))];

    public abstract string Kind { get; }

    protected NpgsqlDataSource Database => database;

    /// <summary>When a timer looks again that has nothing else to wait for.</summary>
    protected DateTimeOffset Soon => clock.GetUtcNow() + Pace;

    public virtual async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < Round && await TakeAsync(token);)
        {
        }

        return Soon;
    }

    /// <summary>Takes one page; false when that was the last.</summary>
    internal async Task<bool> TakeAsync(CancellationToken token)
    {
        var place = await _place.FindAsync(token) ?? LogCursor.Start;
        var (events, last) = await pages.ReadAsync(place, PageSize, _read, token);
        if (last == place)
        {
            return false;
        }

        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        await WriteAsync([.. events.Where(e => _read.Contains(e.Type))], batch, token);
        _place.Move(batch, last);
        await batch.ExecuteNonQueryAsync(token);
        return true;
    }

    /// <summary>Adds to the batch, which is one transaction, what these events come to.</summary>
    protected abstract Task WriteAsync(IReadOnlyList<StoredEvent> events, NpgsqlBatch batch, CancellationToken token);
}
