using Marketplace.EventStore.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.EventStore;

/// <summary>The place that a reader of <see cref="ILogPages"/> keeps, in <c>log_cursors</c>: moved in the transaction of what it writes.</summary>
/// <param name="name">Of the reader; one for ever.</param>
public sealed class LogPlace(NpgsqlDataSource database, string name)
{
    /// <summary>Null: it was never moved.</summary>
    public async Task<LogCursor?> FindAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand("select xid, position from log_cursors where name = $1");
        command.Parameters.Add(new() { Value = name });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new LogCursor(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)) : null;
    }

    /// <summary>Adds the move to the batch that writes what was read before it.</summary>
    public void Move(NpgsqlBatch batch, LogCursor to) => batch.BatchCommands.Add(new NpgsqlBatchCommand(
        "insert into log_cursors (name, xid, position) values ($1, $2, $3) on conflict (name) do update set xid = excluded.xid, position = excluded.position, moved_at = now()")
    {
        Parameters = { new() { Value = name }, new() { Value = to.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 }, new() { Value = to.Position } },
    });
}
