using System.Net;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Merchants.Variants;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>"S, M, L" in the field for one size makes no article called so: the sheet says it, and goes on to the grid with what was typed.</summary>
public sealed class Writing_lists_of_sizes(AccountsHost host) : AtTheCounter(host)
{
    private const string New = Board + "/produits/nouveau";
    private const string Sheet = Board + "/produits/fiche/PULL";

    private void Has(string status = "active", Variant? variant = null)
    {
        _host.Services.Offers["PULL"] = ProSamples.Offer("PULL", "Pull marin", 3) with { Status = status, PriceCents = 4900, Category = "maison", Variant = variant };
        _host.Services.Written["PULL"] = ProSamples.Definition(_host.Services.Offers["PULL"]) with { Variant = variant };
    }

    [Theory]
    [InlineData("S, M, L", "S|M|L")]
    [InlineData("S; M; L", "S|M|L")]
    [InlineData("S / M / L", "S|M|L")]
    [InlineData("S/M/L", "S|M|L")]
    [InlineData("S, M et L", "S|M|L")]
    [InlineData("38,39,40", "38|39|40")]
    [InlineData("38, 38,5, 39", "38|38,5|39")]
    [InlineData("38,39", "38|39")]
    [InlineData("bleu, écru, ", "bleu|écru")]
    [InlineData("bleu, bleu", "")]
    [InlineData("M", "")]
    [InlineData("38,5", "")]
    [InlineData("0,75 l", "")]
    [InlineData("S/M", "")]
    [InlineData("40/42", "")]
    [InlineData("noir / blanc", "")]
    [InlineData("bleu et blanc", "")]
    [InlineData("taille unique", "")]
    [InlineData("  ", "")]
    [InlineData(null, "")]
    public void A_list_is_told_from_one(string? typed, string words) => string.Join('|', VariantWords.SeveralIn(typed)).ShouldBe(words);

    [Fact]
    public async Task Of_a_new_product_is_told_at_its_field_and_leads_to_the_grid_with_nothing_typed_twice()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Pull marin"), ("Category", "maison"), ("Price", "49"), ("OnHand", "6"), ("Size", "S, M, L"), ("Colour", "bleu"), ("Description", "En laine."), ("Action", "autre"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _host.Services.Written.ShouldBeEmpty("no article is called so");
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Size"]);
        _browser.Words.ShouldContain("Plusieurs tailles sont écrites ici");
        (_browser.Page.QuerySelector("#champ-Size")!.GetAttribute("value"), _browser.Page.QuerySelector("#champ-Description")!.TextContent).ShouldBe(("S, M, L", "En laine."));
        Browser.WordsOf(_browser.Page.QuerySelector("button[value=declinaisons]")).ShouldBe("Enregistrer et voir la grille : S, M, L × bleu");

        await _browser.SubmitAsync(New, ("Category", "maison"), ("Description", "En laine."), ("Action", "declinaisons"));
        var made = _host.Services.Written.Values.Single();
        (made.Title, made.PriceCents, made.OnHand, made.Description, made.Status, made.Variant).ShouldBe(("Pull marin", 4900L, 6L, "En laine.", "draft", (Variant?)null), "all that was typed, and nothing on sale yet");
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("La fiche est enregistrée.");
        (Value("Sizes"), Value("Colours")).ShouldBe(("S, M, L", "bleu"));
        _browser.Page.QuerySelectorAll(".variant-cells legend").Select(l => l.TextContent).ShouldBe(["S, bleu", "M, bleu", "L, bleu"]);
        _browser.Page.QuerySelectorAll(".variant-cells input[type=checkbox][checked]").Length.ShouldBe(3);

        // From here all of it goes on sale by one press.
        var grid = ProductSheet.Address("boulangerie", made.Sku) + "/declinaisons";
        await _browser.SubmitAsync(grid, ("Own", "m | bleu"), ("Stock s | bleu", "4"), ("Action", "vendre"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther, _browser.Words);
        (await _browser.FollowAsync()).Words.ShouldContain("3 articles faits.");
        _host.Services.Offers.Values.Select(o => o.Status).ShouldBe(["active", "active", "active"]);
        _host.Services.Written[made.Sku].Variant!.Size.ShouldBe("M");
    }

