using System.Net;
using System.Text.Json;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Under_the_right_town(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private static readonly string _atlas = $"/givors/produits/{TownSamples.Atlas.OfferId}/atlas-du-rhone";

    [Theory]
    [InlineData("/vienne/produits/{0}"), InlineData("/vienne/produits/{0}/atlas-du-rhone"), InlineData("/roanne/produits/{0}/autre-nom")]
    public async Task An_offer_asked_for_in_another_town_is_found_for_good_in_its_own(string path)
    {
        var visitor = await host.Visitor().OpenAsync(string.Format(null, path, TownSamples.Atlas.OfferId));
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.MovedPermanently, _atlas));
        (await visitor.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
        visitor.Page.QuerySelector("form[data-add]")!.GetAttribute("action").ShouldBe("/givors/panier/ajouter");
        host.Town.Asked.ShouldContain($"GET catalog /api/v1/offers/{TownSamples.Atlas.OfferId}?town=givors", "other shops are those of the town");
    }

    [Fact]
    public async Task So_is_a_shop()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/boutiques/la-plume");
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.MovedPermanently, "/givors/boutiques/la-plume"));
        (await visitor.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("?boutique=la-plume&tri=prix", "/givors/produits?boutique=la-plume&tri=prix"), InlineData("?boutique=nulle-part&q=pain&page=2", "/vienne/produits?q=pain")]
    public async Task So_is_the_list_of_a_shops_goods_and_of_no_shop_it_is_that_of_the_town(string query, string address)
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits" + query);
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.Redirect, address));
        (await visitor.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Visitor().OpenAsync("/vienne/produits?boutique=la-cave")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Goods_of_a_shop_of_two_towns_lie_in_each_towns_basket_for_itself()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Wine.OfferId.ToString()), ("quantite", "1"));
        await visitor.PostAsync("/givors/panier/ajouter", ("offre", TownSamples.Wine.OfferId.ToString()), ("quantite", "2"));
        (await QuantityAsync("vienne"), await QuantityAsync("givors")).ShouldBe(("1", "2"));
        await (await visitor.OpenAsync("/givors/panier")).SubmitAsync("/givors/panier/ligne", ("retirer", TownSamples.Wine.OfferId.ToString()));
        (await QuantityAsync("vienne")).ShouldBe("1");
        (await visitor.OpenAsync("/givors/panier/nombre")).Html.ShouldBe("{\"count\":0}");

        async Task<string?> QuantityAsync(string town) => (await visitor.OpenAsync($"/{town}/panier")).Page.QuerySelector("input[name=quantite]")!.GetAttribute("value");
    }

    [Theory]
    [InlineData("vienne"), InlineData("givors")]
    public async Task A_shop_of_two_towns_is_shown_under_both(string town)
    {
        (await host.Visitor().OpenAsync($"/{town}/boutiques/la-cave")).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Visitor().OpenAsync($"/{town}/produits/{TownSamples.Wine.OfferId}/cote-rotie")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_of_another_town_gets_into_the_basket_it_is_shown_where_it_is_sold()
    {
        var visitor = await host.Visitor().PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Atlas.OfferId.ToString()));
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.SeeOther, _atlas));
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
        (await visitor.OpenAsync("/givors/panier/nombre")).Html.ShouldBe("{\"count\":0}");
    }

    [Theory]
    [InlineData("fr", "Ce produit se vend à Givors", "Voir le produit"), InlineData("en", "This product is sold in Givors", "See the product")]
    public async Task A_script_is_told_so(string language, string said, string link)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("offre", TownSamples.Atlas.OfferId.ToString())]);
        var visitor = await host.Visitor(language).AskAsync("/vienne/panier/ajouter", form);
        var answer = JsonDocument.Parse(visitor.Html).RootElement;
        answer.GetProperty("message").GetString()!.ShouldStartWith(said);
        (answer.GetProperty("href").GetString(), answer.GetProperty("link").GetString()).ShouldBe((_atlas, link));
    }
}
