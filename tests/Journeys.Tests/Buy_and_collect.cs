using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>The product's spine, as people walk it: three shops, one basket, one code; the shops accept, prepare and hand over.</summary>
public sealed partial class Buy_and_collect(DemoPlatform platform)
{
    private const string Town = People.Town;

    [Theory]
    [InlineData(360, true, "Ana Petit-Écran")]
    [InlineData(1280, false, "Bruno Sans-Script")]
    public async Task A_basket_from_three_shops_is_reserved_prepared_and_collected(int width, bool javaScript, string resident)
    {
        var page = await platform.OpenAsync(width, 900, javaScript);
        var choice = await ThreeShopsAsync(page);

        var code = await ReserveAsync(page, choice, resident);
        code.ShouldMatch("^[A-HJ-NP-Z2-9]{6}$", "six characters that nobody confuses");
        (await page.Locator(".qr svg").CountAsync()).ShouldBe(1);
        var order = page.Url;
        await Pictures.TakeAsync(page, $"commande-{width}");
        await MailArrivesAsync(code);

        foreach (var offer in choice)
        {
            await PrepareAndHandOverAsync(offer, resident, code, width, javaScript);
        }

        await page.GotoAsync(order);
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Merci");
        (await page.GetByText("Payé sur place").CountAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Two_shops_bring_their_parcels_to_one_place_and_who_keeps_it_hands_both_over()
    {
        var page = await platform.OpenAsync(360);
        var choice = await platform.OffersOfShopsAsync(2);
        var code = await ReserveAsync(page, choice, "Gaël Même-Endroit", together: true);
        var order = page.Url;
        var place = await page.Locator(".stop .buy li:nth-child(2) strong").AllInnerTextsAsync();
        place.Count.ShouldBe(1, "both are collected at the shared point, which is named once");
        var calendar = await (await page.Context.APIRequest.GetAsync(order.Replace("?", "/agenda.ics?", StringComparison.Ordinal))).TextAsync();
        CalendarEvent().Count(calendar).ShouldBe(1, "one place and one hour are one appointment");

        foreach (var offer in choice)
        {
            var (counter, ticket) = await PrepareAsync(offer, "Gaël Même-Endroit", 360, javaScript: true, place[0]);
            await ExpectNothingSidewaysAsync(counter);
            await ticket.GetByRole(AriaRole.Button, new() { NameRegex = DepositedName() }).ClickAsync();
            await Assertions.Expect(ticket).ToContainTextAsync("Au point retrait");
            await ExpectNothingSidewaysAsync(counter);
            await counter.CloseAsync();
        }

        await page.GotoAsync(order);
        await Assertions.Expect(page.Locator(".shop-group .status")).ToHaveTextAsync([ThereText(), ThereText()]);
        var keeper = await platform.KeeperOfAsync(place[0]);
        var point = await platform.AtTheCounterAsync(keeper, 360, javaScript: false);
        await point.Locator($".pro-nav a[href='/pro/{keeper}/point']").ClickAsync();
        await point.FillAsync("[name=Code]", code);
        await point.Keyboard.PressAsync("Enter");
        await Assertions.Expect(point.Locator(".give tbody tr")).ToHaveCountAsync(2);
        await point.Locator(".give form button").ClickAsync();
        await Assertions.Expect(point.Locator(".notice.good")).ToContainTextAsync("remise au point retrait");

        await page.GotoAsync(order);
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Merci");
    }

    [Fact]
    public async Task A_resident_cancels_and_the_goods_are_back_on_the_shelf()
    {
        var page = await platform.OpenAsync();
        var choice = (await ThreeShopsAsync(page)).Take(2).ToList();
        choice[0] = await platform.OneLikeAsync(choice[0]); // of the others somebody else may buy some meanwhile
        var before = await AvailableAsync(choice[0]);
        await ReserveAsync(page, choice, "Clara Change-d’Avis");
        await Eventually.BecomesAsync(async () => await AvailableAsync(choice[0]) == before - 1, TimeSpan.FromSeconds(5));

        await page.GetByRole(AriaRole.Link, new() { Name = "Annuler la commande" }).ClickAsync();
        await page.Locator("main form button[type=submit]").First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("annulée");
        await Eventually.BecomesAsync(async () => await AvailableAsync(choice[0]) == before, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Reserving_with_two_quick_clicks_reserves_once_and_shows_the_order(bool javaScript)
    {
        var page = await platform.OpenAsync(360, 900, javaScript);
        var choice = (await ThreeShopsAsync(page)).ToList();
        choice[0] = await platform.OneLikeAsync(choice[0]);
        var before = await AvailableAsync(choice[0]);
        await Reserving.FillAsync(page, choice, "Denis Double-Clic");
        await page.GetByRole(AriaRole.Button, new() { Name = "Réserver" }).DblClickAsync();
        (await Reserving.CodeAsync(page)).Length.ShouldBe(6);
        await Eventually.BecomesAsync(async () => await AvailableAsync(choice[0]) == before - 1, TimeSpan.FromSeconds(10));
    }

    private async Task<IReadOnlyList<OfferSummary>> ThreeShopsAsync(IPage page)
    {
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = OullinsName() }).First.ClickAsync();
        await page.ComesToAsync("**/" + Town);
        await Assertions.Expect(page.Locator("input[name=q]").First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, $"ville-{page.ViewportSize!.Width}");

        return await platform.OffersOfShopsAsync(3);
    }

    private async Task<long> AvailableAsync(OfferSummary offer)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<Offer>($"{platform.At.Catalog}/api/v1/offers/{offer.OfferId}", JsonSerializerOptions.Web))!.Available;
    }

