using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>The search field's suggestions, with nothing but the keyboard, and what is found.</summary>
public sealed class Looking_for_something(DemoPlatform platform)
{
    [Fact]
    public async Task Suggestions_are_walked_through_and_opened_by_keyboard()
    {
        var page = await platform.OpenAsync(360);
        await page.GotoAsync("/" + People.Town);
        var field = page.Locator("[data-suggest]").First;
        await field.ClickAsync();
        await TypeAsync("pai");
        var options = page.Locator("[role=listbox] [role=option]");
        await Expect(options.First).ToBeVisibleAsync();
        await Expect(field).ToHaveAttributeAsync("aria-expanded", "true");

        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(options.Last).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(options.First).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(field).ToHaveAttributeAsync("aria-activedescendant", (await options.First.GetAttributeAsync("id"))!);
        await Expect(page.Locator("[role=option][aria-selected=true]")).ToHaveCountAsync(1);

        await page.Keyboard.PressAsync("Escape");
        await Expect(options.First).ToBeHiddenAsync();
        await Expect(field).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(field).ToHaveValueAsync("pai");

        await TypeAsync("n");
        await Expect(options.First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        var there = await options.First.GetAttributeAsync("data-href");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => new Uri(url).PathAndQuery == there);
        await Expect(page.Locator("h1")).ToBeVisibleAsync();

        // Each answer shows its list anew: the keys are for the list of all that was typed.
        async Task TypeAsync(string more)
        {
            var typed = Uri.EscapeDataString(await field.InputValueAsync() + more);
            await page.RunAndWaitForResponseAsync(() => page.Keyboard.TypeAsync(more), answer => answer.Url.EndsWith($"q={typed}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_products_picture_fills_its_frame()
    {
        var page = await platform.OpenAsync();
        await page.GotoAsync($"/{People.Town}/produits/{(await DemoPaths.OfferAsync(platform)).OfferId}");
        var (frame, picture) = ((await page.Locator(".product-pic").BoundingBoxAsync())!, (await page.Locator(".product-pic img").BoundingBoxAsync())!);
        (frame.Width, frame.Height).ShouldBe((picture.Width, picture.Height));
    }

    [Fact]
    public async Task Enter_without_a_choice_searches_for_what_was_typed()
    {
        var page = await platform.OpenAsync();
        await page.GotoAsync("/" + People.Town);
        await page.Locator("[data-suggest]").First.ClickAsync();
        await page.Keyboard.TypeAsync("fromage");
        await Expect(page.Locator("[role=listbox] [role=option]").First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex(@"/produits\?q=fromage$"));
    }
}
