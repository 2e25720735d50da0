using Marketplace.Storefront.Residents.Checkout;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>Forgets baskets that nobody touched for two months, and checkouts of the days before: at the start and once a day.</summary>
internal sealed partial class BasketSweep(BasketStore store, CheckoutAttempts attempts, TimeProvider clock, ILogger<BasketSweep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), clock);
        do
        {
            try
            {
                await store.ForgetOldAsync(stoppingToken);
                await attempts.ForgetOldAsync();
            }
            catch (Npgsql.NpgsqlException failure)
            {
                NotToday(log, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old baskets and checkouts stay until tomorrow")]
    private static partial void NotToday(ILogger log, Exception failure);
}
