using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Merchants.Variants;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary><c>/pro/{shop}/produits</c>: what the shop offers, on sale or not; taken off sale and put back with one tap, which the next one takes back.</summary>
public static class ProductList
{
    private const int PageSize = 50;
    internal static readonly string[] Statuses = ["active", "draft", "archived"];

    public sealed record StatusForm
    {
        public string? Sku { get; set; }
        public string? Status { get; set; }
        /// <summary>Where it comes from, and so where the way back leads.</summary>
        public string? Was { get; set; }
        public string? Q { get; set; }
        public string? Etat { get; set; }
        public string? Page { get; set; }
    }

    public sealed record Model(ProShop Shop, MerchantOfferPage Offers, string? Text, string? Status, ProductSaid? Said)
    {
        public string Href(string? status, int page = 1) => $"/pro/{Shop.Slug}/produits" + LocalUrl.Query(("q", Text), ("etat", status), ("page", page == 1 ? null : page.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    internal static void MapProducts(this RouteGroupBuilder shop)
    {
        shop.MapGet("/produits", ShowAsync);
        shop.MapPost("/produits/etat", SetStatusAsync);
        shop.MapProductSheet();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopProductsClient catalog, CancellationToken token, string? q = null, string? etat = null, int page = 1)
    {
        var text = string.IsNullOrWhiteSpace(q) ? null : q.Trim()[..Math.Min(q.Trim().Length, 100)];
        var status = Statuses.Contains(etat) ? etat : null;
        var offers = await catalog.OffersAsync(http.ProShop().Slug, text, status, Math.Clamp(page, 1, 200), PageSize, token);
        var model = new Model(http.ProShop(), offers, text, status, await ProductSaid.OfAsync(http, catalog, token));
        return LastPage.InsteadOf(page, offers.Items.Count, offers.Total, PageSize) is { } last ? Results.LocalRedirect(model.Href(status, last)) : Page.Of<ProductListPage, Model>(model);
    }

    private static async Task<IResult> SetStatusAsync([FromForm] StatusForm form, HttpContext http, ShopProductsClient catalog, CancellationToken token)
    {
        var (shop, sku, status) = (http.ProShop().Slug, form.Sku ?? "", Statuses.Contains(form.Status) ? form.Status! : "archived");
        var answer = await catalog.SetStatusAsync(shop, sku, status, token);
        // What is missing for going on sale is asked for where it is written.
        return answer switch
        {
            { Ok: false, Problem.Code: "offer-not-found" } => Trouble.NotFound(null),
            { Ok: false } => Results.LocalRedirect(ProductSheet.Address(shop, sku) + LocalUrl.Query(("manque", answer.Problem!.Code == "variant-taken" ? VariantsDesk.TakenNote : "oui"))),
            _ => Results.LocalRedirect($"/pro/{shop}/produits" + LocalUrl.Query(("q", form.Q), ("etat", form.Etat), ("page", form.Page == "1" ? null : form.Page), ("fait", status), ("sku", sku),
                ("de", Statuses.Contains(form.Was) && form.Was != status ? form.Was : null))),
        };
    }
}
