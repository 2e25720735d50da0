using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A code that is over, a wrong one, an action that came too late: told in the language of who stands there, and nothing is done.</summary>
public sealed class Refused_at_the_counter(AccountsHost host) : IClassFixture<AccountsHost>
{
    private const string Board = "/pro/boulangerie";

    public static TheoryData<string, string, string, string, string> Over => new()
    {
        { "collected", "fr", "remise", "Ce code a déjà servi ici. Ne remettez rien de plus.", "Cette commande a déjà été remise." },
        { "collected", "en", "handed over", "This code was used here already. Hand over nothing more.", "This order was handed over already." },
        { "expired", "fr", "non retirée", "Le délai de retrait est passé. Proposez au client de recommander.", "Le délai de retrait de cette commande est passé." },
        { "expired", "en", "not collected", "The time to collect has passed. Offer the customer to order again.", "The time to collect this order has passed." },
        { "cancelled", "fr", "annulée", "Le client avait annulé cette commande : il n'y a rien à remettre.", "Le client vient d'annuler cette commande." },
        { "cancelled", "en", "cancelled", "The customer had cancelled this order: there is nothing to hand over.", "The customer has just cancelled this order." },
        { "declined", "fr", "refusée", "La boutique a refusé cette commande : il n'y a rien à remettre.", "Cette commande a été refusée entre-temps" },
        { "declined", "en", "declined", "The shop declined this order: there is nothing to hand over.", "This order was declined meanwhile" },
    };

    [Theory, MemberData(nameof(Over))]
    public async Task A_code_that_is_over_says_why_and_hands_nothing_over(string status, string language, string title, string said, string refused)
    {
        using var browser = await StaffAsync(language);
        var order = Has(ProSamples.Order(status, "K7M4-QX2B", host.Clock.GetUtcNow()));
        host.Services.Codes["K7M4QX"] = order.OrderId;
        await browser.PostAsync($"{Board}/remise", ("Code", "K7M4QX"));
        browser.Status.ShouldBe(HttpStatusCode.OK);
        var notice = Browser.WordsOf(browser.Page.QuerySelector(".notice"));
        notice.ShouldContain(title);
        notice.ShouldContain(said);
        browser.Page.QuerySelector($"form[action='{Board}/remise/faite']").ShouldBeNull("there is nothing to press");
        browser.Page.QuerySelector("form[action$='/toute-prete'], form[action$='/accepter']").ShouldBeNull();
        host.Services.AskedOf("ordering", $"shops/boulangerie/orders/{order.OrderId}/").ShouldBeEmpty();

        // Pressed all the same, on a page that was open before it ended.
        host.Services.Refusals[$"{order.OrderId}/handover"] = (HttpStatusCode.Conflict, "already-" + status);
        await browser.PostAsync($"{Board}/remise/faite", ("Order", order.OrderId.ToString()), ("Code", "K7M4QX"));
        (await browser.FollowAsync()).Words.ShouldContain(refused);
        host.Services.Orders[order.OrderId].ShouldBe(order);
    }

    [Theory]
    [InlineData("fr", "ABC", "Un code a six caractères, sans 0 ni 1, sans voyelle ni L ni V : par exemple K7M4QX.")]
    [InlineData("en", "ABC", "A code has six characters: no 0 or 1, no vowel, no L or V. For example K7M4QX.")]
    [InlineData("fr", "ZZZZZZ", "Aucune commande de votre boutique n'a ce code.")]
    [InlineData("en", "ZZZZZZ", "No order of your shop has this code. If these are parcels of the pickup point, open them under “Point”. If not, read it again on the customer's page or mail, which says where to go.")]
    public async Task A_code_that_opens_nothing_says_what_to_do(string language, string typed, string said)
    {
        using var browser = await StaffAsync(language);
        await browser.PostAsync($"{Board}/remise", ("Code", typed));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Page.DocumentElement.GetAttribute("lang").ShouldBe(language);
        browser.Words.ShouldContain(said);
    }

