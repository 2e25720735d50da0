using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>Questions of residents’ pages: lists, categories, the order of lists, and questions without sense.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Asking_for_offers(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    private const string TooLong = "/api/v1/towns/oullins/offers?q=" +
        "pain-complet-aux-graines-pain-complet-aux-graines-pain-complet-aux-graines-pain-complet-aux-graines-pain-complet-aux-graines-" +
        "pain-complet-aux-graines-pain-complet-aux-graines-pain-complet-aux-graines-pain-complet-aux-graines-pain-complet-aux-graines";

    [Theory]
    [InlineData("/api/v1/towns/nulle-part/offers", HttpStatusCode.NotFound, "town-not-found")]
    [InlineData("/api/v1/towns/oullins/offers?shop=nulle-part", HttpStatusCode.NotFound, "shop-not-found")]
    [InlineData("/api/v1/towns/oullins/offers?category=nulle-part", HttpStatusCode.NotFound, "category-not-found")]
    [InlineData("/api/v1/towns/oullins/offers?page=0", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("/api/v1/towns/oullins/offers?pageSize=101", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("/api/v1/towns/oullins/offers?page=2000000000&pageSize=100", HttpStatusCode.UnprocessableEntity, "page-invalid")]
    [InlineData("/api/v1/towns/oullins/offers?page=zwei", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("/api/v1/towns/oullins/offers?sort=best", HttpStatusCode.UnprocessableEntity, "sort-unknown")]
    [InlineData("/api/v1/towns/oullins/offers?near=ici", HttpStatusCode.UnprocessableEntity, "near-invalid")]
    [InlineData("/api/v1/towns/nulle-part/suggestions?q=pa", HttpStatusCode.NotFound, "town-not-found")]
    [InlineData("/api/v1/offers/00000000-0000-0000-0000-000000000000", HttpStatusCode.NotFound, "offer-not-found")]
    [InlineData("/api/v1/offers", HttpStatusCode.UnprocessableEntity, "ids-invalid")]
    [InlineData("/api/v1/offers?ids=abc", HttpStatusCode.UnprocessableEntity, "ids-invalid")]
    [InlineData(TooLong, HttpStatusCode.UnprocessableEntity, "query-too-long")]
    public async Task A_question_without_sense_gets_the_right_status(string path, HttpStatusCode status, string code)
    {
        await catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await catalog.Anonymous.GetAsync(path), status, code);
    }

    [Fact]
    public async Task Categories_are_replaced_whole_unless_offers_stand_in_one_that_would_go()
    {
        var tree = (await catalog.Anonymous.GetFromJsonAsync<Category[]>("/api/v1/categories", Web))!;
        tree.ShouldContain(c => c.Slug == "pains" && c.Parent == "epicerie");
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, 1);
        using var without = await catalog.Operator.PutAsJsonAsync("/api/v1/categories", CatalogHost.Categories.Where(c => c.Slug != "maison"));
        await CatalogHost.ProblemAsync(without, HttpStatusCode.Conflict, "category-in-use");
        using var orphan = await catalog.Operator.PutAsJsonAsync("/api/v1/categories", CatalogHost.Categories.Where(c => c.Slug != "epicerie"));
        await CatalogHost.ProblemAsync(orphan, HttpStatusCode.UnprocessableEntity, "categories-invalid");
    }

    [Fact]
    public async Task The_order_of_lists_is_published_in_words_with_its_weights()
    {
        var formula = (await catalog.Anonymous.GetFromJsonAsync<RankingFormula>("/api/v1/ranking", Web))!;
        formula.Weights["title"].ShouldBe(Search.Ranking.TitlePoints);
        foreach (var weight in formula.Weights.Values)
        {
            formula.Fr.ShouldContain(weight.ToString(System.Globalization.CultureInfo.InvariantCulture));
            formula.En.ShouldContain(weight.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        var document = JsonDocument.Parse(await catalog.Anonymous.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        paths.ShouldContain("/api/v1/towns/{town}/offers");
        paths.ShouldContain("/api/v1/shops/{shop}/imports");
    }
}
