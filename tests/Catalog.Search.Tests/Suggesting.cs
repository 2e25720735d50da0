namespace Marketplace.Catalog.Search.Tests;

public sealed class Suggesting
{
    [Fact]
    public void Offers_the_end_of_the_word_categories_shops_and_offers()
    {
        using var market = new Market();
        market.Shop("la-fromagerie", "La Fromagerie du Port");
        market.Offer("Fromage de chèvre", category: "fromages", shop: "la-fromagerie");
        market.Offer("Fromage blanc", category: "fromages", shop: "la-fromagerie");
        var suggestions = market.Suggest("from");
        suggestions.ShouldContain(new SearchSuggestion(SuggestionKind.Query, "fromage", "fromage"));
        suggestions.ShouldContain(new SearchSuggestion(SuggestionKind.Category, "Fromages", "fromages"));
        suggestions.ShouldContain(new SearchSuggestion(SuggestionKind.Shop, "La Fromagerie du Port", "la-fromagerie"));
        suggestions.Count(s => s.Kind == SuggestionKind.Offer).ShouldBe(2);
    }

    [Fact]
    public void Of_an_article_and_a_beginning_only_the_beginning_is_completed()
    {
        using var market = new Market().With("Fromage de chèvre", "Figues sèches");
        market.Suggest("le f").ShouldContain(new SearchSuggestion(SuggestionKind.Query, "figues", "figues"));
        market.Suggest("le fro").ShouldContain(new SearchSuggestion(SuggestionKind.Query, "fromage", "fromage"));
        market.Suggest("fromage de ch").ShouldContain(new SearchSuggestion(SuggestionKind.Query, "fromage de chèvre", "fromage de chèvre"));
    }

    [Fact]
    public void Knows_the_words_before()
    {
        using var market = new Market().With("Pain complet");
        market.Offer("Riz complet", category: "epicerie");
        market.Offer("Comté", category: "fromages");
        market.Suggest("pain com").Select(s => s.Text).ShouldBe(["pain complet", "Pain complet"]);
    }

    [Fact]
    public void Shows_one_title_once_and_nothing_of_other_towns()
    {
        using var market = new Market();
        market.Shop("ailleurs", "Ailleurs", towns: "roanne");
        market.Shop("le-four", "Le four");
        market.Offer("Brioche");
        market.Offer("Brioche", shop: "le-four");
        market.Offer("Brioche vendéenne", shop: "ailleurs");
        market.Suggest("brio").Count(s => s.Kind == SuggestionKind.Offer).ShouldBe(1);
        market.Suggest("vend").ShouldBeEmpty();
    }

    [Fact]
    public void Forgives_a_mistake_when_there_is_nothing_else()
    {
        using var market = new Market().With("Chocolat noir");
        market.Suggest("chocloat").Select(s => s.Text).ShouldBe(["chocolat", "Chocolat noir"]);
    }

    [Fact]
    public void Goes_on_with_listed_words_whose_meaning_is_sold()
    {
        using var market = new Market().With("Pommes Golden", "Chocolat noir");
        market.Suggest("appl").Select(s => s.Text).ShouldBe(["apple"]);
        market.Suggest("Dark ch").Select(s => s.Text).ShouldBe(["dark chocolate"]);
        market.Suggest("hamm").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("'")]
    [InlineData("zzzz")]
    public void May_have_nothing_to_say(string text)
    {
        using var market = new Market().With("Pain");
        market.Suggest(text).ShouldBeEmpty();
        market.Index.Suggest("nulle-part", "pain", 10).ShouldBeEmpty();
    }

    [Fact]
    public void Keeps_to_what_was_asked_for()
    {
        using var market = new Market().With([.. Enumerable.Range(0, 60).Select(i => $"Pain numéro {i}")]);
        market.Suggest("p", 10).Count.ShouldBe(10);
        market.Suggest("pain", 4).Count.ShouldBe(4);
    }
}
