using System.Net;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Merchants.Variants;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Sizes and colours typed once, seen as a grid, and made by one press.</summary>
public sealed class Making_sizes_and_colours(AccountsHost host) : AtTheCounter(host)
{
    private const string Grid = Board + "/produits/fiche/PULL/declinaisons";

    private void Has(string status = "active")
    {
        _host.Services.Offers["PULL"] = ProSamples.Offer("PULL", "Pull marin", 3, ean: "3017620422003") with { Status = status, PriceCents = 4900 };
        _host.Services.Written["PULL"] = ProSamples.Definition(_host.Services.Offers["PULL"]);
    }

    private IEnumerable<string> Made => _host.Services.Offers.Values.Where(o => o.Variant is not null).OrderBy(o => o.Sku, StringComparer.Ordinal).Select(o => $"{o.Sku} = {o.Title} ({o.OnHand}, {o.PriceCents}, {o.Status})");

    private async Task<Browser> LookedAtAsync(string sizes = "S, M", string colours = "bleu, écru") => await (await _browser.OpenAsync(Grid)).SubmitAsync(Grid, ("Sizes", sizes), ("Colours", colours));

    [Fact]
    public async Task Shows_the_grid_and_makes_all_of_it_by_one_press()
    {
        Has();
        await LookedAtAsync(" S ,M; s", "bleu, écru");
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Page.QuerySelectorAll(".variant-cells legend").Select(l => l.TextContent).ShouldBe(["S, bleu", "S, écru", "M, bleu", "M, écru"]);
        _browser.Words.ShouldContain("4 articles à faire, mis en vente aussitôt.");
        Made.ShouldBeEmpty("looked at first");
        await _browser.SubmitAsync(Grid, ("Own", "m | bleu"), ("Stock s | bleu", "4"), ("Action", "voir"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        Made.ShouldBeEmpty("and once more");
        _browser.Page.QuerySelector("#champ-Own option[selected]")!.TextContent.ShouldBe("M, bleu");

        await _browser.SubmitAsync(Grid, ("Own", "m | bleu"), ("Stock s | bleu", "4"), ("Stock s | écru", "2"), ("Price s | écru", "59"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther, _browser.Words);
        (await _browser.FollowAsync()).Words.ShouldContain("4 articles faits.");
        Made.ShouldBe(["PULL = Pull marin, M, bleu (0, 4900, active)", "PULL-M-ECRU = Pull marin, M, écru (0, 4900, active)", "PULL-S-BLEU = Pull marin, S, bleu (4, 4900, active)", "PULL-S-ECRU = Pull marin, S, écru (2, 5900, active)"]);
        (_host.Services.Written["PULL"].Ean13, _host.Services.Written["PULL"].OnHand, _host.Services.Written["PULL-S-BLEU"].Ean13).ShouldBe(("3017620422003", (long?)null, (string?)null), "each bears its own number, and its figure stays");
        _browser.Page.QuerySelectorAll(".variant-cells .chip.good").Length.ShouldBe(4);
    }

    [Fact]
    public async Task Makes_nothing_twice_and_takes_no_figure_twice()
    {
        Has();
        await LookedAtAsync();
        (string, string)[] typed = [("Own", ""), ("Stock s | bleu", "4")];
        await _browser.SubmitAsync(Grid, typed);
        _host.Services.Offers["PULL-S-BLEU"] = _host.Services.Offers["PULL-S-BLEU"] with { OnHand = 3 }; // one was sold at once
        await _browser.PostAsync(Grid, [("Sizes", "S, M"), ("Colours", "bleu, écru"), ("Seen", "S, M | bleu, écru"), ("Known s | bleu", ""), .. typed]);
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await _browser.FollowAsync()).Words.ShouldContain("Rien n'était à faire");
        _browser.Words.ShouldContain("Déjà faits ou changés entre-temps : S, bleu.");
        Made.Count().ShouldBe(4);
        _host.Services.Offers["PULL-S-BLEU"].OnHand.ShouldBe(3);
        _host.Services.Offers["PULL"].Variant.ShouldBeNull("it stays apart");

        // What is there is counted here too.
        await _browser.SubmitAsync(Grid, ("Stock s | bleu", "7"), ("Price m | écru", "45,50"));
        (await _browser.FollowAsync()).Words.ShouldContain("2 articles notés.");
        (_host.Services.Offers["PULL-S-BLEU"].OnHand, _host.Services.Offers["PULL-M-ECRU"].PriceCents).ShouldBe((7L, 4550L));
    }

    [Fact]
    public async Task Says_at_each_cell_what_is_wrong_and_loses_nothing()
    {
        Has();
        await LookedAtAsync();
        await _browser.SubmitAsync(Grid, ("Own", ""), ("Stock s | bleu", "quatre"), ("Price s | écru", "cher"), ("Stock m | écru", "5"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Stock-0", "#champ-Price-1"]);
        _browser.Page.QuerySelector("#champ-Stock-0")!.GetAttribute("value").ShouldBe("quatre");
        _browser.Page.QuerySelector("#champ-Stock-3")!.GetAttribute("value").ShouldBe("5");
        Made.ShouldBeEmpty("all of it, or none");

        // One that Catalog refuses keeps the others from nothing.
        _host.Services.Refusals["offers/PULL-M-BLEU"] = (HttpStatusCode.UnprocessableEntity, "price-invalid");
        await _browser.SubmitAsync(Grid, ("Stock s | bleu", "4"), ("Price s | écru", ""), ("Stock m | bleu", "6"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("M, bleu : Refusé : price-invalid");
        _browser.Words.ShouldContain("3 articles faits.");
        _browser.Page.QuerySelector("#champ-Stock-2")!.GetAttribute("value").ShouldBe("6");
        Made.Count().ShouldBe(3);
        _host.Services.Refusals.Clear();
        await _browser.SubmitAsync(Grid);
        _host.Services.Offers["PULL-M-BLEU"].OnHand.ShouldBe(6);
    }

    [Fact]
    public async Task Looks_again_before_making_what_was_typed_since()
    {
        Has("draft");
        await LookedAtAsync("S", "");
        await _browser.SubmitAsync(Grid, ("Sizes", "S, M"), ("Stock s | ", "4"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        Made.ShouldBeEmpty();
        _browser.Words.ShouldContain("2 articles à faire : en vente ou en brouillon");
        _browser.Page.QuerySelector("#champ-Stock-0")!.GetAttribute("value").ShouldBe("4");
        await _browser.SubmitAsync(Grid, ("Own", ""));
        Made.ShouldBe(["PULL-M = Pull marin, M (0, 4900, draft)", "PULL-S = Pull marin, S (4, 4900, draft)"]);

        await LookedAtAsync("", "");
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await LookedAtAsync(string.Join(',', Enumerable.Range(30, 40)), "a,b,c");
        _browser.Words.ShouldContain("100 cases au plus");
        await LookedAtAsync(new string('x', 41));
        _browser.Words.ShouldContain("40 caractères au plus");
        (await _browser.OpenAsync(Board + "/produits/fiche/RIEN/declinaisons")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("38; 38,5; 39", "38|38,5|39")]
    [InlineData("38, 38,5, 39", "38|38,5|39")]
    [InlineData("38,5;", "38,5")]
    [InlineData("38,39", "38|39")]
    public async Task Half_sizes_stay_whole(string typed, string sizes)
    {
        Has();
        await LookedAtAsync(typed, "");
        _browser.Page.QuerySelectorAll(".variant-cells legend").Select(l => l.TextContent).ShouldBe(sizes.Split('|'));
        await _browser.SubmitAsync(Grid, ("Own", ""));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther, _browser.Words);
        await _browser.FollowAsync();
        _browser.Page.QuerySelectorAll(".variant-cells legend").Select(l => l.TextContent).ShouldBe(sizes.Split('|'), "as they are read again");
    }

    [Fact]
    public async Task Never_guesses_which_of_them_is_there_already()
    {
        Has();
        await LookedAtAsync();
        _browser.Page.QuerySelector("#champ-Own option[selected]")!.GetAttribute("value").ShouldBe("?");
        await _browser.SubmitAsync(Grid, ("Own", "?"), ("Stock s | bleu", "4"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("son stock va avec lui");
        _browser.Page.QuerySelector("#champ-Stock-0")!.GetAttribute("value").ShouldBe("4");
        Made.ShouldBeEmpty();
    }

    [Fact]
    public async Task Asks_again_what_it_is_when_that_one_is_no_longer_to_be_made()
    {
        Has();
        await LookedAtAsync();
        await _browser.SubmitAsync(Grid, ("Own", "s | bleu"), ("Sizes", "M"), ("Action", "voir"));
        _browser.Page.QuerySelector("#champ-Own option[selected]")!.GetAttribute("value").ShouldBe("?", "S is not among them");
        await _browser.OpenAsync(Grid);
        await LookedAtAsync();
        _host.Services.Offers["AUTRE"] = ProSamples.Offer("AUTRE", "Pull, S, bleu", 9) with { Category = "mode", Status = "active", Variant = new("PULL", "S", "bleu") };
        await _browser.SubmitAsync(Grid, ("Own", "s | bleu"), ("Stock m | bleu", "2"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("son stock va avec lui");
        Made.Count().ShouldBe(1, "nothing is made before it is said");
        await _browser.SubmitAsync(Grid, ("Own", ""), ("Stock m | bleu", "2"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _host.Services.Offers["AUTRE"].OnHand.ShouldBe(9);
    }

    [Fact]
    public async Task Leaves_out_what_is_none_of_the_model()
    {
        Has();
        await LookedAtAsync();
        _browser.Page.QuerySelectorAll("[type=checkbox][checked]").Length.ShouldBe(4, "all are to be made");
        await _browser.PostAsync(Grid, ("Sizes", "S, M"), ("Colours", "bleu, écru"), ("Seen", "S, M | bleu, écru"), ("Own", ""),
            ("Known s | bleu", ""), ("Make s | bleu", "oui"), ("Known s | écru", ""), ("Known m | bleu", ""), ("Known m | écru", ""), ("Make m | écru", "oui"), ("Stock m | écru", "trois"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("[type=checkbox][checked]").Length.ShouldBe(2, "as they were ticked");
        await _browser.SubmitAsync(Grid, ("Own", ""), ("Stock m | écru", "3"));
        (await _browser.FollowAsync()).Words.ShouldContain("2 articles faits.");
        Made.ShouldBe(["PULL-M-ECRU = Pull marin, M, écru (3, 4900, active)", "PULL-S-BLEU = Pull marin, S, bleu (0, 4900, active)"]);
        _browser.Page.QuerySelectorAll(".variant-cells [type=checkbox]").Length.ShouldBe(2, "and may be made another day");
        await _browser.SubmitAsync(Grid, ("Own", "?"), ("Stock m | écru", "5"));
        (await _browser.FollowAsync()).Words.ShouldContain("1 article noté.");
        Made.Count().ShouldBe(2, "counting makes none of them, and asks nothing");
        await _browser.SubmitAsync(Grid, ("Own", ""), ("Stock s | écru", "1"));
        (await _browser.FollowAsync()).Words.ShouldContain("1 article fait.");
        Made.Count().ShouldBe(3, "a figure wants it made");
    }

    [Fact]
    public async Task Counts_what_there_is_of_a_model_that_fills_no_page()
    {
        Has();
        foreach (var (size, colour) in Enumerable.Range(0, 11).Select(n => ($"{30 + n}", $"teinte {n}")))
        {
            _host.Services.Offers["T" + size] = ProSamples.Offer("T" + size, "Pull", 1) with { Category = "mode", Status = "active", Variant = new("PULL", size, colour) };
        }
        var before = Made.Count();
        await _browser.OpenAsync(Grid);
        await _browser.SubmitAsync(Grid, ("Stock 34 | teinte 4", "7"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _host.Services.Offers["T34"].OnHand.ShouldBe(7);
        Made.Count().ShouldBe(before, "of the 121 that it could have none is made by the way");
    }

    [Fact]
    public async Task Keeps_the_figures_of_the_grid_while_its_words_are_mended()
    {
        Has();
        await LookedAtAsync();
        await _browser.SubmitAsync(Grid, ("Colours", "bleu, " + new string('x', 41)), ("Own", ""), ("Stock s | bleu", "4"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#champ-Stock-0")!.GetAttribute("value").ShouldBe("4");
    }

    [Fact]
    public async Task Passes_over_a_reference_that_is_another_products()
    {
        Has();
        _host.Services.Offers["PULL-S"] = ProSamples.Offer("PULL-S", "Autre chose", 1);
        await LookedAtAsync("S", "");
        await _browser.SubmitAsync(Grid, ("Own", ""));
        Made.ShouldBe(["PULL-S-2 = Pull marin, S (0, 4900, active)"]);
        _host.Services.Offers["PULL-S"].Title.ShouldBe("Autre chose");
    }

    [Theory]
    [InlineData("PULL", "M", "bleu", 1, "PULL-M-BLEU")]
    [InlineData("EJ-0005", "38 1/2", "Écru œuf", 2, "EJ-0005-38-1-2-ECRU-OEUF-2")]
    [InlineData("P", "大", null, 1, "P-X")]
    public void A_reference_follows_from_the_model(string model, string? size, string? colour, int time, string expected)
    {
        VariantsPress.SkuOf(model, size, colour, time).ShouldBe(expected);
        VariantsPress.SkuOf(new string('A', 64), size, colour, time).Length.ShouldBe(64);
        VariantsPress.SkuOf(model, new string('B', 40), new string('C', 40), 9).ShouldEndWith("-9");
    }

    [Fact]
    public async Task Stand_on_the_sheet_and_a_copy_keeps_the_model()
    {
        Has();
        var sheet = Board + "/produits/fiche/PULL";
        await (await _browser.OpenAsync(sheet)).SubmitAsync(sheet, ("Category", "maison"), ("Size", "M"), ("Colour", "bleu"), ("Action", "publier"));
        _host.Services.Written["PULL"].Variant.ShouldBe(new Variant("PULL", "M", "bleu"));
        await _browser.OpenAsync(Board + "/produits/nouveau?copie=PULL");
        (Value("Group"), Value("Size"), Value("Colour"), Value("Title")).ShouldBe(("PULL", null, null, "Pull marin"));
        _browser.Page.QuerySelectorAll("#couleurs option").Select(o => o.GetAttribute("value")).ShouldContain("écru");
        await _browser.SubmitAsync(Board + "/produits/nouveau", ("Category", "maison"), ("Action", "autre"));
        _browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe("#champ-Size");
        await _browser.SubmitAsync(Board + "/produits/nouveau", ("Category", "maison"), ("Size", "M"), ("Colour", "bleu"), ("Action", "autre"));
        _browser.Words.ShouldContain("Déjà en vente sous la référence « PULL ».");
        _browser.Page.QuerySelector("#champ-Size")!.GetAttribute("aria-invalid").ShouldBe("true");

        // What is taken back into the sale as what another is already.
        _host.Services.Refusals["offers/PULL/status"] = (HttpStatusCode.Conflict, "variant-taken");
        await _browser.PostAsync(Board + "/produits/etat", ("Sku", "PULL"), ("Status", "active"));
        (await _browser.FollowAsync()).Words.ShouldContain("déjà en vente sous une autre référence");

        string? Value(string field) => _browser.Page.QuerySelector("#champ-" + field)!.GetAttribute("value") is { Length: > 0 } value ? value : null;
    }
}
