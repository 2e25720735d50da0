namespace Marketplace.Catalog.Search.Tests;

/// <summary>
/// What residents type, in French and in English, rightly and wrongly, over everything that the demo towns sell: what must come first, what must be
/// among the first three, what must not.
/// </summary>
public sealed class Everyday_queries
{
    private const int Looked = 3;
    private static readonly Lazy<OfferIndex> Index = new(() => DemoCatalogue.Index(Synonyms.Shipped));
    private static readonly Dictionary<Guid, DemoOffer> Offers = DemoCatalogue.Offers.ToDictionary(o => o.Id);

    // query | first | among the first three | not among them. #slug is a department, anything else how a title begins, "*" the first of either; "," between
    // several: one of them must come first, all must be among the three, none of those not meant. In Oullins unless it says @vienne or @roanne.
    private const string Table = """
        pain | #pains | | #biscuits
        pain complet | Pain complet | |
        pain de mie | Pain de mie | |
        baguette | Baguette | |
        bagette | Baguette | | Bavette
        croissant | Croissant | |
        croisant | Croissant | | #legumes, #tablettes
        boulangerie | #pains | |
        patisserie | #patisseries | | #farines-sucres, #biscuits
        gâteau | #patisseries | | #aperitif
        tarte aux pommes | Tarte fine aux pommes | |
        fromage | #fromages | Comté | #aperitif
        frommage | #fromages | Comté | #aperitif
        comté | Comté | |
        comte | Comté | |
        compté | Comté | | #accessoires-velo
        conté | Comté | | #romans
        compte | Comté | |
        conte | Comté | |
        conte @roanne | Contes au coin du feu | |
        compté @vienne | Comté | |
        chèvre | #fromages | Picodon |
        fromage de chèvre | #fromages | |
        rokefort | Roquefort | |
        lait | Lait entier | | #tablettes, #chaussures-cuir
        lait @vienne | Lait cru | |
        beurre | Beurre | | #biscuits
        crème | Crème fraîche | |
        œufs | Œufs | | #fromages
        oeuf | Œufs | |
        yahourt | Yaourt | |
        pâtes | #pates-riz-legumineuses | | Pâté, #confiseries
        pâté | Pâté | | #pates-riz-legumineuses, #confiseries
        pates | | Pâté, #pates-riz-legumineuses |
        riz | Riz | | #biscuits
        farine | Farine | |
        huile | #huiles-condiments | Huile d’olive | #accessoires-velo, #entretien
        sel | Gros sel | |
        poivre | Poivre | |
        pommes | Pommes | | Pommes de terre, #viennoiseries
        pommes de terre | Pommes de terre | | Velouté
        patates | Pommes de terre | |
        poires | Poires | |
        carottes | Carottes | |
        carrottes | Carottes | | #livres-occasion
        carotes | Carottes | | #romans
        citron | Citrons | | #biscuits
        orange | #fruits | | #biscuits
        noix | Noix de Grenoble | |
        amandes | Amandes | | #confiseries
        champignons | Champignons | Girolles | #soupes
        chou fleur | Chou-fleur | |
        poulet | Poulet | Poulet fermier |
        poulé | Poulet | |
        steak | #viandes | |
        poisson @vienne | * | #poissons |
        huîtres @vienne | Huîtres | |
        bar @vienne | Bar de ligne | |
        chocolat | #chocolats | | #viennoiseries, #biscuits
        bonbons | #chocolats, #confiseries | |
        café | #cafes | | #patisseries
        thé | Thé | | #jeunesse, #livres-en-anglais
        the | Thé | |
        jus de pomme | Jus de pommes | |
        vin rouge | #vins | |
        champagne | Crémant | | #charcuterie
        bière @vienne | #bieres-cidres | |
        miel @roanne | Miel | | #confiseries
        soupe | #soupes | |
        chips | #aperitif | |
        sans gluten | | | #savons, #jus-de-fruits
        roman | #romans | |
        polar | #policiers | |
        stephen king | #romans, #policiers | |
        bd | #bandes-dessinees | |
        cadeau | #chocolats, #savons | |
        bouquet | #fleurs | | #herbes-champignons
        rosé | Rosé | | #confiseries
        jouet | #jouets | |
        bol | Bol | |
        tasse | Tasse | Grande tasse |
        tournevi | Jeu de six tournevis | |
        vis | Vis | |
        savon | #savons | |
        shampoing | Shampoing | Après-shampoing |
        pneu | Pneu | |
        stylo @vienne | Stylo | |
        bread | #pains | Baguette | #patisseries
        cheese | #fromages | Comté | #aperitif
        a novel | #romans | | #chocolats, #plantes
        apples | Pommes | | Pommes de terre
        milk | Lait entier | |
        butter | Beurre | | Courge
        eggs | Œufs | | #fromages
        goat cheese | #fromages | |
        blue cheese | #fromages | |
        chicken | Poulet | |
        ham | Jambon | |
        lamb | Gigot | |
        salmon @vienne | #poissons, #poissons-fumes-conserves | Pavé de saumon |
        shrimp @vienne | Crevettes | |
        potatoes | Pommes de terre | |
        carrots | Carottes | |
        garlic | Ail | |
        mushrooms | Champignons | |
        pear | Poires | | #livres-en-anglais
        cake | #patisseries | |
        jam | Confiture | |
        honey @roanne | Miel | |
        dark chocolate | #tablettes | |
        coffee | #cafes | |
        tea | Thé | | #livres-en-anglais
        red wine | #vins | | #pates-riz-legumineuses
        beer @vienne | #bieres-cidres | |
        crisps | #aperitif | | #petit-dejeuner
        olive oil | Huile d’olive | |
        book | #livres-en-anglais, #livres-occasion | |
        crime novel | #policiers | |
        flowers | #fleurs | |
        gift | #chocolats, #savons | |
        teddy bear | Ours en peluche | | Tablette
        board game @roanne | #jeux-de-societe | |
        light bulb | Ampoule | |
        hammer | Marteau | |
        nails | Clous | | Ail
        soap | #savons | | #soins
        shoe polish | Cirage | |
        inner tube | Chambre à air | |
        plate | #ceramiques | Assiette à dessert |
        bowl | Bol | | #jeunesse
        scarf @vienne | Écharpe | |
        pen @vienne | Stylo | |
        notebook @vienne | #papiers-carnets | Cahier |
        """;

