using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.EventStore.Postgres;

/// <summary>Forgets messages that no broker can still redeliver.</summary>
internal sealed partial class InboxCleaning(NpgsqlDataSource database, ILogger<InboxCleaning> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1));
        do
        {
            try
            {
                await using var command = database.CreateCommand("delete from inbox where at < now() - interval '14 days'");
                await command.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogPostponed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cleaning the inbox is postponed")]
    private partial void LogPostponed(Exception failure);
}
