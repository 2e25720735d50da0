using System.Net;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>By name, reference or part of a code, none of which stands in an address.</summary>
public sealed class Finding_an_order(AccountsHost host) : AtTheCounter(host)
{
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
        await _browser.SubmitAsync(give, ("Code", "x"));
        _browser.Words.ShouldContain("Ce code n'est pas celui de la commande");
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
}
