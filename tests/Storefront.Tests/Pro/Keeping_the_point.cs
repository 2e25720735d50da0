using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The shop that keeps the shared point hands over the parcels of all.</summary>
public sealed class Keeping_the_point(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Keeps_a_point_and_hands_over_every_shops_parcels_there()
    {
        var order = AtThePoint();
        (await _browser.OpenAsync(Board)).Page.QuerySelector($".pro-nav a[href='{Board}/point']").ShouldNotBeNull();
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "BBBBBB"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Aucune commande de ce point retrait n'a ce code");
        await _browser.SubmitAsync($"{Board}/point", ("Code", "k7m4 qx"));
        _browser.Words.ShouldContain("À encaisser 50,40 €");
        _browser.Words.ShouldContain("vérifiez l'âge");
        _browser.Words.ShouldContain("1 colis n'est pas encore arrivé");
        _browser.Words.ShouldContain("2 colis payés et remis");
        _browser.Words.ShouldContain("L'Alpage pas encore ici");
        await _browser.SubmitAsync($"{Board}/point");
        _browser.Location!.ShouldNotContain("K7M4QX");
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B remise au point retrait.");
        var sent = JsonSerializer.Deserialize<HandOverParcels>(_host.Services.AskedOf("ordering", $"shops/boulangerie/point/orders/{order.OrderId}/handover").Single().Body, ServiceClient.Json)!;
        (sent.Code, sent.Parcels.Count).ShouldBe(("K7M4QX", 2));
        sent.Parcels.ShouldBe(order.Parcels.Take(2).Select(p => new HandOverParcels.Seen(p.ShopId, p.Version)));

        await _browser.SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Rien n'est encore arrivé ici");
        _browser.Page.QuerySelectorAll("[name=Parcels]").Length.ShouldBe(0);
    }

    [Fact]
    public async Task Asks_for_the_price_of_those_parcels_that_no_card_pays()
    {
        var order = AtThePoint();
        _host.Services.Point["K7M4QX"] = order with { Parcels = [order.Parcels[0] with { Payment = "card" }, .. order.Parcels.Skip(1)] };
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("À encaisser 42,00 €");
        _browser.Words.ShouldContain("Payé par carte, rien à encaisser");
        _host.Services.Point["K7M4QX"] = order with { Parcels = [.. order.Parcels.Select(p => p with { Payment = "card" })] };
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _browser.Words.ShouldNotContain("À encaisser", Case.Sensitive);
        _browser.Words.ShouldContain("Payé par carte, rien à encaisser");
    }

    [Fact]
    public async Task Sees_how_parcels_stand_when_they_changed_since_they_were_shown()
    {
        var order = AtThePoint();
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _host.Services.Point["K7M4QX"] = order with { Parcels = [order.Parcels[0] with { Status = "collected", ChangedAt = Now }, .. order.Parcels.Skip(1)] };
        await _browser.SubmitAsync($"{Board}/point");
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Words.ShouldContain("Les colis ont changé entre-temps");
        _browser.Words.ShouldContain("À encaisser 42,00 €");
        await _browser.SubmitAsync($"{Board}/point");
        (await _browser.FollowAsync()).Words.ShouldContain("remise au point retrait");
    }

    [Fact]
    public async Task Leaves_out_a_parcel_that_cannot_be_found_and_shows_the_sum_of_the_others_first()
    {
        var order = AtThePoint();
        var handOver = $"shops/boulangerie/point/orders/{order.OrderId}/handover";
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        var boxes = _browser.Page.QuerySelectorAll("input[type=checkbox][name=Parcels]");
        boxes.Length.ShouldBe(2, "one for each parcel that is said to be there");
        boxes.ShouldAllBe(b => b.HasAttribute("checked"));
        await _browser.SubmitAsync($"{Board}/point", ("Parcels", boxes[0].GetAttribute("value")!));
        _host.Services.AskedOf("ordering", handOver).ShouldBeEmpty("the sum that was shown was another one");
        _browser.Words.ShouldContain("À encaisser 8,40 €");
        _browser.Words.ShouldContain("1 colis payé et remis");
        _browser.Words.ShouldNotContain("vérifiez l'âge");
        await _browser.SubmitAsync($"{Board}/point");
        (await _browser.FollowAsync()).Words.ShouldContain("remise au point retrait, sauf ce qui n'a pas été trouvé");
        var sent = JsonSerializer.Deserialize<HandOverParcels>(_host.Services.AskedOf("ordering", handOver).Single().Body, ServiceClient.Json)!;
        (sent.Parcels.Single().ShopId, sent.NotFound!.Single().ShopId).ShouldBe((order.Parcels[0].ShopId, order.Parcels[1].ShopId));
    }

    [Fact]
    public async Task Says_that_no_parcel_was_found()
    {
        var order = AtThePoint();
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        await _browser.SubmitAsync($"{Board}/point", ("Parcels", ""));
        _browser.Words.ShouldContain("Aucun colis trouvé : prévenir");
        _browser.Words.ShouldContain("Rien à encaisser : aucun colis n'est remis.");
        _browser.Words.ShouldNotContain("0,00 €");
        await _browser.SubmitAsync($"{Board}/point");
        _browser.Location!.ShouldContain("fait=sought");
        (await _browser.FollowAsync()).Words.ShouldContain("le client et la boutique voient que le colis est cherché");
        var sent = JsonSerializer.Deserialize<HandOverParcels>(_host.Services.AskedOf("ordering", $"shops/boulangerie/point/orders/{order.OrderId}/handover").Single().Body, ServiceClient.Json)!;
        (sent.Parcels.Count, sent.NotFound!.Count).ShouldBe((0, 2));
    }

    [Fact]
    public async Task Asks_nothing_for_a_parcel_that_is_still_looked_for()
    {
        var order = AtThePoint();
        _host.Services.Point["K7M4QX"] = order with { Parcels = [order.Parcels[0], order.Parcels[1] with { SoughtSince = Now }, order.Parcels[2]] };
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("À encaisser 8,40 €");
        _browser.Words.ShouldContain("La Cave cherché depuis");
        _browser.Page.QuerySelectorAll("input[type=checkbox][name=Parcels]").Select(b => b.HasAttribute("checked")).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Says_that_there_is_nothing_to_take_when_all_that_is_left_is_looked_for()
    {
        var order = AtThePoint();
        _host.Services.Point["K7M4QX"] = order with { Parcels = [order.Parcels[0] with { Status = "collected" }, order.Parcels[1] with { SoughtSince = Now }] };
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Rien à encaisser : ce colis est encore cherché.");
        _browser.Words.ShouldNotContain("0,00 €");
        _browser.Words.ShouldNotContain("La somme est maintenant");
        await _browser.SubmitAsync($"{Board}/point", ("Parcels", _browser.Page.QuerySelector("input[type=checkbox][name=Parcels]")!.GetAttribute("value")!));
        _browser.Words.ShouldContain("À encaisser 42,00 €");
        await _browser.SubmitAsync($"{Board}/point", ("Parcels", ""));
        _browser.Words.ShouldContain("Rien à encaisser : ce colis est encore cherché.");
    }

    [Fact]
    public async Task Asks_again_when_something_was_taken_out_of_a_parcel_since_it_was_shown()
    {
        var order = AtThePoint();
        await (await _browser.OpenAsync($"{Board}/point")).SubmitAsync($"{Board}/point", ("Code", "K7M4QX"));
        _host.Services.Point["K7M4QX"] = order with { Parcels = [order.Parcels[0] with { TotalCents = 400, Version = 8 }, .. order.Parcels.Skip(1)] };
        await _browser.SubmitAsync($"{Board}/point");
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Words.ShouldContain("Les colis ont changé entre-temps");
        _browser.Words.ShouldContain("À encaisser 46,00 €");
    }

    [Fact]
    public async Task Sees_at_the_point_what_is_to_be_given_back()
    {
        (await _browser.OpenAsync($"{Board}/point")).Words.ShouldNotContain("À rendre aux boutiques");
        _host.Services.Left = new([new(Contracts.OrderId.New(), "K7M4-QX2B", ProSamples.IdOf("cave"), "cave", "La Cave", Now)], 1, 1, 50);
        (await _browser.OpenAsync($"{Board}/point")).Words.ShouldContain("À rendre aux boutiques");
        _browser.Words.ShouldContain("La Cave K7M4-QX2B");
        _browser.Words.ShouldNotContain("introuvable ici");
        _host.Services.Left = _host.Services.Left with { Items = [_host.Services.Left.Items[0] with { SoughtSince = Now }], Total = 3 };
        (await _browser.OpenAsync($"{Board}/point")).Words.ShouldContain("La Cave (introuvable ici) K7M4-QX2B");
        _browser.Words.ShouldContain("Et 2 autres.");
    }

    [Fact]
    public async Task Has_no_point_where_the_shop_keeps_none()
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member("owner", "fromagerie");
        var browser = await _host.SignedInAsync(email);
        (await browser.OpenAsync("/pro/fromagerie")).Page.QuerySelector(".pro-nav a[href$='/point']").ShouldBeNull();
        (await browser.OpenAsync("/pro/fromagerie/point")).Location.ShouldBe("/pro/fromagerie");
    }
    private PointOrder AtThePoint() => _host.Services.Point["K7M4QX"] = new(Contracts.OrderId.New(), "K7M4-QX2B", "Claire D.",
    [
        new(ProSamples.IdOf("boulangerie"), "boulangerie", "Le Fournil", "ready", Now, 840, false, Now, 5),
        new(ProSamples.IdOf("cave"), "cave", "La Cave", "ready", Now, 4200, true, Now, 6),
        new(ProSamples.IdOf("fromagerie"), "fromagerie", "L’Alpage", "accepted", null, 960, false, Now, 3),
    ], 7);
}
