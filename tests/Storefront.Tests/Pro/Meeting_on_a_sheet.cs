using System.Net;
using System.Reflection;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What two people who have one product's sheet open make of it together: nothing is lost that either said, and nothing goes on sale that nobody meant.</summary>
public sealed class Meeting_on_a_sheet(AccountsHost host) : AtTheCounter(host)
{
    private const string Sheet = Board + "/produits/fiche/LAMPE";
    private const string New = Board + "/produits/nouveau";

    private OfferDefinition Sent => _host.Services.Written["LAMPE"];

    // Whatever one of the two said is in it is ticked; that it is not is for somebody to say who sees both.
    [Theory]
    [InlineData("gluten", "gluten,lait", "gluten", "gluten,lait", "repris ci-dessous")]
    [InlineData("gluten,lait", "gluten", "gluten,lait", "gluten,lait", "les deux listes sont cochées ci-dessous")]
    [InlineData("gluten", "gluten,lait", "gluten,œufs", "gluten,lait,œufs", "les deux listes sont cochées ci-dessous")]
    [InlineData("aucun", "lait", "aucun", "lait", "repris ci-dessous")]
    [InlineData("gluten", "aucun", "gluten", "gluten", "les deux listes sont cochées ci-dessous")]
    [InlineData("", "aucun", "", "aucun", "repris ci-dessous")]
    public async Task Ticks_every_allergen_that_either_has_said(string was, string saved, string typed, string ticked, string said)
    {
        Stands(d => d with { Allergens = Split(was) });
        await _browser.OpenAsync(Sheet);
        Stands(d => d with { Allergens = Split(saved) });
        _host.Services.Changes["LAMPE"] = 1;
        await PostAsync([.. Split(typed).Select(a => ("Allergens", a))]);
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Page.QuerySelectorAll("input[name=Allergens][checked]").Select(t => t.GetAttribute("value")!).Order().ShouldBe(Split(ticked).Order());
        Browser.WordsOf(_browser.Page.QuerySelectorAll(".notice li").Single()).ShouldContain(said);
    }

    // They announced 9,00 until a day; here another price was typed. It is not announced as theirs, nor does it end on their day.
    [Fact]
    public async Task Takes_nothing_of_another_s_reduction_into_a_price_of_its_own()
    {
        _host.Services.ReducedFromCents = 1200;
        Stands(d => d with { PriceCents = 1200 });
        await _browser.OpenAsync(Sheet);
        Stands(d => d with { PriceCents = 900, Reduced = true, ReducedUntil = new DateOnly(2026, 12, 12), PriceAfterCents = 1200 });
        _host.Services.Changes["LAMPE"] = 1;
        await PostAsync(("Price", "11,00"));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        (Value("Price"), Value("ReducedUntil"), _browser.Page.QuerySelector("#champ-Reduced")!.HasAttribute("checked")).ShouldBe(("11,00", "", false));
        _browser.Page.QuerySelectorAll(".notice li").Select(Browser.WordsOf).ShouldAllBe(line => line.Contains("vous avez tapé autre chose, gardé ci-dessous"));

        // Of who touched none of it, all of it is taken.
        Stands(d => d with { PriceCents = 1200, Reduced = null, ReducedUntil = null, PriceAfterCents = null });
        await _browser.OpenAsync(Sheet);
        Stands(d => d with { PriceCents = 900, Reduced = true, ReducedUntil = new DateOnly(2026, 12, 12), PriceAfterCents = 1200 });
        _host.Services.Changes["LAMPE"] = 2;
        await PostAsync(("Title", "Lampe de bureau"));
        (Value("Title"), Value("Price"), Value("ReducedUntil"), Value("PriceAfter"), _browser.Page.QuerySelector("#champ-Reduced")!.HasAttribute("checked"))
            .ShouldBe(("Lampe de bureau", "9,00", "2026-12-12", "12,00", true));
    }

