using System.Globalization;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.Imports;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>Catalog as a shop writes in it: its offers whole, and what is known of a product already.</summary>
internal sealed class ShopProductsClient(HttpClient http, ReadPipeline reads, IHttpClientFactory clients) : ServiceClient(http, reads, "catalog")
{
    public Task<MerchantOfferPage> OffersAsync(string shop, string? text, string? status, int page, int pageSize, CancellationToken token) =>
        GetKnownAsync<MerchantOfferPage>($"shops/{E(shop)}/offers" + Q(("q", text), ("status", status), ("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);

    public Task<OfferSheet?> SheetAsync(string shop, string sku, CancellationToken token) => GetAsync<OfferSheet>($"shops/{E(shop)}/offers/{E(sku)}", token);

    /// <summary>All offers of a model, on sale or not.</summary>
    public async Task<IReadOnlyList<MerchantOffer>> OfModelAsync(string shop, string group, CancellationToken token)
    {
        const int Most = 100;
        var all = new List<MerchantOffer>();
        for (var page = 1; ; page++)
        {
            var some = await GetKnownAsync<MerchantOfferPage>($"shops/{E(shop)}/offers" + Q(("group", group), ("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", Most.ToString(CultureInfo.InvariantCulture))), token);
            all.AddRange(some.Items);
            if (some.Items.Count < Most || all.Count >= some.Total)
            {
                return all;
            }
        }
    }

    public Task<UsedVariants> VariantWordsAsync(string shop, CancellationToken token) => GetKnownAsync<UsedVariants>($"shops/{E(shop)}/variants", token);

    public Task<SellingRules> RulesAsync(CancellationToken token) => GetKnownAsync<SellingRules>("selling-rules", token);

    /// <summary>Null where nobody has told of it yet; a number that is none is a refusal.</summary>
    public Task<KnownProduct?> KnownAsync(string shop, string ean, CancellationToken token) => GetAsync<KnownProduct>($"shops/{E(shop)}/products/{E(ean)}", token);

    /// <param name="onlyNew">An offer that is there already is left as it is, and the answer a refusal.</param>
    /// <param name="seen">The version that is replaced, and no other; null: whichever stands.</param>
    public Task<Answer<object>> PutAsync(string shop, OfferDefinition offer, bool onlyNew, CancellationToken token, long? seen = null) =>
        SendAsync<object>(HttpMethod.Put, $"shops/{E(shop)}/offers/{E(offer.Sku)}", offer, token, onlyNew: onlyNew, ifMatch: seen);

    public Task<Answer<MerchantOffer>> SetStatusAsync(string shop, string sku, string status, CancellationToken token) =>
        SendAsync<MerchantOffer>(HttpMethod.Put, $"shops/{E(shop)}/offers/{E(sku)}/status", new OfferStatus(status), token);

    /// <summary>Sent once. Null where it broke off on its way.</summary>
    public Task<Answer<MerchantOffer>?> SendPhotoAsync(string shop, string sku, string type, Stream file, string language, CancellationToken token) =>
        PassOnAsync<MerchantOffer>(clients.CreateClient(ShopImportsClient.Files), HttpMethod.Put, $"shops/{E(shop)}/offers/{E(sku)}/photo", type, file, language, token);

    public Task<Answer<MerchantOffer>> SharePhotoAsync(string shop, string sku, string of, CancellationToken token) =>
        SendAsync<MerchantOffer>(HttpMethod.Put, $"shops/{E(shop)}/offers/{E(sku)}/photo" + Q(("of", of)), null, token, mayRepeat: true);

    public Task<Answer<MerchantOffer>> TakePhotoBackAsync(string shop, string sku, string photo, CancellationToken token) =>
        SendAsync<MerchantOffer>(HttpMethod.Put, $"shops/{E(shop)}/offers/{E(sku)}/photo" + Q(("again", photo)), null, token, mayRepeat: true);

    public Task<Answer<object>> RemovePhotoAsync(string shop, string sku, CancellationToken token) =>
        SendAsync<object>(HttpMethod.Delete, $"shops/{E(shop)}/offers/{E(sku)}/photo", null, token, mayRepeat: true);
}
