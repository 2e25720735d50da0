using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A basket with something by the piece and something by weight, of people who are not the usual guest: one reads English, one has an account.</summary>
public sealed class Goods_by_weight(DemoPlatform platform)
{
    private const long Grams = 300;

    [Fact]
    public async Task Are_reserved_in_English_with_a_code()
    {
        var (choice, total) = await ChooseAsync();
        var page = await platform.OpenAsync(360, locale: "en-GB");
        await Reserving.FillAsync(page, choice, "Olivia Weekend");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(page.Locator("form.checkout .total")).ToContainTextAsync($"€{total / 100}.{total % 100:00}");
        await Reserving.PressAsync(page, "Reserve");
        (await Reserving.CodeAsync(page, "reserved")).ShouldMatch("^[A-HJ-NP-Z2-9]{6}$");
        await Expect(page.Locator(".sum-row", new() { HasText = choice[0].Title })).ToContainTextAsync($"{Grams} g");
        await Expect(page.Locator(".total")).ToContainTextAsync($"€{total / 100}.{total % 100:00}");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
    }

    [Theory]
    [InlineData(360, true), InlineData(1280, false)]
    public async Task Are_asked_for_to_the_gram_and_what_cannot_be_is_said_by_the_page(int width, bool javaScript)
    {
        var weighed = (await platform.OffersOfShopsAsync(1, SaleUnit.Weight))[0];
        var page = await platform.OpenAsync(width, javaScript: javaScript);
        var said = page.Locator(javaScript ? ".toast" : ".notice");
        foreach (var (typed, answer) in new[] { ("49", "de 50 g à 20 kg"), ("301", "Dans le panier") })
        {
            await page.GotoAsync($"/{People.Town}/produits/{weighed.OfferId}");
            await page.FillAsync("[name=quantite]", typed);
            await page.Locator("[name=quantite]").PressAsync("Enter");
            await Expect(said).ToContainTextAsync(answer);
            (await said.BoundingBoxAsync())!.Height.ShouldBeLessThan(240, "a sentence that is broad enough to be read");
        }

        await page.GotoAsync($"/{People.Town}/panier");
        await Expect(page.Locator("[name=quantite]")).ToHaveValueAsync("301");
        await page.FillAsync("[name=quantite]", "0");
        await page.Locator("[name=quantite]").PressAsync("Enter");
        await Expect(page.Locator(".notice")).ToContainTextAsync($"Retiré du panier : 301 g · {weighed.Title}");
        await page.Locator("form[action$='/remettre'] button").ClickAsync();
        await Expect(page.Locator("[name=quantite]")).ToHaveValueAsync("301");
    }

    [Fact]
    public async Task Stand_in_the_history_of_a_signed_in_resident_who_orders_them_again()
    {
        var (choice, total) = await ChooseAsync();
        var page = await platform.OpenAsync(360);
        var person = await platform.SignInAsync(page, a => a.Email == "monique.chazelle@example.org");
        await Reserving.FillAsync(page, choice, person.Name);
        await Reserving.PressAsync(page);
        var code = await Reserving.CodeAsync(page);
        var order = new Uri(page.Url).AbsolutePath;

        await page.GotoAsync("/compte/commandes");
        var row = page.Locator(".row", new() { Has = page.Locator($"a[href='{order}']") });
        await Expect(row).ToContainTextAsync($"{total / 100},{total % 100:00} €");
        await row.Locator("a").ClickAsync();
        await page.ComesToAsync("**" + order);
        await Expect(page.Locator(".code")).ToHaveTextAsync(code);

        await page.Locator("form[action$='/recommencer'] button").ClickAsync();
        await page.ComesToAsync("**/panier");
        await Expect(page.Locator(".line")).ToHaveCountAsync(choice.Count);
        await Expect(page.Locator(".line", new() { HasText = choice[0].Title }).Locator("[name=quantite]")).ToHaveValueAsync($"{Grams}");

        // Without its link in a mail an order is for its owner alone.
        await page.Context.ClearCookiesAsync();
        (await page.Context.APIRequest.GetAsync(order)).Status.ShouldBe(404);
    }

    // What the product's page proposes to put in: 300 g of the one, one of the other.
    private async Task<(IReadOnlyList<OfferSummary> Choice, long TotalCents)> ChooseAsync()
    {
        var weighed = (await platform.OffersOfShopsAsync(1, SaleUnit.Weight))[0];
        var piece = (await platform.OffersOfShopsAsync(2)).First(o => o.Shop.Slug != weighed.Shop.Slug);
        return ([weighed, piece], Money.LineTotal(SaleUnit.Weight, Grams, weighed.PriceCents) + piece.PriceCents);
    }
}
