namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>Forgets baskets that nobody touched for two months, once a day.</summary>
internal sealed partial class BasketSweep(BasketStore store, TimeProvider clock, ILogger<BasketSweep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await store.ForgetOldAsync(stoppingToken);
            }
            catch (Npgsql.NpgsqlException failure)
            {
                NotToday(log, failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old baskets stay until tomorrow")]
    private static partial void NotToday(ILogger log, Exception failure);
}
