using System.Net;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The withdrawal function as a guest meets it, without script: its words are those of the law, and it is there as long as the right is.</summary>
public sealed class Withdrawing_from_the_contract(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Theory]
    [InlineData("fr", "Renoncer au contrat ici", "Confirmer la rétractation", "Votre rétractation est reçue")]
    [InlineData("en", "Withdraw from the contract here", "Confirm the withdrawal", "Your withdrawal is received")]
    public async Task Is_two_presses_from_the_order_and_received_once_however_often_it_is_pressed(string language, string here, string confirm, string received)
    {
        var order = Collected();
        var page = $"/commandes/{order.OrderId}/retractation";
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        var link = visitor.Page.QuerySelectorAll("a").Single(a => a.TextContent.Trim() == here).GetAttribute("href")!;
        link.ShouldBe($"{page}?boutique=le-fournil&jeton=jeton-secret");
        await visitor.OpenAsync(link);
        var id = visitor.Page.QuerySelector("[name=retractation]")!.GetAttribute("value")!;
        var chosen = new (string, string)[] { ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("retractation", id), ("article", TownSamples.Bread.OfferId.ToString()), ($"nombre-{TownSamples.Bread.OfferId}", "1") };
        await visitor.PostAsync(page, chosen);
        visitor.Page.QuerySelectorAll("button").ShouldContain(b => b.TextContent.Trim() == confirm);
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("Camille Perrin"), v => v.Words.ShouldContain("camille@example.org"), v => v.Words.ShouldContain("VIE-1234"));
        host.Town.Orders[order.OrderId].ShopOrders[0].Withdrawals.ShouldBeNull("nothing is declared yet");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await visitor.PostAsync(page, [.. chosen, ("confirmer", "oui")]);
            visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        }
        (await visitor.FollowAsync()).Page.QuerySelector("h1")!.TextContent.ShouldBe(received);
        visitor.Words.ShouldContain("camille@example.org");
        visitor.Words.ShouldContain(language == "fr" ? "3,20 €" : "€3.20");
        host.Town.Orders[order.OrderId].ShopOrders[0].Withdrawals!.ShouldHaveSingleItem().Cents.ShouldBe(320);
        // Back on the order it is said, and the rest can still be given back.
        await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain(language == "fr" ? "Rétractation reçue le" : "Withdrawal received on");
        visitor.Words.ShouldContain(here);
    }

    [Fact]
    public async Task Says_from_what_there_is_no_right_and_asks_whether_what_may_be_opened_is_not()
    {
        var order = Collected(s => s with { Lines = [s.Lines[0] with { NoWithdrawal = "hygiene" }, s.Lines[0] with { OfferId = TownSamples.Comte.OfferId, Title = "Comté", NoWithdrawal = "perishable", Withdrawable = null }] });
        var page = $"/commandes/{order.OrderId}/retractation";
        var visitor = await host.Visitor().OpenAsync(page + "?boutique=le-fournil&jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("Ce que vous ne pouvez pas rendre"), v => v.Words.ShouldContain("Comté — périssable"), v => v.Words.ShouldContain("Je ne l'ai ni ouvert ni utilisé"));
        var chosen = new (string, string)[] { ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("article", TownSamples.Bread.OfferId.ToString()) };
        await visitor.PostAsync(page, chosen);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("il ne peut être rendu que s'il n'a pas été ouvert");
        visitor.Page.QuerySelector("[name=article]")!.HasAttribute("checked").ShouldBeTrue("nothing chosen is lost");
        await visitor.PostAsync(page, [.. chosen, ("intact", TownSamples.Bread.OfferId.ToString())]);
        visitor.Words.ShouldContain("Confirmer la rétractation");
        // What is excepted is not taken by asking for it.
        await visitor.PostAsync(page, ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("article", TownSamples.Comte.OfferId.ToString()), ("confirmer", "oui"));
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        host.Town.Orders[order.OrderId].ShopOrders[0].Withdrawals.ShouldBeNull();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("un")]
    [InlineData("1,5")]
    public async Task Says_how_many_can_be_given_back(string count)
    {
        var order = Collected();
        var visitor = host.Visitor();
        await visitor.PostAsync($"/commandes/{order.OrderId}/retractation", ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("article", TownSamples.Bread.OfferId.ToString()), ($"nombre-{TownSamples.Bread.OfferId}", count), ("confirmer", "oui"));
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("de 1 à 2");
        visitor.Page.QuerySelector($"[name='nombre-{TownSamples.Bread.OfferId}']")!.GetAttribute("value").ShouldBe(count);
    }

    [Fact]
    public async Task Nothing_chosen_is_said_and_who_changes_their_mind_finds_what_they_chose()
    {
        var order = Collected();
        var page = $"/commandes/{order.OrderId}/retractation";
        var visitor = host.Visitor();
        await visitor.PostAsync(page, ("jeton", "jeton-secret"), ("boutique", "le-fournil"));
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("Cochez au moins un article");
        await visitor.PostAsync(page, ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("article", TownSamples.Bread.OfferId.ToString()), ($"nombre-{TownSamples.Bread.OfferId}", "1"), ("changer", "oui"));
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Page.QuerySelector($"[name='nombre-{TownSamples.Bread.OfferId}']")!.GetAttribute("value").ShouldBe("1");
    }

    [Theory]
    [InlineData("withdrawal-too-late", "vient de passer")]
    [InlineData("withdrawal-too-large", "Vous avez déjà rendu une partie")]
    [InlineData("withdrawal-known", "avec d'autres articles")]
    [InlineData("something-new", "n'a pas pu être enregistrée")]
    public async Task What_is_refused_after_all_is_said_and_nothing_chosen_is_lost(string code, string said)
    {
        var order = Collected();
        var visitor = host.Visitor();
        host.Town.WithdrawalRefusal = code;
        try
        {
            await visitor.PostAsync($"/commandes/{order.OrderId}/retractation", ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("article", TownSamples.Bread.OfferId.ToString()), ("confirmer", "oui"));
        }
        finally
        {
            host.Town.WithdrawalRefusal = null;
        }
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.Words.ShouldContain(said);
        visitor.Page.QuerySelector("[name=article]")!.HasAttribute("checked").ShouldBeTrue();
    }

    [Fact]
    public async Task Is_gone_with_the_right_and_the_page_says_why()
    {
        var visitor = host.Visitor();
        // Over.
        var over = Collected(s => s with { WithdrawUntil = DateTimeOffset.UtcNow.AddMinutes(-1) });
        await visitor.OpenAsync($"/commandes/{over.OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldNotContain("Renoncer au contrat ici"), v => v.Words.ShouldContain("Le délai pour renoncer au contrat est passé"));
        await visitor.OpenAsync($"/commandes/{over.OrderId}/retractation?boutique=le-fournil&jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("est passé"), v => v.Page.QuerySelectorAll("form[action*=retractation]").ShouldBeEmpty());
        // Excepted altogether.
        var bread = Collected(s => s with { Lines = [s.Lines[0] with { NoWithdrawal = "perishable", Withdrawable = null }] });
        await visitor.OpenAsync($"/commandes/{bread.OrderId}?jeton=jeton-secret");
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldNotContain("Renoncer au contrat ici"), v => v.Words.ShouldContain("la loi ne prévoit pas de rétractation"));
        // A reservation, paid in the shop: nothing is said of it.
        var reserved = Collected(s => s with { Payment = "in-shop", WithdrawUntil = null, Lines = [s.Lines[0] with { Withdrawable = null }] });
        await visitor.OpenAsync($"/commandes/{reserved.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldNotContain("étractation");
        visitor.Words.ShouldNotContain("Renoncer au contrat");
        (await visitor.OpenAsync($"/commandes/{reserved.OrderId}/retractation?boutique=nulle-part&jeton=jeton-secret")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await visitor.OpenAsync($"/commandes/{reserved.OrderId}/retractation/recue?boutique=le-fournil&jeton=jeton-secret")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("card", null, "Après le retrait, vous aurez quatorze jours pour renoncer au contrat, sans raison à donner.")]
    [InlineData("card", "hygiene", "sans raison à donner.")]
    [InlineData("card", "perishable", "la loi ne prévoit pas de rétractation")]
    [InlineData("in-shop", null, null)]
    public async Task Is_told_of_before_anything_is_collected(string payment, string? why, string? said)
    {
        var order = Collected(s => s with { Status = "ready", WithdrawUntil = null, Payment = payment, Lines = [s.Lines[0] with { Withdrawable = null, NoWithdrawal = why }] });
        host.Town.Orders[order.OrderId] = order = order with { Status = "confirmed", Payment = payment, Purchase = payment == "card" ? new PurchaseView("authorised", 640) : null };
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldNotContain("Renoncer au contrat ici");
        if (said is null)
        {
            visitor.Words.ShouldNotContain("renoncer au contrat");
        }
        else
        {
            visitor.Words.ShouldContain(said);
        }
        // One of two.
        if (why == "perishable")
        {
            host.Town.Orders[order.OrderId] = order with { ShopOrders = [order.ShopOrders[0] with { Lines = [order.ShopOrders[0].Lines[0], order.ShopOrders[0].Lines[0] with { OfferId = TownSamples.Comte.OfferId, Title = "Roman", NoWithdrawal = null }] }] };
            (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("sauf pour Pain complet : la loi ne le prévoit pas");
        }
    }

    [Theory]
    [InlineData("awaited", "card", "Rapportez les articles à la boutique")]
    [InlineData("awaited", "in-shop", "au comptoir, où vous l'avez payée")]
    [InlineData("withheld", "card", "n'avoir rien reçu")]
    [InlineData("back", "card", "dès que votre carte est débitée")]
    [InlineData("refunded", "card", "Le remboursement est demandé")]
    [InlineData("owed", "card", "toujours due")]
    [InlineData("settled", "card", "ont déjà été remboursés")]
    [InlineData("unpaid", "unpaid", "si vous aviez réglé la boutique")]
    [InlineData("awaited", "unpaid", "si vous avez réglé la boutique")]
    [InlineData("owed", "in-shop", "elle vous la rend au comptoir")]
    public async Task Says_how_it_stands(string state, string payment, string said)
    {
        var withdrawn = new WithdrawalView(Guid.NewGuid(), state, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(14), DateTimeOffset.UtcNow.AddDays(14), 320, [new(TownSamples.Bread.OfferId, 1, 320)]);
        var order = Collected(s => s with { Payment = payment, Withdrawals = [withdrawn] });
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain(said);
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}/retractation/recue?boutique=le-fournil&jeton=jeton-secret")).Words.ShouldContain(said);
    }

    [Fact]
    public async Task Who_has_sent_what_the_shop_says_it_has_not_says_so_on_the_page()
    {
        var withdrawn = new WithdrawalView(Guid.NewGuid(), "withheld", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(14), DateTimeOffset.UtcNow.AddDays(14), 320, [new(TownSamples.Bread.OfferId, 1, 320)]);
        var order = Collected(s => s with { Withdrawals = [withdrawn] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelectorAll("form[action$='/retractation/articles'] button").Select(b => b.TextContent.Trim()).ShouldBe(["Je les ai rapportés", "Je les ai envoyés"]);
        await visitor.PostAsync($"/commandes/{order.OrderId}/retractation/articles", ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("retractation", withdrawn.WithdrawalId.ToString()), ("articles", "sent"));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await visitor.FollowAsync()).Words.ShouldContain("Vous avez dit les avoir envoyés");
        visitor.Page.QuerySelector("form[action$='/retractation/articles']").ShouldBeNull();
    }

    [Theory]
    [InlineData(5, "Vous avez déjà renoncé au contrat pour tous les articles")]
    [InlineData(-1, "Le délai pour renoncer au contrat est passé")]
    public async Task After_a_first_withdrawal_it_is_said_why_there_is_no_other(int days, string said)
    {
        var withdrawn = new WithdrawalView(Guid.NewGuid(), "refunded", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(14), DateTimeOffset.UtcNow.AddDays(14), 640, [new(TownSamples.Bread.OfferId, 2, 640)]);
        var order = Collected(s => s with { Withdrawals = [withdrawn], WithdrawUntil = DateTimeOffset.UtcNow.AddDays(days), Lines = [s.Lines[0] with { Withdrawable = null }] });
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain(said);
    }

    [Fact]
    public async Task What_went_back_before_is_taken_off_and_what_was_withdrawn_meanwhile_is_said()
    {
        var order = Collected(s => s with { Refunds = [new RefundView(Guid.NewGuid(), "settled", 100, "gesture", false, DateTimeOffset.UtcNow, null, [new(TownSamples.Bread.OfferId, 100, 5)])] });
        var page = $"/commandes/{order.OrderId}/retractation";
        var visitor = host.Visitor();
        var chosen = new (string, string)[] { ("jeton", "jeton-secret"), ("boutique", "le-fournil"), ("article", TownSamples.Bread.OfferId.ToString()) };
        await visitor.PostAsync(page, chosen);
        visitor.ShouldSatisfyAllConditions(v => v.Words.ShouldContain("5,40 €"), v => v.Words.ShouldContain("Prix 6,40 €"));
        var gone = Collected(s => s with
        {
            Withdrawals = [new WithdrawalView(Guid.NewGuid(), "awaited", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(14), DateTimeOffset.UtcNow.AddDays(14), 640, [new(TownSamples.Bread.OfferId, 2, 640)])],
            Lines = [s.Lines[0] with { Withdrawable = null }],
        });
        await visitor.PostAsync($"/commandes/{gone.OrderId}/retractation", [.. chosen, ("confirmer", "oui")]);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("vous l'avez déjà rendu entre-temps");
    }

    private OrderView Collected(Func<ShopOrderView, ShopOrderView>? change = null)
    {
        var order = TownSamples.Order(new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null),
            [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 2, 320)])], "card"), host.Town.Offers);
        var shop = order.ShopOrders[0] with { Status = "collected", Payment = "card", Cancellable = false, WithdrawUntil = DateTimeOffset.UtcNow.AddDays(14), Lines = [.. order.ShopOrders[0].Lines.Select(l => l with { Withdrawable = l.Quantity })] };
        return host.Town.Orders[order.OrderId] = order with { Status = "completed", Payment = "card", Purchase = new PurchaseView("captured", 640, null, 640), ShopOrders = [change?.Invoke(shop) ?? shop] };
    }
}
