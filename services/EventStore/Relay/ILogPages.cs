using Marketplace.EventStore.Postgres;

namespace Marketplace.EventStore;

/// <summary>
/// The settled part of the log, page by page, for who keeps a place in it beside what it writes from it: so that nothing is missed and, where the writing may be
/// repeated, nothing is done twice. Costs nobody who appends anything.
/// </summary>
public interface ILogPages
{
    /// <summary>The next events of these stored types behind the place, in log order, out of the next <paramref name="max"/> of any type.</summary>
    /// <returns>Also the place behind what was looked at: the same one when there was nothing to look at. One event of another type may be among them.</returns>
    Task<(IReadOnlyList<StoredEvent> Events, LogCursor Last)> ReadAsync(LogCursor after, int max, IReadOnlyCollection<string> types, CancellationToken token);

    /// <summary>The place behind everything that is settled now.</summary>
    Task<LogCursor> EndAsync(CancellationToken token);
}
