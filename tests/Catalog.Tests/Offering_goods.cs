using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop offers, changes, prices and withdraws what it sells.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Offering_goods(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task An_offer_is_made_found_shown_changed_and_archived()
    {
        var shop = await catalog.ShopAsync();
        var definition = CatalogHost.Define("P1", 4, 345, "epicerie", title: "Farine de châtaigne d’Ardèche") with { NetQuantity = 250, NetUnit = "g", Allergens = ["aucun"], Origin = "Ardèche" };
        using var made = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", definition);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var offer = (await made.Content.ReadFromJsonAsync<Offer>(Web))!;
        offer.ShouldSatisfyAllConditions(
            o => o.UnitPrice.ShouldBe(new UnitPrice(1380, "kg")),
            o => o.VatRate.ShouldBe(5.5m, "the category's"),
            o => o.Allergens.ShouldBe(["aucun"]),
            o => o.CategoryPath.Select(c => c.Slug).ShouldBe(["epicerie"]),
            o => o.StockState.ShouldBe("in-stock"),
            o => o.ImageUrl.ShouldBe("/dessins/jar.svg"));

        var shown = (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer.OfferId}", Web))!;
        (shown.Title, shown.PriceCents, shown.Available, shown.Shop.Slug).ShouldBe((definition.Title, 345L, 4L, shop.Slug));
        await CatalogHost.EventuallyAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}&q=chataigne")).Items.Any(i => i.OfferId == offer.OfferId), "the offer is found");

        using var changed = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", definition with { PriceCents = 400, OnHand = null });
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer.OfferId}", Web))!.ShouldSatisfyAllConditions(o => o.PriceCents.ShouldBe(400), o => o.Available.ShouldBe(4));

        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/P1")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await catalog.Anonymous.GetAsync($"/api/v1/offers/{offer.OfferId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await CatalogHost.EventuallyAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Total == 0, "the list is empty");
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", Web))!.Items.Single().Status.ShouldBe("archived");

        using var again = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", definition);
        (await again.Content.ReadFromJsonAsync<Offer>(Web))!.OfferId.ShouldBe(offer.OfferId, "the same offer is on sale again");
    }

    // Two sheets of one product stand open; the second is saved after the first.
    [Fact]
    public async Task An_offer_is_changed_only_from_the_version_that_was_seen()
    {
        var shop = await catalog.ShopAsync();
        var path = $"/api/v1/shops/{shop.Slug}/offers/P1";
        using var made = await catalog.Operator.PutAsJsonAsync(path, CatalogHost.Define("P1", 4));
        made.Headers.ETag!.Tag.ShouldBe("\"1\"");
        using var opened = await catalog.Operator.GetAsync(path);
        var sheet = (await opened.Content.ReadFromJsonAsync<OfferSheet>(Web))!;
        opened.Headers.ETag!.Tag.ShouldBe($"\"{sheet.Version}\"");

        using var first = await PutAsync(sheet.Definition with { PriceCents = 600 }, sheet.Version);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        var after = long.Parse(first.Headers.ETag!.Tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
        after.ShouldBeGreaterThan(sheet.Version);
        await CatalogHost.ProblemAsync(await PutAsync(sheet.Definition with { Title = "Lampe de bureau" }, sheet.Version), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        // Also where its own row would say the same: its figure would not.
        await CatalogHost.ProblemAsync(await PutAsync(sheet.Definition with { PriceCents = 600, OnHand = 1 }, sheet.Version), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        var now = (await catalog.Operator.GetFromJsonAsync<OfferSheet>(path, Web))!;
        (now.Definition.PriceCents, now.Definition.Title, now.Offer.OnHand, now.Version).ShouldBe((600L, sheet.Definition.Title, 4L, after));
        using var second = await PutAsync(now.Definition with { Title = "Lampe de bureau" }, now.Version);
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        await CatalogHost.ProblemAsync(await catalog.Operator.SendAsync(Request("vierte", now.Definition)), HttpStatusCode.BadRequest, "malformed");

        // One that is not there has no version to be changed from, and is not made.
        using var nowhere = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/P2") { Content = JsonContent.Create(CatalogHost.Define("P2", 4)), Headers = { { "If-Match", "\"3\"" } } };
        await CatalogHost.ProblemAsync(await catalog.Operator.SendAsync(nowhere), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        (await catalog.Operator.GetAsync($"/api/v1/shops/{shop.Slug}/offers/P2")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        HttpRequestMessage Request(string version, OfferDefinition definition)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(definition) };
            request.Headers.TryAddWithoutValidation("If-Match", version);
            return request;
        }

        Task<HttpResponseMessage> PutAsync(OfferDefinition definition, long version) => catalog.Operator.SendAsync(Request($"\"{version}\"", definition));
    }

    [Fact]
    public async Task Of_many_who_change_one_version_at_once_one_does()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", 4));
        var answers = await Task.WhenAll(Enumerable.Range(1, 12).Select(async n =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/P1") { Content = JsonContent.Create(CatalogHost.Define("P1", null, 1000 + n)), Headers = { { "If-Match", "\"1\"" } } };
            using var answer = await catalog.Operator.SendAsync(request);
            return answer.StatusCode;
        }));
        answers.Count(s => s == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(s => s == HttpStatusCode.PreconditionFailed).ShouldBe(11);
    }

    [Theory]
    [InlineData("title-invalid", "title", "")]
    [InlineData("category-unknown", "category", "nulle-part")]
    [InlineData("price-invalid", "priceCents", 0)]
    [InlineData("price-invalid", "priceCents", -5)]
    [InlineData("ean-malformed", "ean13", "12345")]
    [InlineData("ean-check-digit", "ean13", "3017620422004")]
    [InlineData("vat-rate-unknown", "vatRate", 19.6)]
    [InlineData("net-unit-unknown", "netUnit", "livre")]
    [InlineData("quantity-invalid", "onHand", -1)]
    [InlineData("allergen-unknown", "allergens", "papier")]
    [InlineData("allergens-contradictory", "allergens", "aucun, lait")]
    [InlineData("text-too-long", "brand", 121)]
    [InlineData("text-too-long", "origin", 121)]
    [InlineData("text-too-long", "description", 4001)]
    [InlineData("net-quantity-invalid", "netQuantity", 0)]
    [InlineData("net-quantity-invalid", "netQuantity", -250)]
    [InlineData("net-quantity-invalid", "netUnit", "")]
    public async Task A_wrong_offer_is_refused_with_its_reason_and_leaves_nothing(string code, string member, object value)
    {
        var shop = await catalog.ShopAsync();
        var body = JsonSerializer.SerializeToNode(CatalogHost.Define("P1", 4, 345, "epicerie") with { NetQuantity = 100, NetUnit = "g" }, Web)!;
        body[member] = JsonSerializer.SerializeToNode(code == "text-too-long" ? new string('x', (int)value) : member == "allergens" ? ((string)value).Split(", ") : value);
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", body);
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.UnprocessableEntity, code);
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", Web))!.Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_takes_the_good_ones_and_names_the_others()
    {
        var shop = await catalog.ShopAsync();
        OfferDefinition[] batch = [CatalogHost.Define("A"), CatalogHost.Define("B") with { PriceCents = 0 }, CatalogHost.Define("A"), CatalogHost.Define("C")];
        using var answer = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", batch);
        var result = (await answer.Content.ReadFromJsonAsync<BatchAnswer>(Web))!;
        result.Accepted.ShouldBe(2);
        result.Rejected.Select(r => (r.Index, r.Reason)).ShouldBe([(1, "price-invalid"), (2, "duplicate")]);
        var many = Enumerable.Range(0, 501).Select(i => CatalogHost.Define("M" + i)).ToArray();
        using var tooMany = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", many);
        await CatalogHost.ProblemAsync(tooMany, HttpStatusCode.UnprocessableEntity, "batch-size");
    }

    [Fact]
    public async Task Malformed_bodies_and_other_types_are_refused()
    {
        var shop = await catalog.ShopAsync();
        var path = $"/api/v1/shops/{shop.Slug}/offers/P1";
        foreach (var broken in new[] { "{", "[]", "null", """{"sku":"P1","title":5}""", """{"sku":"P1","unit":"cubit"}""", "" })
        {
            using var body = new StringContent(broken, Encoding.UTF8, "application/json");
            await CatalogHost.ProblemAsync(await catalog.Operator.PutAsync(path, body), HttpStatusCode.BadRequest, "malformed");
        }

        using var text = new StringContent("sku=P1", Encoding.UTF8, "text/plain");
        (await catalog.Operator.PutAsync(path, text)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_character_that_no_table_holds_is_the_senders_mistake_and_not_ours()
    {
        var shop = await catalog.ShopAsync();
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/NUL", CatalogHost.Define("NUL") with { Description = "un\0deux" });
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.BadRequest, "malformed");
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync($"/api/v1/shops/{shop.Slug}/offers?q=a%00b"), HttpStatusCode.BadRequest, "malformed");
    }

    [Theory]
    [InlineData("comte"), InlineData("COMTÉ"), InlineData("oeuf"), InlineData("d'ete"), InlineData("100%")]
    public async Task A_shop_finds_its_goods_however_hastily_it_types(string typed)
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("A", 1) with { Title = "Comté d’été aux Œufs, 100% lait" });
        await catalog.OfferAsync(shop, CatalogHost.Define("B", 1) with { Title = "Conte de l’hiver" });
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers?q={Uri.EscapeDataString(typed)}", JsonSerializerOptions.Web))!.Items.Single().Sku.ShouldBe("A");
    }

    [Fact]
    public async Task A_page_behind_the_last_one_still_says_how_many_there_are()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("UNE"));
        var page = (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers?page=7", Web))!;
        (page.Items.Count, page.Total).ShouldBe((0, 1));
        var movements = (await catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/UNE/movements?page=7", Web))!;
        (movements.Items.Count, movements.Total).ShouldBe((0, 1));
    }
}
