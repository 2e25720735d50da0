using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A member of staff, without script: only links and forms.</summary>
public sealed class At_the_counter(Servers servers) : IAsyncLifetime
{
    private readonly AccountsHost _host = new(servers);
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member("staff", "boulangerie");
        _browser = await _host.SignedInAsync(email);
    }

    [Fact]
    public async Task Sees_the_orders_where_they_stand_and_moves_them_by_one_tap()
    {
        var order = Has(ProSamples.Order("requested", "K7M4-QX2B", Now));
        await _browser.OpenAsync(Board);
        Column("requested").ShouldContain("Claire D.");
        _browser.Page.QuerySelector("noscript meta[http-equiv=refresh]").ShouldNotBeNull();
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B acceptée.");
        Column("accepted").ShouldContain("2 × Pain complet");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/commencer");
        (await _browser.FollowAsync()).Words.ShouldContain("Préparation de la commande K7M4-QX2B commencée.");
        Column("accepted").ShouldContain("Rien à préparer");
        Column("preparing").ShouldContain("Claire D.");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/toute-prete");
        await _browser.FollowAsync();
        Column("ready").ShouldContain("Claire D.");
    }

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

    [Fact]
    public async Task Reads_that_a_resident_was_erased_where_a_name_would_stand()
    {
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with { Customer = "", Phone = null, Note = null, ChangedAt = Now });
        await _browser.OpenAsync(Board);
        _browser.Words.ShouldContain("Client effacé K7M4-QX2B");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelector("h1")!.TextContent.ShouldBe("Client effacé");
    }

    [Fact]
    public async Task Weighs_what_is_sold_by_weight_and_says_what_is_missing()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        await _browser.OpenAsync(Board);
        _browser.Page.QuerySelectorAll($"form[action$='{order.OrderId}/toute-prete']").Length.ShouldBe(0); // weights first
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        var prepare = $"{Board}/commandes/{order.OrderId}/prete";
        var cheese = $"final-{ProSamples.Cheese.OfferId}";

        await _browser.SubmitAsync(prepare);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Comté 18 mois : indiquez le poids pesé");
        await _browser.SubmitAsync(prepare, (cheese, "450"));
        _browser.Words.ShouldContain("Comté 18 mois : au plus 400 g");
        _browser.Page.QuerySelector("#" + cheese)!.GetAttribute("value").ShouldBe("450");
        await _browser.SubmitAsync(prepare, (cheese, "385"), ($"manque-{ProSamples.Bread.OfferId}", "on"));
        _browser.Location!.ShouldContain("fait=ready");

        var sent = JsonSerializer.Deserialize<MarkReady>(_host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/ready")[^1].Body, ServiceClient.Json)!;
        sent.Lines!.ShouldBe([new(ProSamples.Bread.OfferId, 0), new(ProSamples.Cheese.OfferId, 385)]);
    }

    [Fact]
    public async Task Declines_a_line_or_the_whole_with_a_reason()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var decline = $"{Board}/commandes/{order.OrderId}/refus";
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(decline, ("reason", "other"), ("reasonText", "  "));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Donnez une raison");
        await _browser.SubmitAsync(decline, ("scope", "lines"), ("lines", ProSamples.Cheese.OfferId.ToString()), ("reason", "other"), ("reasonText", "Trop fait"));
        _browser.Location!.ShouldContain("fait=lines-declined");
        Sent().ShouldBe(new { reason = "Trop fait", lines = 1 });
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(decline, ("reason", "closed"));
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B refusée");
        Sent().ShouldBe(new { reason = "closed", lines = 0 }); // its reader may be English

        object Sent()
        {
            var body = JsonSerializer.Deserialize<Decline>(_host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/decline")[^1].Body, ServiceClient.Json)!;
            return new { reason = body.Reason, lines = body.Lines?.Count ?? 0 };
        }
    }

    [Theory]
    [InlineData("K7M4QX")]
    [InlineData(" k7m4-qx ")]
    [InlineData("https://panier.example/r/K7M4QX")]
    public async Task Hands_over_against_the_code_typed_or_scanned(string scanned)
    {
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", Now));
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        await (await _browser.OpenAsync($"{Board}/remise")).SubmitAsync($"{Board}/remise", ("Code", scanned));
        _browser.Words.ShouldContain("À encaisser 8,40 €");
        await _browser.SubmitAsync($"{Board}/remise/faite");
        _browser.Location!.ShouldNotContain("K7M4QX"); // the code is in no address
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B remise");
        _host.Services.Orders[order.OrderId].Status.ShouldBe("collected");

        await _browser.SubmitAsync($"{Board}/remise", ("Code", scanned));
        _browser.Words.ShouldContain("Ce code a déjà servi ici");
        _browser.Page.QuerySelectorAll($"form[action='{Board}/remise/faite']").Length.ShouldBe(0);
    }

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
    public async Task Hands_over_itself_at_a_point_that_nobody_keeps()
    {
        var ready = ProSamples.Order("ready", "K7M4-QX2B", Now);
        var order = Has(ready with { PointKept = false, Pickup = ready.Pickup! with { Place = ready.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        (await _browser.OpenAsync(Board)).Page.QuerySelectorAll("form[action$='/deposer']").ShouldBeEmpty("it could only be refused");
        _browser.Page.QuerySelector($"[data-order='{order.OrderId}'] .primary")!.GetAttribute("href").ShouldBe($"{Board}/remise");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelectorAll("form[action$='/deposer']").ShouldBeEmpty();
        _browser.Page.QuerySelectorAll("form[action$='/remise'] .primary").Length.ShouldBe(1);
    }

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
    public async Task Has_no_point_where_the_shop_keeps_none()
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member("owner", "fromagerie");
        var browser = await _host.SignedInAsync(email);
        (await browser.OpenAsync("/pro/fromagerie")).Page.QuerySelector(".pro-nav a[href$='/point']").ShouldBeNull();
        (await browser.OpenAsync("/pro/fromagerie/point")).Location.ShouldBe("/pro/fromagerie");
    }

    [Fact]
    public async Task Sees_a_cancelled_order_until_it_has_been_noted_on_this_device()
    {
        var order = Has(ProSamples.Order("cancelled", "K7M4-QX2B", Now) with { ChangedAt = Now }); // the board shows today's, also just after midnight
        var yesterday = Has(ProSamples.Order("cancelled", "BBBB-2222", Now.AddDays(-2)));
        await _browser.OpenAsync(Board);
        Column("cancelled").ShouldContain("Claire D.");
        Column("cancelled").ShouldContain("annulée par le client");
        Column("cancelled").ShouldNotContain(yesterday.Reference);
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/vue");
        (await _browser.FollowAsync()).Page.QuerySelector(".column-cancelled").ShouldBeNull();

        var colleague = await _host.PersonAsync();
        _host.Services.Members[colleague] = ProSamples.Member("staff", "boulangerie");
        using var elsewhere = await _host.SignedInAsync(colleague);
        (await elsewhere.OpenAsync(Board)).Page.QuerySelector(".column-cancelled").ShouldNotBeNull("whoever wraps it in the back must see it too");
    }

    [Theory]
    [InlineData("claire"), InlineData("K7M4")]
    public async Task Finds_an_order_by_its_name_or_reference_and_still_asks_for_the_code(string typed)
    {
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", Now));
        Has(ProSamples.Order("ready", "BBBB-2222", Now) with { Customer = "Ana P." });
        await (await _browser.OpenAsync($"{Board}/remise")).SubmitAsync($"{Board}/commandes", ("Q", typed));
        await _browser.FollowAsync();
        _browser.Page.QuerySelectorAll(".found-row").Length.ShouldBe(1);
        _host.Services.AskedOf("ordering", "").ShouldNotContain(a => a.Path.Contains(typed, StringComparison.OrdinalIgnoreCase), "what is looked for is in no address, of the services either");
        await _browser.OpenAsync(_browser.Page.QuerySelector(".found-row a")!.GetAttribute("href")!);
        var give = $"{Board}/commandes/{order.OrderId}/remise";
        await _browser.SubmitAsync(give, ("Code", "ZZZZZZ"));
        await (await _browser.FollowAsync()).SubmitAsync(give, ("Code", "x"));
        (await _browser.FollowAsync()).Words.ShouldContain("Ce code n'est pas celui de la commande");
        await _browser.SubmitAsync(give, ("Code", "h7wx bb"));
        _browser.Location!.ShouldNotContain("h7wx", Case.Insensitive); // the code is in no address
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B remise");
    }

    [Fact]
    public async Task Leafs_through_the_orders_that_have_ended()
    {
        for (var i = 0; i < 21; i++)
        {
            Has(ProSamples.Order(((string[])["collected", "declined", "cancelled"])[i % 3], $"BBBB-22{i:00}", Now));
        }
        Has(ProSamples.Order("expired", "ZZZZ-0001", Now) with { Reason = "not-prepared" });
        Has(ProSamples.Order("ready", "ZZZZ-0002", Now));
        (await _browser.OpenAsync($"{Board}/commandes")).Page.QuerySelectorAll(".found-row").Length.ShouldBe(20);
        _browser.Words.ShouldContain("22 commandes");
        await _browser.OpenAsync(_browser.Page.QuerySelector(".pager a[rel=next]")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("non préparée");
        _browser.Words.ShouldNotContain("not-prepared");
        _browser.Words.ShouldNotContain("ZZZZ-0002");
        await _browser.SubmitAsync($"{Board}/commandes", ("Q", "personne"));
        (await _browser.FollowAsync()).Words.ShouldContain("Aucune commande");
    }

    // Names and live codes would stand in the history of a till that many use, and in every log on the way.
    [Fact]
    public async Task Searches_with_neither_a_name_nor_a_code_in_an_address()
    {
        for (var i = 0; i < 21; i++)
        {
            Has(ProSamples.Order("collected", $"BBBB-22{i:00}", Now));
        }
        await _browser.OpenAsync(Board);
        _browser.Page.QuerySelectorAll("form.pro-search, .pro-search form").ShouldAllBe(form => form.GetAttribute("method") == "post");
        await _browser.SubmitAsync($"{Board}/commandes", ("Q", " Claire "));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _browser.Location!.ShouldNotContain("claire", Case.Insensitive);
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("21 commandes");
        _browser.Page.QuerySelector("input[name=Q]")!.GetAttribute("value").ShouldBe("Claire");
        var next = _browser.Page.QuerySelector(".pager a[rel=next]")!.GetAttribute("href")!;
        next.ShouldNotContain("claire", Case.Insensitive);
        (await _browser.OpenAsync(next)).Page.QuerySelectorAll(".found-row").Length.ShouldBe(1);

        var asked = _host.Services.AskedOf("ordering", "shops/boulangerie/orders?").Count;
        foreach (var made in (string[])["?recherche=Claire", "?recherche=", "?q=Claire"])
        {
            (await _browser.OpenAsync($"{Board}/commandes{made}")).Words.ShouldContain("Commandes terminées");
        }
        _host.Services.AskedOf("ordering", "shops/boulangerie/orders?").Skip(asked).ShouldAllBe(a => !a.Path.Contains("q=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_told_to_look_by_name_when_too_many_codes_were_tried()
    {
        _host.Services.Refusals["orders/search"] = (HttpStatusCode.TooManyRequests, "too-many-wrong-codes");
        await (await _browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes", ("Q", "2222"));
        (await _browser.FollowAsync()).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        _browser.Words.ShouldContain("cherchez la commande par le nom");
    }

    [Theory]
    [InlineData("ABC", "Un code a six caractères")]
    [InlineData("O0I1L0", "Un code a six caractères")]
    [InlineData("ZZZZZZ", "Aucune commande de votre boutique n'a ce code. Si ce sont des colis du point retrait, ouvrez-les sous « Point ».")]
    public async Task Is_told_what_is_wrong_with_a_code(string typed, string said)
    {
        await _browser.PostAsync($"{Board}/remise", ("Code", typed));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain(said);
    }

    [Fact]
    public async Task Is_sent_to_no_point_that_the_shop_does_not_keep()
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = ProSamples.Member("staff", "fromagerie");
        using var browser = await _host.SignedInAsync(email);
        await browser.PostAsync("/pro/fromagerie/remise", ("Code", "ZZZZZZ"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("Relisez-le sur la page ou le mail du client. S'il est juste, rien n'est à retirer chez vous : sa page dit où passer.");
        browser.Words.ShouldNotContain("sous « Point »");
    }

    [Fact]
    public async Task Is_told_at_the_shop_that_the_parcel_of_a_code_lies_at_the_point()
    {
        var ready = ProSamples.Order("ready", "K7M4-QX2B", Now);
        var order = Has(ready with { PointKept = true, DepositedAt = Now, Pickup = ready.Pickup! with { Place = ready.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        await _browser.PostAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Le colis a été déposé au point retrait : Les Halles");
        Has(order with { SoughtSince = Now });
        await _browser.PostAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Introuvable au point retrait");
        Has(order with { Status = "expired", Reason = "not-collected", ToBringBack = true });
        await _browser.PostAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Ses articles sont encore au point retrait");
        Has(order with { DepositedAt = null });
        await _browser.PostAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldNotContain("déposé au point retrait");
    }

    [Fact]
    public async Task Is_led_to_preparing_when_the_code_comes_too_early_and_to_the_stock_by_a_barcode()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        await _browser.PostAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Pas encore prête");
        await _browser.PostAsync($"{Board}/remise", ("Code", "3017620422003"));
        _browser.Location.ShouldBe($"{Board}/stock?q=3017620422003");
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "already-cancelled", "Le client vient d'annuler cette commande")]
    [InlineData(HttpStatusCode.Conflict, "already-declined", "refusée entre-temps")]
    [InlineData(HttpStatusCode.PreconditionFailed, "changed-meanwhile", "modifié cette commande en même temps")]
    [InlineData(HttpStatusCode.TooManyRequests, "too-many-requests", "attendez quelques secondes")]
    [InlineData(HttpStatusCode.Conflict, "something-new", "Cela n'a pas marché")]
    public async Task Reads_why_an_action_was_refused(HttpStatusCode status, string code, string said)
    {
        var order = Has(ProSamples.Order("requested", "K7M4-QX2B", Now));
        _host.Services.Refusals[$"{order.OrderId}/accept"] = (status, code);
        await (await _browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        (await _browser.FollowAsync()).Words.ShouldContain(said);
    }

    [Fact]
    public async Task Corrects_stock_by_a_figure_or_by_steps()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5, reserved: 2, ean: "3017620422003");
        _host.Services.Offers["TARTE"] = ProSamples.Offer("TARTE", "Tarte aux noix", 3);
        (await _browser.OpenAsync($"{Board}/stock?q=pain")).Page.QuerySelectorAll(".stock-row").Length.ShouldBe(1);
        _browser.Words.ShouldContain("disponible 3");
        _browser.Words.ShouldContain("mis de côté 2");
        _browser.Words.ShouldContain("compté à la main, il y a 3 h");
        await _browser.SubmitAsync($"{Board}/stock", ("OnHand", "12"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Pain complet : 12 en boutique, enregistré");
        await _browser.SubmitAsync($"{Board}/stock", ("Delta", "-1"));
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(11);
        await (await _browser.OpenAsync($"{Board}/stock?q=pain")).SubmitAsync($"{Board}/stock", ("OnHand", "1"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Pain complet : 1 en boutique, enregistré. Des commandes en attendent davantage");
        _browser.Page.QuerySelector(".row-said.warn").ShouldNotBeNull();
        _browser.Words.ShouldContain("il en manque 1");
        _browser.Page.QuerySelector("input[name=OnHand]")!.GetAttribute("value").ShouldBe("1", "as it was counted");
        (_host.Services.Offers["PAIN"].OnHand, _host.Services.Offers["PAIN"].Missing).ShouldBe((2, 1));
        await _browser.SubmitAsync($"{Board}/stock", ("Delta", "-1"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Des commandes en ont mis davantage de côté");
        await _browser.SubmitAsync($"{Board}/stock", ("OnHand", "douze"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Le stock est un nombre entier");
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(2);
    }

    // Saved again as it is shown, what was found missing would be for sale once its order is declined.
    [Fact]
    public async Task Is_shown_what_stands_in_the_shop_and_what_is_missing()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 2, reserved: 2) with { Missing = 1 };
        await _browser.OpenAsync($"{Board}/stock");
        _browser.Page.QuerySelector("input[name=OnHand]")!.GetAttribute("value").ShouldBe("1");
        _browser.Words.ShouldContain("il en manque 1");
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 2, reserved: 2);
        (await _browser.OpenAsync($"{Board}/stock")).Page.QuerySelector("[data-missing]")!.ParentElement!.HasAttribute("hidden").ShouldBeTrue();
    }

    // Enter in the figure's field presses the form's first button: it must save, not take one off.
    [Fact]
    public async Task Saves_with_enter()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await _browser.OpenAsync($"{Board}/stock");
        _browser.Page.QuerySelector("form[data-stock] button")!.HasAttribute("name").ShouldBeFalse();
    }

    [Fact]
    public async Task Follows_the_shops_orders_live()
    {
        await _browser.OpenAsync($"{Board}/evenements", accept: "text/event-stream");
        _browser.Last.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        _browser.Text.ShouldContain("event: order");
        _host.Services.AskedOf("ordering", "shops/boulangerie/orders/events")[^1].Token.ShouldNotBeNull();
    }

    [Fact]
    public async Task Prints_everything_to_do_on_one_sheet()
    {
        Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        Has(ProSamples.Order("ready", "BBBB-2222", Now));
        (await _browser.OpenAsync($"{Board}/impression")).Page.QuerySelectorAll(".sheet").Length.ShouldBe(2);
        _browser.Words.ShouldContain("pesé :");
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    private const string Board = "/pro/boulangerie";
    private PointOrder AtThePoint() => _host.Services.Point["K7M4QX"] = new(Contracts.OrderId.New(), "K7M4-QX2B", "Claire D.",
    [
        new(ProSamples.IdOf("boulangerie"), "boulangerie", "Le Fournil", "ready", Now, 840, false, Now, 5),
        new(ProSamples.IdOf("cave"), "cave", "La Cave", "ready", Now, 4200, true, Now, 6),
        new(ProSamples.IdOf("fromagerie"), "fromagerie", "L’Alpage", "accepted", null, 960, false, Now, 3),
    ], 7);

    private DateTimeOffset Now => _host.Clock.GetUtcNow();

    private ShopOrderCard Has(ShopOrderCard order) => _host.Services.Orders[order.OrderId] = order;

    private string Column(string name) => Browser.WordsOf(_browser.Page.QuerySelector(".column-" + name));
}
