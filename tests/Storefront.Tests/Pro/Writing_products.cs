using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A beginner describes what the shop sells: typed, scanned or copied, refused without losing a word, and taken back.</summary>
public sealed class Writing_products(AccountsHost host) : AtTheCounter(host)
{
    private const string New = Board + "/produits/nouveau";
    private static readonly (string, string)[] _honey = [("Title", "Miel de châtaignier"), ("Category", "epicerie"), ("Price", "12,40 €"), ("Net", "0,25"), ("NetUnit", "kg"), ("Prepacked", "oui"), ("Allergens", "aucun"), ("OnHand", "8")];

    private OfferDefinition Sent => _host.Services.Written.Values.Single();

    [Fact]
    public async Task Publishes_one_and_goes_on_with_the_next()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _honey, ("Action", "autre")]);
        Sent.ShouldSatisfyAllConditions(o => o.PriceCents.ShouldBe(1240), o => (o.NetQuantity, o.NetUnit).ShouldBe((250L, "g")), o => o.Allergens.ShouldBe(["aucun"]), o => o.OnHand.ShouldBe(8),
            o => o.VatRate.ShouldBeNull("the category's"), o => o.Status.ShouldBe("active"), o => o.Sku.ShouldMatch("^P-[A-Z2-9]{6}$"));
        _browser.Location!.ShouldStartWith(New);
        (await _browser.FollowAsync()).Words.ShouldContain("Miel de châtaignier est en vente à 12,40 €.");
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBeNullOrEmpty("the next one");
        _browser.Page.QuerySelector("#champ-Ean")!.HasAttribute("autofocus").ShouldBeTrue();
        await _browser.SubmitAsync(Board + "/produits/etat");
        _host.Services.Offers[Sent.Sku].Status.ShouldBe("draft", "taken back");
        (await _browser.FollowAsync()).Words.ShouldContain("Miel de châtaignier est un brouillon");
    }

    [Fact]
    public async Task Is_told_everything_that_is_wrong_and_types_nothing_twice()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", ""), ("Category", "pains"), ("Price", "1.250"), ("Net", "beaucoup"), ("OnHand", "huit"), ("Brand", "Fournil d’Ana"), ("Description", "Au levain."), ("Action", "autre"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Title", "#champ-Price", "#champ-Prepacked", "#champ-Net", "#champ-OnHand", "#champ-Allergens"]);
        foreach (var link in _browser.Page.QuerySelectorAll("#erreurs a"))
        {
            _browser.Page.QuerySelector(link.GetAttribute("href")!).ShouldNotBeNull(link.TextContent);
        }

        _browser.Page.QuerySelector("#champ-Price")!.GetAttribute("value").ShouldBe("1.250");
        _browser.Page.QuerySelector("#champ-Brand")!.GetAttribute("value").ShouldBe("Fournil d’Ana");
        _browser.Page.QuerySelector("#champ-Description")!.TextContent.ShouldBe("Au levain.");
        _browser.Page.QuerySelector("#champ-Category option[selected]")!.GetAttribute("value").ShouldBe("pains");
        _host.Services.Written.ShouldBeEmpty();
        await _browser.SubmitAsync(New, ("Title", "Pain"), ("Category", "pains"), ("Price", "4"), ("Net", ""), ("OnHand", ""), ("Allergens", "gluten"), ("Allergens", "aucun"));
        _browser.Words.ShouldContain("« Aucun » ne va pas avec d'autres allergènes.");
    }

    [Fact]
    public async Task Reads_what_the_service_refuses_at_the_field_that_it_is_about()
    {
        _host.Services.Refusals["offers/MIEL"] = (HttpStatusCode.UnprocessableEntity, "net-quantity-missing");
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _honey, ("Sku", "MIEL"), ("Action", "liste")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Refusé : net-quantity-missing");
        _browser.Page.QuerySelector("#champ-Net")!.GetAttribute("aria-invalid").ShouldBe("true");
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Miel de châtaignier");
    }

    [Theory]
    [InlineData("1,2 kg", 1200L), InlineData("1200", 1200L), InlineData("350 g", 350L), InlineData("0.35kg", 350L), InlineData("30 kg", 30_000L), InlineData("", 0L)]
    public async Task Says_what_a_piece_weighs(string typed, long grams)
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Tomme"), ("Category", "epicerie"), ("Unit", "weight"), ("Price", "18"), ("PieceWeight", typed), ("Allergens", "lait"), ("Action", "liste"));
        _browser.Location!.ShouldContain("fait=published");
        (Sent.Unit, Sent.PieceGrams).ShouldBe((SaleUnit.Weight, grams));
        await _browser.OpenAsync(ProductSheet.Address("boulangerie", Sent.Sku));
        _browser.Page.QuerySelector("#champ-PieceWeight")!.GetAttribute("value").ShouldBe(grams == 0 ? null : ProductForm.WeightOf(grams));
        Browser.WordsOf(_browser.Page.QuerySelector("[data-unitprice]")).ShouldBe(grams switch { 0 => "", 1200 => "Une pièce d'environ 1,2 kg : environ 21,60 €", 350 => "Une pièce d'environ 350 g : environ 6,30 €", _ => "Une pièce d'environ 30 kg : environ 540,00 €" });
    }

    [Theory]
    [InlineData("lourd"), InlineData("19"), InlineData("1,2"), InlineData("31 kg"), InlineData("-5"), InlineData("99999999999999999999999999999 kg")]
    public async Task Is_told_what_no_piece_weighs_and_types_nothing_twice(string typed)
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Tomme"), ("Category", "epicerie"), ("Unit", "weight"), ("Price", "18"), ("PieceWeight", typed), ("Allergens", "lait"), ("Action", "liste"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Écrivez le poids d'une pièce, de 20 g à 30 kg");
        _browser.Page.QuerySelector("#champ-PieceWeight")!.GetAttribute("value").ShouldBe(typed);
        _host.Services.Written.ShouldBeEmpty();
        // Of what is sold by the piece nobody asks for it: what was typed there is let be.
        await _browser.SubmitAsync(New, ("Unit", "piece"), ("Category", "epicerie"), ("Prepacked", "non"), ("Action", "liste"));
        (Sent.Unit, Sent.PieceGrams).ShouldBe((SaleUnit.Piece, null));
    }

    [Fact]
    public async Task Reads_a_refusal_of_a_pieces_weight_at_its_field_and_the_example_while_typing()
    {
        _host.Services.Refusals["offers/TOMME"] = (HttpStatusCode.UnprocessableEntity, "piece-weight-invalid");
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Tomme"), ("Category", "epicerie"), ("Unit", "weight"), ("Price", "18"), ("PieceWeight", "1,2 kg"), ("Allergens", "lait"), ("Sku", "TOMME"), ("Action", "liste"));
        _browser.Page.QuerySelector("#champ-PieceWeight")!.GetAttribute("aria-invalid").ShouldBe("true");
        (await _browser.OpenAsync(Board + "/produits/prix?price=18&unit=weight&pieceWeight=1,2+kg")).Text.ShouldContain("environ 21,60");
    }

    // What a scanner sends: the number, and Enter.
    [Fact]
    public async Task Scans_a_known_product_and_gives_only_the_price()
    {
        _host.Services.Known["3017620422003"] = new("3017620422003", "Pâte à tartiner", "Maison Noisette", "epicerie", 400, "g", ["lait", "fruits à coque"], "France", false, ["DEJA"]);
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Ean", "3017620422003"), ("Action", "entree"), ("Price", "5"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Words.ShouldContain("Produit reconnu");
        _browser.Words.ShouldContain("Vous avez déjà ce produit. Ouvrir DEJA");
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Pâte à tartiner");
        _browser.Page.QuerySelector("#champ-Price")!.GetAttribute("value").ShouldBe("5", "what was typed stands");
        _browser.Page.QuerySelector("#champ-Price")!.HasAttribute("autofocus").ShouldBeTrue();
        _browser.Page.QuerySelector("[data-unitprice]")!.TextContent.ShouldContain("12,50\u202f€/kg");
        _host.Services.Written.ShouldBeEmpty("looked up, not saved");
        await _browser.SubmitAsync(New, ("Action", "entree"), ("Category", "epicerie"), ("NetUnit", "g"), ("Allergens", "lait"));
        (Sent.Title, Sent.Ean13, Sent.PriceCents, Sent.Brand).ShouldBe(("Pâte à tartiner", "3017620422003", 500L, "Maison Noisette"));
    }

    [Fact]
    public async Task Scans_another_after_a_mistake_and_keeps_nothing_of_the_first_but_what_was_typed_over_it()
    {
        _host.Services.Known["3017620422003"] = new("3017620422003", "Pâte à tartiner", "Maison Noisette", "epicerie", 400, "g", ["lait", "fruits à coque"], "France", false, []);
        _host.Services.Known["4006381333931"] = new("4006381333931", "Eau-de-vie de noix", null, "epicerie", 500, "ml", ["fruits à coque"], null, true, []);
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Ean", "3017620422003"), ("Price", "24"), ("Action", "entree"));
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Pâte à tartiner");
        await _browser.SubmitAsync(New, ("Ean", "4006381333931"), ("Brand", "Distillerie Dubois"), ("Action", "entree"));
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Eau-de-vie de noix");
        _browser.Page.QuerySelector("#champ-Brand")!.GetAttribute("value").ShouldBe("Distillerie Dubois");
        await _browser.SubmitAsync(New, ("Category", "epicerie"), ("NetUnit", "ml"), ("Action", "autre"));
        (Sent.Ean13, Sent.Title, Sent.Brand, Sent.NetQuantity, Sent.NetUnit, Sent.PriceCents).ShouldBe(("4006381333931", "Eau-de-vie de noix", "Distillerie Dubois", 500L, "ml", 2400L));
        Sent.Allergens.ShouldBe(["fruits à coque"], "the milk was the other's");
        string.IsNullOrEmpty(Sent.Origin).ShouldBeTrue("so was its origin");
    }

    [Fact]
    public void Offers_every_unit_that_a_price_is_told_by() =>
        new[] { "mg", "g", "kg", "ml", "cl", "l", "piece" }.Where(u => UnitPrices.Knows(u) && !ProductForm.NetUnits.Contains(u)).ShouldBeEmpty();

    [Fact]
    public async Task Is_told_that_nobody_knows_a_number_and_that_one_is_none()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Ean", "3017620422003"), ("Action", "chercher"));
        _browser.Words.ShouldContain("Ce code n'est encore connu de personne ici");
        _host.Services.Refusals["products/3017620422004"] = (HttpStatusCode.UnprocessableEntity, "ean-check-digit");
        await _browser.SubmitAsync(New, ("Ean", "3017620422004"), ("Action", "entree"), ("Title", "Pâte"));
        _browser.Page.QuerySelector("#champ-Ean")!.GetAttribute("aria-invalid").ShouldBe("true");
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Pâte");
        await _browser.SubmitAsync(New, ("Ean", ""), ("Action", "chercher"));
        _browser.Words.ShouldContain("Il n'y a pas de code à chercher.");
    }

    [Fact]
    public async Task Sends_one_form_twice_and_has_one_product()
    {
        await _browser.OpenAsync(New);
        var page = _browser.Text;
        await _browser.SubmitAsync(New, [.. _honey, ("Action", "autre")]);
        var proposed = Sent.Sku;
        await _browser.PostAsync(New, [.. _honey, ("Proposed", proposed), ("Action", "autre")]);
        _browser.Location!.ShouldContain("sku=" + proposed);
        _host.Services.Offers.Count.ShouldBe(1);
        page.ShouldContain(proposed);

        // Back, corrected, and sent again: the same product, as it was meant.
        await _browser.PostAsync(New, [("Title", "Miel de printemps"), .. _honey[1..], ("Proposed", proposed), ("Action", "brouillon")]);
        _browser.Location!.ShouldContain("fait=kept&sku=" + proposed);
        _host.Services.Offers.ShouldHaveSingleItem().Value.Title.ShouldBe("Miel de printemps");

        // A reference that somebody typed is another product's.
        await _browser.PostAsync(New, [.. _honey, ("Sku", proposed), ("Action", "autre")]);
        _browser.Words.ShouldContain("Refusé : sku-taken");
    }

    [Fact]
    public async Task Keeps_a_draft_without_allergens_and_puts_it_on_sale_once_they_are_said()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Brioche"), ("Category", "pains"), ("Price", "3,2"), ("Action", "brouillon"), ("Sku", "BRIOCHE"));
        (await _browser.FollowAsync()).Words.ShouldContain("Brioche reste en brouillon");
        (_host.Services.Offers["BRIOCHE"].Status, Sent.PriceCents).ShouldBe(("draft", 320L));
        _host.Services.Refusals["offers/BRIOCHE/status"] = (HttpStatusCode.UnprocessableEntity, "allergens-missing");
        await (await _browser.OpenAsync(Board + "/produits?etat=draft")).SubmitAsync(Board + "/produits/etat", ("Status", "active"));
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("Cochez les allergènes, ou « aucun »");
        await _browser.SubmitAsync(Board + "/produits/fiche/BRIOCHE", ("Category", "pains"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Action", "publier"));
        _host.Services.Offers["BRIOCHE"].Status.ShouldBe("active");
        (await _browser.FollowAsync()).Words.ShouldContain("Brioche est en vente à 3,20 €.");
    }

    [Fact]
    public async Task Takes_one_off_sale_with_a_tap_and_back_with_the_next()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await (await _browser.OpenAsync(Board + "/produits?q=pain")).SubmitAsync(Board + "/produits/etat", ("Status", "archived"));
        _host.Services.Offers["PAIN"].Status.ShouldBe("archived");
        (await _browser.FollowAsync()).Words.ShouldContain("Pain complet n'est plus en vente.");
        await _browser.SubmitAsync(Board + "/produits/etat");
        _host.Services.Offers["PAIN"].Status.ShouldBe("active");
    }

    [Fact]
    public async Task Copies_one_under_another_reference()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5, ean: "3017620422003");
        await _browser.OpenAsync(New + "?copie=PAIN");
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Pain complet");
        _browser.Page.QuerySelector("#champ-Ean")!.GetAttribute("value").ShouldBeNullOrEmpty("another size bears another number");
        await _browser.SubmitAsync(New, ("Category", "pains"), ("Title", "Petit pain complet"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Action", "liste"));
        Sent.Sku.ShouldStartWith("P-");
        (await _browser.FollowAsync()).Page.QuerySelectorAll(".product-row").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Changes_one_and_leaves_what_the_form_does_not_ask()
    {
        _host.Services.Offers["VIN"] = ProSamples.Offer("VIN", "Côte-rôtie", 5) with { Category = "vins", Status = "active" };
        _host.Services.Written["VIN"] = new("VIN", null, "Côte-rôtie", "Domaine", "vins", "Rouge.", SaleUnit.Piece, 4500, 20m, 75, "cl", ["sulfites"], "Ampuis", true, false, null, ["syrah", "rouge"], "active");
        var sheet = Board + "/produits/fiche/VIN";
        _host.Services.LowestPriceCents = 4200;
        (await _browser.OpenAsync(sheet)).Words.ShouldContain("Prix le plus bas des 30 derniers jours : 42,00 €.");
        await _browser.SubmitAsync(sheet, ("Price", "47,5"), ("Category", "vins"), ("Prepacked", "oui"), ("NetUnit", "cl"), ("Description", "Rouge."), ("Action", "publier"));
        Sent.ShouldSatisfyAllConditions(o => o.PriceCents.ShouldBe(4750), o => o.Alcohol.ShouldBeTrue("as the category is"), o => o.Synonyms.ShouldBe(["syrah", "rouge"]), o => o.OnHand.ShouldBeNull("the figure stays"),
            o => (o.NetQuantity, o.NetUnit, o.Origin).ShouldBe((75L, "cl", "Ampuis")));
        (await _browser.FollowAsync()).Words.ShouldContain("Côte-rôtie : c'est enregistré, à 47,50 €.");
        (await _browser.OpenAsync(Board + "/produits/fiche/INCONNU")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    // Two sheets of one product stand open. Who saves second is told what the first one changed; of what was typed nothing is lost, and nothing of the first one's is undone unseen.
    [Fact]
    public async Task Saves_no_sheet_over_what_somebody_else_has_changed_and_keeps_what_was_typed()
    {
        _host.Services.Offers["LAMPE"] = ProSamples.Offer("LAMPE", "Lampe", 3) with { Category = "maison" };
        var sheet = Board + "/produits/fiche/LAMPE";
        await _browser.OpenAsync(sheet);
        using var other = await OtherAsync();
        await (await other.OpenAsync(sheet)).SubmitAsync(sheet, ("Price", "5,50"), ("Category", "maison"), ("Origin", "Vienne"), ("Action", "publier"));
        other.Status.ShouldBe(HttpStatusCode.Found);

        await _browser.SubmitAsync(sheet, ("Title", "Lampe de bureau"), ("Price", "4,90"), ("Category", "maison"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        (Sent.PriceCents, Sent.Title).ShouldBe((550L, "Lampe"), "nothing was written over");
        _browser.Words.ShouldContain("Cette fiche a été changée entre-temps");
        _browser.Page.QuerySelectorAll(".notice li").Select(Browser.WordsOf).ShouldBe(["Prix TTC, en euros : 5,50 – vous avez tapé autre chose, gardé ci-dessous", "Origine : Vienne – repris ci-dessous"]);
        (Value("Title"), Value("Price"), Value("Origin")).ShouldBe(("Lampe de bureau", "4,90", "Vienne"));

        // Read again and saved: over what was seen, and not a third time without looking.
        var seen = _browser.Text;
        await _browser.SubmitAsync(sheet, ("Category", "maison"), ("Action", "publier"));
        (Sent.PriceCents, Sent.Title, Sent.Origin).ShouldBe((490L, "Lampe de bureau", "Vienne"));
        seen.ShouldNotContain("pro.product.");

        // The second press of the same form finds its own work, and says so as any save.
        var version = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(seen).QuerySelector("input[name=Version]")!.GetAttribute("value")!;
        await _browser.PostAsync(sheet, ("Title", "Lampe de bureau"), ("Price", "4,90"), ("Category", "maison"), ("Origin", "Vienne"), ("Unit", "piece"), ("Allergens", "gluten"), ("Version", version),
            ("Was", new AngleSharp.Html.Parser.HtmlParser().ParseDocument(seen).QuerySelector("input[name=Was]")!.GetAttribute("value")!), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.Found, _browser.Words);

        string? Value(string field) => _browser.Page.QuerySelector("#champ-" + field)!.GetAttribute("value");
    }

    // A photo, sent beside the form, is another version of the product, and nothing that the form shows.
    [Fact]
    public async Task Is_not_held_up_by_a_version_that_changed_nothing_of_the_form()
    {
        _host.Services.Offers["LAMPE"] = ProSamples.Offer("LAMPE", "Lampe", 3) with { Category = "maison" };
        var sheet = Board + "/produits/fiche/LAMPE";
        await _browser.OpenAsync(sheet);
        _host.Services.Changes["LAMPE"] = 7;
        await _browser.SubmitAsync(sheet, ("Title", "Lampe de bureau"), ("Category", "maison"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.Found);
        Sent.Title.ShouldBe("Lampe de bureau");
        _host.Services.AskedOf("catalog", "shops/boulangerie/offers/LAMPE").Count(a => a.Method == "PUT").ShouldBe(2, "once of the version that was seen, once of the one that stands");

        // Taken off sale meanwhile: seen first.
        await _browser.OpenAsync(sheet);
        _host.Services.Offers["LAMPE"] = _host.Services.Offers["LAMPE"] with { Status = "archived" };
        _host.Services.Changes["LAMPE"] = 9;
        await _browser.SubmitAsync(sheet, ("Title", "Lampe"), ("Category", "maison"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Page.QuerySelectorAll(".notice li").Select(Browser.WordsOf).ShouldBe(["État : retiré de la vente – repris ci-dessous"]);
    }

    [Fact]
    public async Task Announces_a_reduction_and_reads_why_one_is_none()
    {
        _host.Services.Offers["LAMPE"] = ProSamples.Offer("LAMPE", "Lampe", 1) with { Category = "maison", Status = "active" };
        var sheet = Board + "/produits/fiche/LAMPE";
        _host.Services.ReducedFromCents = 1200;
        (await _browser.OpenAsync(sheet)).Words.ShouldContain("Prix barré : 12,00 €");
        await _browser.SubmitAsync(sheet, ("Price", "9,60"), ("Category", "maison"), ("Reduced", "oui"), ("Action", "publier"));
        (Sent.PriceCents, Sent.Reduced).ShouldBe((960, true));
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Price", "13"), ("Category", "maison"), ("Action", "publier"));
        Sent.Reduced.ShouldBeNull("a tick that was not touched says nothing: the price may be raised");
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Price", "9,60"), ("Category", "maison"), ("Reduced", "oui"), ("Action", "publier"));
        var row = (await _browser.FollowAsync()).Page.QuerySelector(".product-row .price")!;
        Browser.WordsOf(row.QuerySelector("s")!).ShouldBe("Avant la baisse : 12,00 €");
        Browser.WordsOf(row.QuerySelector(".off")!).ShouldBe("−20 %");

        _host.Services.ReducedFromCents = null;
        _host.Services.Written.Clear();
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Price", "13"), ("Category", "maison"), ("Reduced", "oui"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe("#champ-Reduced");
        _browser.Page.QuerySelector("#champ-Price")!.GetAttribute("value").ShouldBe("13");
        _browser.Page.QuerySelector("#champ-Reduced")!.ShouldSatisfyAllConditions(t => t.HasAttribute("checked").ShouldBeTrue(), t => t.GetAttribute("aria-describedby")!.ShouldContain("baisse-erreur"));
    }

    [Fact]
    public async Task Gives_a_reduction_its_last_day_and_the_price_that_comes_back()
    {
        var sheet = Board + "/produits/fiche/LAMPE";
        _host.Services.Offers["LAMPE"] = ProSamples.Offer("LAMPE", "Lampe", 1) with { Category = "maison", Status = "active", PriceCents = 1200 };
        _host.Services.ReducedFromCents = 1200;
        (await _browser.OpenAsync(sheet)).Page.QuerySelector("#champ-PriceAfter")!.GetAttribute("value").ShouldBe("12,00", "the price before comes back");
        await _browser.SubmitAsync(sheet, ("Price", "9,60"), ("Category", "maison"), ("Reduced", "oui"), ("ReducedUntil", "12/12/2026"), ("Action", "publier"));
        (Sent.Reduced, Sent.ReducedUntil, Sent.PriceAfterCents).ShouldBe((true, new DateOnly(2026, 12, 12), 1200L));
        (await _browser.FollowAsync()).Words.ShouldContain("Baisse jusqu'au samedi 12 décembre inclus");

        // Nothing of it was touched: nothing is said of it. A further cut ends as the first, another last day is told, and a price that is raised ends it.
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Category", "maison"), ("Action", "publier"));
        Sent.Reduced.ShouldBeNull();
        _host.Services.Written["LAMPE"] = Sent with { Reduced = true };
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Price", "9"), ("Category", "maison"), ("Action", "publier"));
        (Sent.PriceCents, Sent.Reduced, Sent.ReducedUntil, Sent.PriceAfterCents).ShouldBe((900, true, new DateOnly(2026, 12, 12), 1200L));
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Category", "maison"), ("ReducedUntil", "2026-12-20"), ("PriceAfter", ""), ("Action", "publier"));
        (Sent.Reduced, Sent.ReducedUntil, Sent.PriceAfterCents).ShouldBe((true, new DateOnly(2026, 12, 20), null));
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Price", "13"), ("Category", "maison"), ("Action", "publier"));
        Sent.Reduced.ShouldBeNull();

        // A sheet that stood open over the last day brings the reduced price back neither at the first press nor at the next.
        _host.Services.Written["LAMPE"] = _host.Services.Written["LAMPE"] with { PriceCents = 960, Reduced = true, ReducedUntil = new DateOnly(2026, 12, 12) };
        await _browser.OpenAsync(sheet);
        _host.Services.Written["LAMPE"] = _host.Services.Written["LAMPE"] with { PriceCents = 1200, Reduced = null, ReducedUntil = null };
        _host.Services.Offers["LAMPE"] = _host.Services.Offers["LAMPE"] with { PriceCents = 1200 };
        await _browser.SubmitAsync(sheet, ("Category", "maison"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("La baisse annoncée a pris fin entre-temps : le prix est maintenant 12,00 €");
        _browser.Page.QuerySelector("#champ-Price")!.GetAttribute("value").ShouldBe("12,00");
        await _browser.SubmitAsync(sheet, ("Category", "maison"), ("Action", "publier"));
        (Sent.PriceCents, Sent.Reduced, Sent.ReducedUntil).ShouldBe((1200, null, null));

        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Category", "maison"), ("Reduced", "oui"), ("ReducedUntil", "Noël"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#champ-ReducedUntil")!.ShouldSatisfyAllConditions(f => f.GetAttribute("value").ShouldBe("Noël"), f => f.GetAttribute("aria-invalid").ShouldBe("true"));
    }

    [Fact]
    public async Task Is_proposed_no_VAT_where_the_shop_declared_its_exemption_and_told_why()
    {
        (await _browser.OpenAsync(Board + "/produits/nouveau")).Words.ShouldNotContain("293 B");
        _browser.Page.QuerySelector("#champ-Vat option[selected]").ShouldBeNull();
        _host.Services.Shops["fleuriste"] = ProSamples.Shop("fleuriste") with { Legal = new("00520320300012", null, null, true, "47.76Z", "NAFRev2") };
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member("owner", "fleuriste");
        using var florist = await _host.SignedInAsync(email);
        await florist.OpenAsync("/pro/fleuriste/produits/nouveau");
        var proposed = florist.Page.QuerySelector("#champ-Vat option[selected]")!.GetAttribute("value")!;
        proposed.ShouldBe("0");
        florist.Words.ShouldContain("TVA non applicable, art. 293 B du CGI");
        await florist.SubmitAsync("/pro/fleuriste/produits/nouveau", ("Title", "Bouquet"), ("Price", "12"), ("Category", "maison"), ("Vat", proposed), ("Action", "publier"));
        Sent.VatRate.ShouldBe(0m);
    }

    [Fact]
    public async Task Is_reminded_of_a_reduction_that_nobody_ends()
    {
        var lamp = ProSamples.Offer("LAMPE", "Lampe", 1) with { Category = "maison", Status = "active", PriorPriceCents = 1200, ReducedAt = Now.AddDays(-29) };
        _host.Services.Offers["LAMPE"] = lamp;
        (await _browser.OpenAsync(Board + "/produits")).Words.ShouldNotContain("depuis plus de 30 jours");
        _host.Services.Offers["LAMPE"] = lamp with { ReducedAt = Now.AddDays(-31) };
        (await _browser.OpenAsync(Board + "/produits")).Words.ShouldContain("Baisse annoncée depuis plus de 30 jours");
        (await _browser.OpenAsync(Board + "/produits/fiche/LAMPE")).Words.ShouldContain("Donnez-lui un dernier jour");
    }

    [Fact]
    public async Task Reads_the_word_for_second_hand_beside_each_price()
    {
        _host.Services.Offers["LAMPE"] = ProSamples.Offer("LAMPE", "Lampe", 1) with { SecondHand = true };
        (await _browser.OpenAsync(Board + "/produits?fait=saved&sku=LAMPE")).Words.ShouldContain("Lampe : c'est enregistré, à 4,20 € (occasion).");
        _browser.Page.QuerySelector(".product-row .chip.accent")!.TextContent.ShouldBe("occasion");
    }

    [Theory]
    [InlineData("12,40", "piece", "250", "g", "49,60\u202f€/kg"), InlineData("3", "piece", "75", "cl", "4,00\u202f€/L"), InlineData("3", "piece", "", "g", null), InlineData("3", "weight", "250", "g", null), InlineData("trois", "piece", "250", "g", null)]
    public async Task Sees_the_price_per_kilogram_while_typing(string price, string unit, string net, string netUnit, string? expected)
    {
        await _browser.OpenAsync($"{Board}/produits/prix?price={Uri.EscapeDataString(price)}&unit={unit}&net={net}&netUnit={netUnit}", "application/json");
        System.Text.Json.JsonDocument.Parse(_browser.Text).RootElement.GetProperty("said").GetString().ShouldBe(expected is null ? null : "Affiché aussi\u00a0: " + expected);
    }
}
