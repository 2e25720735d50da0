namespace Marketplace.Catalog.Search.Tests;

public sealed class Finding_offers
{
    [Fact]
    public void Begins_with_the_whole_title()
    {
        using var market = new Market().With("Pain de campagne", "Pain d’épices", "Pain", "Petit pain au lait");
        market.Find("pain")[0].ShouldBe("Pain");
        market.Find("pain au lait")[0].ShouldBe("Petit pain au lait");
    }

    [Fact]
    public void Prefers_a_whole_title_to_anything_that_sells_or_is_in_stock()
    {
        using var market = new Market();
        market.Offer("Miel", available: 0);
        market.Offer("Miel de châtaignier", popularity: 10_000);
        market.Offer("Bonbons", words: "miel miel miel", popularity: 10_000);
        market.Find("miel").ShouldBe(["Miel", "Miel de châtaignier", "Bonbons"]);
    }

    [Theory]
    [InlineData("ecume des jours")]
    [InlineData("L'ÉCUME DES JOURS")]
    [InlineData("jours écume")]
    [InlineData("ecume vian")]
    [InlineData("boris vian jours")]
    [InlineData("écume des jous")]
    [InlineData("ecme des jours")]
    [InlineData("ecume des jou")]
    [InlineData("l ecume")]
    public void Forgives_what_people_type(string typed)
    {
        using var market = new Market().With("Le Journal du Rhône", "Les Jours heureux");
        market.Offer("L’Écume des jours", "Boris Vian", category: "romans");
        market.Find(typed)[0].ShouldBe("L’Écume des jours");
    }

    [Theory]
    [InlineData("chocolatine", "Pain au chocolat")]
    [InlineData("patates", "Pommes de terre nouvelles")]
    [InlineData("chou fleur", "Choufleur")]
    [InlineData("choufleur", "Choufleur")]
    [InlineData("portemonnaie", "Porte-monnaie en cuir")]
    [InlineData("porte monnaie", "Porte-monnaie en cuir")]
    [InlineData("tee shirt", "T-shirt rayé")]
    [InlineData("farine 1kg", "Farine T65 1000 g")]
    [InlineData("fournil", "Pain au chocolat")]
    [InlineData("breads", "Pain au chocolat")]
    public void Knows_other_words_for_the_same(string typed, string title)
    {
        using var market = new Market();
        market.Shop("le-marche", "Au marché");
        market.Offer("Pain au chocolat");
        foreach (var other in new[] { "Pommes de terre nouvelles", "Choufleur", "Porte-monnaie en cuir", "T-shirt rayé", "Farine T65 1000 g" })
        {
            market.Offer(other, shop: "le-marche", category: "divers");
        }

        market.Find(typed).ShouldBe([title]);
    }

    [Fact]
    public void A_towns_own_words_are_known_beside_those_of_everywhere()
    {
        using var market = new Market(Synonyms.FrenchAnd(new StringReader("# Vienne\n\ncaillette, pâté aux herbes\n"))).With("Pâté aux herbes", "Pain au chocolat");

        market.Find("caillettes").ShouldBe(["Pâté aux herbes"]);
        market.Find("chocolatine").ShouldBe(["Pain au chocolat"]);
    }

    [Fact]
    public void Says_what_it_looked_for_instead()
    {
        using var market = new Market().With("Gâteau au chocolat", "Tarte aux pommes");
        var hits = market.Search("Gateau choclat");
        hits.CorrectedQuery.ShouldBe("Gateau chocolat");
        hits.Total.ShouldBe(1);
        market.Search("chocolat").CorrectedQuery.ShouldBeNull();
        market.Search("abricotiers").CorrectedQuery.ShouldBeNull();
    }

    [Fact]
    public void Does_not_correct_a_word_that_another_town_sells()
    {
        using var market = new Market().With("Velin");
        market.Shop("les-cycles", "Les cycles", towns: "roanne");
        market.Offer("Vélo", shop: "les-cycles");
        market.Search("vélo").ShouldSatisfyAllConditions(hits => hits.Total.ShouldBe(0), hits => hits.CorrectedQuery.ShouldBeNull());
    }

    [Fact]
    public void Leaves_out_a_word_only_when_nothing_has_them_all()
    {
        using var market = new Market().With("Baguette de tradition", "Baguette aux graines");
        market.Find("baguette tradition").ShouldBe(["Baguette de tradition"]);
        market.Find("baguette tradition xylophone").ShouldBe(["Baguette de tradition"]);
    }

