using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>Drafts, what is on sale of a shop's offers, and what is known of a product by its number.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Unfinished_offers(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task A_draft_is_seen_by_nobody_and_sold_to_nobody_until_it_is_on_sale()
    {
        var shop = await catalog.ShopAsync();
        var offers = $"/api/v1/shops/{shop.Slug}/offers";
        var draft = CatalogHost.Define("D1", 7, 345, "pains") with { Allergens = null, Status = "draft" };
        using var made = await catalog.Operator.PutAsJsonAsync($"{offers}/D1", draft);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var kept = (await made.Content.ReadFromJsonAsync<MerchantOffer>(Web))!;
        (kept.Status, kept.OnHand).ShouldBe(("draft", 7L));
        (await catalog.Anonymous.GetAsync($"/api/v1/offers/{kept.OfferId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await catalog.ListAsync($"?shop={shop.Slug}")).Total.ShouldBe(0);
        (await catalog.AskAsync(CatalogHost.Reserve((shop, kept.OfferId, 1)))).ShouldBeOfType<StockRefused>().Lines.Single().Reason.ShouldBe("not-for-sale");

        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"{offers}/D1/status", new OfferStatus("active")), HttpStatusCode.UnprocessableEntity, "allergens-missing");
        (await catalog.Operator.PutAsJsonAsync($"{offers}/D1", draft with { Allergens = ["gluten"], OnHand = null })).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var shown = await catalog.Operator.PutAsJsonAsync($"{offers}/D1/status", new OfferStatus("active"));
        (await shown.Content.ReadFromJsonAsync<MerchantOffer>(Web))!.Status.ShouldBe("active");
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{kept.OfferId}", Web))!.Available.ShouldBe(7);
        (await catalog.AskAsync(CatalogHost.Reserve((shop, kept.OfferId, 1)))).ShouldBeOfType<StockReserved>();

        (await catalog.Operator.PutAsJsonAsync($"{offers}/D1/status", new OfferStatus("draft"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.Anonymous.GetAsync($"/api/v1/offers/{kept.OfferId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "taken back");
        (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"{offers}/D1", Web))!.Offer.Reserved.ShouldBe(1, "its order goes on");
    }

    [Fact]
    public async Task A_status_that_does_not_exist_and_one_of_no_offer_are_refused()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("A"));
        var offers = $"/api/v1/shops/{shop.Slug}/offers";
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"{offers}/A/status", new OfferStatus("vendu")), HttpStatusCode.UnprocessableEntity, "status-unknown");
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"{offers}/A", CatalogHost.Define("A") with { Status = "archived" }), HttpStatusCode.UnprocessableEntity, "status-unknown");
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync($"{offers}?status=vendu"), HttpStatusCode.UnprocessableEntity, "status-unknown");
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"{offers}/B/status", new OfferStatus("draft")), HttpStatusCode.NotFound, "offer-not-found");
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync($"{offers}/B"), HttpStatusCode.NotFound, "offer-not-found");
    }

    [Fact]
    public async Task A_list_holds_what_stands_in_one_status()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("A"));
        await catalog.OfferAsync(shop, CatalogHost.Define("B", ean13: "9782070360024") with { Status = "draft", SecondHand = true });
        await catalog.OfferAsync(shop, CatalogHost.Define("C"));
        (await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/C/status", new OfferStatus("archived"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (status, sku) in new[] { ("active", "A"), ("draft", "B"), ("archived", "C") })
        {
            (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers?status={status}", Web))!.Items.ShouldHaveSingleItem().Sku.ShouldBe(sku);
        }

        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers?q=9782070360024", Web))!.Items.Single().ShouldSatisfyAllConditions(
            o => o.SecondHand.ShouldBeTrue(), o => o.ImageUrl.ShouldBe("/dessins/lamp.svg"), o => o.UnitPrice.ShouldBeNull());
    }

    [Fact]
    public async Task A_sheet_sent_back_changes_nothing()
    {
        var shop = await catalog.ShopAsync();
        var address = $"/api/v1/shops/{shop.Slug}/offers/P1";
        var written = CatalogHost.Define("P1", 4, 345, "epicerie") with { NetQuantity = 250, NetUnit = "g", Origin = "Ardèche", Description = "Moulue à la meule.", Synonyms = ["châtaigne"] };
        await catalog.OfferAsync(shop, written);
        var sheet = (await catalog.Operator.GetFromJsonAsync<OfferSheet>(address, Web))!;
        sheet.Definition.ShouldSatisfyAllConditions(
            d => (d.Title, d.PriceCents, d.VatRate, d.NetQuantity, d.NetUnit, d.Origin, d.Description, d.Status, d.OnHand)
                .ShouldBe((written.Title, 345L, 5.5m, 250L, "g", "Ardèche", "Moulue à la meule.", "active", null)),
            d => d.Allergens.ShouldBe(["aucun"]),
            d => d.Synonyms.ShouldBe(["châtaigne"]));
        sheet.Offer.UnitPrice.ShouldBe(new UnitPrice(1380, "kg"));
        (await catalog.Operator.PutAsJsonAsync(address, sheet.Definition)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var again = (await catalog.Operator.GetFromJsonAsync<OfferSheet>(address, Web))!;
        JsonSerializer.Serialize(again, Web).ShouldBe(JsonSerializer.Serialize(sheet, Web));
    }

    [Fact]
    public async Task A_new_offer_never_takes_the_place_of_another()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", 4, 345));
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/P1") { Content = JsonContent.Create(CatalogHost.Define("P1", 9, 999), options: Web) };
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        await CatalogHost.ProblemAsync(await catalog.Operator.SendAsync(request), HttpStatusCode.PreconditionFailed, "sku-taken");
        var there = (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/P1", Web))!;
        (there.Offer.PriceCents, there.Offer.OnHand).ShouldBe((345L, 4L));
        using var free = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/P2") { Content = JsonContent.Create(CatalogHost.Define("P2", 9, 999), options: Web) };
        free.Headers.TryAddWithoutValidation("If-None-Match", "*");
        (await catalog.Operator.SendAsync(free)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_number_tells_another_shop_what_is_shared_and_never_a_draft()
    {
        var (first, second) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        const string ean = "3245678901236";
        var known = $"/api/v1/shops/{second.Slug}/products/";
        await catalog.OfferAsync(first, CatalogHost.Define("N2", 4, 345, "maison", ean13: ean, title: "Autre chose") with { Status = "draft" });
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(known + ean), HttpStatusCode.NotFound, "product-not-found");
        await catalog.OfferAsync(first, CatalogHost.Define("N", 4, 345, "epicerie", ean13: ean, title: "Pâte à tartiner") with { NetQuantity = 400, NetUnit = "g", Allergens = ["lait", "fruits à coque"], Origin = "France" });
        var found = (await catalog.Operator.GetFromJsonAsync<KnownProduct>(known + "3-245678-901236", Web))!;
        (found.Ean13, found.Title, found.Brand, found.Category, found.NetQuantity, found.NetUnit, found.Origin).ShouldBe((ean, "Pâte à tartiner", "Maison Test", "epicerie", 400L, "g", "France"));
        found.Allergens.ShouldBe(["lait", "fruits à coque"]);
        found.OwnSkus.ShouldBeEmpty();

        await catalog.OfferAsync(second, CatalogHost.Define("MIEN", 4, 345, "epicerie", ean13: ean) with { NetQuantity = 400, NetUnit = "g", Allergens = ["lait"] });
        (await catalog.Operator.GetFromJsonAsync<KnownProduct>(known + ean, Web))!.OwnSkus.ShouldBe(["MIEN"]);
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(known + "4006381333931"), HttpStatusCode.NotFound, "product-not-found");
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(known + "3245678901237"), HttpStatusCode.UnprocessableEntity, "ean-check-digit");
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(known + "12"), HttpStatusCode.UnprocessableEntity, "ean-malformed");

        // What nobody may see, of a shop that is not published, fills in nobody's form.
        await catalog.OfferAsync(await catalog.ShopAsync("draft"), CatalogHost.Define("N", 4, 345, "epicerie", ean13: ean, title: "Tout autre chose") with { NetQuantity = 1, NetUnit = "g", Allergens = ["aucun"] });
        (await catalog.Operator.GetFromJsonAsync<KnownProduct>(known + ean, Web))!.Allergens.ShouldBe(["lait"]);

        // A shop's own numbers mean something in that shop alone.
        await catalog.OfferAsync(first, CatalogHost.Define("PESE", ean13: "2000000000015"));
        (await catalog.Operator.GetFromJsonAsync<KnownProduct>($"/api/v1/shops/{first.Slug}/products/2000000000015", Web))!.OwnSkus.ShouldBe(["PESE"]);
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(known + "2000000000015"), HttpStatusCode.NotFound, "product-not-found");
    }

    [Fact]
    public async Task A_file_that_says_nothing_of_it_leaves_a_draft_a_draft_and_the_tills_figure_goes_to_what_is_on_sale()
    {
        var shop = await catalog.ShopAsync();
        const string ean = "4012345678901";
        await catalog.OfferAsync(shop, CatalogHost.Define("NEUF", 4, 345, "maison", ean13: ean));
        await catalog.OfferAsync(shop, CatalogHost.Define("OCCASION", 1, 200, "maison", ean13: ean) with { Status = "draft", SecondHand = true });
        (await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", new[] { CatalogHost.Define("OCCASION", null, 150, "maison", ean13: ean) with { SecondHand = true } }, Web)).EnsureSuccessStatusCode();
        var draft = (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/OCCASION", Web))!;
        (draft.Offer.Status, draft.Offer.PriceCents).ShouldBe(("draft", 150L));

        var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock", new[] { new StockLine(null, ean, 9) }, Web);
        (await answer.Content.ReadFromJsonAsync<BatchAnswer>(Web))!.Rejected.ShouldBeEmpty();
        (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/NEUF", Web))!.Offer.OnHand.ShouldBe(9);
    }

    [Fact]
    public async Task A_reference_with_a_slash_is_found_and_taken_off_sale()
    {
        var shop = await catalog.ShopAsync();
        var answer = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", new[] { CatalogHost.Define("A/B", 4, 345, "maison") }, Web);
        (await answer.Content.ReadFromJsonAsync<BatchAnswer>(Web))!.Accepted.ShouldBe(1);
        (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/A%2FB", Web))!.Offer.Sku.ShouldBe("A/B");
        (await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/A%2FB/status", new OfferStatus("archived"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/A%2FB", Web))!.Offer.Status.ShouldBe("archived");
    }

    [Fact]
    public async Task A_reduction_is_told_against_the_lowest_price_of_thirty_days()
    {
        var shop = await catalog.ShopAsync();
        var address = $"/api/v1/shops/{shop.Slug}/offers/P1";
        // 12 until forty days ago, 10 since, 9 twenty days ago, then 10 again; and never on sale at 5.
        var id = await catalog.OfferAsync(shop, CatalogHost.Define("P1", 4, 500) with { Status = "draft" });
        (await LowestAsync()).ShouldBeNull("a draft's price was nobody's");
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", null, 1000) with { Status = "active" });
        await catalog.ScalarAsync<int>($"""
            with first as (delete from price_changes where offer_id = '{id}'), told as (insert into price_changes (offer_id, at, price_cents, unit)
                select '{id}', now() - days * interval '1 day', cents, 'piece' from (values (60, 1200), (40, 1000), (20, 900), (15, 1000)) as t(days, cents) returning 1)
            select count(*)::int from told
            """);
        (await LowestAsync()).ShouldBe(900);
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", null, 800));
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", null, 800));
        (await LowestAsync()).ShouldBe(900, "a reduced price is not its own reference");
        (await catalog.ScalarAsync<long>($"select count(*) from price_changes where offer_id = '{id}'")).ShouldBe(5, "each price once");

        // Bread spoils: its price may be crossed out without one.
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", null, 800, "pains"));
        (await LowestAsync()).ShouldBeNull();

        async Task<long?> LowestAsync() => (await catalog.Operator.GetFromJsonAsync<OfferSheet>(address, Web))!.LowestPriceCents;
    }

    [Fact]
    public async Task A_draft_that_goes_on_sale_has_its_price_written_down()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("P1", 4, 500) with { Status = "draft" });
        (await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1/status", new OfferStatus("active"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/P1", Web))!.LowestPriceCents.ShouldBe(500);
    }

    [Fact]
    public async Task The_rules_for_an_offer_are_those_of_today()
    {
        var rules = (await catalog.Anonymous.GetFromJsonAsync<SellingRules>("/api/v1/selling-rules", Web))!;
        rules.VatRates.ShouldBe([20m, 10m, 5.5m, 2.1m, 0m]);
        rules.Allergens.Count.ShouldBe(14);
        rules.Categories.ShouldContain(new CategoryRule("pains", 5.5m, true, false));
        rules.Categories.ShouldContain(new CategoryRule("vins", 20m, true, true));
    }
}
