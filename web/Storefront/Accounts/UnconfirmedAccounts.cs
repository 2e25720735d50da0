using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// An address that nobody confirmed within a week is not kept: it may be somebody else's. Nor is the count of the mails that a mailbox was sent,
/// once it says nothing more.
/// </summary>
internal sealed partial class UnconfirmedAccounts(NpgsqlDataSource database, TimeProvider clock, ILogger<UnconfirmedAccounts> log) : BackgroundService
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await hourly.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ForgetAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                LogLater(failure); // the database is away: the next hour will do
            }
        }
    }

    // Not through EF, which wraps what it thinks passing in an exception of another kind: one that is not caught here ends the whole process.
    private async Task ForgetAsync(CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from people where not email_confirmed and created_at < $1") { Parameters = { new() { Value = now - KeptFor } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from mailbox_uses where since < $1") { Parameters = { new() { Value = now - Mails.Postbox.Window } } });
        await batch.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Unconfirmed accounts were not looked through")]
    private partial void LogLater(Exception failure);
}
