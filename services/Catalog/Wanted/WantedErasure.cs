using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Catalog.Wanted;

/// <summary>Forgets after thirteen months what was looked for: last year's same days are the last that anybody compares.</summary>
internal sealed class WantedErasure(NpgsqlDataSource database, TimeProvider clock) : IDueWorkHandler
{
    internal const string WorkKind = "wanted-erasure";
    private const int MonthsKept = 13;

    public string Kind => WorkKind;
    public string AlwaysThere => "sweep";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand("delete from wanted_while_out where day < $1");
        command.Parameters.Add(new() { Value = Day.In(now).AddMonths(-MonthsKept) });
        await command.ExecuteNonQueryAsync(token);
        return now.AddDays(1);
    }
}
