using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>What a shop's file, batch or figure is refused for, to a merchant whose program or page speaks English, and to one that does not say.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Speaking_english(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Theory]
    [InlineData("en", "The price must be above zero and at most €100,000.")]
    [InlineData("fr", "Le prix doit être supérieur à zéro et d’au plus 100 000 €.")]
    public async Task An_offer_and_the_lines_of_a_batch_are_refused_in_the_callers_language(string language, string sentence)
    {
        var shop = await catalog.ShopAsync();
        using var caller = In(language);
        var free = CatalogHost.Define("A1", priceCents: 0);
        using var one = await caller.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/A1", free, Web);
        one.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonDocument.Parse(await one.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString().ShouldBe(sentence);

        using var several = await caller.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", new[] { free }, Web);
        (await several.Content.ReadFromJsonAsync<BatchAnswer>(Web))!.Rejected.Single().Detail.ShouldBe(sentence);
    }

    [Theory]
    [InlineData("en", "No offer has the reference “A2”.", "This reference appears further up already.")]
    [InlineData("fr", "Aucune offre n’a la référence « A2 ».", "Cette référence figure déjà plus haut dans l’envoi.")]
    public async Task Figures_are_refused_in_the_callers_language(string language, string unknown, string twice)
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("A1"));
        using var caller = In(language);
        using var answer = await caller.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock", new StockLine[] { new("A1", null, 3), new("A2", null, 3), new("A1", null, 4) }, Web);
        (await answer.Content.ReadFromJsonAsync<BatchAnswer>(Web))!.Rejected.Select(r => r.Detail).ShouldBe([unknown, twice]);
    }

    [Theory]
    [InlineData("sku;title;category;price_cents\nA1;Lampe;nulle-part;1000\nA2;Lampe;maison;gratuit\n",
        "There is no category “nulle-part”.|“gratuit” cannot be read as a price in cents.", "La catégorie « nulle-part » n’existe pas.|« gratuit » ne peut pas être lu comme un prix en centimes.")]
    [InlineData("sku;title\nA;B\n", "The column “category” is missing in the header.", "La colonne « category » manque dans l’en-tête.")]
    public async Task A_file_is_reported_in_the_language_of_who_reads_the_report(string file, string english, string french)
    {
        var shop = await catalog.ShopAsync();
        using var sent = await catalog.Operator.PostAsync($"/api/v1/shops/{shop.Slug}/imports", new StringContent(file, Encoding.UTF8, "text/csv"));
        var import = (await sent.Content.ReadFromJsonAsync<Import>(Web))!;
        foreach (var (language, sentences) in new[] { ("en", english), ("fr", french) })
        {
            using var reader = In(language);
            await CatalogHost.EventuallyAsync(async () => (import = (await reader.GetFromJsonAsync<Import>($"/api/v1/shops/{shop.Slug}/imports/{import.Id}", Web))!).EndedAt is not null, "the import has ended");
            string.Join('|', import.Rejected.Select(r => r.Detail).Append(import.Error).OfType<string>()).ShouldBe(sentences);
        }
    }

    private HttpClient In(string language)
    {
        var caller = catalog.Operator;
        caller.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return caller;
    }
}
