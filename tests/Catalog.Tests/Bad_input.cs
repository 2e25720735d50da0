using Marketplace.Testing.OfEveryService;

namespace Marketplace.Catalog.Tests;

/// <summary>Catalog, of the three services.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Bad_input(CatalogHost catalog) : Bad_input_in_production
{
    private string _shop = "";

    protected override string AddressWithAWrongValue => $"/api/v1/towns/{CatalogHost.Town}/offers?page=deux";

    protected override async Task<ServiceInProduction> StartAsync()
    {
        _shop = (await catalog.ShopAsync()).Slug;
        return await ServiceInProduction.StartAsync(catalog.Start());
    }

    protected override string ValueOf(string parameter) => parameter switch
    {
        "shop" => _shop,
        "town" => CatalogHost.Town,
        "sku" => "A1",
        "ean13" => "3017620422003",
        "offerId" or "id" => Guid.Empty.ToString(),
        "at" => "2026-12-12T06:00:00Z",
        "photo" => new string('0', 64),
        "file" => "480.webp",
        _ => throw new ArgumentOutOfRangeException(parameter),
    };

    [Theory]
    [InlineData("""{"sku":"A1","title":"Pain","category":"pains","unit":"dozen","priceCents":450}""", "unit doit être piece ou weight.", "unit")]
    [InlineData("""{"sku":"A1","title":"Pain","category":"pains","unit":"piece","priceCents":"cher"}""", "priceCents doit être un nombre entier.", "priceCents")]
    [InlineData("""{"sku":"A1","title":"Pain","category":"pains","unit":"piece","priceCents":450,"vatRate":"5,5"}""", "vatRate doit être un nombre.", "vatRate")]
    [InlineData("""{"sku":"A1","title":"Pain","category":"pains","unit":"piece","priceCents":450,"allergens":["gluten",3]}""", "allergens[1] doit être un texte.", "allergens[1]")]
    public async Task Of_an_offer_says_which_field_and_what_it_should_be(string body, string said, string field)
    {
        var shop = (await catalog.ShopAsync()).Slug;
        using var answer = await catalog.Operator.PutAsync($"/api/v1/shops/{shop}/offers/A1", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        ((int)answer.StatusCode, problem.GetProperty("detail").GetString()).ShouldBe((400, "La demande n’est pas lisible. " + said));
        problem.GetProperty("fields").EnumerateArray().Single().GetString().ShouldBe(field);
    }

    protected override Task<long> RowsAsync() => catalog.ScalarAsync<long>("select (select count(*) from offers) + (select count(*) from stock_movements) + (select count(*) from imports) + (select count(*) from categories)");
}
