using System.Net.Http.Json;
using Marketplace.Contracts.Merchants.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A shop asks its town for help, by keyboard alone; the coordination acts at its counter, and the shop reads what it did.</summary>
public sealed class Helped_by_the_town(DemoPlatform platform)
{
    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task Asks_reads_what_was_done_and_ends_it(int width)
    {
        var article = await platform.OneLikeAsync((await platform.OffersOfShopsAsync(1))[0]);
        var slug = article.Shop.Slug;
        var owner = await platform.AtTheCounterAsync(slug, width);
        await owner.GotoAsync($"/pro/{slug}/aide");
        await PressAsync(owner, "Demander de l’aide");
        await Expect(owner.Locator("#en-cours")).ToBeVisibleAsync();
        await Pictures.TakeAsync(owner, $"aide-{width}");

        var coordination = await platform.OpenAsync(width);
        await platform.SignInAsync(coordination, a => a.Email == $"coordination-{People.Town}@example.org", "/coordination");
        await coordination.Locator($"main a[href='/pro/{slug}']").ClickAsync();
        await Expect(coordination.Locator("#aide")).ToContainTextAsync("Vous agissez pour");
        await coordination.GotoAsync($"/pro/{slug}/stock?q={article.Sku}");
        var figure = coordination.Locator("input[name=OnHand]").First;
        await figure.FillAsync("3");
        await figure.PressAsync("Enter");
        await Expect(coordination.Locator(".row-said").First).ToContainTextAsync("3");
        await Pictures.TakeAsync(coordination, $"aide-comptoir-{width}");

        await owner.GotoAsync($"/pro/{slug}/journal");
        await Expect(owner.Locator(".journal li").First).ToContainTextAsync("Stock compté\u00a0: 3 pièces · " + article.Title);
        await Pictures.TakeAsync(owner, $"journal-{width}");
        await owner.GotoAsync($"/pro/{slug}/aide");
        await PressAsync(owner, "Mettre fin à l’aide");
        await Expect(owner.Locator("#en-cours")).ToHaveCountAsync(0);
        using var asking = platform.AsOperator();
        (await asking.GetFromJsonAsync<Assistance>($"{platform.At.Merchants}/api/v1/shops/{slug}/assistance"))!.Until.ShouldBeNull();
    }

    private static async Task PressAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = name }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
