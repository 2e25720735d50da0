using AngleSharp.Dom;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>A jumper in sizes and colours: one card in the lists, and on its page links to the others, without script.</summary>
public sealed class Choosing_a_size(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private OfferSummary Jumper(string word, string? size, string? colour, string state = "in-stock", long cents = 4900, OfferShop? shop = null)
    {
        var title = string.Join(", ", new[] { word, size, colour }.OfType<string>());
        var offer = TownSamples.Bread with
        {
            OfferId = OfferId.New(),
            Title = title,
            PriceCents = cents,
            StockState = state,
            Available = state == "out-of-stock" ? 0 : 9,
            Shop = shop ?? TownSamples.Bakery,
            Model = new(new(word, size, colour), word, 3, 2, 4900, 5900),
        };
        return host.Town.Offers[offer.OfferId] = offer;
    }

    [Fact]
    public async Task Is_one_card_that_leads_to_one_that_can_be_had()
    {
        Jumper("Pull ras", "L", "bleu", "out-of-stock");
        var medium = Jumper("Pull ras", "M", "bleu", cents: 5900);
        Jumper("Pull ras", "S", "écru");
        Jumper("Pull ras", "S", "écru", shop: TownSamples.Cellar);

        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=pull+ras");
        var cards = visitor.Page.QuerySelectorAll("article.offer").ToList();
        cards.Select(c => Browser.WordsOf(c.QuerySelector("h3"))).ShouldBe(["Pull ras", "Pull ras, S, écru"], "another shop's stands by itself");
        cards[0].QuerySelector("h3 a")!.GetAttribute("href").ShouldBe($"/vienne/produits/{medium.OfferId}/pull-ras-m-bleu");
        Browser.WordsOf(cards[0]).ShouldContain("3 tailles, 2 couleurs");
        Browser.WordsOf(cards[0]).ShouldContain("De 49,00 € à 59,00 € selon le choix");
        Browser.WordsOf(visitor.Page.QuerySelector(".found")).ShouldBe("4 articles", "the total counts what it says");
        Browser.WordsOf((await visitor.OpenAsync("/vienne/produits?q=pain")).Page.QuerySelector(".found")).ShouldContain("produit");
    }

    [Fact]
    public async Task Is_found_by_its_name_where_it_alone_is_meant()
    {
        Jumper("Pull col V", "M", "bleu");
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=pull+col+v");
        Browser.WordsOf(visitor.Page.QuerySelectorAll("article.offer").Single().QuerySelector("h3")).ShouldBe("Pull col V, M, bleu");
    }

    [Fact]
    public async Task Is_a_link_that_keeps_what_was_chosen_beside_it()
    {
        var here = Jumper("Pull long", "M", "bleu");
        var small = Jumper("Pull long", "S", "bleu", "out-of-stock");
        var undyed = Jumper("Pull long", "M", "écru");
        var large = Jumper("Pull long", "XL", "écru");

        var visitor = await host.Visitor().OpenAsync($"/vienne/produits/{here.OfferId}/pull-long-m-bleu");
        Browser.WordsOf(visitor.Page.QuerySelector("h1")).ShouldBe("Pull long, M, bleu");
        var choosers = visitor.Page.QuerySelectorAll("nav.variants").ToList();
        choosers.Select(c => visitor.Page.GetElementById(c.GetAttribute("aria-labelledby")!)!.TextContent).ShouldBe(["Taille", "Couleur"]);
        Links(choosers[0]).ShouldBe([("S épuisé", small.OfferId, false), ("M", here.OfferId, true), ("XL (écru)", large.OfferId, false)]);
        Links(choosers[1]).ShouldBe([("bleu", here.OfferId, true), ("écru", undyed.OfferId, false)]);

        // In the basket it is called by its whole name.
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", here.OfferId.ToString()), ("quantite", "1"));
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain("Pull long, M, bleu");

        static List<(string, OfferId, bool)> Links(IElement nav) =>
            [.. nav.QuerySelectorAll("a").Select(a => (Browser.WordsOf(a), OfferId.Parse(a.GetAttribute("href")!.Split('/')[3], null), a.GetAttribute("aria-current") == "true"))];
    }
}
