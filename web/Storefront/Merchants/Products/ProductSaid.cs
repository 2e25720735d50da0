using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>What was just done with which product, carried in the address, and the status that takes it back.</summary>
public sealed record ProductSaid(string Done, MerchantOffer Offer, string? Back)
{
    private static readonly string[] _done = ["published", "kept", "saved", .. ProductList.Statuses];

    internal static async Task<ProductSaid?> OfAsync(HttpContext http, ShopProductsClient catalog, CancellationToken token)
    {
        var (done, sku, from) = (http.Request.Query["fait"].ToString(), http.Request.Query["sku"].ToString(), http.Request.Query["de"].ToString());
        if (!_done.Contains(done) || sku.Length is 0 or > 64 || await catalog.SheetAsync(http.ProShop().Slug, sku, token) is not { } sheet)
        {
            return null;
        }
        // Said only while it is so. A new product goes back to being nobody else's.
        var back = done == "published" ? "draft" : ProductList.Statuses.Contains(from) ? from : null;
        var stands = done switch { "published" => "active", "kept" => "draft", "saved" => sheet.Offer.Status, _ => done };
        return sheet.Offer.Status == stands ? new ProductSaid(done, sheet.Offer, back) : null;
    }
}