    [Theory]
    [InlineData("fr", "Ce code n'est pas celui de la commande. Relisez les six caractères.")]
    [InlineData("en", "This is not the order's code. Check the six characters.")]
    public async Task The_code_of_another_order_hands_nothing_over(string language, string said)
    {
        using var browser = await StaffAsync(language);
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", host.Clock.GetUtcNow()));
        foreach (var typed in (string[])["ZZZZZZ", "no code"])
        {
            await (await browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).SubmitAsync($"{Board}/commandes/{order.OrderId}/remise", ("Code", typed));
            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            browser.Words.ShouldContain(said);
            host.Services.Orders[order.OrderId].ShouldBe(order);
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "already-ready", "This order is ready already: its quantities no longer change.")]
    [InlineData(HttpStatusCode.Conflict, "already-cancelled", "The customer has just cancelled this order.")]
    [InlineData(HttpStatusCode.Conflict, "already-declined", "This order was declined meanwhile")]
    [InlineData(HttpStatusCode.Conflict, "already-expired", "The time to collect this order has passed.")]
    [InlineData(HttpStatusCode.Conflict, "already-collected", "This order was handed over already.")]
    [InlineData(HttpStatusCode.Conflict, "still-pending", "The order is still being confirmed.")]
    [InlineData(HttpStatusCode.PreconditionFailed, "changed-meanwhile", "One of the team changed this order at the same time.")]
    [InlineData(HttpStatusCode.TooManyRequests, "too-many-requests", "wait a few seconds, then try again")]
    [InlineData(HttpStatusCode.Forbidden, "not-allowed", "You may not do this in this shop.")]
    [InlineData(HttpStatusCode.NotFound, "order-not-found", "This order is not of your shop.")]
    [InlineData(HttpStatusCode.Conflict, "something-new", "That did not work.")]
    public async Task An_action_that_was_refused_says_why_in_english_too(HttpStatusCode status, string code, string said)
    {
        using var browser = await StaffAsync("en");
        var order = Has(ProSamples.Order("requested", "K7M4-QX2B", host.Clock.GetUtcNow()));
        host.Services.Refusals[$"{order.OrderId}/accept"] = (status, code);
        await (await browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        (await browser.FollowAsync()).Words.ShouldContain(said);
        host.Services.Orders[order.OrderId].ShouldBe(order);
    }

    [Theory]
    [InlineData("fr", "Cette commande n'est pas de votre boutique.")]
    [InlineData("en", "This order is not of your shop.")]
    public async Task Another_shops_order_is_not_there_and_is_not_moved(string language, string said)
    {
        using var browser = await StaffAsync(language);
        var order = Has(ProSamples.Order("ready", "K7M4-QX2B", host.Clock.GetUtcNow()) with { Customer = "Odile Voisin" });
        host.Services.ShopsOf[order.OrderId] = "fromagerie";
        (await browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Status.ShouldBe(HttpStatusCode.NotFound);
        browser.Text.ShouldNotContain("Odile");
        foreach (var action in (string[])["accepter", "commencer", "toute-prete", "prete", "refus", "remise", "retour", "deposer", "rapportee"])
        {
            await browser.PostAsync($"{Board}/commandes/{order.OrderId}/{action}", ("Code", "K7M4QX"), ("reason", "shortage"), ("scope", "all"), ("version", "3"));
            if (browser.Status != HttpStatusCode.NotFound)
            {
                await browser.FollowAsync();
                (browser.Status == HttpStatusCode.NotFound || browser.Words.Contains(said, StringComparison.Ordinal)).ShouldBeTrue($"{action}: {browser.Status} {browser.Words}");
            }
            browser.Text.ShouldNotContain("Odile", Case.Sensitive, action);
            host.Services.Orders[order.OrderId].ShouldBe(order, action);
        }
        await browser.PostAsync($"{Board}/remise/faite", ("Order", order.OrderId.ToString()), ("Code", "K7M4QX"));
        (await browser.FollowAsync()).Words.ShouldContain(said);
        host.Services.Orders[order.OrderId].ShouldBe(order);
    }

    private ShopOrderCard Has(ShopOrderCard order) => host.Services.Orders[order.OrderId] = order;

    private async Task<Browser> StaffAsync(string language)
    {
        host.Services.Orders.Clear();
        var email = await host.PersonAsync();
        host.Services.Members[email] = ProSamples.Member("staff", "boulangerie");
        var browser = await host.SignedInAsync(email);
        await browser.OpenAsync($"{Board}?lang={language}");
        return browser;
    }
}
