using System.Net;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class An_order_page(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Opens_with_its_token_only()
    {
        var order = Placed();
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=faux")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Words.ShouldContain("C'est réservé !");
        visitor.Answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("same-origin", "the token stays on this site");
    }

    [Fact]
    public async Task Is_honest_while_the_order_is_being_confirmed()
    {
        var order = Placed(o => o with { Status = "pending", PickupCode = null });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("meta[http-equiv=refresh]").ShouldNotBeNull();
        visitor.Page.QuerySelector(".code").ShouldBeNull();
    }

    [Fact]
    public async Task Is_cancelled_after_asking_once_more()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        await visitor.OpenAsync(visitor.Page.QuerySelector("a.danger")!.GetAttribute("href")!);
        visitor.Words.ShouldContain("Rien n'est dû");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/annuler");
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await visitor.FollowAsync()).Words.ShouldContain("Commande annulée");
        visitor.Page.QuerySelector(".code").ShouldBeNull();
    }

    [Fact]
    public async Task Gives_its_pickups_as_a_calendar()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}/agenda.ics?jeton=jeton-secret");
        visitor.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/calendar");
        var lines = visitor.Html.Split("\r\n");
        lines.ShouldContain("BEGIN:VEVENT");
        lines.ShouldContain(l => l.StartsWith("DTSTART:", StringComparison.Ordinal) && l.EndsWith('Z'));
        lines.ShouldAllBe(l => System.Text.Encoding.UTF8.GetByteCount(l) <= 75);
    }

    [Fact]
    public async Task Fills_a_basket_with_the_same_again()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/recommencer");
        (await visitor.FollowAsync()).Words.ShouldContain("Pain complet");
    }

    [Theory]
    [InlineData("refused"), InlineData("expired"), InlineData("completed"), InlineData("cancelled")]
    public async Task Says_how_it_ended(string status)
    {
        var order = Placed(o => o with { Status = status, Refusal = status == "refused" ? new OrderRefusal("out-of-stock", [new(TownSamples.Bread.OfferId, "Pain complet", "out-of-stock", 2, 0, 320)], []) : null });
        var visitor = await host.Visitor("en").OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Page.QuerySelectorAll("h1").Length.ShouldBe(1);
        visitor.Page.QuerySelector(".code").ShouldBeNull();
    }

    private OrderView Placed(Func<OrderView, OrderView>? change = null)
    {
        var order = TownSamples.Order(new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null),
            [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 2, 320)]), new("la-fromagerie", TownSamples.Slots("la-fromagerie")[1].SlotId, [new(TownSamples.Comte.OfferId, 300, 2690)])], "in-shop"), host.Town.Offers);
        order = change?.Invoke(order) ?? order;
        host.Town.Orders[order.OrderId] = order;
        return order;
    }
}
