using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Provisioning.Processes;
using Microsoft.Playwright;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A basket of several shops is paid once, by card, on the page of who takes cards (the simulator that the launcher starts), and each shop gets its part in the end.</summary>
public sealed partial class Paying_by_card(DemoPlatform platform)
{
    private const string Accepted = "4242 4242 4242 4242";
    private const string AsksTheBank = "4000 0027 6000 3184";
    private const string WithoutFunds = "4000 0000 0000 9995";
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData(360, true, "Ursule Par-Carte")]
    [InlineData(1280, false, "Victor Par-Carte")]
    public async Task Three_shops_are_paid_once_one_weighs_one_declines_and_only_what_is_handed_over_is_taken(int width, bool javaScript, string resident)
    {
        var page = await platform.OpenAsync(width, javaScript: javaScript, scheme: width == 360 ? ColorScheme.Dark : ColorScheme.Light);
        var weighed = (await platform.OffersOfShopsAsync(1, SaleUnit.Weight))[0];
        var pieces = (await platform.OffersOfShopsAsync(3)).Where(o => o.Shop.Slug != weighed.Shop.Slug).Take(2).ToList();
        OfferSummary[] choice = [weighed, .. pieces];
        await Reserving.FillAsync(page, choice, resident);
        await Expect(page.Locator("form.checkout")).ToContainTextAsync("débité une fois tout remis");
        await LookAsync(page, javaScript);
        await Pictures.TakeAsync(page, $"carte-choix-{width}");

        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Payer maintenant par carte" }));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Vérifiez votre commande");
        foreach (var offer in choice)
        {
            await Expect(page.Locator("form.checkout section", new() { HasText = offer.Shop.Name })).ToContainTextAsync(offer.Title);
        }

        await Expect(page.Locator("form.checkout section .muted", new() { HasText = "À retirer" })).ToHaveCountAsync(3);
        await Expect(page.Locator("form.checkout")).ToContainTextAsync("renoncer à un achat dans les quatorze jours");
        await LookAsync(page, javaScript);
        await Pictures.TakeAsync(page, $"carte-recapitulatif-{width}");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Commander et payer", Exact = true }));

        await page.ComesToAsync(platform.At.Stripe + "/c/pay/**");
        await TypeAsync(page, AsksTheBank);
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirmer le paiement" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("commandé", new() { Timeout = 20_000 });
        await Expect(page.Locator("main")).ToContainTextAsync("rien à payer sur place");
        var code = (await page.Locator(".code").InnerTextAsync()).Trim();
        await LookAsync(page, javaScript);
        await Pictures.TakeAsync(page, $"carte-commande-{width}");
        var order = await OrderAsync(page);
        (order.Payment, order.Terms?.Length).ShouldBe(("card", 12), "the terms that were accepted are kept with it");

        // The first weighs less, the second hands over as it is, the third has nothing left.
        var ordered = order.ShopOrders.Single(s => s.Shop == weighed.Shop.Slug).Lines.Single().Quantity;
        await StepAsync(order, weighed, "ready", new MarkReady([new(weighed.OfferId, ordered - 20)]));
        await StepAsync(order, weighed, "handover", new HandOver(code));
        await StepAsync(order, pieces[0], "ready");
        await StepAsync(order, pieces[0], "handover", new HandOver(code));
        await Expect(page.Locator("main")).Not.ToContainTextAsync("débités de votre carte");
        await StepAsync(order, pieces[1], "decline", new Decline("shortage", null));

        var (first, second) = (Money.LineTotal(SaleUnit.Weight, ordered - 20, weighed.PriceCents), pieces[0].PriceCents);
        await BecomesAsync(order, o => o.Purchase is { State: "captured" });
        await page.ReloadAsync();
        await Expect(page.Locator("main")).ToContainTextAsync($"{Euros(first + second)} ont été débités de votre carte");
        await Expect(Part(page, weighed)).ToContainTextAsync("Payé par carte");
        await Expect(Part(page, weighed).Locator(".sum-row").Last).ToContainTextAsync(Euros(first));
        await Expect(Part(page, pieces[0]).Locator(".sum-row").Last).ToContainTextAsync(Euros(second));
        await Expect(Part(page, pieces[1])).Not.ToContainTextAsync("Payé par carte");
        await LookAsync(page, javaScript);
        await Pictures.TakeAsync(page, $"carte-debitee-{width}");
        // Not a cent more or less, nor to anybody else.
        await Eventually.BecomesAsync(async () => (await TransfersAsync(order)).Count == 2, TimeSpan.FromSeconds(20));
        (await TransfersAsync(order)).Order().ShouldBe(new[] { first, second }.Order());
    }

    [Theory]
    [InlineData(360, false, "Wanda Refusée"), InlineData(1280, true, "Xavier Refusé")]
    public async Task A_card_that_is_declined_is_told_so_and_another_one_pays(int width, bool javaScript, string resident)
    {
        var page = await platform.OpenAsync(width, javaScript: javaScript);
        await OrderAsync(page, await platform.OffersOfShopsAsync(1), resident);
        await TypeAsync(page, WithoutFunds);
        await Expect(page.Locator("#wrong")).ToContainTextAsync("fonds insuffisants");
        await Pictures.TakeAsync(page, $"carte-refusee-{width}");
        // Perhaps not at all: back at the shop it is still to be paid, and for how long is said.
        await page.GetByRole(AriaRole.Link, new() { Name = "Revenir à la boutique sans payer" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Il reste à payer");
        await Expect(page.Locator(".hold")).ToContainTextAsync("À payer avant");
        if (javaScript)
        {
            await Expect(page.Locator(".hold [role=timer]")).ToHaveTextAsync(Countdown());
        }

        await LookAsync(page, javaScript);
        await Pictures.TakeAsync(page, $"carte-a-payer-{width}");
        await PressAsync(page, page.Locator("a[href*='/payer']"));
        await page.ComesToAsync(platform.At.Stripe + "/c/pay/**");
        await TypeAsync(page, Accepted);
        await Expect(page.Locator("h1")).ToContainTextAsync("commandé", new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task Whoever_closes_the_tab_after_paying_has_ordered_all_the_same()
    {
        var page = await platform.OpenAsync();
        await OrderAsync(page, await platform.OffersOfShopsAsync(1), "Yvette Onglet-Fermé");
        await FillAsync(page, Accepted);
        // Of this press nothing reaches the browser any more.
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Pays() }).EvaluateAsync("button => { fetch(location.href, { method: 'POST', body: new URLSearchParams(new FormData(button.form)), keepalive: true, redirect: 'manual' }) }");
        await page.CloseAsync();
        await Eventually.BecomesAsync(async () => await Http.GetStringAsync(platform.At.Mail + "/api/mails") is var mails && mails.Contains("Yvette Onglet", StringComparison.Ordinal), TimeSpan.FromSeconds(15), "the webhook is enough: faster than anybody looks by themselves");
    }

    [Fact]
    public async Task Whoever_gives_up_has_everything_still_in_the_basket()
    {
        var page = await platform.OpenAsync(360);
        var choice = await platform.OffersOfShopsAsync(2);
        await OrderAsync(page, choice, "Zoé Renonce");
        await page.GetByRole(AriaRole.Link, new() { Name = "Revenir à la boutique sans payer" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ne pas payer et abandonner" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Commande annulée", new() { Timeout = 20_000 });
        await ByKeyboard.LookAsync(page);
        await Pictures.TakeAsync(page, "carte-abandonnee-360");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reprendre mon panier" }).ClickAsync();
        await page.ComesToAsync("**/panier");
        await Expect(page.Locator(".line")).ToHaveCountAsync(2);
        foreach (var offer in choice)
        {
            await Expect(page.Locator(".line", new() { HasText = offer.Title })).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Who_takes_cards_is_killed_while_somebody_pays_and_knows_of_it_when_it_is_back()
    {
        var page = await platform.OpenAsync();
        await OrderAsync(page, await platform.OffersOfShopsAsync(1), "Aristide Coupure");
        await FillAsync(page, Accepted);
        var (_, pid) = RunDirectory.Recorded(platform.Data).Single(p => p.Name == "stripe");
        ProcessRecord.Of(pid)!.Signal((int)StopSignal.Kill);
        await Eventually.BecomesAsync(IsBackAsync, TimeSpan.FromSeconds(30), "the launcher starts it again");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Pays() }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("commandé", new() { Timeout = 30_000 });

        async Task<bool> IsBackAsync()
        {
            try
            {
                return RunDirectory.Recorded(platform.Data).Any(p => p.Name == "stripe" && p.Pid != pid) && (await Http.GetAsync(platform.At.Stripe + "/_simulator")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    // What looks at a page is a script itself.
    private static Task LookAsync(IPage page, bool javaScript) => javaScript ? ByKeyboard.LookAsync(page) : Task.CompletedTask;

    // From the products to the page that takes cards.
    private async Task OrderAsync(IPage page, IReadOnlyList<OfferSummary> choice, string resident)
    {
        await Reserving.FillAsync(page, choice, resident);
        await Reserving.PressAsync(page, "Payer maintenant par carte");
        await Reserving.PressAsync(page, "Commander et payer");
        await page.ComesToAsync(platform.At.Stripe + "/c/pay/**");
    }

    private static async Task TypeAsync(IPage page, string card)
    {
        await FillAsync(page, card);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Pays() }).ClickAsync();
    }

    private static async Task FillAsync(IPage page, string card)
    {
        await page.FillAsync("#number", card);
        await page.FillAsync("#expiry", "12/34");
        await page.FillAsync("#cvc", "123");
        await page.FillAsync("#name", "Ana Essai");
    }

    private static ILocator Part(IPage page, OfferSummary offer) => page.Locator(".shop-group", new() { Has = page.Locator($"#c-{offer.Shop.Slug}") });

    private async Task<OrderView> OrderAsync(IPage page)
    {
        var at = new Uri(page.Url);
        var token = System.Web.HttpUtility.ParseQueryString(at.Query)["jeton"];
        return (await Http.GetFromJsonAsync<OrderView>($"{platform.At.Ordering}/api/v1/orders/{at.AbsolutePath.Split('/')[^1]}?token={token}", JsonSerializerOptions.Web))!;
    }

    private Task BecomesAsync(OrderView order, Func<OrderView, bool> like) => Eventually.BecomesAsync(
        async () => like((await Http.GetFromJsonAsync<OrderView>($"{platform.At.Ordering}/api/v1/orders/{order.OrderId}?token={order.AccessToken}", JsonSerializerOptions.Web))!), TimeSpan.FromSeconds(30));

    // What the shop's program says, whether or not its order was accepted by itself.
    private async Task StepAsync(OrderView order, OfferSummary offer, string step, object? body = null)
    {
        if (step == "ready" && order.ShopOrders.Single(s => s.Shop == offer.Shop.Slug).Status == "requested")
        {
            await platform.ActsAsync(offer.Shop.Slug, order, "accept");
        }

        await platform.ActsAsync(offer.Shop.Slug, order, step, body);
    }

    // What the other side has passed on of this order.
    private async Task<List<long>> TransfersAsync(OrderView order)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{platform.At.Stripe}/v1/transfers?transfer_group={order.OrderId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_of_a_journey");
        using var answer = await Http.SendAsync(request);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").EnumerateArray().Select(t => t.GetProperty("amount").GetInt64())];
    }

    private static string Euros(long cents) => (cents / 100m).ToString("#,0.00", CultureInfo.GetCultureInfo("fr-FR")) + "\u202f€";

    [GeneratedRegex("^Payer ")]
    private static partial Regex Pays();

    [GeneratedRegex(@"^1?\d:\d\d$")]
    private static partial Regex Countdown();
}
