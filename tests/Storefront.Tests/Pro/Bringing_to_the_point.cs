using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A shop’s own parcels at the shared point: there, looked for, to be fetched.</summary>
public sealed class Bringing_to_the_point(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Says_when_a_parcel_is_at_the_shared_point()
    {
        var ready = ProSamples.Order("ready", "K7M4-QX2B", Now);
        Has(ProSamples.Order("ready", "BBBB-2222", Now));
        var order = Has(ready with { PointKept = true, Pickup = ready.Pickup! with { Place = ready.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        await _browser.OpenAsync(Board);
        _browser.Page.QuerySelectorAll("form[action$='/deposer']").Length.ShouldBe(1, "what is collected in the shop goes nowhere else");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/deposer");
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B déposée au point retrait.");
        Column("ready").ShouldContain("Au point retrait depuis");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/retour");
        (await _browser.FollowAsync()).Words.ShouldContain("retour en arrière fait");
        _browser.Page.QuerySelectorAll("form[action$='/deposer']").Length.ShouldBe(1, "it is still to be brought");

        Has(order with { DepositedAt = Now, SoughtSince = Now });
        await _browser.OpenAsync(Board);
        Column("ready").ShouldContain("Introuvable au point retrait");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/deposer");
        (await _browser.FollowAsync()).Words.ShouldContain("déposée au point retrait");
        Column("ready").ShouldNotContain("Introuvable");
        Column("ready").ShouldContain("Au point retrait depuis");
    }

    [Fact]
    public async Task Sees_where_a_parcel_is_who_may_only_look()
    {
        var ready = ProSamples.Order("ready", "K7M4-QX2B", Now);
        var order = Has(ready with { PointKept = true, DepositedAt = Now, Pickup = ready.Pickup! with { Place = ready.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        var looking = await _host.PersonAsync();
        _host.Services.Members[looking] = ProSamples.Member("read-only", "boulangerie");
        using var looker = await _host.SignedInAsync(looking);
        foreach (var path in (string[])[Board, $"{Board}/commandes/{order.OrderId}"])
        {
            Has(order);
            (await looker.OpenAsync(path)).Words.ShouldContain("Au point retrait depuis");
            Has(order with { SoughtSince = Now });
            (await looker.OpenAsync(path)).Words.ShouldContain("Introuvable au point retrait");
            looker.Page.QuerySelectorAll("form[action$='/deposer'], form[action$='/remise']").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Brings_back_what_was_left_at_the_point_before_it_is_for_sale()
    {
        var expired = ProSamples.Order("expired", "K7M4-QX2B", Now);
        var order = Has(expired with { Reason = "not-collected", ToBringBack = true, ChangedAt = Now, Pickup = expired.Pickup! with { Place = expired.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        await _browser.OpenAsync(Board);
        Column("left").ShouldContain("Claire D.");
        await _browser.OpenAsync(_browser.Page.QuerySelector($"[data-order='{order.OrderId}'] .btn")!.GetAttribute("href")!.Split('#')[0]);
        _browser.Words.ShouldContain("il attend la boutique ici : Les Halles");
        Has(order with { SoughtSince = Now, DepositedAt = Now });
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        _browser.Words.ShouldContain("Ce colis n'a pas été retrouvé ici : Les Halles");
        _browser.Words.ShouldNotContain("il attend la boutique");
        _browser.Words.ShouldNotContain("non retirée");
        _browser.Words.ShouldContain("Ce geste est définitif");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/rapportee");
        (await _browser.FollowAsync()).Words.ShouldContain("ses articles sont de nouveau en vente");
        _browser.Page.QuerySelector(".column-left").ShouldBeNull();
        _browser.Page.QuerySelector("form[action$='/retour']").ShouldBeNull("it is final");
    }

    [Fact]
    public async Task Hands_over_itself_at_a_point_that_nobody_keeps()
    {
        var ready = ProSamples.Order("ready", "K7M4-QX2B", Now);
        var order = Has(ready with { PointKept = false, Pickup = ready.Pickup! with { Place = ready.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        (await _browser.OpenAsync(Board)).Page.QuerySelectorAll("form[action$='/deposer']").ShouldBeEmpty("it could only be refused");
        _browser.Page.QuerySelector($"[data-order='{order.OrderId}'] .primary")!.GetAttribute("href").ShouldBe($"{Board}/remise");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelectorAll("form[action$='/deposer']").ShouldBeEmpty();
        _browser.Page.QuerySelectorAll("form[action$='/remise'] .primary").Length.ShouldBe(1);
    }
}
