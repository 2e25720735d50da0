using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Narrowing_a_list(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Every_shop_can_be_chosen_the_first_twelve_at_once()
    {
        for (var n = 1; n <= 20; n++)
        {
            var offer = TownSamples.Bread with { OfferId = OfferId.New(), Title = $"Savon {n}", Shop = new OfferShop(ShopId.New(), $"boutique-{n}", $"Boutique {n}") };
            host.Town.Offers[offer.OfferId] = offer;
        }

        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=savon");
        var facets = visitor.Page.QuerySelector(".facets-wide").ShouldNotBeNull();
        var links = facets.QuerySelectorAll("a[href*='boutique=boutique-']").ToList();
        links.Count.ShouldBe(20);
        links.Count(link => link.Closest("details.more") is null).ShouldBe(12);
        facets.QuerySelector("details.more > summary")!.TextContent.ShouldContain("Toutes les boutiques (20)");
    }

    [Fact]
    public async Task The_nearest_comes_first_from_the_town_centre_or_from_where_the_visitor_says_they_are()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=pain");
        visitor.Page.QuerySelector(".sorts a[href='/vienne/produits?q=pain&tri=distance']").ShouldNotBeNull();
        // The script adds the position to this address, rounded to three decimals.
        var near = visitor.Page.QuerySelector("[data-near]").ShouldNotBeNull();
        (near.GetAttribute("data-near"), near.GetAttribute("data-near-digits"), near.HasAttribute("hidden")).ShouldBe(("/vienne/produits?q=pain&tri=distance&pres=", "3", true));

        (await visitor.OpenAsync("/vienne/produits?q=pain&tri=distance")).Page.QuerySelector(".sorts strong")!.TextContent.ShouldContain("du centre-ville");
        host.Town.Asked.ShouldContain(asked => Uri.UnescapeDataString(asked).Contains("sort=distance&near=45.5256,4.8744"));

        await visitor.OpenAsync("/vienne/produits?q=pain&tri=distance&pres=45.52551234,4.871");
        visitor.Page.QuerySelector(".sorts strong")!.TextContent.ShouldContain("de vous");
        host.Town.Asked.ShouldContain(asked => Uri.UnescapeDataString(asked).Contains("sort=distance&near=45.526,4.871"));
        visitor.Page.QuerySelector(".price-form input[name=pres]")!.GetAttribute("value").ShouldBe("45.526,4.871");
        visitor.Page.QuerySelectorAll(".facets-wide a[href*='rayon=']").ShouldAllBe(link => link.GetAttribute("href")!.Contains("pres=45.526"));

        var nowhere = await host.Visitor().OpenAsync("/vienne/produits?q=pain&tri=distance&pres=nulle-part");
        nowhere.Status.ShouldBe(HttpStatusCode.OK);
        nowhere.Page.QuerySelector(".sorts strong")!.TextContent.ShouldContain("du centre-ville");
    }

    [Fact]
    public async Task Prices_in_euros_and_today_reach_catalog_as_cents_and_a_flag()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=pain&rayon=pains&boutique=le-fournil&prixmin=2&prixmax=35&aujourdhui=1&tri=-prix&page=2");
        visitor.Status.ShouldBe(HttpStatusCode.Found, "there is no second page: the last there is is shown");
        host.Town.Asked.Last(asked => asked.Contains("/towns/vienne/offers", StringComparison.Ordinal))
            .ShouldBe("GET catalog /api/v1/towns/vienne/offers?q=pain&category=pains&shop=le-fournil&availableToday=true&minPrice=200&maxPrice=3500&sort=-price&page=2&pageSize=24");

        // What is no filter is left out, and never asked of Catalog.
        await visitor.OpenAsync("/vienne/produits?q=pain&prixmin=deux&prixmax=-3&aujourdhui=oui");
        host.Town.Asked.Last(asked => asked.Contains("/towns/vienne/offers", StringComparison.Ordinal)).ShouldBe("GET catalog /api/v1/towns/vienne/offers?q=pain&pageSize=24");
    }

    [Fact]
    public async Task Towns_are_shown_nearest_first_to_who_says_where_they_are()
    {
        var visitor = await host.Visitor().OpenAsync("/?pres=45.58911,4.76894");
        host.Town.Asked.ShouldContain(asked => Uri.UnescapeDataString(asked).Contains($"/towns?near={TownSamples.BesideGivors}&", StringComparison.Ordinal), "about a kilometre is told, no more");
        visitor.Page.QuerySelectorAll(".towns a").Select(a => a.GetAttribute("href")).ShouldBe(["/givors", "/vienne", "/roanne"]);
        visitor.Page.QuerySelector(".towns a")!.TextContent.ShouldContain("20");
        (await visitor.OpenAsync("/")).Page.QuerySelector(".towns a")!.GetAttribute("href").ShouldBe("/vienne");
    }

    [Fact]
    public async Task Every_card_tells_how_old_its_figure_is_unless_nothing_is_left()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=p");
        string Card(OfferSummary offer) => visitor.Page.QuerySelectorAll("article.offer").Single(card => card.QuerySelector("h3")!.TextContent == offer.Title).TextContent;

        Card(TownSamples.Bread).ShouldContain("à jour il y a 2");
        Card(TownSamples.Gone).ShouldNotContain("à jour");
    }
}