    private static async Task<string> ReserveAsync(IPage page, IReadOnlyList<OfferSummary> choice, string resident, bool together = false)
    {
        await Reserving.FillAsync(page, choice, resident, together);
        await Reserving.PressAsync(page);
        return await Reserving.CodeAsync(page);
    }

    private async Task MailArrivesAsync(string code)
    {
        using var http = new HttpClient();
        await Eventually.BecomesAsync(async () => (await http.GetStringAsync(platform.At.Mail + "/api/mails")).Contains(code, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
    }

    // Two buttons beside a sum must not widen a phone's page.
    private static async Task ExpectNothingSidewaysAsync(IPage page) =>
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue("it scrolls sideways");

    // By the name in its heading: a product may hold the same letters.
    private static ILocator TicketOf(IPage counter, string resident) =>
        counter.Locator(".ticket").Filter(new() { Has = counter.Locator("h3", new() { HasTextRegex = new Regex($@"^\s*{resident.Split(' ')[0]}\b") }) });

    private async Task PrepareAndHandOverAsync(OfferSummary offer, string resident, string code, int width, bool javaScript)
    {
        var shop = offer.Shop.Slug;
        var (counter, ticket) = await PrepareAsync(offer, resident, width, javaScript);
        await counter.GotoAsync($"/pro/{shop}/remise");
        await counter.FillAsync("[name=Code]", "ZZZZZZ");
        await counter.Keyboard.PressAsync("Enter");
        await Assertions.Expect(counter.Locator(".field.has-error")).ToBeVisibleAsync();
        await counter.FillAsync("[name=Code]", code.ToLowerInvariant());
        await counter.Keyboard.PressAsync("Enter");
        await counter.Locator("form[action$='/remise/faite'] button").ClickAsync();
        await counter.GotoAsync($"/pro/{shop}");
        await Assertions.Expect(ticket).ToHaveAttributeAsync("data-status", "collected");
    }

    private async Task<(IPage Counter, ILocator Ticket)> PrepareAsync(OfferSummary offer, string resident, int width, bool javaScript, string? place = null)
    {
        var counter = await platform.AtTheCounterAsync(offer.Shop.Slug, width, javaScript);
        var ticket = TicketOf(counter, resident);
        if (await ticket.GetAttributeAsync("data-status") == "requested")
        {
            await ticket.GetByRole(AriaRole.Button, new() { NameRegex = AcceptName() }).ClickAsync();
        }

        await Assertions.Expect(ticket).ToHaveAttributeAsync("data-status", "accepted");
        await Pictures.TakeAsync(counter, $"comptoir-{width}");
        string[] chips = place is null ? [] : [place];
        await Assertions.Expect(ticket.Locator(".ticket-when .chip")).ToHaveTextAsync(chips);
        await ticket.GetByRole(AriaRole.Button, new() { NameRegex = StartName() }).ClickAsync();
        await Assertions.Expect(ticket).ToHaveAttributeAsync("data-started", "1");
        await ticket.GetByRole(AriaRole.Button, new() { NameRegex = ReadyName() }).ClickAsync();
        await Assertions.Expect(ticket).ToHaveAttributeAsync("data-status", "ready");
        return (counter, ticket);
    }

    [GeneratedRegex("BEGIN:VEVENT")]
    private static partial Regex CalendarEvent();

    [GeneratedRegex("Oullins")]
    private static partial Regex OullinsName();

    [GeneratedRegex("Accepter")]
    private static partial Regex AcceptName();

    [GeneratedRegex("Au point retrait.*vous pouvez passer")]
    private static partial Regex ThereText();

    [GeneratedRegex("déposée")]
    private static partial Regex DepositedName();

    [GeneratedRegex("Commencer")]
    private static partial Regex StartName();

    [GeneratedRegex("prête", RegexOptions.IgnoreCase)]
    private static partial Regex ReadyName();
}