    [Fact]
    public async Task Of_a_draft_may_stay_drafts()
    {
        Has("draft");
        await (await _browser.OpenAsync(Sheet + "/declinaisons?tailles=S, M")).SubmitAsync(Sheet + "/declinaisons", ("Own", ""));
        _host.Services.Offers.Values.Where(o => o.Sku != "PULL").Select(o => o.Status).ShouldBe(["draft", "draft"]);
    }

    [Fact]
    public async Task Of_one_that_is_on_sale_leads_there_too_and_leaves_it_what_it_is()
    {
        Has(variant: new Variant("MARIN", "S", "bleu"));
        await (await _browser.OpenAsync(Sheet)).SubmitAsync(Sheet, ("Category", "maison"), ("Price", "45"), ("Size", "S; M"), ("Colour", "bleu, écru"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Size", "#champ-Colour"]);
        _host.Services.Written["PULL"].PriceCents.ShouldBe(4900);

        await _browser.SubmitAsync(Sheet, ("Category", "maison"), ("Action", "declinaisons"));
        (_host.Services.Written["PULL"].PriceCents, _host.Services.Written["PULL"].Variant, _host.Services.Written["PULL"].Status).ShouldBe((4500L, new Variant("MARIN", "S", "bleu"), "active"));
        await _browser.FollowAsync();
        _browser.Page.QuerySelectorAll(".variant-cells legend").Select(l => l.TextContent).ShouldBe(["S, bleu", "S, écru", "M, bleu", "M, écru"]);
        _browser.Page.QuerySelectorAll(".variant-cells input[type=checkbox][checked]").Length.ShouldBe(3, "the one that is there is");
    }

    [Fact]
    public async Task Keeps_the_model_that_was_typed_beside_it()
    {
        await (await _browser.OpenAsync(New)).SubmitAsync(New, ("Title", "Pull marin"), ("Category", "maison"), ("Price", "49"), ("Size", "S, M"), ("Group", "Marin d'hiver"), ("Action", "declinaisons"));
        var made = _host.Services.Written.Values.Single();
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("Modèle : Marin d'hiver");
        var grid = ProductSheet.Address("boulangerie", made.Sku) + "/declinaisons";
        await _browser.SubmitAsync(grid, ("Own", "m | "), ("Action", "vendre"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther, _browser.Words);
        _host.Services.Written.Values.Select(w => w.Variant!.Group).ShouldBe(["Marin d'hiver", "Marin d'hiver"]);
        _host.Services.Written.Keys.ShouldBe([made.Sku, "MARIN-D-HIVER-S"], ignoreOrder: true);

        // Of one that is of a model already the press cannot do both, and says so.
        Has(variant: new Variant("MARIN", "S", null));
        await (await _browser.OpenAsync(Sheet)).SubmitAsync(Sheet, ("Category", "maison"), ("Size", "S, M"), ("Group", "AUTRE"), ("Action", "declinaisons"));
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Group"]);
        _browser.Words.ShouldContain("Cet article est du modèle « MARIN »");
    }

    // Corrected to one it is saved as any sheet, whichever button; and what else is wrong is told first.
    [Fact]
    public async Task Is_saved_as_one_once_it_is_one()
    {
        Has();
        await (await _browser.OpenAsync(Sheet)).SubmitAsync(Sheet, ("Category", "maison"), ("Size", "S, M"), ("Price", "cher"), ("Action", "declinaisons"));
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Price"]);
        _browser.Page.QuerySelector("#champ-Size")!.GetAttribute("value").ShouldBe("S, M");
        await _browser.SubmitAsync(Sheet, ("Category", "maison"), ("Size", "M"), ("Price", "49"), ("Action", "declinaisons"));
        _browser.Location!.ShouldContain("fait=saved");
        _host.Services.Written["PULL"].Variant!.Size.ShouldBe("M");
    }

    private string? Value(string field) => _browser.Page.QuerySelector("#champ-" + field)!.GetAttribute("value");
}
