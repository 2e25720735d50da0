using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

[Collection(CatalogHost.Collection)]
public sealed class Offer_api(CatalogHost catalog)
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
        await CatalogHost.EventuallyAsync(async () => (await ListAsync($"?shop={shop.Slug}&q=chataigne")).Items.Any(i => i.OfferId == offer.OfferId), "the offer is found");

        using var changed = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", definition with { PriceCents = 400, OnHand = null });
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer.OfferId}", Web))!.ShouldSatisfyAllConditions(o => o.PriceCents.ShouldBe(400), o => o.Available.ShouldBe(4));

        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/P1")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await catalog.Anonymous.GetAsync($"/api/v1/offers/{offer.OfferId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await CatalogHost.EventuallyAsync(async () => (await ListAsync($"?shop={shop.Slug}")).Total == 0, "the list is empty");
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", Web))!.Items.Single().Status.ShouldBe("archived");

        using var again = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", definition);
        (await again.Content.ReadFromJsonAsync<Offer>(Web))!.OfferId.ShouldBe(offer.OfferId, "the same offer is on sale again");
    }

    [Fact]
    public async Task An_offer_that_gets_another_article_number_is_no_longer_the_same_as_the_others_under_the_old_one()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var definition = CatalogHost.Define("LIVRE", 2, ean13: "9782840003113", category: "livres");
        var here = await catalog.OfferAsync(shop, definition);
        var there = await catalog.OfferAsync(other, definition);
        (await AlsoAtAsync(here)).ShouldBe([there]);
        await catalog.OfferAsync(other, definition with { Ean13 = "9782840003120" });
        (await AlsoAtAsync(here)).ShouldBeEmpty();

        async Task<IEnumerable<OfferId>> AlsoAtAsync(OfferId offer) => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.AlsoAt.Select(o => o.OfferId);
    }

    [Fact]
    public async Task A_character_that_no_table_holds_is_the_senders_mistake_and_not_ours()
    {
        var shop = await catalog.ShopAsync();
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/NUL", CatalogHost.Define("NUL") with { Description = "un\0deux" });
        await ProblemAsync(answer, HttpStatusCode.BadRequest, "malformed");
        await ProblemAsync(await catalog.Operator.GetAsync($"/api/v1/shops/{shop.Slug}/offers?q=a%00b"), HttpStatusCode.BadRequest, "malformed");
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
    public async Task A_wrong_offer_is_refused_with_its_reason_and_leaves_nothing(string code, string member, object value)
    {
        var shop = await catalog.ShopAsync();
        var body = JsonSerializer.SerializeToNode(CatalogHost.Define("P1", 4, 345, "epicerie") with { NetQuantity = 100, NetUnit = "g" }, Web)!;
        body[member] = member == "allergens" ? JsonSerializer.SerializeToNode(new[] { value }) : JsonSerializer.SerializeToNode(value);
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", body);
        await ProblemAsync(answer, HttpStatusCode.UnprocessableEntity, code);
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", Web))!.Total.ShouldBe(0);
    }

    [Fact]
    public async Task Malformed_bodies_and_other_types_are_refused()
    {
        var shop = await catalog.ShopAsync();
        var path = $"/api/v1/shops/{shop.Slug}/offers/P1";
        foreach (var broken in new[] { "{", "[]", "null", """{"sku":"P1","title":5}""", """{"sku":"P1","unit":"cubit"}""", "" })
        {
            using var body = new StringContent(broken, Encoding.UTF8, "application/json");
            await ProblemAsync(await catalog.Operator.PutAsync(path, body), HttpStatusCode.BadRequest, "malformed");
        }

        using var text = new StringContent("sku=P1", Encoding.UTF8, "text/plain");
        (await catalog.Operator.PutAsync(path, text)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
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
        await ProblemAsync(tooMany, HttpStatusCode.UnprocessableEntity, "batch-size");
    }

    [Fact]
    public async Task The_same_article_in_two_shops_is_one_product_but_an_in_store_number_is_not()
    {
        var (one, two) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var first = await catalog.OfferAsync(one, CatalogHost.Define("L1", 3, 730, "livres", ean13: "978-0-8044-2957-3"));
        var second = await catalog.OfferAsync(two, CatalogHost.Define("X9", 1, 700, "livres", ean13: "080442957X"));
        var shown = (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{first}", Web))!;
        shown.Ean13.ShouldBe("9780804429573");
        shown.AlsoAt.Select(o => o.OfferId).ShouldBe([second]);

        var weighed = await catalog.OfferAsync(one, CatalogHost.Define("J1", 3, ean13: "2012345678903"));
        await catalog.OfferAsync(two, CatalogHost.Define("J2", 3, ean13: "2012345678903"));
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{weighed}", Web))!.AlsoAt.ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_shops_that_have_it_are_those_of_the_same_town()
    {
        var (here, there, both) = (await catalog.ShopAsync(), await catalog.ShopAsync("published", "vienne"), await catalog.ShopAsync("published", CatalogHost.Town, "vienne"));
        async Task<OfferId> BookAsync(ShopEntry shop) => await catalog.OfferAsync(shop, CatalogHost.Define("L", 3, 730, "livres", ean13: "9782070360024"));
        var (a, b, c) = (await BookAsync(here), await BookAsync(there), await BookAsync(both));
        async Task<Offer> ShownAsync(OfferId offer, string query = "") => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}{query}", Web))!;
        async Task<OfferId[]> AlsoAsync(OfferId offer, string query = "") => [.. (await ShownAsync(offer, query)).AlsoAt.Select(o => o.OfferId)];

        (await ShownAsync(c)).Towns.ShouldBe([CatalogHost.Town, "vienne"]);
        (await AlsoAsync(a)).ShouldBe([c]);
        (await AlsoAsync(b)).ShouldBe([c]);
        (await AlsoAsync(c)).ShouldBe([a, b], ignoreOrder: true);
        (await AlsoAsync(c, $"?town={CatalogHost.Town}")).ShouldBe([a]);
        (await AlsoAsync(c, "?town=vienne")).ShouldBe([b]);
        (await AlsoAsync(a, "?town=nulle-part")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_suspended_shops_offers_go_and_come_back_with_it()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await CatalogHost.EventuallyAsync(async () => (await ListAsync($"?shop={shop.Slug}")).Total == 1, "the offer is listed");
        await catalog.TellAsync(shop.Details! with { Version = 2, Status = "suspended" });
        await CatalogHost.EventuallyAsync(async () => (await catalog.Anonymous.GetAsync($"/api/v1/offers/{offer}")).StatusCode == HttpStatusCode.NotFound, "the offer is gone");
        (await ListAsync("?pageSize=100")).Items.ShouldNotContain(o => o.OfferId == offer);
        (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={offer}", Web)).ShouldBeEmpty();
        await catalog.TellAsync(shop.Details! with { Version = 3 });
        await CatalogHost.EventuallyAsync(async () => (await catalog.Anonymous.GetAsync($"/api/v1/offers/{offer}")).StatusCode == HttpStatusCode.OK, "the offer is back");
    }

    [Fact]
    public async Task A_list_row_shows_what_is_left_and_when_it_can_be_collected_and_both_move()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        async Task<OfferSummary> RowAsync() => (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={offer},{Guid.NewGuid()}", Web))!.Single();
        (await RowAsync()).ShouldSatisfyAllConditions(r => r.Available.ShouldBe(5), r => r.StockState.ShouldBe("in-stock"), r => r.EarliestPickup.ShouldBeNull());

        await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 2)));
        (await RowAsync()).ShouldSatisfyAllConditions(r => r.Available.ShouldBe(3), r => r.StockState.ShouldBe("last-ones"));
        await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 3)));
        (await RowAsync()).ShouldSatisfyAllConditions(r => r.Available.ShouldBe(0), r => r.StockState.ShouldBe("out-of-stock"));

        var now = DateTimeOffset.UtcNow;
        await catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(now.AddHours(1), now.AddHours(2), now.AddSeconds(-1)), new(now.AddHours(3), now.AddHours(4), now.AddHours(2))]));
        await CatalogHost.EventuallyAsync(async () => (await RowAsync()).EarliestPickup is not null, "the outlook is known");
        (await RowAsync()).EarliestPickup!.Value.ShouldBe(now.AddHours(3), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Another_process_shows_a_change_within_a_second()
    {
        var shop = await catalog.ShopAsync();
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        using var client = second.CreateClient();
        var offer = await catalog.OfferAsync(shop, 5);
        async Task<Offer?> SeenAsync()
        {
            using var answer = await client.GetAsync($"/api/v1/offers/{offer}");
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<Offer>(Web) : null;
        }

        await CatalogHost.EventuallyAsync(async () => await SeenAsync() is not null, "the other process shows the offer");
        await catalog.DoAsync(new Stock.StockCommand.Reserve(CatalogHost.Reserve((shop, offer, 2))));
        await CatalogHost.EventuallyAsync(async () => (await SeenAsync())!.Available == 3, "the other process shows the new figure");
    }

    [Fact]
    public async Task What_changed_while_the_connection_was_away_is_caught_up_with()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        using var client = second.CreateClient();
        await catalog.ScalarAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query = 'listen catalog_display'");
        await catalog.DoAsync(new Stock.StockCommand.Reserve(CatalogHost.Reserve((shop, offer, 4))));
        await CatalogHost.EventuallyAsync(async () => (await client.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.Available == 1, "the other process has caught up");
        await CatalogHost.ReadyAsync(second);
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        var document = JsonDocument.Parse(await catalog.Anonymous.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        paths.ShouldContain("/api/v1/towns/{town}/offers");
        paths.ShouldContain("/api/v1/shops/{shop}/imports");
    }

    [Fact]
    public async Task The_storefront_is_hinted_of_changed_offers()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await CatalogHost.EventuallyAsync(() => catalog.Heard.OfType<OffersChanged>().Any(h => h.Offers.Contains(offer) && h.Shops.Contains(shop.Id) && h.Towns.Contains(CatalogHost.Town)), "the hint is heard");
    }

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
    public async Task A_question_without_sense_gets_the_right_status(string path, HttpStatusCode status, string code)
    {
        await catalog.ShopAsync();
        await ProblemAsync(await catalog.Anonymous.GetAsync(path), status, code);
    }

    [Fact]
    public async Task Categories_are_replaced_whole_unless_offers_stand_in_one_that_would_go()
    {
        var tree = (await catalog.Anonymous.GetFromJsonAsync<Category[]>("/api/v1/categories", Web))!;
        tree.ShouldContain(c => c.Slug == "pains" && c.Parent == "epicerie");
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, 1);
        using var without = await catalog.Operator.PutAsJsonAsync("/api/v1/categories", CatalogHost.Categories.Where(c => c.Slug != "maison"));
        await ProblemAsync(without, HttpStatusCode.Conflict, "category-in-use");
        using var orphan = await catalog.Operator.PutAsJsonAsync("/api/v1/categories", CatalogHost.Categories.Where(c => c.Slug != "epicerie"));
        await ProblemAsync(orphan, HttpStatusCode.UnprocessableEntity, "categories-invalid");
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

    private async Task<OfferPage> ListAsync(string query) => (await catalog.Anonymous.GetFromJsonAsync<OfferPage>($"/api/v1/towns/{CatalogHost.Town}/offers{query}", Web))!;

    internal static async Task ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(body).RootElement.GetProperty("type").GetString().ShouldBe(Refusal.TypePrefix + code);
    }
}
