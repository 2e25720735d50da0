using System.Net;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The checkout where cards are taken: the choice, what is said before, and the one button that obliges to pay.</summary>
public sealed class Paying_at_the_checkout(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private static readonly (string, string) ByCard = ("paiement", "carte");
    private static readonly (string, string) Confirmed = ("confirme", "1");

    [Theory]
    [InlineData("fr", "Réserver et payer sur place", "Payer maintenant par carte", "débité une fois tout remis", "Commander et payer", "renoncer à un achat dans les quatorze jours")]
    [InlineData("en", "Reserve and pay in the shop", "Pay now by card", "charged once everything is handed over", "Order and pay", "withdraw from a purchase within fourteen days")]
    public async Task Is_offered_beside_the_reservation_and_what_is_bought_stands_right_before_the_button_that_obliges(string language, string reserve, string card, string money, string order, string withdrawal)
    {
        var visitor = await AtCheckoutAsync(language);
        // The first is what Enter presses: it obliges to nothing.
        visitor.Page.QuerySelectorAll("form.checkout button[type=submit]").Select(b => (b.TextContent, b.GetAttribute("name"))).ShouldBe([(reserve, null), (card, "paiement")]);
        visitor.Words.ShouldContain(money);
        var placed = host.Town.Placed.Count;

        await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard]);
        visitor.Status.ShouldBe(HttpStatusCode.OK, visitor.Words);
        host.Town.Placed.Count.ShouldBe(placed, "nothing is ordered yet");
        var form = visitor.Page.QuerySelector("form.checkout")!;
        form.QuerySelectorAll("button[type=submit]").Select(b => b.TextContent).First().ShouldBe(order);
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain(TownSamples.Bread.Title), v => v.Words.ShouldContain(TownSamples.Comte.Title), v => v.Words.ShouldContain(withdrawal), v => v.Words.ShouldContain(money),
            v => v.Words.ShouldContain(language == "fr" ? "TVA comprise" : "include VAT"), v => v.Page.QuerySelector("form.checkout a[href='/vienne/conditions']").ShouldNotBeNull());
        form.QuerySelectorAll("section").Count(s => s.TextContent.Contains(language == "fr" ? "À retirer" : "To collect", StringComparison.Ordinal)).ShouldBe(2, "of each shop the hour and the place");

        await visitor.SubmitAsync("/vienne/commander", Confirmed);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        visitor.Location!.ShouldContain("payer=1");
        var sent = host.Town.Placed.Last().Order;
        (sent.Payment, sent.Terms!.Length, sent.ShopOrders.Count).ShouldBe(("card", 12, 2));
    }

    [Fact]
    public async Task Leads_from_the_orders_page_on_to_where_it_is_paid_and_no_further_when_somebody_comes_back()
    {
        var visitor = await AtCheckoutAsync();
        OrderView? paying = null;
        host.Town.Refuse = o => TownPlayed.Ok(host.Town.Orders[(paying = TownSamples.Order(o, host.Town.Offers) with { Status = "paying", Payment = "card", PaymentUrl = "https://paiement.example/cs_1", Purchase = new PurchaseView("open", 1447), PickupCode = null }).OrderId] = paying, HttpStatusCode.Created);
        try
        {
            await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard, Confirmed]);
        }
        finally
        {
            host.Town.Refuse = null;
        }

        await visitor.FollowAsync();
        visitor.Page.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content").ShouldBe($"0;url=/commandes/{paying!.OrderId}/payer?jeton={paying.AccessToken}");
        await visitor.OpenAsync($"/commandes/{paying.OrderId}?jeton={paying.AccessToken}");
        visitor.Page.QuerySelector("meta[http-equiv=refresh]").ShouldBeNull();
        visitor.Page.QuerySelector(".hold time")!.GetAttribute("datetime").ShouldNotBeNullOrEmpty();
        visitor.Page.QuerySelector(".hold")!.GetAttribute("data-hold").ShouldBe(paying.HoldExpiresAt.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Can_be_changed_before_it_is_ordered_and_nothing_that_was_typed_is_lost()
    {
        var visitor = await AtCheckoutAsync();
        await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard, ("mot.le-fournil", "Bien cuit")]);
        var placed = host.Town.Placed.Count;
        await visitor.SubmitAsync("/vienne/commander", ("modifier", "1"));
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        (visitor.ValueOf("nom"), visitor.ValueOf("courriel")).ShouldBe(("Camille Perrin", "camille@example.org"));
        visitor.Page.QuerySelector("textarea[name='mot.le-fournil']")!.TextContent.ShouldBe("Bien cuit");
        visitor.Page.QuerySelectorAll("input[name^='creneau.'][checked]").Count(i => !i.GetAttribute("name")!.EndsWith(".jour", StringComparison.Ordinal)).ShouldBe(2);
        host.Town.Placed.Count.ShouldBe(placed);
    }

    [Fact]
    public async Task What_was_not_decided_goes_out_once_more_by_the_button_that_obliges_and_by_no_other()
    {
        var visitor = await AtCheckoutAsync();
        host.Town.Refuse = _ => new HttpResponseMessage(HttpStatusCode.BadGateway);
        try
        {
            await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard]);
            var shown = visitor.Page.QuerySelectorAll("form.checkout input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? "")).ToArray();
            await visitor.PostAsync("/vienne/commander", [.. shown, Confirmed]);
            var placed = host.Town.Placed.Count;
            await visitor.PostAsync("/vienne/commander", [.. shown, ("modifier", "1")]);
            await visitor.PostAsync("/vienne/commander", shown);
            visitor.Page.QuerySelectorAll("form.checkout button[type=submit]").Select(b => b.GetAttribute("name")).ShouldBe(["confirme", "modifier"], "it is the summary, and nothing was sent");
            host.Town.Placed.Count.ShouldBe(placed);
            await visitor.PostAsync("/vienne/commander", [.. shown, Confirmed]);
            host.Town.Placed.Count.ShouldBeGreaterThan(placed);
            host.Town.Placed.Select(p => p.Key).TakeLast(host.Town.Placed.Count - placed + 1).Distinct().Count().ShouldBe(1, "under the same key");
        }
        finally
        {
            host.Town.Refuse = null;
        }
    }

    [Fact]
    public async Task Other_terms_than_were_shown_and_an_hour_that_was_taken_are_shown_before_anything_is_ordered()
    {
        var visitor = await AtCheckoutAsync();
        await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard]);
        var shown = visitor.Page.QuerySelectorAll("form.checkout input[type=hidden]").Select(i => (Name: i.GetAttribute("name")!, Value: i.GetAttribute("value") ?? "")).ToArray();
        shown.Single(f => f.Name == "conditions").Value.Length.ShouldBe(12);
        var placed = host.Town.Placed.Count;
        await visitor.PostAsync("/vienne/commander", [.. shown.Select(f => f.Name == "conditions" ? (f.Name, "000000000000") : f), Confirmed]);
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Page.QuerySelector("button[name=confirme]").ShouldNotBeNull();
        await visitor.PostAsync("/vienne/commander", [.. shown.Where(f => f.Name != "creneau.le-fournil"), ("creneau.le-fournil", "le-fournil~20200101T0900")]);
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.ShouldSatisfyAllConditions(v => v.Page.QuerySelector("button[name=confirme]").ShouldBeNull(), v => v.Words.ShouldContain("ce créneau n'est pas disponible"));
        host.Town.Placed.Count.ShouldBe(placed);
    }

    [Fact]
    public async Task Nothing_is_owed_where_what_was_shown_is_no_longer_so()
    {
        var visitor = await AtCheckoutAsync();
        await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard]);
        var placed = host.Town.Placed.Count;
        await visitor.OtherTab().PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"));
        await visitor.SubmitAsync("/vienne/commander", Confirmed);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, visitor.Words);
        host.Town.Placed.Count.ShouldBe(placed);
    }

    [Theory]
    [InlineData("closed", "", "Vous payez au retrait", "par carte en ligne")]
    [InlineData("away", "", "ne répond pas en ce moment", "Payer maintenant")]
    [InlineData("open", "la-fromagerie", "n'est pas encore possible pour", "Payer maintenant")]
    public async Task Is_not_offered_where_it_is_not_open_or_a_shop_cannot_be_paid_and_why_is_said(string state, string without, string said, string unsaid)
    {
        var visitor = await AtCheckoutAsync(card: new CardPayment(state, without.Length == 0 ? [] : [without]));
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain(said), v => v.Words.ShouldNotContain(unsaid));
        visitor.Page.QuerySelectorAll("form.checkout button[type=submit]").Select(b => b.TextContent).ShouldBe(["Réserver"]);

        // Closed between the page and the press.
        var placed = host.Town.Placed.Count;
        await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard]);
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.Page.QuerySelector("[role=alert]")!.TextContent.ShouldContain("pas possible pour ce panier");
        host.Town.Placed.Count.ShouldBe(placed);
    }

    [Theory]
    [InlineData("shop-without-card", "Le paiement par carte n'est pas encore possible pour Le Fournil")]
    [InlineData("too-far-for-card", "dans les cinq jours")]
    [InlineData("payment-unavailable", "ne répond pas")]
    public async Task A_refusal_is_told_and_the_basket_stays(string code, string said)
    {
        var visitor = await AtCheckoutAsync();
        host.Town.Refuse = _ => new HttpResponseMessage(HttpStatusCode.Conflict)
        {
            Content = System.Net.Http.Json.JsonContent.Create(new
            {
                type = "https://panier-local.example/problems/" + code,
                title = code,
                status = 409,
                field = "shopOrders[0].shop",
                detail = code == "too-far-for-card" ? "Par carte, le retrait a lieu dans les cinq jours." : "Le paiement par carte ne répond pas en ce moment."
            }, new System.Net.Http.Headers.MediaTypeHeaderValue("application/problem+json"), Marketplace.Storefront.Clients.ServiceClient.Json),
        };
        try
        {
            await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard, Confirmed]);
        }
        finally
        {
            host.Town.Refuse = null;
        }

        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        string.Join(' ', visitor.Page.QuerySelector("[role=alert]")!.TextContent.Replace('\u2019', '\'').Replace('\u00a0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ShouldContain(said);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":2}");
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("expired")]
    public async Task What_nobody_paid_leads_back_to_the_basket_with_everything_in_it(string outcome)
    {
        var visitor = await AtCheckoutAsync();
        OrderView? paying = null;
        host.Town.Refuse = o => TownPlayed.Ok(host.Town.Orders[(paying = TownSamples.Order(o, host.Town.Offers) with { Status = "paying", Payment = "card", Purchase = new PurchaseView("open", 1447), PickupCode = null }).OrderId] = paying, HttpStatusCode.Created);
        try
        {
            await visitor.PostAsync("/vienne/commander", [.. visitor.CheckoutFields(), ByCard, Confirmed]);
        }
        finally
        {
            host.Town.Refuse = null;
        }

        host.Town.Orders[paying!.OrderId] = paying with { Status = outcome, Purchase = new PurchaseView("none", 1447, outcome) };
        await visitor.OpenAsync($"/commandes/{paying.OrderId}?jeton={paying.AccessToken}");
        visitor.Words.ShouldContain("Tout est encore dans votre panier. Reprendre mon panier");
        await visitor.SubmitAsync($"/commandes/{paying.OrderId}/recommencer");
        await visitor.FollowAsync();
        visitor.Page.QuerySelectorAll("input[name=quantite]").Select(i => i.GetAttribute("value")).ShouldBe(["2", "300"]);
    }

    private Task<Visitor> AtCheckoutAsync(string language = "fr", CardPayment? card = null)
    {
        host.Town.Card = card ?? new CardPayment("open", []);
        return host.AtCheckoutAsync(language);
    }
}
