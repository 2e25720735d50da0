using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>An order that is paid by card, as its resident sees it: before, during and after, and where nothing came of it.</summary>
public sealed class A_purchase(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Theory]
    [InlineData("fr", "Il reste à payer", "Payer 14,47 € par carte", "Ne pas payer et abandonner", "Par carte, au plus")]
    [InlineData("en", "It is still to be paid", "by card", "Do not pay, give up the order", "By card, at most")]
    public async Task Is_to_be_paid_on_the_page_that_is_open_or_given_up(string language, string heading, string pay, string giveUp, string most)
    {
        var order = Bought("paying", new PurchaseView("open", 1447), o => o with { PaymentUrl = "https://paiement.example/cs_1", PickupCode = null });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldBe(heading);
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain(pay), v => v.Words.ShouldContain(giveUp), v => v.Words.ShouldContain(most));
        visitor.Page.QuerySelector("meta[http-equiv=refresh]").ShouldBeNull();
        visitor.Page.QuerySelector(".code").ShouldBeNull();
        visitor.Words.ShouldNotContain(language == "fr" ? "Acceptée par la boutique" : "Accepted by the shop", Case.Sensitive, "no shop knows of it");

        await visitor.SubmitAsync($"/commandes/{order.OrderId}/annuler");
        (await visitor.FollowAsync()).Page.QuerySelector("h1")!.TextContent.ShouldBe(language == "fr" ? "Commande annulée" : "Order cancelled");
    }

    [Fact]
    public async Task Is_found_again_by_the_browser_that_comes_back_whose_address_names_nobody()
    {
        var order = Bought("paying", new PurchaseView("open", 1447), o => o with { PaymentUrl = "https://paiement.example/cs_1" });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}/payer?jeton=jeton-secret");
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.Redirect, "https://paiement.example/cs_1"));
        visitor.Answer.Headers.GetValues("Set-Cookie").Single().ShouldSatisfyAllConditions(c => c.ShouldContain($"path=/commandes/{order.OrderId}"), c => c.ShouldContain("httponly"), c => c.ShouldContain("samesite=lax"));
        await visitor.OpenAsync($"/commandes/{order.OrderId}/retour");
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.Redirect, $"/commandes/{order.OrderId}?jeton=jeton-secret"));
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}/retour")).Status.ShouldBe(HttpStatusCode.NotFound, "another browser");

        var paid = Bought("confirmed", new PurchaseView("authorised", 1447));
        (await host.Visitor().OpenAsync($"/commandes/{paid.OrderId}/payer?jeton=jeton-secret")).Location.ShouldBe($"/commandes/{paid.OrderId}?jeton=jeton-secret");
    }

    [Theory]
    [InlineData("opening", "Nous ouvrons le paiement…")]
    [InlineData("closing", "Nous fermons le paiement…")]
    public async Task Updates_itself_while_there_is_no_page_to_pay_on(string state, string heading)
    {
        var order = Bought("paying", new PurchaseView(state, 1447, state == "closing" ? "expired" : null));
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldBe(heading);
        visitor.Page.QuerySelector("meta[http-equiv=refresh]").ShouldNotBeNull();
        visitor.Words.ShouldNotContain("Payer", Case.Sensitive);
    }

    [Fact]
    public async Task Says_that_nothing_is_to_be_paid_at_the_counter_and_what_was_taken_in_the_end()
    {
        var visitor = host.Visitor();
        await visitor.OpenAsync($"/commandes/{Bought("confirmed", new PurchaseView("authorised", 1447)).OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("C'est commandé !"), v => v.Words.ShouldContain("vous n'avez rien à payer sur place"), v => v.Words.ShouldContain("Par carte, au plus"), v => v.Words.ShouldNotContain("À payer sur place", Case.Sensitive));
        await visitor.OpenAsync($"/commandes/{Bought("completed", new PurchaseView("captured", 1447, null, 640), o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "collected" }] }).OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("6,40 € ont été débités de votre carte"), v => v.Words.ShouldContain("Payé par carte"), v => v.Words.ShouldNotContain("Payé sur place"));
        // What is collected after the card can be charged is paid there.
        await visitor.OpenAsync($"/commandes/{Bought("confirmed", new PurchaseView("captured", 1447, null, 640), o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "ready", Payment = "in-shop" }, o.ShopOrders[1] with { Status = "collected" }] }).OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("À payer sur place"), v => v.Words.ShouldContain("Payé par carte"));
    }

    [Theory]
    [InlineData("asked", false, "Remboursement demandé par la boutique")]
    [InlineData("under-way", false, "Remboursement en cours")]
    [InlineData("settled", false, "Remboursé sur votre carte")]
    [InlineData("failed", false, "il vous reste dû")]
    [InlineData("settled", true, "Remboursé au comptoir")]
    public async Task Shows_what_goes_back_and_by_when(string state, bool counter, string said)
    {
        var arrives = state == "settled" && !counter ? DateTimeOffset.UtcNow.AddDays(14) : (DateTimeOffset?)null;
        var refund = new RefundView(Guid.NewGuid(), state, 320, "defective", counter, DateTimeOffset.UtcNow, arrives, [new(TownSamples.Bread.OfferId, 320, 17)]);
        var order = Bought("completed", new PurchaseView("captured", 1447, null, 640), o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "collected", Refunds = [refund, refund with { State = "refused", Cents = 999 }] }] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain(said), v => v.Words.ShouldContain("3,20 €"), v => v.Words.ShouldNotContain("9,99"));
        visitor.Words.Contains("visible au plus tard vers le", StringComparison.Ordinal).ShouldBe(arrives is not null);
    }

    [Fact]
    public async Task Says_that_the_card_could_not_be_charged_and_no_longer_that_nothing_is_to_be_paid()
    {
        var order = Bought("confirmed", new PurchaseView("failed", 1447), o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "ready", Payment = "in-shop" }, o.ShopOrders[1] with { Status = "requested", Payment = "in-shop" }] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("n'a pas pu être débitée"), v => v.Words.ShouldContain("À payer sur place"), v => v.Words.ShouldNotContain("rien à payer sur place"));
    }

    [Theory]
    [InlineData("expired", "none", "n'est pas arrivé à temps")]
    [InlineData("unavailable", "none", "ne répond pas")]
    [InlineData("too-small", "none", "commence à 0,50 €")]
    [InlineData("late", "returned", "après la fin du créneau")]
    [InlineData("short", "returning", "jusqu'au retrait")]
    [InlineData("less", "returned", "n'a pas accordé")]
    public async Task Says_why_it_is_not_confirmed_and_that_nothing_is_taken(string reason, string state, string said)
    {
        var order = Bought("expired", new PurchaseView(state, 1447, reason));
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("La commande n'est pas confirmée");
        visitor.Words.ShouldContain(said);
        visitor.Words.Contains("La somme mise de côté sur votre carte est libérée", StringComparison.Ordinal).ShouldBe(state != "none");
    }

    [Theory]
    [InlineData("confirmed", 0)]
    [InlineData("expired", 2)]
    public async Task Leaves_the_basket_as_it_is_until_it_is_paid(string outcome, int left)
    {
        OrderView? paying = null;
        var visitor = await host.AtCheckoutAsync("fr");
        host.Town.Refuse = o => TownPlayed.Ok(
            host.Town.Orders[(paying = TownSamples.Order(o, host.Town.Offers) with { Status = "paying", Payment = "card", Purchase = new PurchaseView("open", 1447), PickupCode = null }).OrderId] = paying, HttpStatusCode.Created);
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        host.Town.Refuse = null;
        (await visitor.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await CountAsync()).ShouldBe(2, "nothing is theirs yet");
        (await visitor.OpenAsync("/vienne/commander")).Location.ShouldStartWith("/commandes/", Case.Sensitive, "nothing is ordered twice meanwhile");
        host.Town.Orders[paying!.OrderId] = paying with { Status = outcome };
        await visitor.OpenAsync($"/commandes/{paying.OrderId}?jeton=jeton-secret");
        (await CountAsync()).ShouldBe(left);

        async Task<int> CountAsync() => JsonDocument.Parse((await visitor.OpenAsync("/vienne/panier/nombre")).Html).RootElement.GetProperty("count").GetInt32();
    }

    private OrderView Bought(string status, PurchaseView purchase, Func<OrderView, OrderView>? change = null)
    {
        var order = TownSamples.Order(new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null),
            [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 2, 320)]), new("la-fromagerie", TownSamples.Slots("la-fromagerie")[1].SlotId, [new(TownSamples.Comte.OfferId, 300, 2690)])], "card"), host.Town.Offers);
        order = order with { Status = status, Payment = "card", Purchase = purchase, ShopOrders = [.. order.ShopOrders.Select(s => s with { Payment = "card" })] };
        return host.Town.Orders[order.OrderId] = change?.Invoke(order) ?? order;
    }
}
