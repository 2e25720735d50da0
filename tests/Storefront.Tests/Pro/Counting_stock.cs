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
        (await _browser.OpenAsync(_browser.Location!.Split('#')[0])).Words.ShouldContain("Pain complet : 1 en boutique, enregistré. Des commandes en attendent davantage");
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
}
