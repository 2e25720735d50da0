using JasperFx.Events.Projections;
using Marketplace.EventStore.Postgres;
using Marten;

namespace Marketplace.EventStore.Marten;

/// <summary><see cref="ILogPages"/> of Marten's log: a place is a sequence number below the high-water mark, kept as a position.</summary>
internal sealed class MartenPages(IDocumentStore store) : ILogPages
{
    public async Task<(IReadOnlyList<StoredEvent> Events, LogCursor Last)> ReadAsync(LogCursor after, int max, IReadOnlyCollection<string> types, CancellationToken token)
    {
        var settled = await SettledAsync(token);
        if (settled <= after.Position)
        {
            return ([], after);
        }

        await using var session = store.QuerySession();
        var (events, last) = await MartenEvents.PageAsync(session, after.Position, settled, max, token);
        // Nothing more below the mark: it stands on a hole of the sequence.
        return ([.. events.Where(e => types.Contains(e.Type))], new LogCursor(0, last == after.Position ? settled : last));
    }

    public async Task<LogCursor> EndAsync(CancellationToken token) => new(0, await SettledAsync(token));

    private Task<long> SettledAsync(CancellationToken token) => store.Advanced.ProjectionProgressFor(ShardName.HighWaterMarkFor(), token: token);
}
