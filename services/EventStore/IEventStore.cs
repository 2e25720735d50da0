using Npgsql;

namespace Marketplace.EventStore;

/// <summary>
/// Streams of events with optimistic concurrency. Two implementations pass one conformance suite: PostgreSQL (ours) and Marten.
/// </summary>
public interface IEventStore
{
    /// <summary>The whole stream; version 0 and no events when it does not exist.</summary>
    Task<EventStream> ReadAsync(string stream, CancellationToken token);

    /// <summary>Several streams in one round trip; a missing one is present with version 0.</summary>
    Task<IReadOnlyDictionary<string, EventStream>> ReadAsync(IReadOnlyCollection<string> streams, CancellationToken token);

    /// <summary>
    /// Appends to one or several streams in one transaction: the events first, then the inline projections, then <paramref name="also"/>
    /// (timers, and the inbox row last). All of it happens or nothing.
    /// </summary>
    /// <exception cref="ConcurrencyException">A stream is no longer at its expected version.</exception>
    /// <exception cref="DuplicateMessageException">The inbox knows the message already: its effect stands.</exception>
    Task AppendAsync(IReadOnlyList<StreamAppend> appends, Action<NpgsqlBatch>? also, CancellationToken token);
}

/// <summary>Events to append to one stream.</summary>
/// <param name="Stream">For example <c>order-0198c6…</c>.</param>
/// <param name="ExpectedVersion">The version that was read; 0: the stream must not exist.</param>
/// <param name="Events">In order; each type must be in <see cref="EventTypes"/>.</param>
/// <param name="Meta">Who and why.</param>
public sealed record StreamAppend(string Stream, long ExpectedVersion, IReadOnlyList<object> Events, EventMeta Meta);

/// <summary>What surrounds an event: when, who acted (a kind, or a key; never a person, not even by id: events are not erased), and the message or request that caused it.</summary>
/// <param name="Trace">The <see cref="TraceParent"/> to go on in; null at an append: the one that runs there. An append for several requests gives each its own.</param>
public sealed record EventMeta(DateTimeOffset At, string? Actor = null, Guid? CausationId = null, string? Trace = null)
{
    internal EventMeta Traced() => Trace is null && TraceParent.Current is { } current ? this with { Trace = current } : this;
}

/// <summary>A stream as read.</summary>
public sealed record EventStream(string Stream, long Version, IReadOnlyList<StoredEvent> Events)
{
    public static EventStream Missing(string stream) => new(stream, 0, []);
}

/// <summary>An event as stored, its data already upcast to today's type.</summary>
/// <param name="Position">Identity in the log; 0 where the store has none of its own. It orders nothing by itself: see <c>EventLog</c>.</param>
public sealed record StoredEvent(Guid Id, string Stream, long Version, string Type, object Data, DateTimeOffset At, EventMeta Meta, long Position = 0);

/// <summary>The stream moved since it was read: read again, decide again.</summary>
public sealed class ConcurrencyException(string stream, Exception? inner = null)
    : Exception($"Stream {stream} is no longer at the expected version.", inner)
{
    public string Stream { get; } = stream;
}

/// <summary>This message was already consumed; nothing was written.</summary>
public sealed class DuplicateMessageException(Exception? inner = null) : Exception("The message was already consumed.", inner);
