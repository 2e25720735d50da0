using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.Scales;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A label of the shop's own, on 400 g of a cheese at 24 € a kilo: 390 g, or 3,90 €, which would be 163 g.</summary>
public sealed class Saying_what_the_scale_prints(AccountsHost host) : AtTheCounter(host)
{
    private static readonly string _label = Reading_a_scale_label.WithCheckDigit("210001000390");
    private static readonly LineView _beaufort = ProSamples.Cheese with { OfferId = new OfferId(new Guid("0b000000-0000-4000-8000-000000000003")), Sku = "BEAUFORT", Title = "Beaufort" };
    private static readonly string _cheese = $"final-{ProSamples.Cheese.OfferId}", _other = $"final-{_beaufort.OfferId}";

    [Fact]
    public async Task Is_asked_once_keeps_what_else_was_typed_and_is_never_said_by_a_scanners_enter()
    {
        var (order, prepare) = await OpenAsync();
        await _browser.SubmitAsync(prepare, (_cheese, _label), (_other, "350"), ($"manque-{ProSamples.Bread.OfferId}", "on"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Comté 18 mois : cette étiquette porte-t-elle le poids ou le prix ?");
        Choices().ShouldBe(["L'étiquette porte le poids : 390 g", "L'étiquette porte le prix : 3,90 €, soit 163 g"]);
        (Value(_cheese), Value(_other), Missing()).ShouldBe(("", "350", true));
        _browser.Page.QuerySelector($"#{_cheese}")!.HasAttribute("autofocus").ShouldBeTrue("the next scan goes there, and its Enter presses no choice");
        _browser.Page.QuerySelector("#preparer button")!.HasAttribute("name").ShouldBeFalse("Enter presses the first button");
        (await KeptAsync()).ShouldBeNull();

        await _browser.SubmitAsync(prepare); // Enter: still asked, nothing is guessed
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Choices().Count.ShouldBe(2);
        for (var press = 1; press <= 2; press++)
        {
            await _browser.PostAsync(prepare, (_cheese, ""), ($"etiquette-{ProSamples.Cheese.OfferId}", _label), (_other, "350"), ($"manque-{ProSamples.Bread.OfferId}", "on"), ("porte", "weight"));
            _browser.Status.ShouldBe(HttpStatusCode.OK);
            _browser.Words.ShouldContain("Comté 18 mois : 390 g, lus sur l'étiquette. C'est retenu : vos étiquettes portent le poids.");
            (Value(_cheese), Value(_other), Missing(), Choices().Count).ShouldBe(("390", "350", true, 0));
        }
        Ready(order).ShouldBeEmpty("it is looked at first");
        await _browser.SubmitAsync(prepare, ($"manque-{ProSamples.Bread.OfferId}", "on"));
        _browser.Location!.ShouldContain("fait=ready");
        Ready(order).ShouldHaveSingleItem().Lines!.ShouldBe([new(ProSamples.Bread.OfferId, 0), new(ProSamples.Cheese.OfferId, 390), new(_beaufort.OfferId, 350)]);

        // The next one is read at once, whoever of the shop scans it.
        await SignInAsync("owner");
        (_, prepare) = await OpenAsync();
        await _browser.SubmitAsync(prepare, (_cheese, _label));
        (_browser.Status, Value(_cheese), Choices().Count).ShouldBe((HttpStatusCode.OK, "390", 0));
        (await Scales.FindAsync(ProSamples.IdOf("fromagerie"), TestContext.Current.CancellationToken)).ShouldBeNull("another shop has another scale");
    }

    [Fact]
    public async Task Is_said_of_all_labels_that_wait_for_it()
    {
        var (_, prepare) = await OpenAsync();
        await _browser.SubmitAsync(prepare, (_cheese, _label), (_other, Reading_a_scale_label.WithCheckDigit("210001000720")));
        Choices().Count.ShouldBe(4);
        await _browser.SubmitAsync(prepare, ("porte", "price"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        (Value(_cheese), Value(_other)).ShouldBe(("163", "300"));
        _browser.Words.ShouldContain("Comté 18 mois : 163 g, calculés d'après le prix de l'étiquette, 3,90 €. Beaufort : 300 g");
        (await KeptAsync()).ShouldBe(ScaleHolds.Price);
    }

    [Fact]
    public async Task Gives_way_to_a_typed_weight_and_to_what_is_missing()
    {
        var (order, prepare) = await OpenAsync();
        await _browser.SubmitAsync(prepare, (_cheese, _label), (_other, _label));
        await _browser.SubmitAsync(prepare, (_cheese, "395"), ($"manque-{_beaufort.OfferId}", "on"));
        _browser.Location!.ShouldContain("fait=ready");
        Ready(order).ShouldHaveSingleItem().Lines!.ShouldBe([new(ProSamples.Bread.OfferId, 2), new(ProSamples.Cheese.OfferId, 395), new(_beaufort.OfferId, 0)]);
        (await KeptAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Keeps_the_answer_also_where_the_weight_is_too_much()
    {
        var (order, prepare) = await OpenAsync();
        await _browser.SubmitAsync(prepare, (_cheese, Reading_a_scale_label.WithCheckDigit("210001000410")), (_other, "350"));
        await _browser.SubmitAsync(prepare, ("porte", "weight"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Comté 18 mois : au plus 400 g");
        (Value(_cheese), Value(_other)).ShouldBe(("410", "350"));
        (await KeptAsync()).ShouldBe(ScaleHolds.Weight);
        Ready(order).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_changed_under_Balance()
    {
        (await _browser.OpenAsync($"{Board}/boutique")).Page.QuerySelector($"a[href='{Board}/balance']").ShouldNotBeNull();
        (await _browser.OpenAsync($"{Board}/balance")).Page.QuerySelector("[name=Holds][checked]")!.GetAttribute("value").ShouldBe("ask");
        await _browser.PostAsync($"{Board}/balance", ("Holds", "kilos"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Choisissez ce que portent les étiquettes");
        foreach (var (holds, said, kept) in new[] { ("price", "lues comme un prix", ScaleHolds.Price), ("weight", "lues comme un poids", ScaleHolds.Weight), ("ask", "propose les deux", (ScaleHolds?)null) })
        {
            await (await _browser.OpenAsync($"{Board}/balance")).SubmitAsync($"{Board}/balance", ("Holds", holds));
            (await _browser.FollowAsync()).Words.ShouldContain(said);
            _browser.Page.QuerySelector("[name=Holds][checked]")!.GetAttribute("value").ShouldBe(holds);
            (await KeptAsync()).ShouldBe(kept);
        }

        await SignInAsync("read-only");
        await _browser.PostAsync($"{Board}/balance", ("Holds", "price"));
        _browser.Status.ShouldBe(HttpStatusCode.Forbidden);
        (await KeptAsync()).ShouldBeNull();
    }

    private ShopScales Scales => _host.App.Services.GetRequiredService<ShopScales>();

    private Task<ScaleHolds?> KeptAsync() => Scales.FindAsync(ProSamples.IdOf("boulangerie"), TestContext.Current.CancellationToken);

    private async Task<(ShopOrderCard Order, string Prepare)> OpenAsync()
    {
        var order = Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese, _beaufort));
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        return (order, $"{Board}/commandes/{order.OrderId}/prete");
    }

    private List<string> Choices() => [.. _browser.Page.QuerySelectorAll("#preparer button[name=porte]").Select(Browser.WordsOf)];

    private string? Value(string field) => _browser.Page.QuerySelector($"#{field}")!.GetAttribute("value");

    private bool Missing() => _browser.Page.QuerySelector($"[name='manque-{ProSamples.Bread.OfferId}']")!.HasAttribute("checked");

    private List<MarkReady> Ready(ShopOrderCard order) =>
        [.. _host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/ready").Select(a => JsonSerializer.Deserialize<MarkReady>(a.Body, ServiceClient.Json)!)];
}
