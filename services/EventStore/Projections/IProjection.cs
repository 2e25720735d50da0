using Npgsql;

namespace Marketplace.EventStore;

/// <summary>
/// A read model kept in the transaction of the append. It reads nothing but the event, so that replaying the log gives the same rows.
/// </summary>
public interface IProjection
{
    string Name { get; }

    /// <summary>The tables it owns, in an order in which they can be emptied.</summary>
    IReadOnlyList<string> Tables { get; }

    /// <summary>
    /// Adds the statements for these events, of each stream in its order: those of one append, or a page of the log. Unqualified by schema, for a rebuild runs
    /// them in a schema of its own.
    /// </summary>
    void Project(IReadOnlyList<StoredEvent> events, NpgsqlBatch batch);
}
