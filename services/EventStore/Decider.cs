using Npgsql;

namespace Marketplace.EventStore;

/// <summary>
/// A pure decider: what a command does to a state, and what an event makes of it. An empty list means "already so".
/// </summary>
public sealed record Decider<TState, TCommand, TEvent>(
    TState Initial, Func<TCommand, TState, IReadOnlyList<TEvent>> Decide, Func<TState, TEvent, TState> Evolve) where TEvent : class
{
    /// <summary>Folds a stream to its state.</summary>
    public TState Fold(EventStream stream)
    {
        var state = Initial;
        foreach (var stored in stream.Events)
        {
            state = Evolve(state, (TEvent)stored.Data);
        }

        return state;
    }
}

/// <summary>What came of a command: the state after it, the stream's version, and the new events (none when it was already so).</summary>
public sealed record Decided<TState, TEvent>(TState State, long Version, IReadOnlyList<TEvent> Events);

/// <summary>Runs a decider against a store: read, fold, decide, append; again when another writer came first.</summary>
public static class DeciderRunner
{
    private const int Attempts = 8;

    /// <param name="store">Where the stream lives.</param>
    /// <param name="decider">The rules.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="command">Decided again on fresh state after a lost race, so it must carry its own time and ids.</param>
    /// <param name="meta">Stored beside the events.</param>
    /// <param name="also">More writes of the same transaction, given the decision: timers, and the inbox row last. Runs even when there is nothing to append if <paramref name="alsoWhenNothing"/>.</param>
    /// <param name="expectedVersion">The version the caller saw (If-Match); null: whatever stands.</param>
    /// <param name="alsoWhenNothing">Write <paramref name="also"/> for an empty decision too (an inbox row, say).</param>
    /// <param name="token">Cancels before the append only.</param>
    public static async Task<Decided<TState, TEvent>> RunAsync<TState, TCommand, TEvent>(
        this IEventStore store, Decider<TState, TCommand, TEvent> decider, string stream, TCommand command, EventMeta meta,
        Action<NpgsqlBatch, Decided<TState, TEvent>>? also, CancellationToken token, long? expectedVersion = null, bool alsoWhenNothing = false)
        where TEvent : class
    {
        for (var attempt = 1; ; attempt++)
        {
            var read = await store.ReadAsync(stream, token);
            if (expectedVersion is { } expected && expected != read.Version)
            {
                throw new ConcurrencyException(stream);
            }

            var state = decider.Fold(read);
            var events = decider.Decide(command, state);
            var decided = new Decided<TState, TEvent>(events.Aggregate(state, decider.Evolve), read.Version + events.Count, events);
            if (events.Count == 0 && !alsoWhenNothing)
            {
                return decided;
            }

            try
            {
                IReadOnlyList<StreamAppend> appends = events.Count == 0 ? [] : [new StreamAppend(stream, read.Version, events, meta)];
                await store.AppendAsync(appends, also is null ? null : batch => also(batch, decided), token);
                return decided;
            }
            catch (ConcurrencyException) when (expectedVersion is null && attempt < Attempts)
            {
                // Someone appended between the read and the append: decide again on what stands now.
            }
        }
    }
}
