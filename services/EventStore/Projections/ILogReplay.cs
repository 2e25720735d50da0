using Npgsql;

namespace Marketplace.EventStore;

/// <summary>The whole log from its beginning, read while appends wait: what a rebuild or a comparison of projections replays.</summary>
public interface ILogReplay
{
    /// <summary>The table that every append writes to, qualified where it must be; locking it makes appends wait.</summary>
    string Table { get; }

    /// <summary>
    /// Every event, every stream in its order, page by page, inside a transaction that has locked <see cref="Table"/>. The connection is
    /// free for other statements between two pages.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<StoredEvent>> ReadHeldAsync(NpgsqlTransaction transaction, int page, CancellationToken token);
}
