using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Figures;

/// <summary>Catalog as a shop reads what was looked for while it was out of stock.</summary>
internal sealed class ShopWantedClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "catalog")
{
    /// <summary>Null where Catalog does not answer: what was sold is Ordering's, and shown all the same.</summary>
    public async Task<WantedOffers?> ReadAsync(string shop, CancellationToken token)
    {
        try
        {
            return await GetKnownAsync<WantedOffers>($"shops/{E(shop)}/wanted", token);
        }
        catch (ServiceUnavailable)
        {
            return null;
        }
    }
}
