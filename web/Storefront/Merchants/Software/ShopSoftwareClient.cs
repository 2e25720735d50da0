using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Software;

/// <summary>Catalog as a shop sets up the software that is asked for its stock.</summary>
internal sealed class ShopSoftwareClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "catalog")
{
    public Task<StockFeed?> FindAsync(string shop, CancellationToken token) => GetAsync<StockFeed>($"shops/{E(shop)}/stock-feed", token);

    public async Task<IReadOnlyList<StockFeedRun>> RunsAsync(string shop, CancellationToken token) => await GetKnownAsync<StockFeedRun[]>($"shops/{E(shop)}/stock-feed/runs", token);

    /// <param name="seen">The version that was changed; null: there was none.</param>
    public Task<Answer<StockFeed>> PutAsync(string shop, StockFeedDefinition definition, long? seen, CancellationToken token) =>
        SendAsync<StockFeed>(HttpMethod.Put, $"shops/{E(shop)}/stock-feed", definition, token, onlyNew: seen is null, ifMatch: seen);

    public Task<Answer<StockFeedTrial>> TryAsync(string shop, StockFeedDefinition definition, CancellationToken token) => PostAsync<StockFeedTrial>($"shops/{E(shop)}/stock-feed/trials", definition, token);

    // Pressed twice it is one reading: the second press finds the first one's.
    public Task<Answer<StockFeedRun>> ReadNowAsync(string shop, CancellationToken token) => PostAsync<StockFeedRun>($"shops/{E(shop)}/stock-feed/runs", null, token, mayRepeat: true);

    public Task<Answer<object>> RemoveAsync(string shop, CancellationToken token) => SendAsync<object>(HttpMethod.Delete, $"shops/{E(shop)}/stock-feed", null, token, mayRepeat: true);
}
