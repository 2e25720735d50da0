using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>300 g in the basket, 500 typed over it: with and without script, by keyboard and by pointer, 500 g are reserved.</summary>
public sealed class Typed_in_the_basket(DemoPlatform platform)
{
    private const long Typed = 500;

    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task Is_saved_when_the_field_is_left_and_said(int width)
    {
        var (page, weighed) = await WithCheeseAsync(width, javaScript: true);
        var line = page.Locator(".line");
        await Expect(line.Locator(".update")).ToBeHiddenAsync();
        await page.FillAsync("[name=quantite]", $"{Typed}");
        await page.Keyboard.PressAsync("Tab");
        await Expect(line.Locator(".sum .num")).ToHaveTextAsync(Euros(weighed));
        await Expect(page.Locator(".total strong")).ToHaveTextAsync(Euros(weighed));
        await Expect(line.Locator(".kept")).ToBeVisibleAsync();
        await Expect(page.Locator("#dit")).ToContainTextAsync("Panier enregistré");
        (await page.EvaluateAsync<string>("document.activeElement.dataset.step")).ShouldBe("1", "the focus is where Tab took it");

        // One more and one less count on from there; what cannot be is said, and the line has what it had.
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[name=vu]")).ToHaveValueAsync($"{Typed + 50}");
        await page.FillAsync("[name=quantite]", "49");
        await page.Locator("[name=quantite]").PressAsync("Enter");
        await Expect(line.Locator(".told")).ToContainTextAsync("de 50 g à 20 kg");
        await Expect(page.Locator("[name=quantite]")).ToHaveValueAsync($"{Typed + 50}");
        await page.ReloadAsync();
        await Expect(page.Locator("[name=quantite]")).ToHaveValueAsync($"{Typed + 50}");
    }

    [Theory]
    [InlineData(360, true), InlineData(360, false), InlineData(1280, true)]
    public async Task Is_reserved_by_who_goes_on_at_once(int width, bool javaScript)
    {
        var (page, weighed) = await WithCheeseAsync(width, javaScript);
        await page.FillAsync("[name=quantite]", $"{Typed}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choisir mes heures" }).ClickAsync();
        await page.ComesToAsync("**/commander");
        await Expect(page.Locator("#recapitulatif .sum-row").First).ToContainTextAsync($"{Typed} g");
        await Expect(page.Locator("#recapitulatif .total strong")).ToHaveTextAsync(Euros(weighed));
    }

    [Fact]
    public async Task Is_saved_by_a_button_that_can_be_seen_without_script()
    {
        var (page, weighed) = await WithCheeseAsync(360, javaScript: false);
        await page.FillAsync("[name=quantite]", $"{Typed}");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Mettre à jour – {weighed.Title}" }).ClickAsync();
        await Expect(page.Locator(".line .sum .num")).ToHaveTextAsync(Euros(weighed));
        await Expect(page.Locator("[data-basket-count]")).ToHaveTextAsync("1");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
    }

    private async Task<(IPage Page, OfferSummary Weighed)> WithCheeseAsync(int width, bool javaScript)
    {
        var weighed = (await platform.OffersOfShopsAsync(1, SaleUnit.Weight))[0];
        var page = await platform.OpenAsync(width, javaScript: javaScript);
        await Reserving.PutInBasketAsync(page, [weighed]);
        await Expect(page.Locator("[name=quantite]")).ToHaveValueAsync("300");
        return (page, weighed);
    }

    private static string Euros(OfferSummary weighed)
    {
        var cents = Money.LineTotal(SaleUnit.Weight, Typed, weighed.PriceCents);
        return $"{cents / 100},{cents % 100:00}\u202f€";
    }
}
