using Marketplace.Storefront.Residents.Checkout;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>Forgets baskets that nobody touched for two months, and checkouts that nobody pressed for a day: at the start and every hour.</summary>
internal sealed partial class BasketSweep(BasketStore store, CheckoutAttempts attempts, TimeProvider clock, ILogger<BasketSweep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                await store.ForgetOldAsync(stoppingToken);
                await attempts.ForgetOldAsync();
            }
            catch (Npgsql.NpgsqlException failure)
            {
                NotNow(log, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old baskets and checkouts stay until the next hour")]
    private static partial void NotNow(ILogger log, Exception failure);
}
