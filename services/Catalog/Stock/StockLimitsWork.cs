using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;

namespace Marketplace.Catalog.Stock;

/// <summary>A moment after a shop has set its limits, all its offers are gone through once more: what an interruption left out, and offers that came in meanwhile with the limits of before.</summary>
internal sealed class StockLimitsWork(KeepBack keep) : IDueWorkHandler
{
    internal const string WorkKind = "stock-limits";

    public string Kind => WorkKind;

    public TimeSpan Lease => TimeSpan.FromMinutes(5);

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        await keep.HoldAsync(ShopId.Parse(work.Key, null), token);
        return null;
    }
}
