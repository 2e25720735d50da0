using System.Globalization;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Counting;

/// <summary>Catalog as a shop's counting list sees it.</summary>
internal sealed class ShopCountingClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "catalog")
{
    /// <summary>The open list, begun where there is none.</summary>
    public Task<Answer<StockCountList>> StartAsync(string shop, CancellationToken token) => PostAsync<StockCountList>($"shops/{E(shop)}/stock-counts", null, token, mayRepeat: true);

    /// <param name="newest">Only so many articles.</param>
    public Task<StockCountList?> OpenAsync(string shop, int? newest, CancellationToken token) =>
        GetAsync<StockCountList>($"shops/{E(shop)}/stock-counts/open" + Q(("newest", newest?.ToString(CultureInfo.InvariantCulture))), token);

    public Task<StockCountList?> FindAsync(string shop, Guid count, CancellationToken token) => GetAsync<StockCountList>($"shops/{E(shop)}/stock-counts/{count}", token);

    public Task<Answer<CountedArticle>> ScanAsync(string shop, Guid count, CountScan scan, string key, CancellationToken token) =>
        PostAsync<CountedArticle>($"shops/{E(shop)}/stock-counts/{count}/scans", scan, token, idempotencyKey: key);

    public Task<Answer<StockCountList>> ApplyAsync(string shop, Guid count, long seen, CancellationToken token) =>
        SendAsync<StockCountList>(HttpMethod.Post, $"shops/{E(shop)}/stock-counts/{count}/apply", null, token, mayRepeat: true, ifMatch: seen);

    public Task<Answer<StockCountList>> AbandonAsync(string shop, Guid count, CancellationToken token) =>
        SendAsync<StockCountList>(HttpMethod.Delete, $"shops/{E(shop)}/stock-counts/{count}", null, token, mayRepeat: true);
}
