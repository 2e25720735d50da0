using System.Net;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class A_town_without_shops(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Theory]
    [InlineData("/roanne"), InlineData("/roanne/boutiques"), InlineData("/roanne/rayons"), InlineData("/roanne/produits"), InlineData("/roanne/produits?q=introuvable"), InlineData("/roanne/produits?aujourdhui=1")]
    public async Task Says_what_comes_and_where_to_go_until_then(string path)
    {
        foreach (var (language, comes) in new[] { ("fr", "Les premières boutiques de Roanne s'installent"), ("en", "The first shops of Roanne are moving in") })
        {
            var visitor = await host.Visitor(language).OpenAsync(path);
            visitor.Status.ShouldBe(HttpStatusCode.OK);
            visitor.Words.ShouldContain(comes);
            visitor.Words.ShouldContain(TownSamples.Roanne.Operator.Name, Case.Sensitive, "who takes shops in");
            visitor.Page.QuerySelector("main a[href^='mailto:contact@vienne.example']").ShouldNotBeNull();
            visitor.Page.QuerySelectorAll("main .empty ul a").Select(a => a.GetAttribute("href")).ShouldBe(["/vienne", "/givors"]);
            visitor.Page.QuerySelectorAll("main a[href*='rayon='], main .chips").ShouldBeEmpty("nothing there leads to an empty list");
        }
    }

    [Fact]
    public async Task Sends_a_search_to_the_towns_that_have_it()
    {
        var visitor = await host.Visitor().OpenAsync("/roanne/produits?q=atlas");
        visitor.Words.ShouldContain("Les premières boutiques de Roanne s'installent");
        visitor.Page.QuerySelectorAll("main .empty ul a").Select(a => a.GetAttribute("href")).ShouldBe(["/givors/produits?q=atlas"]);
    }

    [Fact]
    public async Task Suggests_nothing() => (await host.Visitor().OpenAsync("/roanne/suggestions?q=pa", ("Accept", "application/json"))).Html.ShouldBe("[]");

    [Fact]
    public async Task Is_announced_in_the_list_of_towns() => (await host.Visitor().OpenAsync("/")).Page.QuerySelector(".towns a[href='/roanne']")!.TextContent.ShouldContain("Ouvre bientôt");

    [Fact]
    public async Task Does_not_break_a_search_of_another_town_nor_does_one_that_cannot_be_asked()
    {
        (await host.Visitor().OpenAsync("/vienne/produits?q=atlas")).Page.QuerySelector("main a[href='/givors/produits?q=atlas']").ShouldNotBeNull();
        host.Town.Crowded.Add("givors");
        try
        {
            var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=atlas&tri=prix");
            visitor.Status.ShouldBe(HttpStatusCode.OK);
            visitor.Words.ShouldContain("Rien pour « atlas »");
            visitor.Page.QuerySelector("main a[href^='/givors']").ShouldBeNull();
        }
        finally
        {
            host.Town.Crowded.Clear();
        }
    }
}
