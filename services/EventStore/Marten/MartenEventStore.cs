using System.Runtime.ExceptionServices;
using JasperFx.Events;
using Marketplace.EventStore.Postgres;
using Marten;
using Marten.Exceptions;
using Marten.Services;
using Npgsql;

namespace Marketplace.EventStore.Marten;

/// <summary>
/// Streams kept by Marten. Marten joins a transaction that is ours: first the inbox rows, then its append, then the inline projections and the
/// caller's other statements as one batch on the same connection, then the commit. The build chooses this store with <c>-p:UseMarten=true</c>; nobody else can tell.
/// </summary>
internal sealed class MartenEventStore(IDocumentStore store, NpgsqlDataSource database, EventTypes types, IEnumerable<IProjection> projections) : IEventStore
{
    private readonly IProjection[] _projections = [.. projections];

    public async Task<EventStream> ReadAsync(string stream, CancellationToken token) => (await ReadAsync([stream], token))[stream];

    public async Task<IReadOnlyDictionary<string, EventStream>> ReadAsync(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var batch = session.CreateBatchQuery();
        var found = streams.Distinct().ToDictionary(name => name, name => batch.Events.FetchStream(name));
        if (found.Count > 0)
        {
            await Failing(() => batch.Execute(token));
        }

        var read = new Dictionary<string, EventStream>();
        foreach (var (name, events) in found)
        {
            List<StoredEvent> stored = [.. (await events).Select(MartenEvents.ToStored)];
            read[name] = new EventStream(name, stored.Count == 0 ? 0 : stored[^1].Version, stored);
        }

        return read;
    }

    public async Task AppendAsync(IReadOnlyList<StreamAppend> appends, Action<NpgsqlBatch>? also, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var session = store.LightweightSession(SessionOptions.ForTransaction(transaction));
        await using var batch = new NpgsqlBatch(connection, transaction);
        var announced = Announce(appends, session).ToList();
        foreach (var projection in _projections)
        {
            projection.Project(announced, batch);
        }

        also?.Invoke(batch);
        try
        {
            await InboxFirstAsync(batch, token);
            await SaveAsync(session, appends, token);
            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(token);
            }

            await transaction.CommitAsync(token);
        }
        catch (PostgresException known) when (known is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "inbox_pkey" })
        {
            throw new DuplicateMessageException(known);
        }
    }

    /// <summary>Tells Marten what to append, and gives it back in the caller's order as it will be stored; nothing is sent yet.</summary>
    private IEnumerable<StoredEvent> Announce(IReadOnlyList<StreamAppend> appends, IDocumentSession session)
    {
        var stored = new StoredEvent[appends.Count][];

        // Marten locks a stream while it looks at its version: in one order for everybody, so that two appends of the same streams never wait for each other.
        foreach (var (index, append) in appends.Index().OrderBy(a => a.Item.Stream, StringComparer.Ordinal))
        {
            var action = session.Events.Append(append.Stream, append.ExpectedVersion + append.Events.Count, append.Events);
            stored[index] = [.. MartenEvents.Describe(append, action.Events.TakeLast(append.Events.Count), types)];
        }

        return stored.SelectMany(events => events);
    }

    /// <summary>
    /// The inbox rows go ahead of the append, which no caller can tell: a known message is the usual reason to roll back, and behind the append
    /// each would leave a hole in Marten's sequence for the relay to wait at.
    /// </summary>
    private static async Task InboxFirstAsync(NpgsqlBatch batch, CancellationToken token)
    {
        await using var inbox = new NpgsqlBatch(batch.Connection, batch.Transaction);
        foreach (var row in batch.BatchCommands.OfType<NpgsqlBatchCommand>().Where(c => c.CommandText.StartsWith(BatchWrites.InboxStatement, StringComparison.Ordinal)).ToList())
        {
            batch.BatchCommands.Remove(row);
            inbox.BatchCommands.Add(row);
        }

        if (inbox.BatchCommands.Count > 0)
        {
            await inbox.ExecuteNonQueryAsync(token);
        }
    }

    private static async Task SaveAsync(IDocumentSession session, IReadOnlyList<StreamAppend> appends, CancellationToken token)
    {
        try
        {
            await Failing(() => session.SaveChangesAsync(token));
        }
        catch (Exception moved) when (moved is EventStreamUnexpectedMaxEventIdException or ExistingStreamIdCollisionException
                                          or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The last kind: two writers created the same stream at once.
            throw new ConcurrencyException(string.Join(", ", appends.Select(a => a.Stream)), moved);
        }
    }

    /// <summary>Callers know the database's exceptions and this library's, not Marten's.</summary>
    private static async Task Failing(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (MartenCommandException failed) when (failed.InnerException is NpgsqlException cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
        catch (UnknownEventTypeException unknown)
        {
            throw EventTypes.Unknown(unknown.EventTypeName);
        }
    }
}
