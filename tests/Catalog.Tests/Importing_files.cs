using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Catalog.Importing;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

[Collection(CatalogHost.Collection)]
public sealed class Importing_files(CatalogHost catalog)
{
    private const string Header = "sku;ean13;title;brand_author;category;description;sale_unit;price_cents;vat_rate;net_quantity;net_unit;allergens;origin;alcohol;condition;stock;synonyms\n";

    [Fact]
    public async Task The_demo_towns_files_are_taken_whole_and_the_second_time_nothing_changes()
    {
        var demo = Path.Combine(Repository.Root, "infra", "demo");
        var tree = CatalogHost.Categories.Concat(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(demo, "categories.json"), TestContext.Current.CancellationToken))!.AsArray()
            .Select(c => new CategoryDefinition((string)c!["slug"]!, (string)c["name"]!["fr"]!, (string?)c["name"]!["en"], (string?)c["parent"], (string)c["drawing"]!,
                (decimal)c["defaultVatRate"]!, (bool)c["food"]!, (bool)c["perishable"]!)))
            .DistinctBy(c => c.Slug).ToArray();
        using var put = await catalog.Operator.PutAsJsonAsync("/api/v1/categories", tree);
        put.EnsureSuccessStatusCode();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(demo, "offers"), "*.csv").Order().Take(5))
        {
            var shop = await catalog.ShopAsync();
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var first = await ImportAsync(shop, bytes);
            first.Rejected.ShouldBeEmpty(file);
            first.Accepted.ShouldBe(first.Read);
            first.Accepted.ShouldBeGreaterThan(10);

            var (movements, versions) = await StateAsync(shop);
            var second = await ImportAsync(shop, bytes);
            second.Rejected.ShouldBeEmpty();
            (second.Accepted, second.Unchanged, second.Read).ShouldBe((0, first.Read, first.Read));
            (await StateAsync(shop)).ShouldBe((movements, versions));
        }

        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Sales_between_two_sendings_of_one_file_stay_sold()
    {
        var shop = await catalog.ShopAsync();
        var bytes = Bytes(Header + "A1;;Lampe;;maison;;piece;1000;;;;;;;;5;\n");
        await ImportAsync(shop, bytes);
        var offer = (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", JsonSerializerOptions.Web))!.Items.Single().OfferId;
        var order = CatalogHost.Reserve((shop, offer, 2));
        await catalog.AskAsync(order);
        await catalog.DoAsync(new Stock.StockCommand.Issue(order.OrderId, shop.Id, [new(offer, 2)]));
        await ImportAsync(shop, bytes);
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
    }

    [Fact]
    public async Task A_file_that_stays_the_same_speaks_of_today_again_after_a_day_however_often_it_was_sent_meanwhile()
    {
        var shop = await catalog.ShopAsync();
        var bytes = Bytes(Header + "A1;;Lampe;;maison;;piece;1000;;;;;;;;5;\n");
        await ImportAsync(shop, bytes);
        await ImportAsync(shop, bytes);
        // The second inherited the first's time an hour ago; the first came 25 hours ago.
        await catalog.ScalarAsync<int>("with aged as (update imports set as_of = now() - interval '25 hours', created_at = now() - interval '1 hour' where shop_id = $1 returning 1) select count(*)::int from aged", shop.Id.Value);
        await ImportAsync(shop, bytes);
        (await catalog.ScalarAsync<bool>("select max(as_of) > now() - interval '10 minutes' from imports where shop_id = $1", shop.Id.Value)).ShouldBeTrue();
    }

    [Fact]
    public async Task Every_line_that_cannot_be_taken_is_named_with_its_reason_and_the_others_are_taken()
    {
        var shop = await catalog.ShopAsync();
        var import = await ImportAsync(shop, Bytes(Header + string.Join('\n',
            "A1;;Lampe;;maison;;piece;1000;;;;;;;;5;",                                         // 2
            ";;Sans référence;;maison;;piece;1000;;;;;;;;5;",                                  // 3
            "A2;;Lampe;;nulle-part;;piece;1000;;;;;;;;5;",                                     // 4
            "A3;3017620422004;Pâte;;epicerie;;piece;400;5.5;400;g;lait;;;;5;",                 // 5: check digit
            "A4;;Pain;;pains;;piece;120;5.5;;;;;;;5;",                                         // 6: no allergens
            "A5;;Pain;;pains;;piece;120;5.5;;;papier;;;;5;",                                   // 7
            "A6;3017620422003;Pâte;;epicerie;;piece;400;5.5;;;lait;;;;5;",                     // 8: net quantity
            "A7;;Lampe;;maison;;piece;gratuit;;;;;;;;5;",                                      // 9
            "A8;;Lampe;;maison;;piece;0;;;;;;;;5;",                                            // 10
            "A9;;Lampe;;maison;;piece;1000;7;;;;;;;5;",                                        // 11
            "B1;;Vin;;vins;;piece;900;5.5;75;cl;sulfites;;1;;5;",                              // 12
            "A1;;Lampe bis;;maison;;piece;1000;;;;;;;;5;",                                     // 13
            "B2;;\"Guillemet ouvert;;maison;;piece;1000;;;;;;;;5;",                            // 14
            "B3;;Lampe;;maison;;piece;1000;;;;;;;;-1;",                                        // 15
            "B4;;\"Lampe \"\"Lune\"\"; petite\";;maison;;piece;\"12 50\";;;;;;;;5;",            // 16: fine
            "B5;;" + new string('x', 40_000) + ";;maison;;piece;1000;;;;;;;;5;",               // 17
            "B7;;Th\uFFFDière;;maison;;piece;1000;;;;;;;;5;",                                   // 18
            "B6;;Dernière;;maison;;piece;1000;;;;;;;;5;")));                                   // 19
        import.Status.ShouldBe("done");
        import.Rejected.Select(r => (r.Line, r.Reason)).ShouldBe(
        [
            (3, "sku-invalid"), (4, "category-unknown"), (5, "ean-check-digit"), (6, "allergens-missing"), (7, "allergen-unknown"), (8, "net-quantity-missing"),
            (9, "value-unreadable"), (10, "price-invalid"), (11, "vat-rate-unknown"), (12, "vat-rate-alcohol"), (13, "duplicate"), (14, "quote-unclosed"),
            (15, "quantity-invalid"), (17, "line-too-long"), (18, "encoding"),
        ]);
        import.Rejected.ShouldAllBe(r => r.Detail!.Length > 10);
        (import.Read, import.Accepted).ShouldBe((18, 3));
        var offers = (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", JsonSerializerOptions.Web))!.Items;
        offers.Select(o => o.Sku).Order().ShouldBe(["A1", "B4", "B6"]);
        offers.Single(o => o.Sku == "B4").ShouldSatisfyAllConditions(o => o.Title.ShouldBe("Lampe \"Lune\"; petite"), o => o.PriceCents.ShouldBe(1250));
    }

    [Theory]
    [InlineData("utf-16", ';')]
    [InlineData("utf-8", '\t')]
    [InlineData("windows-1252", ';')]
    public async Task What_tills_and_spreadsheets_write_is_read(string encoding, char separator)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var shop = await catalog.ShopAsync();
        var text = "Référence;Désignation;Rayon;Prix TTC;Stock\r\nÉ1;Théière « été »;maison;12,90 €;3\r\n".Replace(';', separator);
        var written = Encoding.GetEncoding(encoding);
        var import = await ImportAsync(shop, [.. written.GetPreamble(), .. written.GetBytes(text)]);
        import.Error.ShouldBeNull();
        import.Rejected.ShouldBeEmpty();
        var offer = (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", JsonSerializerOptions.Web))!.Items.Single();
        (offer.Sku, offer.Title, offer.PriceCents, offer.OnHand).ShouldBe(("É1", "Théière « été »", 1290, 3));
    }

    [Theory]
    [InlineData("beaute-hygiene", "beaute-hygiene"), InlineData("Beauté / Hygiène", "beaute-hygiene"), InlineData("SAVONS", "savons")]
    [InlineData("savons et shampoings", "savons"), InlineData("Soap and care", "beaute-hygiene"), InlineData("Nulle part", "Nulle part")]
    public void A_category_is_known_by_its_name_and_by_its_slug_written_as_words(string written, string slug) =>
        new CategoryNames(new([
            new("beaute-hygiene", "Savons et soins", "Soap and care", null, "soap", 20m, false, false),
            new("savons", "Savons et shampoings", "Soap and shampoo", "beaute-hygiene", "soap", 20m, false, false),
        ])).SlugOf(written).ShouldBe(slug);

    [Theory]
    [InlineData("column-missing", "sku;title\nA;B\n", "La colonne « category » manque dans l’en-tête.", "The column “category” is missing in the header.")]
    [InlineData("column-missing", "n’importe quoi", "La colonne « sku » manque dans l’en-tête.", "The column “sku” is missing in the header.")]
    [InlineData("header-unreadable", "\n\n;;;\n", "La première ligne n’est pas une ligne d’en-tête lisible.", "The first line is not a readable header.")]
    [InlineData("header-unreadable", "sku;\"title", "La première ligne n’est pas une ligne d’en-tête lisible.", "The first line is not a readable header.")]
    public async Task A_file_without_its_columns_fails_and_says_why(string what, string text, string french, string english)
    {
        var shop = await catalog.ShopAsync();
        var import = await ImportAsync(shop, Bytes(text));
        (import.Status, import.Error).ShouldBe(("failed", french), what);
        (await InEnglishAsync(shop, import)).ShouldBe(english, what);
        (await OffersAsync(shop)).ShouldBe(0);
    }

    // What was read is taken, the rest is said to be missing.
    [Fact]
    public async Task A_file_of_more_lines_than_one_can_have_is_taken_so_far_and_says_so()
    {
        var shop = await catalog.ShopAsync();
        var text = new StringBuilder(Header).Append("A1;;Lampe;;maison;;piece;1000;;;;;;;;5;\n");
        for (var i = 0; i < 200_000; i++)
        {
            text.Append(";;x\n"); // no reference: quickly refused
        }

        var import = await ImportAsync(shop, Bytes(text.ToString()));
        (import.Status, import.Error).ShouldBe(("failed", "Le fichier compte plus de 200000 lignes ; les premières sont enregistrées. Envoyez la suite à part."));
        (await InEnglishAsync(shop, import)).ShouldBe("The file has more than 200000 lines; the first ones are taken. Send the rest apart.");
        (import.Read, import.Accepted).ShouldBe((200_000, 1), "too-many-lines");
    }

    [Fact]
    public async Task An_empty_file_another_kind_of_body_and_a_foreign_import_are_refused()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        await CatalogHost.ProblemAsync(await PostAsync(shop, []), HttpStatusCode.UnprocessableEntity, "import-empty");
        using var json = JsonContent.Create(new { });
        (await catalog.Operator.PostAsync($"/api/v1/shops/{shop.Slug}/imports", json)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        var import = await ImportAsync(shop, Bytes(Header));
        import.ShouldSatisfyAllConditions(i => i.Status.ShouldBe("done"), i => i.Read.ShouldBe(0));
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync($"/api/v1/shops/{other.Slug}/imports/{import.Id}"), HttpStatusCode.NotFound, "import-not-found");
    }

    [Fact]
    public async Task A_form_with_a_file_does_too()
    {
        var shop = await catalog.ShopAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Bytes(Header + "A1;;Lampe;;maison;;piece;1000;;;;;;;;5;\n")), "file", "offres.csv" } };
        using var answer = await catalog.Operator.PostAsync($"/api/v1/shops/{shop.Slug}/imports", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await EndOfAsync(shop, (await answer.Content.ReadFromJsonAsync<Import>(JsonSerializerOptions.Web))!)).Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task An_import_goes_on_in_another_process_when_its_own_is_gone()
    {
        var shop = await catalog.ShopAsync();
        var text = new StringBuilder(Header);
        for (var i = 0; i < 5000; i++)
        {
            text.Append('L').Append(i).Append(";;Lampe n° ").Append(i).Append(";;maison;;piece;1000;;;;;;;;5;\n");
        }

        var helper = catalog.Start();
        await CatalogHost.ReadyAsync(helper);
        using var answer = await PostAsync(shop, Bytes(text.ToString()));
        var queued = (await answer.Content.ReadFromJsonAsync<Import>(JsonSerializerOptions.Web))!;
        await CatalogHost.EventuallyAsync(async () => (await GetAsync(shop, queued.Id)).Read > 0, "it has begun");
        (await catalog.ScalarAsync<long>("select count(*) from due_work where kind = 'import' and leased_until > now() + interval '25 seconds'")).ShouldBe(0, "a killed one's comes back soon");
        await helper.DisposeAsync(); // whichever of the two is reading, nothing may be lost or taken twice
        var end = await EndOfAsync(shop, queued);
        (end.Status, end.Read, end.Accepted, end.Unchanged, end.Rejected.Count).ShouldBe(("done", 5000, 5000, 0, 0));
        (await catalog.ScalarAsync<long>("select sum(on_hand)::bigint from stock join offers using (offer_id) where shop_id = $1", shop.Id.Value)).ShouldBe(25_000);
        (await catalog.ScalarAsync<long>("select count(*) from import_parts where import_id = $1", queued.Id)).ShouldBe(0);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private async Task<HttpResponseMessage> PostAsync(ShopEntry shop, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await catalog.Operator.PostAsync($"/api/v1/shops/{shop.Slug}/imports", content);
    }

    private async Task<Import> GetAsync(ShopEntry shop, Guid id) =>
        (await catalog.Operator.GetFromJsonAsync<Import>($"/api/v1/shops/{shop.Slug}/imports/{id}", JsonSerializerOptions.Web))!;

    private async Task<string?> InEnglishAsync(ShopEntry shop, Import import)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/shops/{shop.Slug}/imports/{import.Id}") { Headers = { AcceptLanguage = { new("en") } } };
        using var answer = await catalog.Operator.SendAsync(request, TestContext.Current.CancellationToken);
        return (await answer.Content.ReadFromJsonAsync<Import>(JsonSerializerOptions.Web))!.Error;
    }

    private Task<long> OffersAsync(ShopEntry shop) => catalog.ScalarAsync<long>("select count(*) from offers where shop_id = $1", shop.Id.Value);

    private async Task<Import> ImportAsync(ShopEntry shop, byte[] bytes)
    {
        using var answer = await PostAsync(shop, bytes);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return await EndOfAsync(shop, (await answer.Content.ReadFromJsonAsync<Import>(JsonSerializerOptions.Web))!);
    }

    private async Task<Import> EndOfAsync(ShopEntry shop, Import import)
    {
        await CatalogHost.EventuallyAsync(async () => (import = await GetAsync(shop, import.Id)).Status is "done" or "failed", "the import has ended");
        return import;
    }

    private async Task<(long Movements, long Versions)> StateAsync(ShopEntry shop) => (
        await catalog.ScalarAsync<long>("select count(*) from stock_movements join offers using (offer_id) where shop_id = $1", shop.Id.Value),
        await catalog.ScalarAsync<long>("select sum(o.version + s.version)::bigint from offers o join stock s using (offer_id) where shop_id = $1", shop.Id.Value));
}
