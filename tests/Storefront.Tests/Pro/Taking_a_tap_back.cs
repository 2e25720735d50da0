using System.Net;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A tap is taken back while nothing followed; what is final is asked for.</summary>
public sealed class Taking_a_tap_back(AccountsHost host) : AtTheCounter(host)
{
    [Theory]
    [InlineData("requested", "accepter"), InlineData("accepted", "commencer"), InlineData("accepted", "toute-prete")]
    public async Task Takes_a_slip_of_the_finger_back_within_ten_seconds(string status, string tap)
    {
        var order = Has(ProSamples.Order(status, "K7M4-QX2B", Now));
        var back = $"{Board}/commandes/{order.OrderId}/retour";
        await (await _browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes/{order.OrderId}/{tap}");
        await _browser.FollowAsync();
        _browser.Page.QuerySelector($"form[action='{back}'] button")!.GetAttribute("aria-label")!.ShouldContain("Claire D.");
        await _browser.SubmitAsync(back);
        (await _browser.FollowAsync()).Words.ShouldContain("retour en arrière fait");
        Column(status).ShouldContain("Claire D.");
        _browser.Page.QuerySelector($"form[action='{back}']").ShouldBeNull("there is nothing behind it");
    }

    [Fact]
    public async Task Is_offered_the_way_back_where_the_order_stands_for_as_long_as_it_is_open()
    {
        var order = Has(ProSamples.Order("requested", "K7M4-QX2B", Now));
        var other = Has(ProSamples.Order("requested", "BBBB-2222", Now));
        var back = $"{Board}/commandes/{order.OrderId}/retour";
        await (await _browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        await _browser.OpenAsync(Board); // nothing is said any more
        _browser.Page.QuerySelector("[data-tapped] form").ShouldBeNull();
        _browser.Page.QuerySelectorAll("form[action$='/retour']").Select(f => f.Closest("[data-order]")!.GetAttribute("data-order")).ShouldBe([order.OrderId.ToString()]);

        await _browser.OpenAsync($"{Board}/commandes/{other.OrderId}");
        _browser.Page.QuerySelector("form[action$='/retour']").ShouldBeNull("nobody tapped there");
        var looking = await _host.PersonAsync();
        _host.Services.Members[looking] = ProSamples.Member("read-only", "boulangerie");
        using var looker = await _host.SignedInAsync(looking);
        foreach (var path in (string[])[Board, $"{Board}/commandes/{order.OrderId}"])
        {
            (await looker.OpenAsync(path)).Page.QuerySelector("form[action$='/retour']").ShouldBeNull();
        }

        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(back);
        (await _browser.FollowAsync()).Words.ShouldContain("retour en arrière fait");
        Column("requested").ShouldContain(order.Reference);

        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        _host.Clock.Ahead += TimeSpan.FromSeconds(10);
        foreach (var path in (string[])[Board, $"{Board}/commandes/{order.OrderId}"])
        {
            (await _browser.OpenAsync(path)).Page.QuerySelector("form[action$='/retour']").ShouldBeNull("not offered when it would be refused");
        }
    }

    [Fact]
    public async Task Is_told_when_it_is_too_late_to_take_it_back()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        var back = $"{Board}/commandes/{order.OrderId}/retour";
        await (await _browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes/{order.OrderId}/toute-prete");
        var tapped = _browser.Location!;
        await _browser.FollowAsync();
        _host.Services.Refusals[$"{order.OrderId}/undo"] = (HttpStatusCode.Conflict, "too-late-to-take-back");
        await _browser.SubmitAsync(back);
        (await _browser.FollowAsync()).Words.ShouldContain("Trop tard pour revenir en arrière");
        Column("ready").ShouldContain("Claire D.");

        _host.Clock.Ahead += TimeSpan.FromSeconds(10);
        (await _browser.OpenAsync(tapped)).Words.ShouldContain("Commande K7M4-QX2B prête");
        _browser.Page.QuerySelector($"form[action='{back}']").ShouldBeNull("not offered when it would be refused");
    }

    [Fact]
    public async Task Is_asked_before_what_cannot_be_taken_back()
    {
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", Now));
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("Une remise est définitive");
        _browser.Words.ShouldContain("Un refus est définitif");
        await (await _browser.OpenAsync($"{Board}/remise")).SubmitAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Une remise est définitive");
        await _browser.SubmitAsync($"{Board}/remise/faite");
        await _browser.FollowAsync();
        _browser.Page.QuerySelector("form[action$='/retour']").ShouldBeNull();
    }
}
