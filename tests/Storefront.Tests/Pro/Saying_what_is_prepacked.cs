using System.Net;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Of food by the piece without a barcode the sheet asks whether it is pre-packed, and of what is for its net quantity; of nothing else.</summary>
public sealed class Saying_what_is_prepacked(AccountsHost host) : AtTheCounter(host)
{
    private const string New = Board + "/produits/nouveau";
    private static readonly (string, string)[] _jam = [("Title", "Confiture d’abricots"), ("Category", "epicerie"), ("Price", "6,50"), ("Allergens", "aucun")];

    private OfferDefinition Sent => _host.Services.Written.Values.Single();

    private string? Error(string field) => Browser.WordsOf(_browser.Page.QuerySelector($"#champ-{field} .error, .field:has(#champ-{field}) .error"));

    [Fact]
    public async Task Is_asked_and_told_what_each_answer_means()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _jam, ("Action", "liste")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Prepacked"]);
        Error("Prepacked").ShouldBe("Dites si cet aliment est préemballé ou non.");
        Browser.WordsOf(_browser.Page.QuerySelector("#champ-Prepacked")).ShouldSatisfyAllConditions(w => w.ShouldContain("bocal, sachet, tablette, bouteille"), w => w.ShouldContain("En vrac, emballé quand le client le demande"));
        _host.Services.Written.ShouldBeEmpty();

        // What is pre-packed says what is in it; the answer is not asked twice.
        await _browser.SubmitAsync(New, ("Category", "epicerie"), ("Prepacked", "oui"), ("Action", "liste"));
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Net"]);
        Error("Net")!.ShouldContain("ou 6 pièces pour ce qui se vend au nombre");
        _browser.Page.QuerySelector("#preemballe-oui")!.HasAttribute("checked").ShouldBeTrue();
        await _browser.SubmitAsync(New, ("Category", "epicerie"), ("Net", "350"), ("NetUnit", "g"), ("Action", "liste"));
        _browser.Location!.ShouldContain("fait=published");
        (Sent.Prepacked, Sent.NetQuantity, Sent.NetUnit).ShouldBe((true, 350L, "g"));
        (await _browser.OpenAsync(ProductSheet.Address("boulangerie", Sent.Sku))).Page.QuerySelector("#preemballe-oui")!.HasAttribute("checked").ShouldBeTrue();
    }

    [Fact]
    public async Task Sells_loose_food_without_a_content()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _jam, ("Prepacked", "non"), ("Action", "liste")]);
        (Sent.Prepacked, Sent.NetQuantity).ShouldBe((false, null));
    }

    [Theory]
    [InlineData("maison", "piece", "", null)]
    [InlineData("epicerie", "weight", "", null)]
    [InlineData("epicerie", "piece", "3017620422003", 350L)]
    public async Task Is_not_asked_of_what_is_no_food_is_weighed_or_bears_a_number(string category, string unit, string ean, long? net)
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Article"), ("Category", category), ("Unit", unit), ("Ean", ean), ("Sought", ean), ("Price", "6,50"), ("Allergens", "aucun"),
            ("Net", net?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""), ("NetUnit", "g"), ("Prepacked", "non"), ("Action", "liste"));
        _browser.Location.ShouldNotBeNull(_browser.Words).ShouldContain("fait=published");
        Sent.Prepacked.ShouldBeNull("what was ticked there before says nothing");
    }

    [Fact]
    public async Task Is_asked_for_the_content_of_what_bears_a_number_and_of_a_number_of_its_own_what_it_is()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _jam, ("Ean", "3017620422003"), ("Sought", "3017620422003"), ("Action", "liste")]);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Net"]);
        await _browser.SubmitAsync(New, [.. _jam, ("Ean", "2000000000015"), ("Sought", "2000000000015"), ("Action", "liste")]);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Prepacked"]);
    }

    [Fact]
    public async Task Keeps_a_draft_without_the_answer_and_says_that_it_is_missing()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _jam, ("Sku", "CONF"), ("Action", "brouillon")]);
        (_host.Services.Offers["CONF"].Status, Sent.Prepacked).ShouldBe(("draft", null));
        _host.Services.Refusals["offers/CONF/status"] = (HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
        await (await _browser.OpenAsync(Board + "/produits?etat=draft")).SubmitAsync(Board + "/produits/etat", ("Status", "active"));
        (await _browser.FollowAsync()).Words.ShouldContain("Dites si cet aliment est préemballé ou non.");
        await _browser.SubmitAsync(Board + "/produits/fiche/CONF", ("Category", "epicerie"), ("Prepacked", "oui"), ("Net", "350"), ("NetUnit", "g"), ("Action", "publier"));
        (_host.Services.Offers["CONF"].Status, Sent.Prepacked).ShouldBe(("active", true));
    }

    // On sale before anybody asked: it stays, and whoever saves it next is asked.
    [Fact]
    public async Task Is_asked_at_the_next_save_of_what_is_on_sale_already()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        _host.Services.Written["PAIN"] = ProSamples.Definition(_host.Services.Offers["PAIN"]) with { Prepacked = null };
        var sheet = Board + "/produits/fiche/PAIN";
        (await _browser.OpenAsync(sheet)).Words.ShouldNotContain("Dites si cet aliment");
        await _browser.SubmitAsync(sheet, ("Price", "4,50"), ("Category", "pains"), ("Action", "publier"));
        (_browser.Status, Sent.PriceCents).ShouldBe((HttpStatusCode.UnprocessableEntity, 420L));
        _browser.Page.QuerySelector("#champ-Price")!.GetAttribute("value").ShouldBe("4,50");
        await _browser.SubmitAsync(sheet, ("Category", "pains"), ("Prepacked", "non"), ("Action", "publier"));
        (Sent.PriceCents, Sent.Prepacked).ShouldBe((450L, false));
    }

    [Fact]
    public async Task Reads_at_the_question_what_the_service_refuses_and_copies_the_answer()
    {
        _host.Services.Refusals["offers/CONF"] = (HttpStatusCode.UnprocessableEntity, "prepacked-unsaid");
        await (await _browser.OpenAsync(New)).SubmitAsync(New, [.. _jam, ("Prepacked", "non"), ("Sku", "CONF"), ("Action", "liste")]);
        _browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe("#champ-Prepacked");

        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        (await _browser.OpenAsync(New + "?copie=PAIN")).Page.QuerySelector("[name=Prepacked][checked]")!.GetAttribute("value").ShouldBe("non");
        _host.Services.Offers["POT"] = ProSamples.Offer("POT", "Miel", 5, ean: "3017620422003");
        (await _browser.OpenAsync(New + "?copie=POT")).Page.QuerySelector("[name=Prepacked][checked]")!.GetAttribute("value").ShouldBe("oui", "its number said so");
    }

    [Theory]
    [InlineData("0,5", "g", 500L, "mg"), InlineData("3", "g", 3L, "g"), InlineData("6", "piece", 6L, "piece"), InlineData("0,25", "kg", 250L, "g")]
    public void Reads_small_contents_too(string typed, string unit, long quantity, string measured) =>
        new ProductForm { Net = typed, NetUnit = unit }.NetContent.ShouldBe((quantity, measured));
}
