using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Weights, and what there is not.</summary>
public sealed class Preparing_an_order(Servers servers) : AtTheCounter(servers)
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
}
