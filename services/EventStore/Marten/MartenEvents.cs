using System.Runtime.CompilerServices;
using JasperFx.Events;
using Marten;
using Marten.Services;
using Npgsql;

namespace Marketplace.EventStore.Marten;

/// <summary>Our events as Marten's and back, and Marten's whole log in its order. Marten's tables are read through Marten alone.</summary>
internal static class MartenEvents
{
    private const string Actor = "actor";
    private const string Causation = "causation";
    private const string Trace = "trace";

    /// <summary>Gives Marten's events our ids, names, time and surroundings; returns them as they will be read.</summary>
    internal static IEnumerable<StoredEvent> Describe(StreamAppend append, IEnumerable<IEvent> events, EventTypes types)
    {
        var version = append.ExpectedVersion;
        var meta = append.Meta.Traced();
        foreach (var happened in events)
        {
            happened.Id = Guid.CreateVersion7();
            happened.Timestamp = meta.At.ToUniversalTime();
            happened.EventTypeName = types.NameOf(happened.Data);
            happened.DotNetTypeName = ""; // else Marten would read a stored name that nobody knows by the class that once wrote it
            if (meta.Actor is { } actor)
            {
                happened.SetHeader(Actor, actor);
            }

            if (meta.CausationId is { } causation)
            {
                happened.SetHeader(Causation, causation.ToString());
            }

            if (meta.Trace is { } trace)
            {
                happened.SetHeader(Trace, trace);
            }

            yield return new StoredEvent(happened.Id, append.Stream, ++version, happened.EventTypeName, happened.Data, meta.At, meta);
        }
    }

    internal static StoredEvent ToStored(IEvent read) => new(
        read.Id, read.StreamKey!, read.Version, read.EventTypeName, read.Data, read.Timestamp,
        new EventMeta(read.Timestamp, read.GetHeader(Actor) as string, Guid.TryParse(read.GetHeader(Causation) as string, out var causation) ? causation : null,
            read.GetHeader(Trace) as string),
        read.Sequence);

    /// <summary>Marten fills the holes that failed appends leave in its sequence with events of its own.</summary>
    internal static bool IsOurs(IEvent read) => read.StreamKey != Tombstone.StreamKey;

    /// <summary>The next events behind a sequence number and up to another, and the number to go on from.</summary>
    internal static async Task<(IReadOnlyList<StoredEvent> Events, long Last)> PageAsync(
        IQuerySession session, long after, long upTo, int max, CancellationToken token)
    {
        var page = await session.Events.QueryAllRawEvents()
            .Where(e => e.Sequence > after && e.Sequence <= upTo)
            .OrderBy(e => e.Sequence).Take(max).ToListAsync(token);
        return ([.. page.Where(IsOurs).Select(ToStored)], page.Count == 0 ? after : page[^1].Sequence);
    }
}

/// <summary>Marten's log for a rebuild of projections.</summary>
internal sealed class MartenReplay(IDocumentStore store) : ILogReplay
{
    // Only its lock is ours to take: Marten has no call for "let every append wait".
    public string Table => store.Options.Events.DatabaseSchemaName + ".mt_events";

    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> ReadHeldAsync(
        NpgsqlTransaction transaction, int page, [EnumeratorCancellation] CancellationToken token)
    {
        await using var session = store.QuerySession(SessionOptions.ForTransaction(transaction));
        for (var seen = 0L; ;)
        {
            var (events, last) = await MartenEvents.PageAsync(session, seen, long.MaxValue, page, token);
            if (last == seen)
            {
                yield break;
            }

            yield return events;
            seen = last;
        }
    }
}
