using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>One jumper in S, M and L, in blue and écru: six offers, each with its own stock, shown as one thing.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Sizes_and_colours(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task Are_offers_of_their_own_that_know_of_each_other()
    {
        var shop = await catalog.ShopAsync();
        var (large, small) = (await catalog.OfferAsync(shop, Jumper("XL", "bleu", 2)), await catalog.OfferAsync(shop, Jumper("S", "bleu", 0)));
        var medium = await catalog.OfferAsync(shop, Jumper("M", "écru", 5, 5900));
        await catalog.OfferAsync(shop, Jumper("M", "bleu") with { Sku = "BROUILLON", Status = "draft" });

        var shown = await ShownAsync(medium);
        shown.Title.ShouldBe("Pull marin, M, écru");
        shown.Model.ShouldBe(new OfferModel(new("PULL", "M", "écru"), "Pull marin", 3, 2, 4900, 5900));
        shown.Variants!.Select(v => (v.OfferId, v.Size, v.Colour, v.StockState)).ShouldBe([(small, "S", "bleu", "out-of-stock"), (medium, "M", "écru", "in-stock"), (large, "XL", "bleu", "last-ones")]);
        (await catalog.OfferAsync(shop, CatalogHost.Define("SEUL"))).ShouldSatisfyAllConditions(id => ShownAsync(id).Result.Variants.ShouldBeNull(), id => ShownAsync(id).Result.Model.ShouldBeNull());

        // What each says of its model follows what becomes of the others, also where its row was written before.
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items.SingleOrDefault(o => o.OfferId == medium)?.Model is { Sizes: 3, HighestCents: 5900 }, TimeSpan.FromSeconds(10));
        await StatusAsync(shop, "S-bleu", "archived");
        (await ShownAsync(medium)).ShouldSatisfyAllConditions(o => o.Model!.Sizes.ShouldBe(2), o => o.Variants!.Count.ShouldBe(2));
        await catalog.OfferAsync(shop, Jumper("XL", "bleu") with { OnHand = null, PriceCents = 6500 });
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items.SingleOrDefault(o => o.OfferId == medium)?.Model is { Sizes: 2, HighestCents: 6500 }, TimeSpan.FromSeconds(10));
        await catalog.OfferAsync(shop, Jumper("XL", "bleu") with { OnHand = null, Variant = new(null) });
        (await ShownAsync(medium)).Variants!.ShouldHaveSingleItem().OfferId.ShouldBe(medium);
        (await ShownAsync(large)).ShouldSatisfyAllConditions(o => o.Title.ShouldBe("Pull marin"), o => o.Variants.ShouldBeNull());
    }

    [Fact]
    public async Task Of_another_shop_with_the_same_word_are_never_shown()
    {
        var (one, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var mine = await catalog.OfferAsync(one, Jumper("M", "bleu"));
        await catalog.OfferAsync(other, Jumper("M", "bleu"));
        await catalog.OfferAsync(other, Jumper("L", "bleu"));
        (await ShownAsync(mine)).ShouldSatisfyAllConditions(o => o.Variants!.ShouldHaveSingleItem().OfferId.ShouldBe(mine), o => o.Model!.Sizes.ShouldBe(1));
        (await OwnAsync(one, "PULL")).ShouldHaveSingleItem().OfferId.ShouldBe(mine);
    }

    [Fact]
    public async Task Stay_as_they_were_where_nothing_is_said_of_them()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Jumper("M", "bleu"));
        await catalog.OfferAsync(shop, Jumper("M", "bleu") with { Variant = null, PriceCents = 4500 });
        (await ShownAsync(id)).ShouldSatisfyAllConditions(o => o.Title.ShouldBe("Pull marin, M, bleu"), o => o.PriceCents.ShouldBe(4500));

        var sheet = (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/M-bleu", Web))!;
        (sheet.Definition.Title, sheet.Offer.Title, sheet.Definition.Variant, sheet.Offer.Variant).ShouldBe(("Pull marin", "Pull marin, M, bleu", new Variant("PULL", "M", "bleu"), new Variant("PULL", "M", "bleu")));
        var version = await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'");
        (await PutAsync(shop, sheet.Definition)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'")).ShouldBe(version, "sent back, nothing changes");
    }

    [Fact]
    public async Task Take_their_own_reference_for_a_model_where_none_is_named_and_say_what_cannot_be()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Jumper("M", null) with { Sku = "P1", Variant = new(" ", "  38   long ", "") });
        (await OwnAsync(shop, "P1")).ShouldHaveSingleItem().Variant.ShouldBe(new Variant("P1", "38 long"));
        await CatalogHost.ProblemAsync(await PutAsync(shop, Jumper("M", null) with { Variant = new("PULL") }), HttpStatusCode.UnprocessableEntity, "variant-incomplete");
        await CatalogHost.ProblemAsync(await PutAsync(shop, Jumper("M", null) with { Variant = new("PULL", new string('x', 41)) }), HttpStatusCode.UnprocessableEntity, "variant-invalid");
        await CatalogHost.ProblemAsync(await PutAsync(shop, Jumper("M", null) with { Variant = new(new string('x', 65), "M") }), HttpStatusCode.UnprocessableEntity, "variant-invalid");
        (await catalog.Operator.GetFromJsonAsync<UsedVariants>($"/api/v1/shops/{shop.Slug}/variants", Web))!.ShouldSatisfyAllConditions(u => u.Sizes.ShouldBe(["38 long"]), u => u.Colours.ShouldBeEmpty());
    }

    [Fact]
    public async Task Are_on_sale_once_each_under_whatever_letters()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Jumper("M", "Écru"));
        using (var refused = await PutAsync(shop, Jumper("m", "écru") with { Sku = "AUTRE" }))
        {
            (await refused.Content.ReadAsStringAsync()).ShouldContain("M-Écru");
            await CatalogHost.ProblemAsync(refused, HttpStatusCode.Conflict, "variant-taken");
        }

        using var onlyNew = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/AUTRE") { Content = JsonContent.Create(Jumper("m", "écru") with { Sku = "AUTRE" }), Headers = { { "If-None-Match", "*" } } };
        await CatalogHost.ProblemAsync(await catalog.Operator.SendAsync(onlyNew), HttpStatusCode.Conflict, "variant-taken");
        (await catalog.Operator.GetAsync($"/api/v1/shops/{shop.Slug}/offers/AUTRE")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "nothing of it was taken");

        // In a batch the others are taken, and of two alike the first.
        using var sent = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", new[] { Jumper("M", "écru") with { Sku = "A" }, Jumper("L", "écru") with { Sku = "B" }, Jumper("l", "ÉCRU") with { Sku = "C" }, CatalogHost.Define("D") });
        var answer = (await sent.Content.ReadFromJsonAsync<BatchAnswer>(Web))!;
        (answer.Accepted, string.Join(" ", answer.Rejected.Select(r => $"{r.Index} {r.Reason}"))).ShouldBe((2, "0 variant-taken 2 variant-taken"));
        answer.Rejected[1].Detail!.ShouldContain("« B »");
    }

    [Fact]
    public async Task Are_drafts_as_often_as_one_likes_and_go_on_sale_once()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Jumper("M", "bleu"));
        await catalog.OfferAsync(shop, Jumper("M", "bleu") with { Sku = "DEUX", Status = "draft" });
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/DEUX/status", new OfferStatus("active")), HttpStatusCode.Conflict, "variant-taken");

        await StatusAsync(shop, "M-bleu", "archived");
        await StatusAsync(shop, "DEUX", "active");
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/M-bleu/status", new OfferStatus("active")), HttpStatusCode.Conflict, "variant-taken");
        // And by who says nothing of it, which puts an archived one on sale again.
        await CatalogHost.ProblemAsync(await PutAsync(shop, Jumper("M", "bleu") with { Variant = null }), HttpStatusCode.Conflict, "variant-taken");
        (await OwnAsync(shop, "PULL")).Select(o => (o.Sku, o.Status)).ShouldBe([("DEUX", "active"), ("M-bleu", "archived")]);
        await catalog.OfferAsync(shop, Jumper("M", "vert") with { Sku = "M-bleu" });
    }

    [Fact]
    public async Task Made_by_many_at_once_are_one()
    {
        var shop = await catalog.ShopAsync();
        for (var round = 0; round < 5; round++)
        {
            var colour = "bleu " + round;
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => PutAsync(shop, Jumper("M", colour) with { Sku = $"R{round}-{n}" })));
            answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(1, string.Join(" ", answers.Select(a => (int)a.StatusCode)));
            foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
            {
                await CatalogHost.ProblemAsync(refused, HttpStatusCode.Conflict, "variant-taken");
            }

            // Batches that make the same ones crosswise.
            var sizes = new[] { "S", "M", "L", "XL" };
            var batches = await Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
            {
                var batch = sizes.Select((s, i) => Jumper(s, $"vert {round}") with { Sku = $"V{round}-{n}-{(n % 2 == 0 ? i : 9 - i)}" });
                using var sent = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", batch);
                return (await sent.Content.ReadFromJsonAsync<BatchAnswer>(Web))!;
            }));
            batches.Sum(b => b.Accepted).ShouldBe(sizes.Length);
            batches.SelectMany(b => b.Rejected).ShouldAllBe(r => r.Reason == "variant-taken");
        }

        (await catalog.ScalarAsync<long>($"select count(*) from (select from offers where shop_id = '{shop.Id}' and status = 'active' group by variant_group, variant_size, variant_colour having count(*) > 1) twice")).ShouldBe(0);
    }

    [Fact]
    public async Task Put_on_sale_by_two_at_once_are_one()
    {
        var shop = await catalog.ShopAsync();
        for (var round = 0; round < 5; round++)
        {
            var skus = new[] { $"A{round}", $"B{round}" };
            foreach (var sku in skus)
            {
                await catalog.OfferAsync(shop, Jumper("M", "bleu " + round) with { Sku = sku, Status = "draft" });
            }

            var answers = await Task.WhenAll(skus.Select(sku => catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{sku}/status", new OfferStatus("active"))));
            answers.Select(a => (int)a.StatusCode).Order().ToArray().ShouldBe(new[] { 200, 409 }, string.Join(" ", await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()))));
        }
    }

    [Fact]
    public async Task Are_named_on_the_order_as_they_were_when_it_was_placed()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Jumper("M", "bleu"));
        var line = (await catalog.AskAsync(CatalogHost.Reserve((shop, id, 1)))).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single();
        (line.Sku, line.Title).ShouldBe(("M-bleu", "Pull marin, M, bleu"));
        (await catalog.AskAsync(CatalogHost.Reserve((shop, id, 99)))).ShouldBeOfType<StockRefused>().Lines.Single().Title.ShouldBe("Pull marin, M, bleu");
        (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={id}", Web))!.Single().Title.ShouldBe("Pull marin, M, bleu", "a basket's line");
    }

    [Fact]
    public async Task Are_found_by_their_words_and_as_one_suggestion()
    {
        var shop = await catalog.ShopAsync();
        foreach (var (size, colour) in new[] { ("S", "bleu"), ("M", "bleu"), ("M", "écru"), ("L", "écru") })
        {
            await catalog.OfferAsync(shop, Jumper(size, colour) with { Title = "Chandail goémon" });
        }

        var of = $"&shop={shop.Slug}";
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync("?q=chandail+goémon" + of)).Total == 4, TimeSpan.FromSeconds(10));
        (await catalog.ListAsync("?q=chandail+bleu+M" + of)).Items.ShouldHaveSingleItem().Title.ShouldBe("Chandail goémon, M, bleu");
        (await catalog.ListAsync("?q=goémon+écru" + of)).Items.Select(o => o.Title).Order().ShouldBe(["Chandail goémon, L, écru", "Chandail goémon, M, écru"]);
        (await catalog.Anonymous.GetFromJsonAsync<Suggestion[]>($"/api/v1/towns/{CatalogHost.Town}/suggestions?q=chandail+goé", Web))!.Where(s => s.Kind == "offer").ShouldHaveSingleItem().Text.ShouldBe("Chandail goémon");
    }

    [Fact]
    public async Task Without_a_photo_show_the_one_of_their_model()
    {
        var shop = await catalog.ShopAsync();
        var (one, other) = (await catalog.OfferAsync(shop, Jumper("S", "bleu")), await catalog.OfferAsync(shop, Jumper("M", "bleu")));
        using var picture = new ByteArrayContent(Photos_of_products.Jpeg(64, 48, SkiaSharp.SKColors.Teal));
        picture.Headers.ContentType = new("image/jpeg");
        (await catalog.Operator.PutAsync($"/api/v1/shops/{shop.Slug}/offers/S-bleu/photo", picture)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = (await ShownAsync(one)).ImageUrl;
        ProductPhoto.Is(shown).ShouldBeTrue();
        (await ShownAsync(other)).ImageUrl.ShouldBe(shown);
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items.All(o => o.ImageUrl == shown), TimeSpan.FromSeconds(10));
        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/S-bleu/photo")).IsSuccessStatusCode.ShouldBeTrue();
        ProductPhoto.Is((await ShownAsync(other)).ImageUrl).ShouldBeFalse();
    }

    [Fact]
    public async Task Come_in_by_a_file_whose_columns_are_guessed_and_stay_where_it_has_none()
    {
        var desk = new ImportDesk(catalog, await catalog.ShopAsync());
        var looked = await desk.SendAsync(ImportDesk.Bytes(
            """
            Référence;Désignation;Catégorie;Prix TTC;Stock;Modèle;Pointure;Coloris
            P38;Pull marin;maison;49,00;3;PULL;38;bleu
            P40;Pull marin;maison;49,00;2;PULL;40;bleu
            P40B;Pull marin;maison;49,00;2;PULL;40;Bleu
            TV;Lampe XR-200;maison;99,00;1;XR-200;;
            """));
        looked.Preview!.Format.Columns.ShouldBe(["sku", "title", "category", "price", "stock", "group", "size", "colour"]);
        looked.Preview.Rows[0].Offer!.Variant.ShouldBe(new Variant("PULL", "38", "bleu"));
        var end = await desk.TakeAsync(looked);
        (end.Added, end.Rejected.ShouldHaveSingleItem().Reason).ShouldBe((3, "variant-taken"));
        (await OwnAsync(desk.Shop, "PULL")).Select(o => o.Title).ShouldBe(["Pull marin, 38, bleu", "Pull marin, 40, bleu"]);
        (await desk.DefinitionAsync("TV")).Variant.ShouldBeNull("a model's name alone says nothing");

        await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("Référence;Désignation;Catégorie;Prix TTC\nP38;Pull marin d’été;maison;45,00\n")));
        (await desk.DefinitionAsync("P38")).ShouldSatisfyAllConditions(d => d.Title.ShouldBe("Pull marin d’été"), d => d.Variant.ShouldBe(new Variant("PULL", "38", "bleu")));
        await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("Référence;Taille\nP38;39\nP40;\n")));
        (await desk.DefinitionAsync("P38")).Variant.ShouldBe(new Variant("PULL", "39", "bleu"), "what the file has no column for");
        (await desk.DefinitionAsync("P40")).Variant.ShouldBe(new Variant("PULL", null, "bleu"));

        var again = await desk.SendAsync(await desk.DownloadAsync("export.csv"));
        (again.Preview!.Lines, again.Preview.Unchanged).ShouldBe((3, 3));
        var changed = System.Text.Encoding.UTF8.GetString(await desk.DownloadAsync("export.csv")).Replace("PULL;39;bleu", ";;", StringComparison.Ordinal);
        (await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes(changed)))).Rejected.ShouldBeEmpty();
        (await desk.DefinitionAsync("P38")).Variant.ShouldBeNull("emptied, it is of no model any more");
    }

    private static OfferDefinition Jumper(string? size, string? colour, long onHand = 10, long cents = 4900) =>
        CatalogHost.Define($"{size}-{colour}", onHand, cents, title: "Pull marin") with { Variant = new("PULL", size, colour) };

    private Task<HttpResponseMessage> PutAsync(ShopEntry shop, OfferDefinition offer) => catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{Uri.EscapeDataString(offer.Sku)}", offer);

    private async Task StatusAsync(ShopEntry shop, string sku, string status) =>
        (await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{Uri.EscapeDataString(sku)}/status", new OfferStatus(status))).StatusCode.ShouldBe(HttpStatusCode.OK);

    private async Task<Offer> ShownAsync(OfferId id) => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{id}", Web))!;

    private async Task<IReadOnlyList<MerchantOffer>> OwnAsync(ShopEntry shop, string group) =>
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers?group={group}", Web))!.Items;
}
