using Npgsql;

namespace Marketplace.EventStore.Postgres;

/// <summary><see cref="ILogPages"/> of our own log.</summary>
internal sealed class PostgresLogPages(NpgsqlDataSource database, EventLog log) : ILogPages
{
    public async Task<(IReadOnlyList<StoredEvent> Events, LogCursor Last)> ReadAsync(LogCursor after, int max, IReadOnlyCollection<string> types, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var page = await log.ReadAsync(connection, after, max, types, token);
        return page.Count == 0 ? ([], after) : ([.. page.Select(p => p.Event)], page[^1].Cursor);
    }

    public async Task<LogCursor> EndAsync(CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await EventLog.EndAsync(connection, token);
    }
}
