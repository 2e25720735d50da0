using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A counting list with a scanner that types and with the keyboard, narrow and wide; an article is set to what it was, so that nobody else's figures move.</summary>
public sealed class Counting_along_the_shelf(DemoPlatform platform)
{
    public static TheoryData<int> Widths => [360, 1280];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Is_scanned_compared_and_applied(int width)
    {
        await platform.StartAsync();
        // Another shop at each width: the two may run at once.
        var shop = platform.At.Accounts.Where(a => a.Shop is not null && a.Town is not null and not People.Town).OrderBy(a => a.Shop, StringComparer.Ordinal).Select(a => a.Shop!).Distinct().ElementAt(width == 360 ? 0 : 1);
        var page = await platform.AtTheCounterAsync(shop, width);
        await PressAsync(page, page.Locator(".pro-nav a[href$='/stock']"));
        var row = page.Locator(".stock-row").First;
        var (sku, there) = (await row.Locator("[name=Sku]").InputValueAsync(), await row.Locator("[name=OnHand]").InputValueAsync());
        await PressAsync(page, page.Locator("main a[href$='/comptage']"));
        await PressAsync(page, page.Locator("main form[action$='/debut'] button"));
        await Expect(page.Locator("#champ-Code")).ToBeFocusedAsync();
        await LookAsync(page);

        // A scanner: letters and Enter, one article after the other, without waiting for an answer.
        await page.EvaluateAsync("window.never = 'reloaded'");
        foreach (var code in new[] { "0000000000000", sku, "0000000000000" })
        {
            await page.Keyboard.TypeAsync(code);
            await page.Keyboard.PressAsync("Enter");
        }

        await Expect(page.Locator(".counted-row .counted-figure").First).ToHaveTextAsync("2");
        await Expect(page.Locator(".counted-row").First).ToContainTextAsync("Code inconnu");
        await Expect(page.Locator("#champ-Code")).ToBeFocusedAsync();

        // The network is away, and the page is opened anew: what was scanned is kept on the device, and counts once that is back.
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => 0)");
        await Expect(page.Locator("main")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("async () => (await (await caches.open('comptoir-1')).keys()).some(r => r.url.endsWith('/comptage'))");
        await page.Context.SetOfflineAsync(true);
        await page.Keyboard.TypeAsync("0000000000000");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-count-later] li")).ToHaveTextAsync("0000000000000");
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"comptage-sans-reseau-{width}");
        await page.ReloadAsync();
        await Expect(page.Locator("[data-count-later] li")).ToHaveTextAsync("0000000000000");
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator(".counted-row .counted-figure").First).ToHaveTextAsync("3");
        await Expect(page.Locator("[data-count-later]")).ToBeHiddenAsync();
        await page.EvaluateAsync("window.never = 'reloaded'");
        var counted = page.Locator(".counted-row").Nth(1);
        await counted.Locator("[name=OnHand]").FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(there);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".counted-row").First.Locator("[name=OnHand]")).ToHaveValueAsync(there);
        (await page.EvaluateAsync<string?>("window.never")).ShouldBe("reloaded", "the page stood all the while");
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"comptage-{width}");

        await PressAsync(page, page.Locator("main a[href$='/comparer']"));
        await Expect(page.Locator("main")).ToContainTextAsync("1 article ne sera pas appliqué");
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"comptage-comparer-{width}");
        await PressAsync(page, page.Locator("main form[action$='/appliquer'] button"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Liste appliquée");
        await LookAsync(page);
        await page.GotoAsync($"/pro/{shop}/stock?q={Uri.EscapeDataString(sku)}");
        await Expect(page.Locator(".stock-row [name=OnHand]").First).ToHaveValueAsync(there);
    }
}
