using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>One article sold by several shops is one product, seen from each of them.</summary>
[Collection(CatalogHost.Collection)]
public sealed class The_same_in_other_shops(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task The_same_article_in_two_shops_is_one_product_but_an_in_store_number_is_not()
    {
        var (one, two) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var first = await catalog.OfferAsync(one, CatalogHost.Define("L1", 3, 730, "livres", ean13: "978-0-8044-2957-3"));
        var second = await catalog.OfferAsync(two, CatalogHost.Define("X9", 1, 700, "livres", ean13: "080442957X"));
        var shown = (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{first}", Web))!;
        shown.Ean13.ShouldBe("9780804429573");
        shown.AlsoAt.Select(o => o.OfferId).ShouldBe([second]);

        var weighed = await catalog.OfferAsync(one, CatalogHost.Define("J1", 3, ean13: "2012345678903"));
        await catalog.OfferAsync(two, CatalogHost.Define("J2", 3, ean13: "2012345678903"));
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{weighed}", Web))!.AlsoAt.ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_shops_that_have_it_are_those_of_the_same_town()
    {
        var (here, there, both) = (await catalog.ShopAsync(), await catalog.ShopAsync("published", "vienne"), await catalog.ShopAsync("published", CatalogHost.Town, "vienne"));
        async Task<OfferId> BookAsync(ShopEntry shop) => await catalog.OfferAsync(shop, CatalogHost.Define("L", 3, 730, "livres", ean13: "9782070368228"));
        var (a, b, c) = (await BookAsync(here), await BookAsync(there), await BookAsync(both));
        async Task<Offer> ShownAsync(OfferId offer, string query = "") => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}{query}", Web))!;
        async Task<OfferId[]> AlsoAsync(OfferId offer, string query = "") => [.. (await ShownAsync(offer, query)).AlsoAt.Select(o => o.OfferId)];

        (await ShownAsync(c)).Towns.ShouldBe([CatalogHost.Town, "vienne"]);
        (await AlsoAsync(a)).ShouldBe([c]);
        (await AlsoAsync(b)).ShouldBe([c]);
        (await AlsoAsync(c)).ShouldBe([a, b], ignoreOrder: true);
        (await AlsoAsync(c, $"?town={CatalogHost.Town}")).ShouldBe([a]);
        (await AlsoAsync(c, "?town=vienne")).ShouldBe([b]);
        (await AlsoAsync(a, "?town=nulle-part")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_offer_that_gets_another_article_number_is_no_longer_the_same_as_the_others_under_the_old_one()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var definition = CatalogHost.Define("LIVRE", 2, ean13: "9782840003113", category: "livres");
        var here = await catalog.OfferAsync(shop, definition);
        var there = await catalog.OfferAsync(other, definition);
        (await AlsoAtAsync(here)).ShouldBe([there]);
        await catalog.OfferAsync(other, definition with { Ean13 = "9782840003120" });
        (await AlsoAtAsync(here)).ShouldBeEmpty();

        async Task<IEnumerable<OfferId>> AlsoAtAsync(OfferId offer) => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.AlsoAt.Select(o => o.OfferId);
    }
}
