using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.ServiceDefaults.Shops;
using MassTransit;

namespace Marketplace.Catalog.Display;

/// <summary>
/// Tells the storefront which offers look different, at most twice a second and many at once. Only a hint to drop cached pages: it may be lost.
/// </summary>
internal sealed partial class ChangeHints(IBus bus, IShopDirectory shops, OfferDisplay display, ILogger<ChangeHints> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>Beyond this many, saying which shops is enough.</summary>
    private const int MostOffers = 500;

    private readonly Lock _noting = new();
    private HashSet<OfferId> _offers = [];
    private HashSet<ShopId> _shops = [];

    internal void Note(IEnumerable<OfferId> offers)
    {
        lock (_noting)
        {
            _offers.UnionWith(offers);
        }
    }

    /// <summary>Everything of these shops: they opened or closed, or can be collected from at another time.</summary>
    internal void Note(IEnumerable<ShopId> shops)
    {
        lock (_noting)
        {
            _shops.UnionWith(shops);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default))
        {
            if (Take() is { } hint)
            {
                try
                {
                    await bus.Publish(hint, context => context.Durable = false, stoppingToken).WaitAsync(TimeSpan.FromSeconds(5), stoppingToken);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    LogLost(failure.Message); // pages go stale for as long as their cache lasts, no longer
                }
            }
        }
    }

    private OffersChanged? Take()
    {
        HashSet<OfferId> offers;
        HashSet<ShopId> touched;
        lock (_noting)
        {
            if (_offers.Count == 0 && _shops.Count == 0)
            {
                return null;
            }

            (offers, _offers) = (_offers, []);
            (touched, _shops) = (_shops, []);
        }

        touched.UnionWith(offers.Select(display.Find).OfType<DisplayedOffer>().Select(o => o.ShopId));
        var towns = touched.Select(shops.Find).OfType<ShopEntry>().SelectMany(s => s.Towns).Distinct();
        return new OffersChanged([.. towns], [.. touched], offers.Count <= MostOffers ? [.. offers] : []);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A hint about changed offers was lost: {Reason}")]
    private partial void LogLost(string reason);
}