    [Fact]
    public void Keeps_a_title_of_common_words_only()
    {
        using var market = new Market();
        market.Offer("Ça", "Stephen King", category: "romans");
        market.Offer("La", category: "romans");
        market.Find("ca")[0].ShouldBe("Ça");
        market.Find("la")[0].ShouldBe("La");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    public void Without_words_is_browsing(string? text)
    {
        using var market = new Market().With("Pain", "Brioche");
        market.Search(text).Total.ShouldBe(2);
    }

    [Theory]
    [InlineData("!!! ???")]
    [InlineData("'")]
    [InlineData("%_\\\"); drop table offers; --")]
    [InlineData("zzzzzzzzzzzzzzzz")]
    public void Takes_any_text(string text)
    {
        using var market = new Market().With("Pain", "Brioche");
        market.Search(text).Total.ShouldBe(0);
        market.Search(new string('a', 100_000)).Total.ShouldBe(0);
        market.Search(string.Join(' ', Enumerable.Repeat("brioche", 5_000))).Total.ShouldBe(1);
    }

    [Fact]
    public void Shows_nothing_of_a_closed_shop_until_it_opens()
    {
        using var market = new Market();
        market.Shop("la-cave", "La Cave", open: false);
        market.Offer("Vin de Seyssuel", shop: "la-cave");
        market.Search("vin").Total.ShouldBe(0);
        market.Search(null).Facets.Shops.ShouldBeEmpty();
        market.Shop("la-cave", "La Cave");
        market.Find("vin").ShouldBe(["Vin de Seyssuel"]);
    }

    [Fact]
    public void Follows_a_shop_s_new_name_and_a_category_s()
    {
        using var market = new Market().With("Baguette");
        market.Find("yzeron").ShouldBe(["Baguette"]);
        market.Shop("le-fournil", "La Mie dorée");
        market.Find("mie").ShouldBe(["Baguette"]);
        market.Search("yzeron").Total.ShouldBe(0);
        market.Index.SetCategories([new("pains", "Miches", "Loaves", null)]);
        market.Find("miche").ShouldBe(["Baguette"]);
        market.Search(null).Facets.Categories.ShouldHaveSingleItem().Name.ShouldBe("Miches");
    }

    [Fact]
    public void Stops_promising_what_can_no_longer_be_collected_today()
    {
        using var market = new Market().With("Baguette");
        var noon = Market.Now.AddHours(3);
        market.Index.SetPickups(market.IdOf("le-fournil"), [new(noon, noon.AddHours(-1)), new(noon.AddDays(1), noon.AddDays(1))]);
        market.Search(null, q => q with { AvailableToday = true }).Total.ShouldBe(1);
        market.Search(null, q => q with { AvailableToday = true, Now = noon.AddHours(-1) }).Total.ShouldBe(0);
        market.Search(null, q => q with { AvailableToday = true, Now = noon.AddDays(1).AddHours(-1) }).Total.ShouldBe(1);
        // Half past eleven at night in Paris is the day before in UTC.
        market.Index.SetPickups(market.IdOf("le-fournil"), [new(new(2026, 11, 22, 0, 30, 0, TimeSpan.FromHours(1)), new(2026, 11, 22, 0, 0, 0, TimeSpan.FromHours(1)))]);
        market.Search(null, q => q with { AvailableToday = true, Now = new(2026, 11, 21, 22, 30, 0, TimeSpan.Zero) }).Total.ShouldBe(0);
    }

    [Fact]
    public void Sees_the_stock_at_once()
    {
        using var market = new Market();
        var pain = market.Offer("Pain");
        market.Offer("Pain bis");
        market.Find(null).ShouldBe(["Pain", "Pain bis"]);
        market.Index.SetStock(pain, 0, StockState.InStock);
        market.Find(null).ShouldBe(["Pain bis", "Pain"]);
        market.Index.SetStock(pain, 2, StockState.LastOnes);
        market.Find(null).ShouldBe(["Pain", "Pain bis"]);
        market.Index.SetStock(pain, 2, StockState.ToConfirm);
        market.Find(null).ShouldBe(["Pain bis", "Pain"]);
        market.Index.SetStock(Guid.NewGuid(), 1, StockState.InStock);
    }

    [Fact]
    public void Counts_to_ten_thousand_and_still_begins_with_the_whole_title()
    {
        using var market = new Market();
        for (var i = 0; i < 12_000; i++)
        {
            market.Offer($"Cahier rouge {i}", category: "divers", popularity: 5);
        }

        market.Offer("Cahier", category: "divers");
        var hits = market.Search("cahier");
        hits.ShouldSatisfyAllConditions(() => hits.Total.ShouldBe(10_000), () => hits.TotalIsLowerBound.ShouldBeTrue());
        market.Find("cahier")[0].ShouldBe("Cahier");
        market.Find("cahier", q => q with { Sort = OfferSort.Price, PageSize = 100, Page = 121 }).Count.ShouldBe(1);
        market.Search("cahier", q => q with { Sort = OfferSort.Price }).Total.ShouldBe(12_001);
        var pages = Enumerable.Range(1, 100).Select(page => market.Search("cahier", q => q with { PageSize = 100, Page = page }).Ids).ToList();
        pages.ShouldAllBe(page => page.Count == 100);
        pages.SelectMany(page => page).Distinct().Count().ShouldBe(10_000);
        market.Search(null, q => q with { Page = 1_000 }).Ids.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pain")]
    [InlineData("9782070360024")]
    public void Has_nothing_to_show_in_a_market_without_offers(string? text)
    {
        using var market = new Market();
        foreach (var sort in Enum.GetValues<OfferSort>())
        {
            foreach (var page in new[] { 1, 100 })
            {
                var hits = market.Search(text, q => q with { Sort = sort, Near = new NearPoint(45.5, 4.9), Page = page, AvailableToday = page > 1, MinPriceCents = page > 1 ? 100 : null });
                (hits.Ids.Count, hits.Total, hits.TotalIsLowerBound, hits.Facets.Categories.Count, hits.Facets.Shops.Count, hits.Facets.MinPriceCents).ShouldBe((0, 0, false, 0, 0, null));
            }
        }

        market.Suggest("romarin").ShouldBeEmpty();
    }

    [Fact]
    public void Shows_what_was_loaded_at_once()
    {
        using var market = new Market();
        market.Index.BeginLoad();
        for (var i = 0; i < 45_000; i++)
        {
            market.Offer($"Cahier {i}", category: "divers");
        }

        market.Index.EndLoad();
        market.Index.Search(new OfferQuery(Market.Now, Market.Town)).Total.ShouldBe(45_000);
        market.Find("cahier 44999").ShouldBe(["Cahier 44999"]);
    }
}
