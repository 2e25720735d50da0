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
        lines[2].ShouldStartWith("Stock compté : 12 · PAIN");
        lines[2].ShouldNotContain("pris");
        lines[1].ShouldContain("Stock compté : douze · PAIN");
        lines[1].ShouldContain("n'a pas été pris");
        lines[0].ShouldContain("Produit retiré de la vente · PAIN");
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
        lines[7].ShouldStartWith("Stock compté : −1 · PAIN");
        lines[1].ShouldStartWith("Article compté dans la liste de comptage : 12 · PAIN");
        lines[2].ShouldStartWith("Article recompté d'un pas dans la liste de comptage : +1 · PAIN");
        lines[3].ShouldStartWith("Nombre corrigé dans la liste de comptage : 9 · PAIN");
        lines[4].ShouldStartWith("Article retiré de la liste de comptage · PAIN");
        lines[5].ShouldNotContain("n'a pas été pris");
        lines[6].ShouldContain("Liste de comptage appliquée au stock");
        lines[6].ShouldContain("n'a pas été pris");
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
        Browser.WordsOf((await _browser.OpenAsync(older)).Page.QuerySelectorAll(".journal li").Single()).ShouldStartWith("Stock compté : 0 · PAIN");
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