    [Fact]
    public async Task Sells_nothing_again_that_was_taken_off_sale_by_a_press_of_Enter()
    {
        Stands(d => d);
        _host.Services.Offers["LAMPE"] = _host.Services.Offers["LAMPE"] with { Status = "archived" };
        await _browser.OpenAsync(Sheet);
        await PostAsync(("Title", "Lampe de bureau"), ("Action", "entree"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Pressez « Remettre en vente » pour l'enregistrer");
        Value("Title").ShouldBe("Lampe de bureau");
        _host.Services.Offers["LAMPE"].Status.ShouldBe("archived");
        await PostAsync(("Title", "Lampe de bureau"), ("Action", "publier"));
        (_browser.Status, Sent.Status, Sent.Title).ShouldBe((HttpStatusCode.Found, "active", "Lampe de bureau"));
    }

    // A form of a new product names no version: what it made is its own until somebody else has changed it.
    [Fact]
    public async Task A_form_that_is_sent_again_undoes_nothing_that_was_changed_since()
    {
        (string, string)[] honey = [("Title", "Miel"), ("Category", "epicerie"), ("Price", "12,40"), ("Prepacked", "non"), ("Allergens", "aucun"), ("Unit", "piece"), ("OnHand", "8"), ("Proposed", "P-MIEL22"), ("Action", "autre")];
        await _browser.PostAsync(New, honey);
        await _browser.PostAsync(New, honey);
        _browser.Status.ShouldBe(HttpStatusCode.Found);
        _host.Services.AskedOf("catalog", "shops/boulangerie/offers/P-MIEL22").Count(a => a.Method == "PUT").ShouldBe(2, "each tried to make it; what is so already is not written again");

        var made = _host.Services.Written["P-MIEL22"];
        _host.Services.Written["P-MIEL22"] = made with { PriceCents = 1390, Origin = "Drôme" };
        _host.Services.Changes["P-MIEL22"] = 1;
        await _browser.PostAsync(New, [("Title", "Miel de printemps"), .. honey[1..]]);
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        (_host.Services.Written["P-MIEL22"].PriceCents, _host.Services.Written["P-MIEL22"].Title).ShouldBe((1390L, "Miel"), "nothing was written over");
        (Value("Title"), Value("Price")).ShouldBe(("Miel de printemps", "12,40"));
        _browser.Page.QuerySelectorAll(".notice li").Select(Browser.WordsOf).ShouldContain("Prix TTC, en euros : 13,90 – vous avez tapé autre chose, gardé ci-dessous");
        Value("OnHand").ShouldBeNullOrEmpty("a count is of the moment when it was typed");

        // Seen, and saved: onto what was seen, as any sheet.
        await _browser.SubmitAsync(Board + "/produits/fiche/P-MIEL22", ("Category", "epicerie"), ("Price", "13,90"), ("Action", "publier"));
        (_browser.Status, _host.Services.Written["P-MIEL22"].Title, _host.Services.Written["P-MIEL22"].PriceCents).ShouldBe((HttpStatusCode.Found, "Miel de printemps", 1390L));
    }

    private static readonly string[] _saysNothingOfTheProduct =
    [
        nameof(ProductForm.Sku), nameof(ProductForm.Proposed), nameof(ProductForm.PhotoOf), // its name, and where its first photo comes from
        nameof(ProductForm.OnHand), // a count is of the moment when it was typed, and never brought onto another's sheet
        nameof(ProductForm.Action), nameof(ProductForm.Version), nameof(ProductForm.Was), nameof(ProductForm.LateSeen), nameof(ProductForm.Batched), nameof(ProductForm.Reducible), nameof(ProductForm.Sought), // the form's own
    ];

    // A field that is in no part of it would be lost in silence where two meet.
    [Fact]
    public void Every_field_of_the_form_is_a_part_that_two_can_meet_in()
    {
        var full = new ProductForm
        {
            Ean = "3017620422003",
            Title = "Lampe",
            Brand = "Maison",
            Category = "maison",
            Unit = "piece",
            Price = "12,00",
            Vat = "20",
            Net = "400",
            NetUnit = "g",
            PieceWeight = "350 g",
            Allergens = ["gluten"],
            Origin = "Drôme",
            Alcohol = "non",
            SecondHand = null,
            Description = "Belle.",
            Words = "lampe",
            Reduced = "oui",
            ReducedUntil = "2026-12-12",
            PriceAfter = "15,00",
            Batches = [new BatchRow { Days = ["6"], At = "07:00", Quantity = "40", Until = "18:00" }],
            Size = "M",
            Colour = "bleu",
            Group = "LAMPE",
        };
        var other = new ProductForm
        {
            Ean = "9782070612758",
            Title = "Lampadaire",
            Brand = "Atelier",
            Category = "epicerie",
            Unit = "weight",
            Price = "13,00",
            Vat = "5.5",
            Net = "500",
            NetUnit = "ml",
            Prepacked = "non",
            PieceWeight = "400 g",
            Allergens = ["lait"],
            Origin = "Ain",
            Alcohol = "oui",
            SecondHand = "oui",
            Description = "Haute.",
            Words = "lampadaire",
            Reduced = null,
            ReducedUntil = "2026-12-13",
            PriceAfter = "16,00",
            Batches = [new BatchRow { Days = ["5"], At = "07:00", Quantity = "40", Until = "18:00" }],
            Size = "L",
            Colour = "rouge",
            Group = "LAMPADAIRE",
        };
        var fields = typeof(ProductForm).GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.CanWrite && !_saysNothingOfTheProduct.Contains(p.Name)).ToList();
        fields.Count.ShouldBeGreaterThan(20);
        var taken = SheetMeanwhile.Taking(full, other);
        foreach (var field in fields)
        {
            var changed = full with { };
            field.SetValue(changed, field.GetValue(other));
            field.GetValue(changed).ShouldNotBe(field.GetValue(full), $"{field.Name} needs two values here");
            SheetMeanwhile.PrintsOf(changed).ShouldNotBe(SheetMeanwhile.PrintsOf(full), $"{field.Name} is seen to have changed");
            field.GetValue(taken).ShouldBe(field.GetValue(other), $"{field.Name} is taken from who changed it");
        }
    }

    private void Stands(Func<OfferDefinition, OfferDefinition> change)
    {
        var offer = ProSamples.Offer("LAMPE", "Lampe", 3) with { Category = "maison", Status = "active" };
        var definition = change(ProSamples.Definition(offer));
        _host.Services.Offers["LAMPE"] = offer with { PriceCents = definition.PriceCents };
        _host.Services.Written["LAMPE"] = definition;
    }

    // As the open sheet sends it: each field as it stood, or as it is typed.
    private async Task PostAsync(params (string Name, string Value)[] typed)
    {
        var stood = _browser.Page.QuerySelectorAll("form.sheet-form input, form.sheet-form textarea").Select(i => (Input: i, Name: i.GetAttribute("name") ?? ""))
            .Where(f => f.Name.Length > 0 && typed.All(t => t.Name != f.Name) && (f.Input.GetAttribute("type") is not ("checkbox" or "radio") || f.Input.HasAttribute("checked")))
            .Select(f => (f.Name, f.Input.GetAttribute("value") ?? f.Input.TextContent));
        await _browser.PostAsync(Sheet, [.. stood, ("Category", "maison"), .. typed.Any(t => t.Name == "Action") ? Array.Empty<(string, string)>() : [("Action", "publier")], .. typed]);
    }

    private string? Value(string field) => _browser.Page.QuerySelector("#champ-" + field)!.GetAttribute("value");

    private static string[] Split(string words) => words.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
