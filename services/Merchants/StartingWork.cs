using Marketplace.Merchants.Slots;
using Npgsql;

namespace Marketplace.Merchants;

/// <summary>Sets the timers that must always be there. One that stands is left alone; one that came due while nothing ran is worked off at once.</summary>
internal sealed class StartingWork(NpgsqlDataSource database, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            insert into due_work (kind, key, due_at)
            select $1, 'all', $3 union all select $2, id::text, $3 from shops
            on conflict do nothing
            """);
        command.Parameters.Add(new() { Value = OverdueHolds.WorkKind });
        command.Parameters.Add(new() { Value = PickupOutlook.WorkKind });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
