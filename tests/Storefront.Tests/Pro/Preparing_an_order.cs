using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Weights, and what there is not.</summary>
public sealed class Preparing_an_order(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Weighs_what_is_sold_by_weight_and_says_what_is_missing()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        await _browser.OpenAsync(Board);
        _browser.Page.QuerySelectorAll($"form[action$='{order.OrderId}/toute-prete']").Length.ShouldBe(0); // weights first
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        var prepare = $"{Board}/commandes/{order.OrderId}/prete";
        var cheese = $"final-{ProSamples.Cheese.OfferId}";
        _browser.Page.QuerySelector($"label[for='{cheese}']")!.TextContent.ShouldBe("Poids pesé, 400\u202fg au plus");
        _browser.Words.ShouldContain("Le client ne paie jamais plus que ce qui a été commandé.");

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
    public async Task Puts_up_to_what_the_customer_has_accepted_in_the_bag()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese with { AtMost = 460 }));
        var (prepare, cheese) = ($"{Board}/commandes/{order.OrderId}/prete", $"final-{ProSamples.Cheese.OfferId}");
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        _browser.Words.ShouldContain("Le client paie le poids réel, au plus celui qui est indiqué à la ligne");
        await _browser.SubmitAsync(prepare, (cheese, "461"));
        _browser.Words.ShouldContain("Comté 18 mois : au plus 460 g");
        await _browser.SubmitAsync(prepare, (cheese, "455"));
        _browser.Location!.ShouldContain("fait=ready");
    }

    [Fact]
    public async Task Takes_the_weight_from_the_scales_label_and_shows_it_before_the_order_is_ready()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var (prepare, cheese) = ($"{Board}/commandes/{order.OrderId}/prete", $"final-{ProSamples.Cheese.OfferId}");
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(prepare, (cheese, "(3103)000412"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Comté 18 mois : au plus 400 g");
        await _browser.SubmitAsync(prepare, (cheese, "(3103)000385"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Words.ShouldContain("Comté 18 mois : 385 g, lus sur l'étiquette. Vérifiez, puis « Prête ».");
        ReadyAsked().ShouldBeEmpty("a scanner's Enter is no “ready”");
        await _browser.SubmitAsync(prepare);
        _browser.Location!.ShouldContain("fait=ready");
        JsonSerializer.Deserialize<MarkReady>(ReadyAsked().ShouldHaveSingleItem().Body, ServiceClient.Json)!.Lines!.ShouldBe([new(ProSamples.Bread.OfferId, 2), new(ProSamples.Cheese.OfferId, 385)]);

        IReadOnlyList<ServicesPlayed.Asked> ReadyAsked() => _host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/ready");
    }

    [Fact]
    public async Task Is_asked_about_a_weight_far_below_the_ordered_one_and_confirms_that_very_weight()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var (page, cheese) = ($"{Board}/commandes/{order.OrderId}", $"final-{ProSamples.Cheese.OfferId}");
        await (await _browser.OpenAsync(page)).SubmitAsync(page + "/prete", (cheese, "3"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Comté 18 mois : 3 g pesés pour 400 g commandés");
        _browser.Page.QuerySelector("#" + cheese)!.GetAttribute("value").ShouldBe("3");
        var confirmed = _browser.Page.QuerySelector("button[name=confirme]")!.GetAttribute("value")!;
        await _browser.SubmitAsync(page + "/prete", (cheese, "30"), ("confirme", confirmed));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "that was confirmed of 3 g");
        _host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/ready").ShouldBeEmpty();
        await _browser.SubmitAsync(page + "/prete", (cheese, "3"), ("confirme", confirmed));
        _browser.Location!.ShouldContain("fait=ready");
    }

    [Fact]
    public async Task Fetches_each_article_once_for_all_orders_of_a_day()
    {
        var first = ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese);
        Has(first);
        Has(ProSamples.Order("requested", "AAAA-BBBB", Now, ProSamples.Bread with { Quantity = 3 }, ProSamples.Cheese with { State = "declined" }));
        Has(ProSamples.Order("ready", "CCCC-DDDD", Now, ProSamples.Bread with { Quantity = 7 }));
        Has(ProSamples.Order("accepted", "EEEE-FFFF", Now.AddDays(2), ProSamples.Bread));
        await _browser.OpenAsync($"{Board}/preparation");
        _browser.Page.QuerySelectorAll(".pick label").Select(Browser.WordsOf).ShouldBe(["400 g Comté 18 mois", "5 × Pain complet", "2 × Pain complet"]);
        _browser.Page.QuerySelector($".pick a[href='{Board}/commandes/{first.OrderId}']").ShouldNotBeNull();
    }

    [Fact]
    public async Task Counts_pieces_of_an_estimated_weight_and_weighs_them()
    {
        var tomme = ProSamples.Cheese with { Title = "Tomme", Quantity = 2400, TotalCents = 5760, PieceGrams = 1200 };
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, tomme));
        Has(ProSamples.Order("requested", "AAAA-BBBB", Now, tomme with { Quantity = 3900, PieceGrams = 1300 }));
        (await _browser.OpenAsync(Board)).Words.ShouldContain("2 pièces, environ 2,4 kg Tomme");
        (await _browser.OpenAsync($"{Board}/impression")).Words.ShouldContain("2 pièces, environ 2,4 kg Tomme");
        await _browser.OpenAsync($"{Board}/preparation");
        _browser.Page.QuerySelectorAll(".pick label").Select(Browser.WordsOf).ShouldBe(["5 pièces, environ 6,3 kg Tomme"]);
        _browser.Words.ShouldContain("3 pièces, environ 3,9 kg · Claire D.");

        var (page, field) = ($"{Board}/commandes/{order.OrderId}", $"final-{tomme.OfferId}");
        await _browser.OpenAsync(page);
        _browser.Words.ShouldContain("2 pièces commandées, environ 2,4 kg · 24,00 €/kg");
        Browser.WordsOf(_browser.Page.QuerySelector($"label[for='{field}']")).ShouldBe("2 pièces, environ 2,4 kg : poids exact, 2 400 g au plus");
        await _browser.SubmitAsync(page + "/prete", (field, "2450"));
        _browser.Words.ShouldContain("Tomme : au plus 2,4 kg, ce que le client a accepté. Choisissez des pièces plus légères ; si toutes pèsent plus, notez 2 400 g");
        await _browser.SubmitAsync(page + "/prete", (field, "2350"));
        _browser.Location!.ShouldContain("fait=ready");
        Has(order with { Status = "ready", Lines = [tomme with { FinalQuantity = 2350, TotalCents = 5640 }] });
        (await _browser.OpenAsync(page)).Words.ShouldContain("2,35 kg sur 2 pièces, environ 2,4 kg");
        (await _browser.OpenAsync(Board)).Words.ShouldContain("2,35 kg Tomme");
    }

    [Fact]
    public async Task Says_to_the_script_what_it_follows_and_whether_something_typed_is_to_be_kept()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var (page, cheese) = ($"{Board}/commandes/{order.OrderId}", $"final-{ProSamples.Cheese.OfferId}");
        var shown = (await _browser.OpenAsync(page)).Page.QuerySelector("[data-follow]")!;
        (shown.GetAttribute("data-follow"), shown.GetAttribute("data-order"), shown.GetAttribute("data-events"), shown.HasAttribute("data-typed")).ShouldBe((page, order.OrderId.ToString(), Board + "/evenements", false));
        _browser.Page.QuerySelectorAll(".changed > :not([hidden])").ShouldBeEmpty("nothing is said to who has no script");
        await _browser.SubmitAsync(page + "/prete", (cheese, "450"));
        _browser.Page.QuerySelector("[data-follow]")!.HasAttribute("data-typed").ShouldBeTrue();
    }

    [Fact]
    public async Task Opens_an_order_by_the_code_on_its_day_sheet()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now));
        (await _browser.OpenAsync($"{Board}/impression")).Page.QuerySelectorAll(".sheet-code svg").Length.ShouldBe(1);
        await _browser.PostAsync($"{Board}/remise", ("Code", $"https://panier.example{Board}/commandes/{order.OrderId}"));
        _browser.Location.ShouldBe($"{Board}/commandes/{order.OrderId}");
    }

    [Fact]
    public async Task Declines_a_line_or_the_whole_with_a_reason()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var decline = $"{Board}/commandes/{order.OrderId}/refus";
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        await _browser.SubmitAsync(decline); // no press alone refuses an order
        Asks("#champ-reasonText", "Donnez une raison");
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

    [Fact]
    public async Task Mends_a_refusal_without_choosing_anything_again()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var decline = $"{Board}/commandes/{order.OrderId}/refus";
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(decline, ("scope", "lines"), ("lines", ProSamples.Cheese.OfferId.ToString()), ("reason", "other"), ("reasonText", "  "));
        Asks("#champ-reasonText", "Donnez une raison");
        Chosen().ShouldBe(["scope=lines", "lines=" + ProSamples.Cheese.OfferId, "reason=other"]);
        await _browser.SubmitAsync(decline, ("reasonText", "Trop fait"));
        Sent().ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("Trop fait"), s => s.Lines.ShouldBe([ProSamples.Cheese.OfferId]));

        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(decline, ("scope", "lines"), ("reason", "quality"));
        Asks("#champ-lines", "Choisissez au moins un article");
        Chosen().ShouldBe(["scope=lines", "reason=quality"]);
        Sent().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("unknown-line", HttpStatusCode.BadRequest, "#champ-lines")]
    [InlineData("reason-invalid", HttpStatusCode.BadRequest, "#champ-reasonText")]
    [InlineData("changed-meanwhile", HttpStatusCode.PreconditionFailed, null)]
    [InlineData("too-many-requests", HttpStatusCode.TooManyRequests, null)]
    public async Task Keeps_what_was_chosen_when_Ordering_refuses_it(string code, HttpStatusCode status, string? field)
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        _host.Services.Refusals[$"{order.OrderId}/decline"] = (status, code);
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}"))
            .SubmitAsync($"{Board}/commandes/{order.OrderId}/refus", ("scope", "lines"), ("lines", ProSamples.Cheese.OfferId.ToString()), ("reason", "other"), ("reasonText", "Trop fait, d'hier"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Chosen().ShouldBe(["scope=lines", "lines=" + ProSamples.Cheese.OfferId, "reason=other"]);
        _browser.Page.QuerySelector("#champ-reasonText")!.GetAttribute("value").ShouldBe("Trop fait, d'hier");
        if (field is not null)
        {
            _browser.Page.QuerySelector(field)!.GetAttribute("aria-invalid").ShouldBe("true");
        }

        // Of what is over there is nothing to mend.
        Has(order with { Status = "declined" });
        _host.Services.Refusals[$"{order.OrderId}/decline"] = (HttpStatusCode.Conflict, "already-declined");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/refus");
        _browser.Location!.ShouldContain("refus=already-declined");
    }

    [Theory]
    [InlineData(1, SaleUnit.Piece, "1 commandé ·"), InlineData(2, SaleUnit.Piece, "2 commandés ·"), InlineData(400, SaleUnit.Weight, "400 g commandés ·"), InlineData(1500, SaleUnit.Weight, "1,5 kg commandé ·")]
    public async Task Reads_what_was_ordered_in_its_number(long quantity, SaleUnit unit, string said)
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread with { Unit = unit, Quantity = quantity }));
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain(said);
    }

    [Fact]
    public async Task Refuses_nothing_that_was_not_chosen_when_a_colleague_took_the_other_line_off()
    {
        var gone = ProSamples.Cheese with { State = "declined" };
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var decline = $"{Board}/commandes/{order.OrderId}/refus";
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        Has(order with { Lines = [ProSamples.Bread, gone] });
        await _browser.SubmitAsync(decline, ("scope", "lines"), ("lines", ProSamples.Cheese.OfferId.ToString()), ("reason", "other"), ("reasonText", ""));
        Asks("#champ-reasonText", "Donnez une raison");
        Chosen().ShouldBe(["scope=lines", "reason=other"], "the line that stands was not chosen, the whole order even less");
        await _browser.SubmitAsync(decline, ("reasonText", "Trop fait"));
        Asks("#champ-lines", "Choisissez au moins un article");
        Sent().ShouldBeEmpty("pressed again, it still refuses nothing by itself");
        await _browser.SubmitAsync(decline, ("lines", ProSamples.Bread.OfferId.ToString()));
        Sent().ShouldHaveSingleItem().Lines.ShouldBe([ProSamples.Bread.OfferId]);

        // Nothing is left to be mended of an order that is over.
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        Has(order with { Status = "collected" });
        await _browser.SubmitAsync(decline, ("reason", "other"), ("reasonText", ""));
        _browser.Location!.ShouldContain("refus=changed-meanwhile");
        Sent().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Is_asked_which_of_two_answers_counts_before_a_refusal_that_is_final()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var decline = $"{Board}/commandes/{order.OrderId}/refus";
        await (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync(decline, ("reason", "shortage"), ("reasonText", "Four en panne"));
        Asks("#champ-reasonText", "Vous avez écrit une raison");
        _browser.Page.QuerySelector("#champ-reasonText")!.GetAttribute("value").ShouldBe("Four en panne");
        await _browser.SubmitAsync(decline, ("lines", ProSamples.Bread.OfferId.ToString()), ("reason", "other"));
        Asks("#champ-lines", "Vous avez coché des articles");
        Chosen().ShouldBe(["scope=all", "lines=" + ProSamples.Bread.OfferId, "reason=other"]);
        Sent().ShouldBeEmpty("a refusal is final: none is guessed");
        await _browser.SubmitAsync(decline, ("scope", "lines"));
        Sent().ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("Four en panne"), s => s.Lines.ShouldBe([ProSamples.Bread.OfferId]));
    }

    [Fact]
    public async Task Keeps_weights_and_a_code_that_Ordering_refuses()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        var (page, cheese) = ($"{Board}/commandes/{order.OrderId}", $"final-{ProSamples.Cheese.OfferId}");
        _host.Services.Refusals[$"{order.OrderId}/ready"] = (HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        await (await _browser.OpenAsync(page)).SubmitAsync(page + "/prete", (cheese, "385"), ($"manque-{ProSamples.Bread.OfferId}", "on"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("a modifié cette commande en même temps");
        _browser.Page.QuerySelector("#" + cheese)!.GetAttribute("value").ShouldBe("385");
        _browser.Page.QuerySelector($"[name='manque-{ProSamples.Bread.OfferId}']")!.HasAttribute("checked").ShouldBeTrue();

        Has(order with { Status = "ready" });
        await (await _browser.OpenAsync(page)).SubmitAsync(page + "/remise", ("Code", "AB"));
        Asks("#champ-Code", "Ce code n'est pas celui de la commande");
        _browser.Page.QuerySelector("#champ-Code")!.GetAttribute("value").ShouldBe("AB");
    }

    // At its field, tied to it, and the page begins there.
    private void Asks(string field, string said)
    {
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var asked = _browser.Page.QuerySelector(field)!;
        asked.HasAttribute("autofocus").ShouldBeTrue();
        Browser.WordsOf(_browser.Page.QuerySelector("#" + asked.GetAttribute("aria-describedby"))).ShouldContain(said);
        _browser.Page.QuerySelector($"[role=alert] a[href='{field}']").ShouldNotBeNull();
        _browser.Page.QuerySelector("details#refuser")!.HasAttribute("open").ShouldBe(field != "#champ-Code");
    }

    private string[] Chosen() => [.. _browser.Page.QuerySelectorAll("#refuser [checked]").Select(c => $"{c.GetAttribute("name")}={c.GetAttribute("value")}")];

    private List<Decline> Sent() => [.. _host.Services.AskedOf("ordering", "shops/boulangerie/orders/").Where(a => a.Path.EndsWith("/decline", StringComparison.Ordinal)).Select(a => JsonSerializer.Deserialize<Decline>(a.Body, ServiceClient.Json)!)];
}
