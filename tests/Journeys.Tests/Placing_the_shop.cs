using Microsoft.Playwright;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>The plan on which a shop is put: by finger and by keyboard, with script and without, narrow and wide. Nothing is saved.</summary>
public sealed class Placing_the_shop(DemoPlatform platform)
{
    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task The_point_is_moved_by_a_press_and_by_the_keyboard_and_nothing_typed_is_lost(int width)
    {
        var page = await AtTheDetailsAsync(width, javaScript: true);
        await page.FillAsync("[name=Street]", "1 rue tapée à la main");
        var before = await page.InputValueAsync("[name=Position]");
        await page.Locator(".plan input:visible").ClickAsync(new() { Position = new() { X = 60, Y = 80 } });
        await Expect(page.Locator("[name=Position]")).Not.ToHaveValueAsync(before);
        var pressed = await page.InputValueAsync("[name=Position]");
        (await page.InputValueAsync("[name=Street]")).ShouldBe("1 rue tapée à la main");
        page.Url.ShouldNotContain("#", Case.Sensitive, "the page stays where it is");
        await PressAsync(page, page.Locator("button[value=north]"));
        await Expect(page.Locator("[name=Position]")).Not.ToHaveValueAsync(pressed);
        await Expect(page.Locator("button[value=north]")).ToBeFocusedAsync();
        await Expect(page.Locator("[data-plan-said]")).ToContainTextAsync("du centre");
        await PressAsync(page, page.Locator("button[value=closer]"));
        await Expect(page.Locator("[name=View]")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex(", 600$"));
        await LookAsync(page);
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task It_is_the_same_without_script(int width)
    {
        var page = await AtTheDetailsAsync(width, javaScript: false);
        await page.FillAsync("[name=Street]", "1 rue tapée à la main");
        var before = await page.InputValueAsync("[name=Position]");
        await page.Locator(".plan input:visible").ClickAsync(new() { Position = new() { X = 60, Y = 80 } });
        await page.ComesToAsync("**#champ-Position");
        var pressed = await page.InputValueAsync("[name=Position]");
        pressed.ShouldNotBe(before);
        await PressAsync(page, page.Locator("button[value=east]"));
        await Expect(page.Locator("[name=Position]")).Not.ToHaveValueAsync(pressed);
        (await page.InputValueAsync("[name=Street]")).ShouldBe("1 rue tapée à la main");
        await Expect(page.Locator("[data-plan-text]")).ToContainTextAsync("du centre");
    }

    private async Task<IPage> AtTheDetailsAsync(int width, bool javaScript)
    {
        await platform.StartAsync();
        var owner = platform.At.Accounts.First(a => a.Shop is not null && a.Town is not null and not People.Town);
        var page = await platform.AtTheCounterAsync(owner.Shop!, width, javaScript);
        await page.GotoAsync($"/pro/{owner.Shop}/boutique/coordonnees");
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        return page;
    }
}