    public static TheoryData<string, string, string, string> Rows => [.. Table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(c => (c[0], c[1], c[2], c[3]))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Find_what_a_person_means(string query, string first, string among, string not)
    {
        var found = Find(query, Index.Value);
        var shown = $"{query}: {string.Join(" ¦ ", found.Select(o => $"{o.Title} #{o.Category}"))}";
        (first.Length == 0 || (found.Count > 0 && Items(first).Exists(item => Is(found[0], item)))).ShouldBeTrue($"{shown} does not begin with {first}");
        Items(among).ShouldAllBe(item => found.Exists(o => Is(o, item)), shown);
        Items(not).ShouldAllBe(item => !found.Exists(o => Is(o, item)), shown);
    }

    [Fact]
    public void Are_many() => Rows.Count.ShouldBeGreaterThan(120);

    /// <summary>An English word may be spelt like a French one (plate, prune): to who types French it changes nothing among the first three.</summary>
    [Fact]
    public void Of_English_words_change_nothing_for_French_ones()
    {
        // Flat and a plate are both sold here, and what is both comes first.
        string[] both = ["plate", "plates"];
        using var french = DemoCatalogue.Index(Synonyms.French);
        var words = DemoCatalogue.Offers.Where(o => o.Category != "livres-en-anglais" && o.Brand.Length == 0).SelectMany(o => Words.Of(o.Title))
            .Where(w => w.Kind == WordKind.Plain).Select(w => w.Folded).Distinct().Except(both).ToList();
        words.Count.ShouldBeGreaterThan(800);
        words.FindAll(w => !Find(w, french).SequenceEqual(Find(w, Index.Value))).ShouldBeEmpty();
        Find("plate", Index.Value)[0].Title.ShouldStartWith("Assiette plate");
    }

    [Theory]
    [InlineData("pain"), InlineData("coin"), InlineData("chat"), InlineData("main"), InlineData("four"), InlineData("poire"), InlineData("robe"), InlineData("raisin")]
    [InlineData("chair"), InlineData("lit"), InlineData("pays"), InlineData("ours"), InlineData("fin"), InlineData("pot"), InlineData("car"), InlineData("sale")]
    public void Of_French_words_that_look_English_stay_French(string word)
    {
        using var french = DemoCatalogue.Index(Synonyms.French);
        foreach (var town in new[] { "", " @vienne", " @roanne" })
        {
            Find(word + town, Index.Value).ShouldBe(Find(word + town, french));
        }
    }

    [Fact]
    public void Of_English_words_each_stand_in_the_list_once_and_lead_one_way()
    {
        var lines = SearchData.Lines("synonyms.en.txt").Select(line => line.Split('>')).ToList();
        lines.ShouldAllBe(sides => sides.Length == 2 && sides[1].Trim().Length > 0);
        var english = lines.SelectMany(sides => Items(sides[0])).ToList();
        english.ShouldBeUnique();
        english.Count.ShouldBeGreaterThan(150);
    }

    private static List<DemoOffer> Find(string query, OfferIndex index)
    {
        var asked = query.Split('@', StringSplitOptions.TrimEntries);
        var hits = index.Search(new OfferQuery(Market.Now, asked.Length > 1 ? asked[1] : "oullins-pierre-benite", asked[0], PageSize: Looked));
        return [.. hits.Ids.Select(id => Offers[id])];
    }

    private static List<string> Items(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static bool Is(DemoOffer offer, string item) =>
        item == "*" || (item[0] == '#' ? offer.Category == item[1..] : offer.Title.StartsWith(item, StringComparison.Ordinal));
}
