using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>"Il en manque un": how many there are, another article for the rest, and until when the customer may say.</summary>
public sealed class Asking_the_customer(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Says_how_many_there_are_and_sees_that_an_answer_is_awaited()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{ProSamples.Bread.OfferId}";
        _browser.Page.QuerySelector($"a[href='{ask}']").ShouldNotBeNull();
        await (await _browser.OpenAsync(ask)).SubmitAsync(ask, ("trouve", "1"));
        _browser.Location!.ShouldContain("fait=asked");
        Sent(order)[^1].ShouldSatisfyAllConditions(s => s.OfferId.ShouldBe(ProSamples.Bread.OfferId), s => s.Found.ShouldBe(1), s => s.Substitute.ShouldBeNull(), s => s.AnswerBy.ShouldBeNull());

        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        _browser.Words.ShouldContain("Vous en avez 1 sur 2.");
        _browser.Words.ShouldContain("En attente de réponse jusqu'à");
        _browser.Page.QuerySelector(".prepare button.primary").ShouldBeNull("nothing is ready before the answer");
        await _browser.OpenAsync(Board);
        Column("accepted").ShouldContain("en attente de réponse jusqu'à");
        _browser.Page.QuerySelectorAll("form[action$='/toute-prete']").ShouldBeEmpty();
        (await _browser.OpenAsync($"{Board}/impression")).Words.ShouldContain("en attente de réponse");
        (await _browser.OpenAsync($"{Board}/preparation")).Words.ShouldContain("attend la réponse du client");

        var withdraw = $"{ask[..ask.LastIndexOf('/')]}/{_host.Services.Orders[order.OrderId].Lines[0].Shortage!.ProposalId}/retirer";
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(withdraw);
        _browser.Location!.ShouldContain("fait=asked-withdrawn");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelector(".prepare button.primary").ShouldNotBeNull();
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).PostAsync(withdraw);
        _browser.Location!.ShouldContain("refus=proposal-not-found");
    }

    [Fact]
    public async Task Looks_for_another_article_of_the_shop_and_loses_nothing_that_was_typed()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        var (rolls, gone) = (ProSamples.Offer("ROLL", "Petits pains", 8), ProSamples.Offer("RIEN", "Petits fours", 0));
        (_host.Services.Offers["ROLL"], _host.Services.Offers["RIEN"]) = (rolls, gone);
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{ProSamples.Bread.OfferId}";
        await _browser.OpenAsync(ask + "?trouve=1&q=petits&delai=60");
        _browser.Page.QuerySelector("[name=trouve]")!.GetAttribute("value").ShouldBe("1");
        _browser.Page.QuerySelector("[name=delai] option[selected]")!.GetAttribute("value").ShouldBe("60");
        _browser.Words.ShouldContain("Petits pains");
        _browser.Words.ShouldNotContain("Petits fours");
        _browser.Page.QuerySelector("[name=quantite]")!.GetAttribute("value").ShouldBe("1", "two were ordered, and there is one");

        await _browser.SubmitAsync(ask, ("trouve", "2"), ("remplacement", rolls.OfferId.ToString()), ("quantite", "x"), ("delai", "60"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("un nombre plus petit que la quantité commandée");
        _browser.Words.ShouldContain("Indiquez la quantité de l'autre article.");
        _browser.Page.QuerySelector("[name=trouve]")!.GetAttribute("value").ShouldBe("2");
        _browser.Page.QuerySelector("[name=quantite]")!.GetAttribute("value").ShouldBe("x");
        _browser.Page.QuerySelector($"[value='{rolls.OfferId}']")!.HasAttribute("checked").ShouldBeTrue();
        Sent(order).ShouldBeEmpty();

        await _browser.SubmitAsync(ask, ("trouve", "0"), ("remplacement", rolls.OfferId.ToString()), ("quantite", "2"), ("delai", "60"));
        Sent(order).ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Found.ShouldBe(0), s => s.Substitute.ShouldBe(new ProposeForShortage.Other(rolls.OfferId, 2, NoDearer: false)), s => s.AnswerBy!.Value.ShouldBeInRange(Now.AddMinutes(55), Now.AddMinutes(61)));
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("Vous proposez à la place : 2 × Petits pains");
    }

    [Fact]
    public async Task Waits_for_the_answer_no_longer_than_until_the_slot_begins()
    {
        // The slot of a sample begins three hours after its moment: in an hour and a half, in forty minutes, now.
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now.AddMinutes(-90)));
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{ProSamples.Bread.OfferId}";
        await _browser.OpenAsync(ask);
        _browser.Page.QuerySelectorAll("[name=delai] option").Select(o => o.GetAttribute("value")).ShouldBe(["", "30", "60", "240"]);
        _browser.Words.ShouldContain("avant le créneau (jusqu'à");
        _browser.Words.ShouldNotContain("sous 4 heures");
        await _browser.SubmitAsync(ask, ("trouve", "1"), ("delai", "240"));
        Sent(order)[^1].AnswerBy.ShouldBe(_host.Services.Orders[order.OrderId].Pickup!.Start);
        // Of two that would end there one is enough; and who may come this minute is given what was chosen.
        (await _browser.OpenAsync($"{Board}/commandes/{Has(ProSamples.Order("accepted", "K7M4-QX2C", Now.AddMinutes(-140))).OrderId}/manque/{ProSamples.Bread.OfferId}"))
            .Page.QuerySelectorAll("[name=delai] option").Select(o => o.GetAttribute("value")).ShouldBe(["", "30", "60"]);
        (await _browser.OpenAsync($"{Board}/commandes/{Has(ProSamples.Order("accepted", "K7M4-QX2D", Now.AddHours(-3))).OrderId}/manque/{ProSamples.Bread.OfferId}")).Words.ShouldContain("sous 4 heures");
    }

    [Fact]
    public async Task Counts_pieces_of_an_estimated_weight_and_sends_grams()
    {
        var tomme = ProSamples.Cheese with { Title = "Tomme", Quantity = 3600, PieceGrams = 1200 };
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, tomme));
        var chicken = _host.Services.Offers["POULET"] = ProSamples.Offer("POULET", "Poulet fermier", 12_800) with { Unit = Contracts.SaleUnit.Weight, PieceGrams = 1600 };
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{tomme.OfferId}";
        await _browser.OpenAsync(ask + "?trouve=1&q=poulet");
        _browser.Words.ShouldContain("3 pièces commandées, environ 3,6 kg");
        _browser.Words.ShouldContain("Nombre de pièces que vous avez");
        _browser.Words.ShouldContain("pièce d'environ 1,6 kg");
        _browser.Words.ShouldContain("8 pièces, environ 12,8 kg en stock");
        _browser.Page.QuerySelector("[name=quantite]")!.GetAttribute("value").ShouldBe("2");
        await _browser.SubmitAsync(ask, ("trouve", "3"), ("remplacement", ""));
        _browser.Words.ShouldContain("un nombre plus petit que la quantité commandée");
        _host.Services.Refusals[_browser.Page.QuerySelector("[name=proposition]")!.GetAttribute("value")!] = (HttpStatusCode.Conflict, "substitute-pieces-changed");
        await _browser.SubmitAsync(ask, ("trouve", "1"), ("remplacement", $"{chicken.OfferId}~1600"), ("quantite", "2"));
        _browser.Words.ShouldContain("le poids d'une pièce vient de changer");
        _browser.Page.QuerySelector($"[value='{chicken.OfferId}~1600']")!.HasAttribute("checked").ShouldBeTrue();
        await _browser.SubmitAsync(ask);
        Sent(order)[^1].ShouldSatisfyAllConditions(s => s.Found.ShouldBe(1200), s => s.Substitute!.Quantity.ShouldBe(3200));
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("Vous en avez 1 pièce, environ 1,2 kg sur 3 pièces, environ 3,6 kg.");
    }

    [Theory]
    [InlineData(Contracts.SaleUnit.Weight, null, "200")]
    [InlineData(Contracts.SaleUnit.Weight, 1600L, null)]
    [InlineData(Contracts.SaleUnit.Piece, null, null)]
    public async Task Of_goods_by_weight_what_is_missing_is_proposed_and_never_one_gram(Contracts.SaleUnit unit, long? piece, string? proposed)
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Cheese with { Quantity = 300 }));
        _host.Services.Offers["AUTRE"] = ProSamples.Offer("AUTRE", "Petit fromage", 12_800) with { Unit = unit, PieceGrams = piece };
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{ProSamples.Cheese.OfferId}";
        await _browser.OpenAsync(ask + "?trouve=100&q=fromage");
        (_browser.Page.QuerySelector("[name=quantite]")!.GetAttribute("value") is { Length: > 0 } value ? value : null).ShouldBe(proposed);
        await _browser.SubmitAsync(ask, ("remplacement", Merchants.Orders.Shortages.ValueOf(_host.Services.Offers["AUTRE"])));
        _browser.Status.ShouldBe(proposed is null ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Is_told_at_once_what_cannot_be_given_and_asks_under_a_new_name()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        var rolls = _host.Services.Offers["ROLL"] = ProSamples.Offer("ROLL", "Petits pains", 8);
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{ProSamples.Bread.OfferId}";
        await _browser.OpenAsync(ask + "?q=petits");
        var name = _browser.Page.QuerySelector("[name=proposition]")!.GetAttribute("value")!;
        _browser.Page.QuerySelector("[name=prix]")!.HasAttribute("checked").ShouldBeFalse("looked for without it, it stays as it was left");
        _host.Services.Refusals[name] = (HttpStatusCode.Conflict, "substitute-out-of-stock");
        await _browser.SubmitAsync(ask, ("trouve", "0"), ("remplacement", rolls.OfferId.ToString()), ("quantite", "9"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Il n'y a plus assez de cet article en stock");
        _browser.Page.QuerySelector("[name=quantite]")!.GetAttribute("value").ShouldBe("9");
        _browser.Page.QuerySelector("[name=proposition]")!.GetAttribute("value").ShouldNotBe(name);
        await _browser.SubmitAsync(ask, ("quantite", "8"));
        _browser.Location!.ShouldContain("fait=asked");

        await _browser.OpenAsync(ask);
        _browser.Location.ShouldEndWith($"/commandes/{order.OrderId}", Case.Sensitive, "what was asked is not asked again");
    }

    [Fact]
    public async Task Keeps_the_question_when_somebody_changed_the_order_at_the_same_time()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        var rolls = _host.Services.Offers["ROLL"] = ProSamples.Offer("ROLL", "Petits pains", 8);
        var ask = $"{Board}/commandes/{order.OrderId}/manque/{ProSamples.Bread.OfferId}";
        await _browser.OpenAsync(ask + "?q=petits");
        _host.Services.Refusals[_browser.Page.QuerySelector("[name=proposition]")!.GetAttribute("value")!] = (HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        await _browser.SubmitAsync(ask, ("trouve", "1"), ("remplacement", rolls.OfferId.ToString()), ("quantite", "3"), ("delai", "60"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("a modifié cette commande en même temps");
        _browser.Page.QuerySelector("[name=trouve]")!.GetAttribute("value").ShouldBe("1");
        _browser.Page.QuerySelector("[name=quantite]")!.GetAttribute("value").ShouldBe("3");
        _browser.Page.QuerySelector($"[value='{rolls.OfferId}']")!.HasAttribute("checked").ShouldBeTrue();
        _browser.Page.QuerySelector("[name=delai] option[selected]")!.GetAttribute("value").ShouldBe("60");
        await _browser.SubmitAsync(ask, ("delai", "60"));
        _browser.Location!.ShouldContain("fait=asked");
    }

    private List<ProposeForShortage> Sent(ShopOrderCard order) =>
        [.. _host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/shortages/").Where(a => a.Method == "PUT").Select(a => JsonSerializer.Deserialize<ProposeForShortage>(a.Body, ServiceClient.Json)!)];
}
