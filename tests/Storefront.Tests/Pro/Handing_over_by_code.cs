using System.Net;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The code of whoever stands at the counter, typed or scanned.</summary>
public sealed class Handing_over_by_code(AccountsHost host) : AtTheCounter(host)
{
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
    public async Task Asks_for_nothing_where_it_is_paid_by_card()
    {
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", Now) with { Payment = "card" });
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        await (await _browser.OpenAsync($"{Board}/remise")).SubmitAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Payé par carte, rien à encaisser");
        _browser.Words.ShouldNotContain("À encaisser", Case.Sensitive);
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        _browser.Words.ShouldContain("Payé par carte, rien à encaisser");
        _browser.Words.ShouldNotContain("À encaisser", Case.Sensitive);
    }

    [Fact]
    public async Task A_page_that_lay_open_until_the_card_paid_no_longer_hands_nothing_over_and_shows_what_to_ask_for()
    {
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", Now) with { Payment = "card" });
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        await (await _browser.OpenAsync($"{Board}/remise")).SubmitAsync($"{Board}/remise", ("Code", "K7M4QX"));
        _browser.Words.ShouldContain("Payé par carte, rien à encaisser");
        Has(order with { Payment = "in-shop" });
        await _browser.SubmitAsync($"{Board}/remise/faite");
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Le paiement n'est plus celui que vous aviez vu");
        _browser.Words.ShouldContain("À encaisser 8,40 €");
        _host.Services.Orders[order.OrderId].Status.ShouldBe("ready");
        await _browser.SubmitAsync($"{Board}/remise/faite");
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B remise");

        // So does the order's own page.
        order = Has(ProSamples.Order("ready", "K7M4-QX2C", Now) with { Payment = "card" });
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        Has(order with { Payment = "in-shop" });
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/remise", ("Code", "K7M4QX"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("encaissez la somme au comptoir avant de remettre");
        _browser.Words.ShouldContain("À encaisser 8,40 €");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/remise");
        _host.Services.Orders[order.OrderId].Status.ShouldBe("collected");
    }

    [Fact]
    public async Task Records_a_code_that_was_noted_without_network_once_however_often_it_is_sent()
    {
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", Now));
        _host.Services.Codes["K7M4QX"] = order.OrderId;
        const string noted = "300";
        (await LaterAsync("https://panier.example/r/K7M4QX", noted)).ShouldBe(("good", "Commande K7M4-QX2B : remise enregistrée."));
        Has(_host.Services.Orders[order.OrderId] with { ChangedAt = Now });
        (await LaterAsync("K7M4QX", noted)).ShouldBe(("good", "Commande K7M4-QX2B : remise enregistrée."), "the answer was lost, and it is sent again");
        _host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/handover").Count.ShouldBe(1);

        Has(_host.Services.Orders[order.OrderId] with { ChangedAt = Now.AddMinutes(-9) });
        (await LaterAsync("K7M4QX", noted)).ShouldBe(("bad", "K7M4QX : la remise n'a pas été enregistrée. Cette commande a déjà été remise. Si personne ne l'a remise chez vous, vérifiez avec l'équipe."), "to somebody before");
        (await LaterAsync("ZZZZZZ", noted)).State.ShouldBe("bad");
        (await LaterAsync("ABC", noted)).Said.ShouldContain("Un code a six caractères");
        _host.Services.Refusals["orders/by-code"] = (HttpStatusCode.TooManyRequests, "too-many-wrong-codes");
        (await LaterAsync("K7M4QX", noted)).State.ShouldBe("later", "it stays noted");
    }

    private async Task<(string State, string Said)> LaterAsync(string code, string seconds)
    {
        await _browser.PostAsync($"{Board}/remise/differee", ("Code", code), ("Seconds", seconds));
        var answer = System.Text.Json.JsonDocument.Parse(_browser.Text).RootElement;
        return (answer.GetProperty("state").GetString()!, Browser.Plain(answer.GetProperty("said").GetString()!));
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
}
