using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Forgets what nobody needs any more: idempotency keys after a week, and who was behind an order that never stood, after a month. Contacts of
/// orders that stood stay until they are erased with the person.
/// </summary>
internal sealed partial class Housekeeping(NpgsqlDataSource database, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                LogPutOff(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    internal async Task RunAsync(CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("delete from idempotency_keys where at < $1") { Parameters = { new() { Value = now.AddDays(-7) } } },
                new("delete from contacts c using orders o where o.order_id = c.order_id and o.status in ('refused', 'expired', 'cancelled') and o.pickup_code is null and c.at < $1")
                {
                    Parameters = { new() { Value = now.AddDays(-30) } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping is put off")]
    private partial void LogPutOff(Exception failure);
}
