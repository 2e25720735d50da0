using Npgsql;

namespace Marketplace.EventStore;

/// <summary>What a rebuild did.</summary>
/// <param name="Events">The events replayed.</param>
/// <param name="Differences">For each table, the rows by which it differed from its replay: wrong or superfluous ones, and the right ones that now stand there.</param>
public sealed record Rebuilt(long Events, IReadOnlyDictionary<string, long> Differences);

/// <summary>How far a replay has come.</summary>
public readonly record struct Replayed(long Events, long Total);

/// <summary>
/// Replays the log into a projection: to rebuild its tables, or to compare them with what the log says they should be. It may be done while the
/// service runs: readers see the old rows until the new ones are committed, appends wait meanwhile. So does every relay of the cluster, for it reads below
/// the oldest transaction that runs: no order of any kind is confirmed before it ends. In a cluster that is in use it belongs into the night.
/// </summary>
public sealed class ProjectionRebuild(NpgsqlDataSource database, ILogReplay log)
{
    private const int Page = 1000;

    /// <summary>Replays into shadow tables, and puts in place those that differ, in one transaction. What is right already is not written.</summary>
    public async Task<Rebuilt> RebuildAsync(IProjection projection, CancellationToken token, IProgress<Replayed>? progress = null)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await ExecuteAsync(connection, $"lock table {log.Table} in share row exclusive mode", token);
        var events = await ShadowAsync(transaction, projection, progress, token);
        var differences = await DifferencesAsync(connection, projection, token);
        var wrong = projection.Tables.Where(table => differences[table] > 0).ToList();
        foreach (var table in wrong)
        {
            await ExecuteAsync(connection, $"delete from public.{table}", token);
        }

        foreach (var table in wrong.AsEnumerable().Reverse())
        {
            await ExecuteAsync(connection, $"insert into public.{table} table pg_temp.{table}", token);
        }

        await transaction.CommitAsync(token);
        return new Rebuilt(events, differences);
    }

    /// <summary>Counts the rows by which each table differs from its replay; all zero when live equals replay.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CompareAsync(IProjection projection, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await ExecuteAsync(connection, $"lock table {log.Table} in share mode", token);
        await ShadowAsync(transaction, projection, progress: null, token);
        var differences = await DifferencesAsync(connection, projection, token);
        await transaction.RollbackAsync(token);
        return differences;
    }

    private async Task<long> ShadowAsync(NpgsqlTransaction transaction, IProjection projection, IProgress<Replayed>? progress, CancellationToken token)
    {
        var connection = transaction.Connection!;
        foreach (var table in projection.Tables)
        {
            await ExecuteAsync(connection, $"create temp table {table} (like public.{table} including defaults including indexes) on commit drop", token);
        }

        // Temporary tables come first in the search path, so the projection's own statements fill them; plans that this session made before know
        // nothing of them and would go on writing to the live ones.
        await ExecuteAsync(connection, "discard plans", token);
        // Nobody analyses temporary tables: a plan made while they were empty would read all of them for each order of a long log.
        await ExecuteAsync(connection, "set local enable_seqscan = off", token);
        var total = progress is null ? 0 : await CountAsync(connection, $"select count(*) from {log.Table}", token);
        var replayed = 0L;
        await foreach (var events in log.ReadHeldAsync(transaction, Page, token))
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            projection.Project(events, batch);
            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(token);
            }

            replayed += events.Count;
            progress?.Report(new Replayed(replayed, total));
        }

        await ExecuteAsync(connection, "reset enable_seqscan", token);
        return replayed;
    }

    private static async Task<IReadOnlyDictionary<string, long>> DifferencesAsync(NpgsqlConnection connection, IProjection projection, CancellationToken token)
    {
        var differences = new Dictionary<string, long>();
        foreach (var table in projection.Tables)
        {
            differences[table] = await CountAsync(connection,
                $"""
                select count(*) from (
                    (table public.{table} except all table pg_temp.{table}) union all (table pg_temp.{table} except all table public.{table})) d
                """, token);
        }

        return differences;
    }

    // Without a limit of time: waiting for appends under way, and tables of any size.
    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }
}
