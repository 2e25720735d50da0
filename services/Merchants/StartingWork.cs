using Marketplace.Merchants.Slots;
using Npgsql;

namespace Marketplace.Merchants;

/// <summary>Sets the timer that each shop must always have. One that stands is left alone; one that came due while nothing ran is worked off at once.</summary>
internal sealed class StartingWork(NpgsqlDataSource database, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            insert into due_work (kind, key, due_at)
            select $1, id::text, $2 from shops
            on conflict do nothing
            """);
        command.Parameters.Add(new() { Value = PickupOutlook.WorkKind });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
