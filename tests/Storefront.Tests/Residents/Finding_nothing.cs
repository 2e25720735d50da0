using Marketplace.Contracts;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>An empty answer says one thing, says what hides what there is, and never promises elsewhere what the filters hide there too.</summary>
public sealed class Finding_nothing(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Theory]
    [InlineData("fr", "Rien ici pour « camambert », ni pour « camembert »", "Rien pour « camambert »")]
    [InlineData("en", "Nothing here for “camambert” or “camembert”", "Nothing for “camambert”")]
    public async Task Of_the_word_and_of_what_it_was_taken_for_is_said_once(string language, string said, string not)
    {
        host.Town.Corrected["camambert"] = "camembert";
        var visitor = await host.Visitor(language).OpenAsync("/vienne/produits?q=camambert");
        visitor.Words.ShouldContain(said);
        visitor.Words.ShouldNotContain(not);
        visitor.Page.QuerySelector("main .empty a[href='/vienne/rayons']").ShouldNotBeNull();
    }

    [Fact]
    public async Task Of_a_word_taken_for_another_names_the_towns_that_have_it()
    {
        host.Town.Corrected["atlass"] = "atlas";
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=atlass");
        visitor.Words.ShouldContain("Rien ici pour « atlass », ni pour « atlas »");
        visitor.Page.QuerySelector("main .empty ul a")!.GetAttribute("href").ShouldBe("/givors/produits?q=atlass");
        (await visitor.OpenAsync("/givors/produits?q=atlass")).Words.ShouldContain("Rien pour « atlass » : voici les résultats pour « atlas ».");
    }

    [Fact]
    public async Task With_filters_counts_other_towns_with_the_same_ones()
    {
        foreach (var (title, cents) in new[] { ("Herbier dessiné", 900L), ("Herbier relié", 3900L) })
        {
            var offer = TownSamples.Atlas with { OfferId = OfferId.New(), Title = title, PriceCents = cents };
            host.Town.Offers[offer.OfferId] = offer;
        }
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=herbier&prixmax=10&boutique=le-fournil&tri=prix");
        var link = visitor.Page.QuerySelectorAll("main .empty a[href^='/givors']").ShouldHaveSingleItem();
        (link.TextContent, link.GetAttribute("href")).ShouldBe(("1 produit à Givors", "/givors/produits?q=herbier&prixmax=10&tri=prix"), "a shop of this town is none of the other's");
        (await visitor.OpenAsync("/vienne/produits?q=herbier&prixmax=5")).Page.QuerySelector("main .empty a[href^='/givors']").ShouldBeNull("where nothing is either, with these filters");
    }

    [Theory]
    [InlineData("fr", "Sans le filtre « 2 € au plus » : 1 produit", "Sans aucun filtre : 1 produit")]
    [InlineData("en", "Without the filter “€2 at most”: 1 product", "Without any filter: 1 product")]
    public async Task Because_of_a_filter_says_which(string language, string one, string all)
    {
        var visitor = await host.Visitor(language).OpenAsync("/vienne/produits?q=pain&prixmax=2&rayon=pains");
        visitor.Page.QuerySelectorAll("main .empty a").Where(a => Plain(a.TextContent) == one).ShouldHaveSingleItem().GetAttribute("href").ShouldBe("/vienne/produits?q=pain&rayon=pains");
        visitor.Words.ShouldNotContain(all);
        // Two filters that each hide it: neither alone is in the way.
        await visitor.OpenAsync("/vienne/produits?q=pain&prixmax=2&rayon=fromages");
        visitor.Words.ShouldNotContain(one);
        visitor.Page.QuerySelectorAll("main .empty a").Where(a => Plain(a.TextContent) == all).ShouldHaveSingleItem().GetAttribute("href").ShouldBe("/vienne/produits?q=pain");
    }

    [Theory]
    [InlineData("/?q=vienna", "/vienne", "Vouliez-vous dire Vienne ?"), InlineData("/?q=rouanne", "/roanne", "Vouliez-vous dire Roanne ?"), InlineData("/?q=38220", "/vienne", "Vouliez-vous dire Vienne ?")]
    [InlineData("/?q=Givros", "/givors", "Vouliez-vous dire Givors ?")]
    public async Task Of_a_town_written_nearly_right_asks_whether_it_was_meant(string path, string town, string said)
    {
        var visitor = await host.Visitor().OpenAsync(path);
        visitor.Words.ShouldContain(said);
        visitor.Words.ShouldNotContain("Pas encore de marché ici");
        visitor.Page.QuerySelectorAll(".towns a").Select(a => a.GetAttribute("href")).ShouldBe([town]);
    }

    [Theory]
    [InlineData("/?q=bordeaux"), InlineData("/?q=vi-en"), InlineData("/?q=75011"), InlineData("/?q=xy")]
    public async Task Of_another_town_says_that_it_is_not_there(string path) => (await host.Visitor().OpenAsync(path)).Words.ShouldContain("Pas encore de marché ici");

    private static string Plain(string text) => string.Join(' ', text.Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
