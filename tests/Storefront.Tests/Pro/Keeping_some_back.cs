using System.Net;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What a shop keeps back and how long its figures stand, without script.</summary>
public sealed class Keeping_some_back(AccountsHost host) : AtTheCounter(host)
{
    private const string Limits = Board + "/limites";

    [Fact]
    public async Task Is_set_for_all_and_told_wherever_a_figure_stands()
    {
        await _browser.OpenAsync($"{Board}/stock");
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href$='/limites']")!.GetAttribute("href")!);
        await _browser.SubmitAsync(Limits, ("Safety", "2"), ("Days", "0"));
        (await _browser.FollowAsync()).Words.ShouldContain("C'est enregistré");
        _host.Services.Limits.ShouldBe(new StockLimits(2, 0, 1));
        _browser.Page.QuerySelector("input[name=Days]")!.GetAttribute("value").ShouldBe("0");
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5) with { Reserved = 1, Safety = 2 };
        (await _browser.OpenAsync($"{Board}/stock")).Words.ShouldContain("en réserve 2");
        _browser.Words.ShouldContain("Pourquoi 2 ?");
        (await _browser.OpenAsync($"{Board}/stock/PAIN")).Words.ShouldContain("− moins 2 en réserve");
        _browser.Words.ShouldContain("= égale 2 à vendre");
    }

    [Fact]
    public async Task An_article_has_its_own()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await _browser.OpenAsync($"{Board}/stock/PAIN");
        await _browser.SubmitAsync($"{Board}/stock/PAIN", ("Safety", "3"));
        (await _browser.FollowAsync()).Words.ShouldContain("Réserve de cet article : 3");
        _browser.Words.ShouldContain("= égale 2 à vendre");
        await _browser.SubmitAsync($"{Board}/stock/PAIN", ("Safety", "trois"));
        (_browser.Status, _browser.Page.QuerySelector("input[name=Safety]")!.GetAttribute("value")).ShouldBe((HttpStatusCode.UnprocessableEntity, "trois"));
        await _browser.OpenAsync($"{Board}/stock/PAIN");
        await _browser.SubmitAsync($"{Board}/stock/PAIN", ("Safety", ""));
        (await _browser.FollowAsync()).Words.ShouldContain("Rien n'est gardé en réserve de cet article");
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_what_was_typed_and_what_changed_meanwhile_is_told()
    {
        await _browser.OpenAsync(Limits);
        await _browser.SubmitAsync(Limits, ("Safety", "-1"), ("Days", "mille"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Safety", "#champ-Days"]);
        (_browser.Page.QuerySelector("input[name=Safety]")!.GetAttribute("value"), _browser.Page.QuerySelector("input[name=Days]")!.GetAttribute("value")).ShouldBe(("-1", "mille"));
        _host.Services.Limits = new StockLimits(7, 48, 3);
        await _browser.SubmitAsync(Limits, ("Safety", "1"), ("Days", ""));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Words.ShouldContain("Réserve : 7. Durée : 2 jours.");
        await _browser.SubmitAsync(Limits);
        (_browser.Status, _host.Services.Limits).ShouldBe((HttpStatusCode.SeeOther, new StockLimits(1, null, 4)));
    }
}
