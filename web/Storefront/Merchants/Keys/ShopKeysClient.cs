using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Keys;

/// <summary>Merchants as an owner manages the keys of their programs.</summary>
internal sealed class ShopKeysClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "merchants")
{
    public async Task<IReadOnlyList<ApiKey>> ListAsync(string shop, CancellationToken token) => await GetKnownAsync<ApiKey[]>($"shops/{E(shop)}/api-keys", token);

    /// <summary>Sent once: a repeated request would make another key.</summary>
    public Task<Answer<ApiKeyCreated>> CreateAsync(string shop, ApiKeyRequest request, CancellationToken token) => PostAsync<ApiKeyCreated>($"shops/{E(shop)}/api-keys", request, token);

    public Task<Answer<object>> RevokeAsync(string shop, Guid key, CancellationToken token) =>
        SendAsync<object>(HttpMethod.Delete, $"shops/{E(shop)}/api-keys/{key}", null, token, mayRepeat: true); // revoked twice is revoked
}
