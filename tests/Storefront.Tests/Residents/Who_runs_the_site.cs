namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The legal pages say who runs the town's site, who hosts it, who mediates and who sells there: from the data, in both languages.</summary>
public sealed class Who_runs_the_site(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Theory]
    [InlineData("fr", "Le service est hébergé par son éditeur.")]
    [InlineData("en", "The service is hosted by its publisher.")]
    public async Task Is_told_with_its_number_host_mediator_and_shops(string language, string self)
    {
        var notice = await host.Visitor(language).OpenAsync("/vienne/mentions-legales");
        foreach (var told in (string[])["Les Vitrines de Vienne", "Association loi 1901", "1 place de l'Hôtel-de-Ville, 38200 Vienne", "12345678200010", "contact@vienne.example", "04 74 00 00 00", "Médiateur du commerce", self])
        {
            notice.Words.ShouldContain(told);
        }
        Sellers(notice).ShouldBe(["/vienne/boutiques/le-fournil", "/vienne/boutiques/la-fromagerie", "/vienne/boutiques/la-cave"]);
        notice.Words.ShouldContain("4 rue de Bourgogne, 38200 Vienne");
    }

    [Theory]
    [InlineData("fr", "Le nom du médiateur est donné par chaque boutique sur demande.")]
    [InlineData("en", "Each shop gives the name of its mediator on request.")]
    public async Task Differs_from_town_to_town(string language, string none)
    {
        var notice = await host.Visitor(language).OpenAsync("/givors/mentions-legales");
        foreach (var told in (string[])["Ville de Givors", "21690091900018", "Hébergeur des Communes, 3 quai des Étroits, 69005 Lyon", none])
        {
            notice.Words.ShouldContain(told);
        }
        notice.Words.ShouldNotContain("Vitrines de Vienne");
        Sellers(notice).ShouldBe(["/givors/boutiques/la-cave", "/givors/boutiques/la-plume"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("/vienne/conditions", "Les Vitrines de Vienne", "Médiateur du commerce"), InlineData("/vienne/confidentialite", "Les Vitrines de Vienne", "contact@vienne.example")]
    [InlineData("/vienne/accessibilite", "Les Vitrines de Vienne", "contact@vienne.example"), InlineData("/givors/conditions", "Ville de Givors", "contact@vienne.example")]
    public async Task Stands_in_the_texts_too(string path, string name, string told)
    {
        foreach (var language in (string[])["fr", "en"])
        {
            var text = await host.Visitor(language).OpenAsync(path);
            text.Words.ShouldContain(name);
            text.Words.ShouldContain(told);
            text.Html.ShouldNotContain("{0}");
        }
    }

    private static IEnumerable<string?> Sellers(Visitor notice) => notice.Page.QuerySelectorAll("main ul a[href*='/boutiques/']").Select(a => a.GetAttribute("href"));
}
