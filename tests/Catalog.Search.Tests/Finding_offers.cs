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
        using var market = new Market(Synonyms.ShippedAnd(new StringReader("# Vienne\n\ncaillette, pâté aux herbes\n"))).With("Pâté aux herbes", "Pain au chocolat");

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

    [Theory]
    [InlineData("carrottes"), InlineData("carrotes"), InlineData("carotes")]
    public void Takes_the_nearest_word_for_what_was_meant(string typed)
    {
        using var market = new Market().With("Soupe carottes, orange, gingembre et coco", "Carte postale");
        market.Offer("Charlotte’s Web", "E. B. White", category: "romans");
        market.Find(typed).ShouldBe(["Soupe carottes, orange, gingembre et coco"]);
    }

    /// <summary>"Compté" stands in a description, "conte" is what another town sells: who types it looks for what sounds the same and is sold here.</summary>
    [Theory]
    [InlineData("compté"), InlineData("compte"), InlineData("conté"), InlineData("conte")]
    public void A_word_mentioned_in_passing_hides_nothing_that_sounds_the_same(string typed)
    {
        using var market = new Market().With("Comté AOP");
        market.Offer("Cuillère", words: "Le sucre se compte par cuillères, conté autrefois.");
        market.Shop("les-jeux", "Les jeux", towns: "roanne");
        market.Offer("Contes au coin du feu", shop: "les-jeux");
        market.Find(typed)[0].ShouldBe("Comté AOP");
        market.Search(typed).CorrectedQuery.ShouldBe("comté");
        market.Find(typed).ShouldContain("Cuillère");
    }

    [Fact]
    public void A_word_that_an_offer_is_called_by_is_taken_as_it_is_typed()
    {
        using var market = new Market().With("Comté AOP", "Contes au coin du feu");
        market.Find("conte").ShouldBe(["Contes au coin du feu"]);
        market.Search("conte").CorrectedQuery.ShouldBeNull();
        market.Find("conté")[0].ShouldBe("Comté AOP");
    }

    [Fact]
    public void Begins_with_goods_of_the_kind_not_of_the_flavour()
    {
        using var market = new Market().With("Chips maïs fromage", "Assortiment de chips, trois sachets");
        market.Offer("Tomme des Bauges", category: "fromages");
        market.Offer("Crackers", aliases: "fromage sec", category: "divers");
        market.Find("fromage").ShouldBe(["Tomme des Bauges", "Chips maïs fromage", "Crackers"]);
        market.Find("chips").ShouldBe(["Chips maïs fromage", "Assortiment de chips, trois sachets"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("pâtes", "Pâtes de blé dur", "Pâté en croûte")]
    [InlineData("PÂTES", "Pâtes de blé dur", "Pâté en croûte")]
    [InlineData("pâté", "Pâté en croûte", "Pâtes de blé dur")]
    [InlineData("rosé", "Vin rosé", "Savon rose")]
    [InlineData("pates", "Pâté en croûte", "Pâtes de blé dur")]
    [InlineData("PATE", "Pâté en croûte", "Pâtes de blé dur")]
    [InlineData("crême", "Crème crue", null)]
    public void Begins_with_the_accents_that_were_typed_and_shows_the_others_too(string typed, string first, string? other)
    {
        using var market = new Market(Synonyms.None);
        foreach (var title in new[] { "Pâté en croûte", "Savon rose", "Crème crue", "Vin rosé" })
        {
            market.Offer(title, age: 1);
        }

        market.Offer("Pâtes de blé dur");
        market.Find(typed)[0].ShouldBe(first);
        market.Find(typed).Skip(1).FirstOrDefault().ShouldBe(other);
    }

    [Fact]
    public void Titles_in_capitals_say_nothing_of_accents()
    {
        using var market = new Market().With("COMTE AOP", "Compote");
        market.Offer("PATES FRAICHES", popularity: 1);
        market.Offer("Pâtes fraîches");
        market.Find("pâtes").ShouldBe(["PATES FRAICHES", "Pâtes fraîches"]);
        market.Find("comté").ShouldBe(["COMTE AOP"]);
    }

    [Fact]
    public void Words_of_a_compound_are_no_goods_of_their_own()
    {
        using var market = new Market().With("Pommes de terre", "Pommes Golden de montagne, le kilo", "Petits-beurre", "Beurre cru de la ferme du haut");
        market.Find("pommes")[0].ShouldBe("Pommes Golden de montagne, le kilo");
        market.Find("pommes de terre")[0].ShouldBe("Pommes de terre");
        market.Find("beurre")[0].ShouldBe("Beurre cru de la ferme du haut");
    }

    [Fact]
    public void Synonyms_of_several_words_stand_in_one_place()
    {
        using var market = new Market(Synonyms.ShippedAnd(new StringReader("goûter, quatre heures\n")));
        market.Shop("heures", "Les Heures calmes");
        market.Offer("Roman", words: "en quatre parties", shop: "heures");
        market.Offer("Biscuits de quatre heures");
        market.Find("goûter").ShouldBe(["Biscuits de quatre heures"]);
    }

    [Fact]
    public void Synonyms_lead_one_way_where_the_list_says_so()
    {
        using var market = new Market(Synonyms.ShippedAnd(new StringReader("breakfast tea > thé noir\n"))).With("Thé noir", "Breakfast tea");
        market.Find("breakfast tea").ShouldBe(["Breakfast tea", "Thé noir"]);
        market.Find("thé noir").ShouldBe(["Thé noir"]);
    }

    [Fact]
    public void A_word_of_the_lists_is_no_mistake()
    {
        using var market = new Market().With("Gleu", "Colle");
        market.Find("glue").ShouldBe(["Colle"]);
        market.Search("scissors").Total.ShouldBe(0);
    }

    [Fact]
    public void What_is_without_one_thing_is_not_what_is_without_another()
    {
        using var market = new Market().With("Jus sans pulpe", "Farine 500 g");
        market.Find("sans gluten").ShouldBeEmpty();
        market.Find("500 g gluten").ShouldBeEmpty();
        market.Find("farine gluten").ShouldBe(["Farine 500 g"]);
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
