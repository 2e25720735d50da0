using Marketplace.Contracts.Ordering.Api;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>What was handed over a moment ago stands in the shop's figures, found by the keyboard.</summary>
public sealed class Reading_figures(DemoPlatform platform)
{
    [Theory]
    [InlineData(360, "Chloé Chiffres"), InlineData(1280, "Émile Chiffres")]
    public async Task From_the_hand_over_to_the_chart(int width, string resident)
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var shop = offer.Shop.Slug;
        var order = await platform.OrdersAsync(resident, offer);
        await platform.PreparesAsync(shop, order);
        await platform.ActsAsync(shop, order, "handover", new HandOver(order.PickupCode!));
        var page = await platform.AtTheCounterAsync(shop, width);
        await page.GotoAsync($"/pro/{shop}/boutique");
        await page.Locator("a[href$='/chiffres']").PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Chiffres");
        await Eventually.BecomesAsync(async () =>
        {
            await page.ReloadAsync();
            return await page.Locator("#meilleures + table").GetByText(offer.Title, new() { Exact = true }).CountAsync() == 1;
        }, TimeSpan.FromSeconds(30));
        await Expect(page.Locator("svg.chart")).ToHaveCountAsync(2);
        (await page.ViolationsAsync()).ShouldBeEmpty();
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"nothing scrolls sideways at {width}px");
        await Pictures.TakeAsync(page, $"chiffres-{width}");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[href$='jours.csv']").PressAsync("Enter"));
        using var taken = new StreamReader((await download.CreateReadStreamAsync())!);
        (await taken.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("Jour;Commandes;Montant");
    }
}
