using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Catalog.Importing;

/// <summary>Forgets what nobody decided on: files that were looked at and left, uploads that broke off, and what was told of those that were taken. With each file that comes, and each day where none does.</summary>
internal sealed class ImportSweep(NpgsqlDataSource database, TimeProvider clock) : IDueWorkHandler
{
    internal const string WorkKind = "import-sweep";
    private const int ToldAtOnce = 5;
    private static readonly TimeSpan Told = TimeSpan.FromDays(30);
    private static readonly TimeSpan Undecided = TimeSpan.FromDays(7);

    public string Kind => WorkKind;
    public string AlwaysThere => "sweep";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(session);
        Clean(batch, now);
        await batch.ExecuteNonQueryAsync(token);
        return batch.BatchCommands[0].RecordsAffected == ToldAtOnce ? now : now.AddDays(1);
    }

    internal static void Clean(NpgsqlBatch batch, DateTimeOffset now)
    {
        // What was wrong with a file is told for a month; a few at a time, for one may have a great many lines.
        batch.BatchCommands.Add(new("delete from imports where import_id in (select import_id from imports where ended_at < $1 order by ended_at limit $2)")
        {
            Parameters = { new() { Value = now - Told }, new() { Value = ToldAtOnce } },
        });
        // Uploads that broke off in the middle, and files that somebody looked at and left.
        batch.BatchCommands.Add(new("delete from imports where (status = 'receiving' and created_at < $1) or (status in ('preview', 'checking', 'dropped') and created_at < $2)")
        {
            Parameters = { new() { Value = now.AddDays(-1) }, new() { Value = now - Undecided } },
        });
    }
}
