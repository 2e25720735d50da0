using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Batches;

/// <summary>Catalog as a shop sees it that makes things to order.</summary>
internal sealed class ShopBatchesClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "catalog")
{
    public Task<ShopBatchList> ListAsync(string shop, CancellationToken token) => GetKnownAsync<ShopBatchList>($"shops/{E(shop)}/batches", token);

    public Task<Answer<ShopBatch>> SetAsync(string shop, OfferId offer, string at, long? quantity, CancellationToken token) =>
        SendAsync<ShopBatch>(HttpMethod.Put, $"shops/{E(shop)}/batches/{offer}/{E(at)}", new BatchQuantity(quantity), token, mayRepeat: true);
}
