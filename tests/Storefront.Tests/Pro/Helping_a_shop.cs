using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Merchants;
using Marketplace.Storefront.Merchants.Assistants;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A town's coordinator acts for a shop that asked, and the shop reads what was done.</summary>
public sealed class Helping_a_shop(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Is_written_in_the_shops_journal_with_its_outcome()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await AssistAsync();
        await _browser.OpenAsync($"{Board}/stock");
        Browser.WordsOf(_browser.Page.QuerySelector("#aide")).ShouldContain("Vous agissez pour Boutique boulangerie, à sa demande");
        await _browser.SubmitAsync($"{Board}/stock", ("OnHand", "12"));
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(12);
        await (await _browser.OpenAsync($"{Board}/stock")).SubmitAsync($"{Board}/stock", ("OnHand", "douze"));
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(12);
        _host.Services.Refusals["PAIN/status"] = (HttpStatusCode.ServiceUnavailable, "database-away");
        await _browser.PostAsync($"{Board}/produits/etat", ("Sku", "PAIN"), ("Status", "archived"));

        await SignInAsync("owner");
        var lines = (await _browser.OpenAsync($"{Board}/journal")).Page.QuerySelectorAll(".journal li").Select(Browser.WordsOf).ToList();
        lines.Count.ShouldBe(3);
        lines[2].ShouldStartWith("Stock compté : 12 pièces · Pain complet PAIN");
        lines[2].ShouldNotContain("pris");
        lines[1].ShouldContain("Stock compté : douze · Pain complet PAIN");
        lines[1].ShouldContain("n'a pas été pris");
        lines[0].ShouldContain("Produit retiré de la vente · Pain complet PAIN");
        lines[0].ShouldNotContain(": 12"); // the hour may well hold one
        _browser.Page.QuerySelector(".journal a")!.GetAttribute("href").ShouldBe($"{Board}/produits/fiche/PAIN");
        _browser.Words.ShouldNotContain("@", Case.Sensitive, "named as the account is, by no address");
    }

    [Fact]
    public async Task Is_told_scan_by_scan_when_a_shelf_is_counted()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await AssistAsync();
        await _browser.OpenAsync($"{Board}/comptage");
        await _browser.SubmitAsync($"{Board}/comptage/debut");
        var count = _host.Services.Counting.List!.CountId.ToString();
        await _browser.PostAsync($"{Board}/comptage", ("Count", count), ("Code", "PAIN"), ("Quantity", "12"));
        await _browser.PostAsync($"{Board}/comptage", ("Count", count), ("Code", "PAIN"), ("Row", "1"), ("OnHand", "12"), ("Seen", "12"), ("Delta", "1"));
        await _browser.PostAsync($"{Board}/comptage", ("Count", count), ("Code", "PAIN"), ("Row", "1"), ("OnHand", "9"), ("Seen", "13"));
        await _browser.PostAsync($"{Board}/comptage", ("Count", count), ("Code", "PAIN"), ("Row", "1"), ("OnHand", "9"), ("Drop", "1"));
        await _browser.PostAsync($"{Board}/comptage/abandon", ("Count", count));
        await _browser.PostAsync($"{Board}/comptage/appliquer", ("Count", count), ("Version", "4"));
        await _browser.PostAsync($"{Board}/stock", ("Sku", "PAIN"), ("OnHand", "5"), ("Delta", "-1"));
        await SignInAsync("owner");
        var lines = (await _browser.OpenAsync($"{Board}/journal")).Page.QuerySelectorAll(".journal li").Select(Browser.WordsOf).Reverse().ToList();
        lines[7].ShouldStartWith("Stock compté : −1 pièce · Pain complet PAIN");
        lines[1].ShouldStartWith("Article compté dans la liste de comptage : 12 pièces · Pain complet PAIN");
        lines[2].ShouldStartWith("Article recompté d'un pas dans la liste de comptage : +1 pièce · Pain complet PAIN");
        lines[3].ShouldStartWith("Nombre corrigé dans la liste de comptage : 9 pièces · Pain complet PAIN");
        lines[4].ShouldStartWith("Article retiré de la liste de comptage · Pain complet PAIN");
        lines[5].ShouldNotContain("n'a pas été pris");
        lines[6].ShouldContain("Liste de comptage appliquée au stock");
        lines[6].ShouldContain("n'a pas été pris");
    }

    // Named as it was called then, counted in its unit; along the shelf it is scanned by its number. Lines that were written before say what they said.
    [Fact]
    public async Task Names_the_article_as_it_was_called_and_the_unit_that_was_counted()
    {
        _host.Services.Offers["COMTE"] = ProSamples.Offer("COMTE", "Comté 18 mois", 3000, ean: "3017620422003") with { Unit = Contracts.SaleUnit.Weight };
        await AssistAsync();
        await _browser.PostAsync($"{Board}/stock", ("Sku", "COMTE"), ("OnHand", "1200"));
        await _browser.PostAsync($"{Board}/stock", ("Sku", "COMTE"), ("OnHand", "1200"), ("Delta", "100"));
        await _browser.OpenAsync($"{Board}/comptage");
        await _browser.SubmitAsync($"{Board}/comptage/debut");
        await _browser.PostAsync($"{Board}/comptage", ("Count", _host.Services.Counting.List!.CountId.ToString()), ("Code", "3017620422003"), ("Quantity", "850"));
        await _browser.PostAsync($"{Board}/produits/fiche/COMTE", ("Title", "Comté 18 mois"), ("Category", "pains"), ("Unit", "weight"), ("Price", "28,5"), ("Allergens", "lait"), ("Action", "publier"));
        await _browser.PostAsync($"{Board}/produits/nouveau", ("Title", "Miel"), ("Category", "epicerie"), ("Price", "9"), ("Prepacked", "non"), ("Allergens", "aucun"), ("OnHand", "4"), ("Proposed", "P-MIEL22"), ("Action", "liste"));
        await _browser.PostAsync($"{Board}/produits/nouveau", ("Title", ""), ("Proposed", "P-RIEN22"), ("Action", "liste"));
        _host.Services.Offers["COMTE"] = _host.Services.Offers["COMTE"] with { Title = "Beaufort" };
        var older = new Storefront.Merchants.Assistants.ShopJournal.Deed("stock", "VIEUX", "7");
        var journal = _host.App.Services.GetRequiredService<Storefront.Merchants.Assistants.ShopJournal>();
        await journal.EndAsync(await journal.BeginAsync(ProSamples.IdOf("boulangerie"), Contracts.PersonId.New(), older, TestContext.Current.CancellationToken), true, TestContext.Current.CancellationToken);

        await SignInAsync("owner");
        var page = (await _browser.OpenAsync($"{Board}/journal")).Page;
        var lines = page.QuerySelectorAll(".journal li p:first-child").Select(Browser.WordsOf).Reverse().ToList();
        lines.ShouldBe(
        [
            "Stock compté : 1,2 kg · Comté 18 mois COMTE", "Stock compté : +100 g · Comté 18 mois COMTE", "Comptage commencé", "Article compté dans la liste de comptage : 850 g · Comté 18 mois COMTE",
            "Fiche produit enregistrée : 28,50 € · Comté 18 mois COMTE", "Produit ajouté : 4 pièces · Miel P-MIEL22", "Produit ajouté · P-RIEN22", "Stock compté : 7 · VIEUX",
        ]);
        page.QuerySelectorAll(".journal a").Select(a => a.GetAttribute("href")).ShouldBe([.. new[] { "VIEUX", "P-MIEL22", "COMTE", "COMTE", "COMTE", "COMTE" }.Select(sku => $"{Board}/produits/fiche/{sku}")], "what was not made has no page");
    }

    [Fact]
    public async Task A_code_that_is_looked_up_on_the_way_is_no_product_that_was_added()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await AssistAsync();
        await _browser.PostAsync($"{Board}/produits/nouveau", ("Ean", "3017620422003"), ("Proposed", "P-CODE22"), ("Action", "chercher"));
        await _browser.PostAsync($"{Board}/produits/fiche/PAIN", ("Ean", "3017620422003"), ("Sought", "3017620422003"), ("Title", "Pain"), ("Category", "pains"), ("Price", "4"), ("Allergens", "gluten"), ("Action", "entree"));
        await _browser.PostAsync($"{Board}/produits/fiche/PAIN", ("Ean", "3017620422003"), ("Action", "entree"));
        await SignInAsync("owner");
        (await _browser.OpenAsync($"{Board}/journal")).Page.QuerySelectorAll(".journal li p:first-child").Select(Browser.WordsOf).Reverse().ShouldBe(
            ["Code-barres cherché, rien d'enregistré : 3017620422003", "Fiche produit enregistrée : 4,00 € · Pain complet PAIN", "Code-barres cherché, rien d'enregistré : 3017620422003"]);
    }

    [Fact]
    public async Task Is_written_before_it_is_done_so_that_no_deed_is_without_a_line()
    {
        await AssistAsync();
        _host.Services.OrderingAway = true;
        await _browser.PostAsync($"{Board}/commandes/{Guid.NewGuid()}/accepter");
        ((int)_browser.Status).ShouldBeGreaterThanOrEqualTo(500);

        _host.Services.OrderingAway = false;
        await SignInAsync("staff");
        Browser.WordsOf((await _browser.OpenAsync($"{Board}/journal")).Page.QuerySelector(".journal li")).ShouldContain("sans réponse : vérifiez");
    }

    [Fact]
    public async Task Begins_the_moment_the_shop_asks()
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = new Memberships([], ["oullins-pierre-benite"]);
        _browser.Dispose();
        _browser = await _host.SignedInAsync(email);
        (await _browser.OpenAsync(Board)).Status.ShouldBe(HttpStatusCode.Forbidden);
        _host.Services.Members[email] = Assistant;
        (await _browser.OpenAsync(Board)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Leaves_the_owners_what_is_theirs()
    {
        await AssistAsync();
        foreach (var path in (string[])["/equipe", "/cles", "/aide"])
        {
            (await _browser.OpenAsync(Board + path)).Status.ShouldBe(HttpStatusCode.Forbidden, path);
        }
        await _browser.PostAsync($"{Board}/aide", ("Days", "90"));
        _browser.Status.ShouldBe(HttpStatusCode.Forbidden);
        _host.Services.Assistance.ShouldBeEmpty();
    }

    [Fact]
    public async Task Writes_down_no_one_elses_work()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await (await _browser.OpenAsync($"{Board}/stock")).SubmitAsync($"{Board}/stock", ("OnHand", "12")); // staff
        (await _browser.OpenAsync($"{Board}/journal")).Words.ShouldContain("Rien encore.");
    }

    [Fact]
    public async Task Is_asked_for_and_ended_by_an_owner()
    {
        await SignInAsync("owner");
        await (await _browser.OpenAsync($"{Board}/aide")).SubmitAsync($"{Board}/aide", ("Days", "30"));
        (await _browser.FollowAsync()).Words.ShouldContain("C'est demandé : la coordination est prévenue");
        (_host.Services.Assistance["boulangerie"] - DateTimeOffset.UtcNow).TotalDays.ShouldBe(30, 0.1);
        await _browser.PostAsync($"{Board}/aide", ("End", "1"));
        (await _browser.FollowAsync()).Words.ShouldContain("C'est fini");
        _host.Services.Assistance.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_found_from_the_towns_desk()
    {
        _host.Services.Assistance["boulangerie"] = DateTimeOffset.UtcNow.AddDays(3);
        await AssistAsync();
        (await _browser.OpenAsync("/coordination")).Words.ShouldContain("1 boutique demande votre aide");
        _browser.Page.QuerySelectorAll("main a").ShouldContain(a => a.GetAttribute("href") == Board);
    }

    [Fact]
    public async Task Shows_older_lines_page_by_page()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await AssistAsync();
        for (var count = 0; count < 51; count++)
        {
            await _browser.PostAsync($"{Board}/stock", ("Sku", "PAIN"), ("OnHand", $"{count}"));
        }
        (await _browser.OpenAsync($"{Board}/journal")).Page.QuerySelectorAll(".journal li").Length.ShouldBe(50);
        var older = _browser.Page.QuerySelector("a[href*='avant=']")!.GetAttribute("href")!;
        Browser.WordsOf((await _browser.OpenAsync(older)).Page.QuerySelectorAll(".journal li").Single()).ShouldStartWith("Stock compté : 0 pièce · Pain complet PAIN");
    }

    [Fact]
    public void Has_a_sentence_for_every_action_of_the_counter()
    {
        var words = _host.App.Services.GetRequiredService<Storefront.Languages.Words>();
        foreach (var endpoint in _host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/pro/{shop}", StringComparison.Ordinal)
            && !e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET") && e.Metadata.GetMetadata<ShopDoorFilter.OwnersAlone>() is null))
        {
            var action = AssistantTrace.ActionOf(endpoint.RoutePattern.RawText!);
            (action == "commandes" || words.Has(Storefront.Languages.Lang.Fr, "pro.journal.did." + action)).ShouldBeTrue(action); // that one only searches
        }
    }

    private async Task AssistAsync()
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = Assistant;
        _browser.Dispose();
        _browser = await _host.SignedInAsync(email);
    }

    internal static Memberships Assistant => new(
        [new Memberships.OfShop(ProSamples.IdOf("boulangerie"), "boulangerie", "Boutique boulangerie", "assistant", DateTimeOffset.UtcNow.AddDays(3))], ["oullins-pierre-benite"]);
}
