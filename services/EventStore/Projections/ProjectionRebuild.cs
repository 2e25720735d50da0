using Npgsql;

namespace Marketplace.EventStore;

/// <summary>Replays the log into a projection: to rebuild its tables, or to compare them with what the log says they should be.</summary>
public sealed class ProjectionRebuild(NpgsqlDataSource database, ILogReplay log)
{
    private const int Page = 1000;

    /// <summary>Empties the projection's tables and fills them again, in one transaction; appends wait meanwhile.</summary>
    /// <returns>The events replayed.</returns>
    public async Task<long> RebuildAsync(IProjection projection, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await ExecuteAsync(connection, $"lock table {log.Table} in share row exclusive mode", token);
        await ExecuteAsync(connection, "truncate " + string.Join(", ", projection.Tables), token);
        var replayed = await ReplayAsync(transaction, projection, token);
        await transaction.CommitAsync(token);
        return replayed;
    }

    /// <summary>Replays into shadow tables and counts the rows by which each table differs from its shadow; all zero when live equals replay.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CompareAsync(IProjection projection, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await ExecuteAsync(connection, $"lock table {log.Table} in share mode", token);
        foreach (var table in projection.Tables)
        {
            await ExecuteAsync(connection, $"create temp table {table} (like public.{table} including defaults including indexes) on commit drop", token);
        }

        // Temporary tables come first in the search path, so the projection's own statements fill them.
        await ReplayAsync(transaction, projection, token);
        var differences = new Dictionary<string, long>();
        foreach (var table in projection.Tables)
        {
            await using var command = new NpgsqlCommand(
                $"""
                select count(*) from (
                    (table public.{table} except all table pg_temp.{table}) union all (table pg_temp.{table} except all table public.{table})) d
                """, connection);
            differences[table] = (long)(await command.ExecuteScalarAsync(token))!;
        }

        await transaction.RollbackAsync(token);
        return differences;
    }

    private async Task<long> ReplayAsync(NpgsqlTransaction transaction, IProjection projection, CancellationToken token)
    {
        var replayed = 0L;
        await foreach (var events in log.ReadHeldAsync(transaction, Page, token))
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            foreach (var happened in events)
            {
                projection.Project(happened, batch);
            }

            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(token);
            }

            replayed += events.Count;
        }

        return replayed;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }
}
