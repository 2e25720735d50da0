using Marketplace.Contracts.Catalog.Api;
using Microsoft.Extensions.Caching.Memory;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>What a product's form goes by, kept for a minute: twenty products in a row ask for it once.</summary>
internal sealed class ProductRules(ShopProductsClient catalog, IMemoryCache cache)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    public async Task<SellingRules> OfTodayAsync(CancellationToken token) => (await cache.GetOrCreateAsync(typeof(ProductRules), entry =>
    {
        entry.AbsoluteExpirationRelativeToNow = KeptFor;
        return catalog.RulesAsync(token);
    }))!;
}
