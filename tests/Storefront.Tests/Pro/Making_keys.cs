using System.Net;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Keys for a shop's programs: its owner makes and withdraws them, nobody else sees them.</summary>
public sealed class Making_keys(AccountsHost host) : AtTheCounter(host)
{
    private const string Keys = Board + "/cles";

    [Fact]
    public async Task Makes_a_key_that_is_shown_once_and_withdraws_it_after_asking()
    {
        await SignInAsync("owner");
        await _browser.OpenAsync($"{Board}/boutique");
        await _browser.OpenAsync(_browser.Page.QuerySelector(".rows a[href$='/cles']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("Aucune clé.");
        await _browser.SubmitAsync(Keys, ("Name", "Caisse du comptoir"), ("Scopes", "stock:write"));
        _browser.Status.ShouldBe(HttpStatusCode.Created);
        _browser.Words.ShouldContain("La clé « Caisse du comptoir » est créée");
        var shown = _browser.Page.QuerySelector("#la-cle")!;
        (shown.TextContent, shown.HasAttribute("readonly"), shown.HasAttribute("disabled")).ShouldBe(("mk_shown-once", true, false), "it can be selected by hand");
        _browser.Page.QuerySelector("[data-copy]")!.HasAttribute("hidden").ShouldBeTrue("without script there is nothing to press");
        _browser.Last.Headers.CacheControl!.NoStore.ShouldBeTrue();
        _browser.Page.QuerySelector("input[name=Name]")!.GetAttribute("value").ShouldBeNullOrEmpty("the next key is another one");
        _host.Services.Keys.Values.Single().Scopes.ShouldBe(["stock:write"]);

        (await _browser.OpenAsync(Keys)).Text.ShouldNotContain("mk_shown-once");
        _browser.Words.ShouldContain("stock : mettre à jour");
        var ask = _browser.Page.QuerySelector(".dated a.btn")!.GetAttribute("href")!;
        (await _browser.OpenAsync(ask)).Words.ShouldContain("est coupé en quelques secondes, et cela ne se défait pas");
        _host.Services.Keys.Values.Single().RevokedAt.ShouldBeNull("looked at, not pressed");
        await _browser.SubmitAsync(ask);
        _host.Services.Keys.Values.Single().RevokedAt.ShouldNotBeNull();
        (await _browser.FollowAsync()).Words.ShouldContain("La clé est retirée.");
        _browser.Words.ShouldContain("1 clé retirée");
        (await _browser.OpenAsync(ask)).Location.ShouldBe(Keys, "there is nothing left to withdraw");
    }

    [Fact]
    public async Task Keeps_what_was_typed_of_a_key_that_allows_nothing_or_has_no_name()
    {
        await SignInAsync("owner");
        await _browser.OpenAsync(Keys);
        await _browser.SubmitAsync(Keys, ("Name", "Caisse"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Scopes"]);
        _browser.Page.QuerySelector("input[name=Name]")!.GetAttribute("value").ShouldBe("Caisse");
        await _browser.SubmitAsync(Keys, ("Name", " "), ("Scopes", "offers:read"), ("Scopes", "everything"));
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Name"]);
        _browser.Page.QuerySelector("input[value='offers:read']")!.HasAttribute("checked").ShouldBeTrue();
        _host.Services.Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task Shows_which_keys_are_still_in_use()
    {
        await SignInAsync("owner");
        foreach (var (name, used) in new[] { ("Caisse", Now.AddMinutes(-50)), ("Ancienne", Now.AddDays(-40)), ("Jamais", (DateTimeOffset?)null) })
        {
            _host.Services.Keys[Guid.NewGuid()] = new Contracts.Merchants.Api.ApiKey(Guid.NewGuid(), name, ["stock:write"], Now.AddDays(-60), null, used);
        }
        await _browser.OpenAsync(Keys);
        _browser.Words.ShouldContain("dernière utilisation connue : il y a moins de deux heures");
        _browser.Words.ShouldContain("dernière utilisation connue : il y a 40 jours");
        _browser.Words.ShouldContain("pas d'utilisation connue");
    }

    [Fact]
    public async Task Staff_is_told_who_may_and_is_shown_no_row()
    {
        (await _browser.OpenAsync($"{Board}/boutique")).Page.QuerySelector(".rows a[href$='/cles']").ShouldBeNull();
        (await _browser.OpenAsync(Keys)).Status.ShouldBe(HttpStatusCode.Forbidden);
        _browser.Words.ShouldContain("Seul le propriétaire de la boutique peut faire cela.");
    }

    [Fact]
    public void Every_scope_is_explained_in_both_languages()
    {
        var words = new Words();
        foreach (var key in ApiKeys.Scopes.SelectMany(s => new[] { "pro.scope." + s, $"pro.scope.{s}.short" }))
        {
            words.Has(Lang.Fr, key).ShouldBeTrue(key);
            words.Has(Lang.En, key).ShouldBeTrue(key);
        }
    }
}
