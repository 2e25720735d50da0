using Microsoft.EntityFrameworkCore;

namespace Marketplace.Storefront.Accounts;

/// <summary>An address that nobody confirmed within a week is not kept: it may be somebody else's.</summary>
internal sealed partial class UnconfirmedAccounts(IServiceScopeFactory scopes, TimeProvider clock, ILogger<UnconfirmedAccounts> log) : BackgroundService
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await hourly.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DeleteAsync(stoppingToken);
            }
            catch (Npgsql.NpgsqlException failure)
            {
                LogLater(failure); // the database is away: the next hour will do
            }
        }
    }

    private async Task DeleteAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var before = clock.GetUtcNow() - KeptFor;
        await scope.ServiceProvider.GetRequiredService<AccountsDb>().Users.Where(p => !p.EmailConfirmed && p.CreatedAt < before).ExecuteDeleteAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Unconfirmed accounts were not looked through")]
    private partial void LogLater(Exception failure);
}
