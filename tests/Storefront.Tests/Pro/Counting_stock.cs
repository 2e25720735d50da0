using System.Net;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What stands in the shop, by a figure or by steps.</summary>
public sealed class Counting_stock(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Corrects_stock_by_a_figure_or_by_steps()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5, reserved: 2, ean: "3017620422003");
        _host.Services.Offers["TARTE"] = ProSamples.Offer("TARTE", "Tarte aux noix", 3);
        (await _browser.OpenAsync($"{Board}/stock?q=pain")).Page.QuerySelectorAll(".stock-row").Length.ShouldBe(1);
        _browser.Words.ShouldContain("disponible 3");
        _browser.Words.ShouldContain("mis de côté 2");
        _browser.Words.ShouldContain("compté à la main, il y a 3 h");
        _browser.Page.QuerySelector($"label[for='{_browser.Page.QuerySelector("input[name=OnHand]")!.Id}']")!.TextContent.ShouldBe("En boutique – Pain complet");
        await _browser.SubmitAsync($"{Board}/stock", ("OnHand", "12"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Pain complet : 12 en boutique, enregistré");
        await _browser.SubmitAsync($"{Board}/stock", ("Delta", "-1"));
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(11);
        await (await _browser.OpenAsync($"{Board}/stock?q=pain")).SubmitAsync($"{Board}/stock", ("OnHand", "1"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Pain complet : 1 en boutique, 2 promis à des commandes : il en manque 1.");
        _browser.Page.QuerySelector(".row-said.warn").ShouldNotBeNull();
        _browser.Words.ShouldContain("il en manque 1");
        _browser.Page.QuerySelector("input[name=OnHand]")!.GetAttribute("value").ShouldBe("1", "as it was counted");
        (_host.Services.Offers["PAIN"].OnHand, _host.Services.Offers["PAIN"].Missing).ShouldBe((2, 1));
        await _browser.SubmitAsync($"{Board}/stock", ("Delta", "-1"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Des commandes en ont mis davantage de côté");
        await _browser.SubmitAsync($"{Board}/stock", ("OnHand", "douze"));
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Le stock est un nombre entier, de 0 à 1 000 000, sans signe.");
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(2);
    }

    // Five are promised and two are there: whoever counted hears it at once, with the orders to look at.
    [Fact]
    public async Task Is_told_at_once_that_fewer_were_counted_than_are_promised_and_to_whom()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 9, reserved: 5);
        var (first, second) = (Has(ProSamples.Order("accepted", "K7M4-QX2B", Now)), Has(ProSamples.Order("placed", "P3T9-WZ6C", Now)));
        _host.Services.Held = [new(first.OrderId, 3, Now.AddHours(-1)), new(second.OrderId, 1, Now), new(Marketplace.Contracts.OrderId.New(), 1, Now)];
        await (await _browser.OpenAsync($"{Board}/stock?q=pain")).SubmitAsync($"{Board}/stock", ("OnHand", "2"));
        await _browser.OpenAsync(_browser.Location!.Split('#')[0]);
        Browser.WordsOf(_browser.Page.QuerySelector(".row-said.warn")).Replace(" ,", ",", StringComparison.Ordinal).Replace(" .", ".", StringComparison.Ordinal)
            .ShouldEndWith("Pain complet : 2 en boutique, 5 promis à des commandes : il en manque 3. C'est enregistré, et rien n'est plus en vente tant que ces commandes attendent. Commandes concernées : K7M4-QX2B (3), P3T9-WZ6C (1), et 1 autre commande.");
        _browser.Page.QuerySelectorAll(".row-said a").Select(a => a.GetAttribute("href")).ShouldBe([$"{Board}/commandes/{first.OrderId}", $"{Board}/commandes/{second.OrderId}"]);
        _browser.Page.QuerySelector("[data-missing]")!.ParentElement!.GetAttribute("href").ShouldBe($"{Board}/stock/PAIN");

        // The same for the script.
        await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{Board}/stock")
        {
            Content = new FormUrlEncodedContent([new("Sku", "PAIN"), new("OnHand", "2")]),
            Headers = { { "Accept", "application/json" }, { "Sec-Fetch-Site", "same-origin" } },
        });
        var now = System.Text.Json.JsonDocument.Parse(_browser.Text).RootElement;
        now.GetProperty("orders").EnumerateArray().Select(o => o.GetProperty("said").GetString()).ShouldBe(["K7M4-QX2B (3)", "P3T9-WZ6C (1)"]);
        now.GetProperty("kind").GetString().ShouldBe("warn");

        // Ordering away: who waits is told all the same, by the references.
        _host.Services.OrderingAway = true;
        await _browser.OpenAsync($"{Board}/stock?q=pain&sku=PAIN&refus=short");
        Browser.WordsOf(_browser.Page.QuerySelector(".row-said")).ShouldContain(Marketplace.Contracts.OrderReference.Of(first.OrderId));
        _browser.Page.QuerySelectorAll(".row-said a").ShouldBeEmpty();
    }

    [Fact]
    public async Task Labels_each_figure_whatever_its_sku()
    {
        foreach (var sku in (string[])["12.5", "125", "12_5", "12é5"])
        {
            _host.Services.Offers[sku] = ProSamples.Offer(sku, "Baguette " + sku, 5);
        }
        await _browser.OpenAsync($"{Board}/stock?q=Baguette");
        var rows = _browser.Page.QuerySelectorAll(".stock-row");
        rows.Length.ShouldBe(4);
        rows.ShouldAllBe(r => ((AngleSharp.Html.Dom.IHtmlLabelElement)r.QuerySelector("label")!).Control == r.QuerySelector("input[name=OnHand]"));
        rows.Select(r => r.Id).Distinct().Count().ShouldBe(4, "an answer returns to its own row");
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
        _browser.Page.QuerySelector("form[data-stock] button")!.TextContent.ShouldBe("Enregistrer – Pain complet", "it is read out in each row");
    }

    // The figure is taken, and then nothing more can be read: what was saved is not told as if it were not.
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable), InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Is_told_that_a_figure_is_saved_also_where_it_cannot_be_read_again(HttpStatusCode answer)
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await _browser.OpenAsync($"{Board}/stock?q=pain");
        foreach (var list in (string[])["offers?q=PAIN&page=1&pageSize=50", "offers?q=pain&page=1&pageSize=50"])
        {
            _host.Services.Refusals[list] = (answer, "away");
        }
        await _browser.SubmitAsync($"{Board}/stock", ("OnHand", "12"));
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(12);
        await _browser.OpenAsync(_browser.Location!.Split('#')[0]);
        (_browser.Status, Browser.WordsOf(_browser.Page.QuerySelector(".notice"))).ShouldBe((HttpStatusCode.ServiceUnavailable, "PAIN C'est enregistré. Ce qu'il en reste ne peut pas être relu pour l'instant."));
        _browser.Page.QuerySelector($"a[href='{Board}/stock?q=pain']").ShouldNotBeNull();

        // The same for the script; a step answers with what stands by itself.
        (await SendAsync(("OnHand", "7"))).ShouldSatisfyAllConditions(n => n.GetProperty("said").GetString()!.ShouldStartWith("C’est enregistré."), n => n.GetProperty("kind").GetString().ShouldBe("warn"), n => n.TryGetProperty("onHand", out _).ShouldBeFalse());
        _host.Services.Offers["PAIN"].OnHand.ShouldBe(7);
        (await SendAsync(("Delta", "1"))).GetProperty("onHand").GetInt64().ShouldBe(8);
        (await SendAsync(("OnHand", "douze"))).ShouldSatisfyAllConditions(n => n.GetProperty("said").GetString()!.ShouldContain("nombre entier"), n => n.GetProperty("kind").GetString().ShouldBe("bad"));

        async Task<System.Text.Json.JsonElement> SendAsync((string Name, string Value) typed)
        {
            await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{Board}/stock")
            {
                Content = new FormUrlEncodedContent([new("Sku", "PAIN"), new("Q", "pain"), new(typed.Name, typed.Value)]),
                Headers = { { "Accept", "application/json" }, { "Sec-Fetch-Site", "same-origin" } },
            });
            return System.Text.Json.JsonDocument.Parse(_browser.Text).RootElement;
        }
    }
}
