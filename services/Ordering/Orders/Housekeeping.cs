using Marketplace.Ordering.Erasure;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>Forgets what nobody needs any more: idempotency keys after a week, what Stripe told after a month (it tells again for three days), contacts after their time.</summary>
internal sealed partial class Housekeeping(NpgsqlDataSource database, ContactErasure contacts, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
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
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogPutOff(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    internal async Task RunAsync(CancellationToken token)
    {
        await using (var command = database.CreateCommand("delete from idempotency_keys where at < $1"))
        {
            command.Parameters.Add(new() { Value = clock.GetUtcNow().AddDays(-7) });
            await command.ExecuteNonQueryAsync(token);
        }

        await using (var command = database.CreateCommand("delete from payment_events where received_at < $1"))
        {
            command.Parameters.Add(new() { Value = clock.GetUtcNow().AddDays(-30) });
            await command.ExecuteNonQueryAsync(token);
        }

        await contacts.EraseAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping is put off")]
    private partial void LogPutOff(Exception failure);
}
