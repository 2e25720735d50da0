using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog.Importing;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.Tests;

/// <summary>Food by the piece without an article number: it is said whether it is pre-packed, and what is pre-packed says what is in it. What is on sale without that answer stays.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Prepacked_food(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    private static OfferDefinition Jam(string sku = "CONF", bool? prepacked = null) => CatalogHost.Define(sku, 4, 650, "epicerie", title: "Confiture d’abricots") with { Prepacked = prepacked };

    private static string Path(ServiceDefaults.Shops.ShopEntry shop, string sku = "CONF") => $"/api/v1/shops/{shop.Slug}/offers/{sku}";

    private async Task<OfferDefinition> DefinitionAsync(ServiceDefaults.Shops.ShopEntry shop, string sku = "CONF") => (await catalog.Operator.GetFromJsonAsync<OfferSheet>(Path(shop, sku), Web))!.Definition;

    private async Task<string?> StatusAsync(ServiceDefaults.Shops.ShopEntry shop, string sku = "CONF") => (await catalog.Operator.GetFromJsonAsync<OfferSheet>(Path(shop, sku), Web))!.Offer.Status;

    // As what was on sale before anybody asked.
    private async Task ForgetAsync(ServiceDefaults.Shops.ShopEntry shop)
    {
        await using var command = catalog.Database.CreateCommand("update offers set prepacked = null where shop_id = $1");
        command.Parameters.Add(new() { Value = shop.Id.Value });
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task It_is_asked_before_it_is_sold_and_what_is_pre_packed_says_its_content()
    {
        var shop = await catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop), Jam()), HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop), Jam(prepacked: true)), HttpStatusCode.UnprocessableEntity, "net-quantity-missing");
        (await catalog.Operator.GetAsync(Path(shop))).StatusCode.ShouldBe(HttpStatusCode.NotFound, "nothing was taken of it");

        await catalog.OfferAsync(shop, Jam(prepacked: true) with { NetQuantity = 350, NetUnit = "g" });
        (await DefinitionAsync(shop)).ShouldSatisfyAllConditions(d => d.Prepacked.ShouldBe(true), d => (d.NetQuantity, d.NetUnit).ShouldBe((350L, "g")));
        // Sold by number it says its number; loose, nothing.
        await catalog.OfferAsync(shop, Jam("OEUFS", true) with { NetQuantity = 6, NetUnit = "piece" });
        await catalog.OfferAsync(shop, Jam("PAIN", false));
        (await DefinitionAsync(shop, "PAIN")).Prepacked.ShouldBe(false);
    }

    [Fact]
    public async Task Nobody_is_asked_of_what_bears_a_number_is_weighed_or_is_not_eaten()
    {
        var shop = await catalog.ShopAsync();
        OfferDefinition[] offers =
        [
            Jam("EAN") with { Ean13 = "3017620422003", NetQuantity = 350, NetUnit = "g" },
            CatalogHost.Define("POIDS", 4000, 990, "epicerie", SaleUnit.Weight) with { Prepacked = null },
            CatalogHost.Define("LAMPE") with { Prepacked = null },
        ];
        foreach (var offer in offers)
        {
            await catalog.OfferAsync(shop, offer);
            // And what is said of it all the same says nothing.
            await catalog.OfferAsync(shop, offer with { Prepacked = false, OnHand = null });
            (await DefinitionAsync(shop, offer.Sku)).Prepacked.ShouldBeNull(offer.Sku);
        }

        // A number of the shop's own stands on what it packs itself.
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop, "MAISON"), Jam("MAISON") with { Ean13 = "2000000000015" }), HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
    }

    [Fact]
    public async Task A_draft_is_kept_without_it_and_put_on_sale_only_with_it()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Jam() with { Status = "draft" });
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop) + "/status", new OfferStatus("active")), HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
        await catalog.OfferAsync(shop, Jam(prepacked: true) with { Status = "draft", OnHand = null });
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop) + "/status", new OfferStatus("active")), HttpStatusCode.UnprocessableEntity, "net-quantity-missing");
        // Of one who says nothing of it the answer stands, and asks for what it asks for.
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop), Jam() with { Status = "active", OnHand = null }), HttpStatusCode.UnprocessableEntity, "net-quantity-missing");
        await catalog.OfferAsync(shop, Jam() with { Status = "draft", OnHand = null, NetQuantity = 350, NetUnit = "g" });
        (await catalog.Operator.PutAsJsonAsync(Path(shop) + "/status", new OfferStatus("active"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await DefinitionAsync(shop)).Prepacked.ShouldBe(true);
    }

    [Fact]
    public async Task What_was_on_sale_before_it_was_asked_stays_and_its_price_may_change()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Jam(prepacked: false));
        await ForgetAsync(shop);
        await catalog.OfferAsync(shop, Jam() with { PriceCents = 700, OnHand = null });
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{id}", Web))!.PriceCents.ShouldBe(700);
        var desk = new ImportDesk(catalog, shop);
        var import = await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("sku;price\nCONF;7,50\n")));
        (import.Accepted, import.Rejected.Count).ShouldBe((1, 0));
        (await DefinitionAsync(shop)).ShouldSatisfyAllConditions(d => d.PriceCents.ShouldBe(750), d => d.Prepacked.ShouldBeNull());

        // Taken off sale and put back it goes on sale anew; and what was no such food before was never let be.
        (await catalog.Operator.PutAsJsonAsync(Path(shop) + "/status", new OfferStatus("archived"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop) + "/status", new OfferStatus("active")), HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop), Jam() with { OnHand = null }), HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
        (await StatusAsync(shop)).ShouldBe("archived");
        await catalog.OfferAsync(shop, CatalogHost.Define("LAMPE"));
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(Path(shop, "LAMPE"), Jam("LAMPE") with { OnHand = null }), HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
    }

    [Fact]
    public async Task A_batch_names_those_that_do_not_say_it_and_takes_the_others()
    {
        var shop = await catalog.ShopAsync();
        OfferDefinition[] batch = [Jam("A"), Jam("B", false), Jam("C", true), Jam("D", true) with { NetQuantity = 1, NetUnit = "kg" }];
        using var answer = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", batch);
        var result = (await answer.Content.ReadFromJsonAsync<BatchAnswer>(Web))!;
        result.Accepted.ShouldBe(2);
        result.Rejected.Select(r => (r.Index, r.Reason)).ShouldBe([(0, "prepacked-unsaid"), (2, "net-quantity-missing")]);
    }

    // Whoever writes last finds the answer that stands: nothing is on sale pre-packed without its content.
    [Fact]
    public async Task However_many_write_at_once_nothing_pre_packed_is_on_sale_without_its_content()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Jam(prepacked: false));
        await ForgetAsync(shop);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            using var answer = await catalog.Operator.PutAsJsonAsync(Path(shop), n % 2 == 0 ? Jam() with { OnHand = null, PriceCents = 600 + n } : Jam(prepacked: true) with { OnHand = null, NetQuantity = 350, NetUnit = "g" });
            return answer.StatusCode;
        }));
        answers.ShouldAllBe(s => s == HttpStatusCode.OK || s == HttpStatusCode.UnprocessableEntity);
        (await DefinitionAsync(shop)).ShouldSatisfyAllConditions(d => d.Prepacked.ShouldBe(true), d => d.NetQuantity.ShouldBe(350));
    }

    [Fact]
    public async Task What_somebody_says_while_another_waits_is_not_put_back()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Jam(prepacked: false));
        await ForgetAsync(shop);
        await using var session = await catalog.Database.OpenConnectionAsync();
        await using var transaction = await session.BeginTransactionAsync();
        await using var said = new NpgsqlCommand("update offers set prepacked = true, net_quantity = 350, net_unit = 'g' where shop_id = $1", session, transaction) { Parameters = { new() { Value = shop.Id.Value } } };
        await said.ExecuteNonQueryAsync();
        var price = catalog.Operator.PutAsJsonAsync(Path(shop), Jam() with { OnHand = null, PriceCents = 600 });
        await using var waiting = new NpgsqlCommand("select exists (select from pg_locks where not granted and pid <> pg_backend_pid() and pg_backend_pid() = any(pg_blocking_pids(pid)))", session, transaction);
        await Eventually.BecomesAsync(async () => (bool)(await waiting.ExecuteScalarAsync())!, TimeSpan.FromSeconds(10));
        await transaction.CommitAsync();
        await CatalogHost.ProblemAsync(await price, HttpStatusCode.UnprocessableEntity, "net-quantity-missing");
        (await DefinitionAsync(shop)).ShouldSatisfyAllConditions(d => d.Prepacked.ShouldBe(true), d => d.NetQuantity.ShouldBe(350), d => d.PriceCents.ShouldBe(650));
    }

    [Theory]
    [InlineData("Préemballé"), InlineData("pré-emballé"), InlineData("PREPACKED"), InlineData("Pre-packaged"), InlineData("Denrée préemballée"), InlineData("Préemballé (oui/non)")]
    public void Its_column_is_known_by_many_names(string name) => ImportColumns.FieldOf(name).ShouldBe("prepacked");

    [Theory]
    [InlineData("oui", true), InlineData("1", true), InlineData("Préemballé", true), InlineData("non", false), InlineData("en vrac", false), InlineData("À la demande", false)]
    public async Task A_file_says_it_in_its_own_words(string word, bool prepacked)
    {
        var desk = new ImportDesk(catalog, await catalog.ShopAsync());
        var import = await desk.SendAsync(ImportDesk.Bytes($"ref;désignation;rayon;prix;allergènes;contenance;préemballé\nA1;Sablés;epicerie;5;aucun;200 g;{word}\n"));
        import.Preview!.Format.Columns[^1].ShouldBe("prepacked");
        import.Preview.Rows.Single().Offer!.Prepacked.ShouldBe(prepacked);
        (await desk.TakeAsync(import)).Added.ShouldBe(1);
        (await desk.DefinitionAsync("A1")).Prepacked.ShouldBe(prepacked);
    }

    [Theory]
    [InlineData("?preview=true"), InlineData("")]
    public async Task A_line_that_does_not_say_it_is_handed_back_with_its_reason(string how)
    {
        var desk = new ImportDesk(catalog, await catalog.ShopAsync());
        var import = await desk.SendAsync(ImportDesk.Bytes("ref;désignation;rayon;prix;allergènes;contenance;préemballé\nA1;Sablés;epicerie;5;aucun;200 g;\nA2;Pain;pains;2;gluten;;peut-être\nA3;Miel;epicerie;9;aucun;;oui\nA4;Lampe;maison;9;;;\nA5;Safran;epicerie;9;aucun;0,5 g;oui\n"), how);
        var reasons = how.Length > 0 ? import.Preview!.Reasons : import.Reasons!;
        reasons.ShouldBe(new Dictionary<string, int> { ["prepacked-unsaid"] = 1, ["value-unreadable"] = 1, ["net-quantity-missing"] = 1 }, ignoreOrder: true);
        if (how.Length > 0)
        {
            import.Preview!.Rows[1].Detail!.ShouldBe("« peut-être » ne peut pas être lu comme « oui » (préemballé) ou « non » (en vrac, à la demande).", "and nothing that follows from it");
            (await desk.TakeAsync(import)).Added.ShouldBe(2);
        }

        (await desk.DefinitionAsync("A5")).ShouldSatisfyAllConditions(d => (d.NetQuantity, d.NetUnit).ShouldBe((500L, "mg")));
    }

    [Theory]
    [InlineData("csv", "fr"), InlineData("xlsx", "en")]
    public async Task It_comes_back_as_it_went_out(string kind, string language)
    {
        var desk = new ImportDesk(catalog, await catalog.ShopAsync());
        await catalog.OfferAsync(desk.Shop, Jam("A", true) with { NetQuantity = 350, NetUnit = "g" });
        await catalog.OfferAsync(desk.Shop, Jam("B", false));
        await catalog.OfferAsync(desk.Shop, Jam("C") with { Status = "draft" });
        desk.Client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        var file = await desk.DownloadAsync($"export.{kind}");
        if (kind == "csv")
        {
            Encoding.UTF8.GetString(file).ShouldContain(";Préemballé");
        }

        (await desk.SendAsync(file, "")).ShouldSatisfyAllConditions(i => i.Unchanged.ShouldBe(3), i => i.Rejected.ShouldBeEmpty());
        var other = new ImportDesk(catalog, await catalog.ShopAsync());
        (await other.SendAsync(file, "")).Added.ShouldBe(3);
        (await other.DefinitionAsync("A")).Prepacked.ShouldBe(true);
        (await other.DefinitionAsync("B")).Prepacked.ShouldBe(false);
    }
}
