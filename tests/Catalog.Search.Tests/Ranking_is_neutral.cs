using System.Globalization;
using System.Reflection;

namespace Marketplace.Catalog.Search.Tests;

public sealed class Ranking_is_neutral
{
    /// <summary>Whoever adds a field to what ranking sees must add it here, and to the published text.</summary>
    [Fact]
    public void What_it_sees_is_a_closed_list() =>
        Names(typeof(RankingFacts)).ShouldBe(
            [nameof(RankingFacts.QueryWords), nameof(RankingFacts.WordPoints), nameof(RankingFacts.QualitySum), nameof(RankingFacts.AllInTitleOrBrand),
             nameof(RankingFacts.TitleWordsFound), nameof(RankingFacts.TitleWords), nameof(RankingFacts.Availability), nameof(RankingFacts.DistanceKm)], ignoreOrder: true);

    [Fact]
    public void What_the_index_knows_of_an_offer_and_its_shop_is_a_closed_list()
    {
        Names(typeof(IndexedOffer)).ShouldBe(["Id", "ShopId", "Title", "Brand", "Ean13", "Category", "Aliases", "Words", "Unit", "PriceCents", "Available", "State", "CreatedAt", "Popularity"], ignoreOrder: true);
        Names(typeof(IndexedShop)).ShouldBe(["Id", "Slug", "Name", "Towns", "Lat", "Lon", "Open"], ignoreOrder: true);
    }

    [Fact]
    public void The_whole_title_outweighs_all_the_rest_together()
    {
        const int Head = Ranking.HeadPoints * Ranking.Percent;
        var whole = Ranking.Score(new RankingFacts(1, Head, 100, true, 1, 1, Availability.OutOfStock, null));
        var best = Ranking.Score(new RankingFacts(1, Head + (Ranking.CategoryPoints * Ranking.Percent), 100, true, 1, 2, Availability.CollectableToday, 0));
        whole.ShouldBeGreaterThan(best);
    }

    /// <summary>A flavour that a title names later, be it its last of two words, is less than the department that the goods stand in.</summary>
    [Fact]
    public void The_department_outweighs_what_a_title_mentions()
    {
        var mentioned = Ranking.Score(new RankingFacts(1, Ranking.Points(TextField.Title) * Ranking.Percent, 100, true, 1, 2, Availability.InStock, null));
        foreach (var department in new[] { TextField.Category, TextField.CategoryPart })
        {
            Ranking.Score(new RankingFacts(1, Ranking.Points(department) * Ranking.Percent, 100, false, 0, 6, Availability.InStock, null)).ShouldBeGreaterThan(mentioned);
        }

        Ranking.Points(TextField.Title | TextField.Head).ShouldBeGreaterThan(Ranking.Points(TextField.Category));
    }

    [Fact]
    public void Nearer_and_sooner_is_never_worse()
    {
        var facts = new RankingFacts(2, 150 * 100, 200, false, 1, 3, Availability.InStock, 2);
        Ranking.Score(facts with { DistanceKm = 1 }).ShouldBeGreaterThan(Ranking.Score(facts));
        foreach (var (sooner, later) in Enum.GetValues<Availability>().Zip(Enum.GetValues<Availability>().Skip(1)))
        {
            Ranking.Score(facts with { Availability = sooner }).ShouldBeGreaterThan(Ranking.Score(facts with { Availability = later }));
        }
    }

    [Fact]
    public void Two_shops_with_the_same_offer_get_the_same_score()
    {
        using var market = new Market();
        market.Shop("b", "Une boutique");
        market.Shop("c", "Autre boutique");
        var second = market.Offer("Miel", shop: "b");
        var first = market.Offer("Miel", shop: "c", popularity: 1);
        market.Search("miel").Ids.ShouldBe([first, second]);
        market.Offer("Miel", shop: "b", popularity: 2);
        market.Search("miel").Ids.ShouldBe([second, first]);
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("en")]
    public void Its_explanation_names_every_weight(string language)
    {
        var text = Ranking.Explanation(CultureInfo.GetCultureInfo(language));
        foreach (var weight in typeof(Ranking).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral))
        {
            text.ShouldContain(((int)weight.GetRawConstantValue()!).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string> Names(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name);
}
