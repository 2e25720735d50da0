using System.Globalization;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Stock;

/// <summary>Catalog as a shop sees it: its offers with what is on the shelf and what is set aside.</summary>
internal sealed class ShopStockClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "catalog")
{
    public Task<MerchantOfferPage> OffersAsync(string shop, string? text, int page, int pageSize, CancellationToken token) =>
        GetKnownAsync<MerchantOfferPage>($"shops/{E(shop)}/offers" + Q(("q", text), ("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);

    public Task<StockAccount?> AccountAsync(string shop, string sku, CancellationToken token) => GetAsync<StockAccount>($"shops/{E(shop)}/stock/{E(sku)}", token);

    public Task<StockMovementPage?> MovementsAsync(string shop, string sku, int page, int pageSize, CancellationToken token) =>
        GetAsync<StockMovementPage>($"shops/{E(shop)}/stock/{E(sku)}/movements" + Q(("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);

    public Task<Answer<BatchAnswer>> PutAsync(string shop, string sku, long onHand, CancellationToken token) =>
        SendAsync<BatchAnswer>(HttpMethod.Put, $"shops/{E(shop)}/stock", new[] { new StockLine(sku, null, onHand) }, token);

    /// <summary>With the version that a change has to name.</summary>
    public Task<StockLimits> LimitsAsync(string shop, CancellationToken token) => GetKnownAsync<StockLimits>($"shops/{E(shop)}/stock-limits", token);

    public Task<Answer<StockLimits>> SetLimitsAsync(string shop, StockLimits limits, long seen, CancellationToken token) =>
        SendAsync<StockLimits>(HttpMethod.Put, $"shops/{E(shop)}/stock-limits", limits, token, ifMatch: seen);

    public Task<Answer<MerchantOffer>> KeepBackAsync(string shop, string sku, long? quantity, CancellationToken token) =>
        SendAsync<MerchantOffer>(HttpMethod.Put, $"shops/{E(shop)}/stock/{E(sku)}/safety", new OfferSafety(quantity), token, mayRepeat: true);

    public Task<Answer<MerchantOffer>> AdjustAsync(string shop, string sku, long delta, string reason, CancellationToken token) =>
        PostAsync<MerchantOffer>($"shops/{E(shop)}/stock/{E(sku)}/adjustments", new StockAdjustment(delta, reason), token);
}
