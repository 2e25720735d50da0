using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>The software that tells a shop's stock, with the keyboard alone, narrow and wide. Here it never answers: the launcher's services call nobody on their own machine.</summary>
public sealed class Connecting_the_software(DemoPlatform platform)
{
    public static TheoryData<int> Widths => [360, 1280];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Is_tried_refused_in_words_and_nothing_typed_is_lost(int width)
    {
        await platform.StartAsync();
        var owner = platform.At.Accounts.Where(a => a.Shop is not null && a.Town is not null and not People.Town).OrderBy(_ => Random.Shared.Next()).First();
        var page = await platform.AtTheCounterAsync(owner.Shop!, width);
        await PressAsync(page, page.Locator(".pro-nav a[href$='/stock']"));
        await PressAsync(page, page.Locator("main a[href$='/logiciel']"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Stock depuis votre logiciel");
        (await page.InputValueAsync("[name=Siret]")).Length.ShouldBe(14);
        await LookAsync(page);
        await page.Locator("[name=Address]").FocusAsync();
        await page.Keyboard.TypeAsync("http://127.0.0.1/stocks");
        await page.Locator("[name=Secret]").FocusAsync();
        await page.Keyboard.TypeAsync("moi:secret");
        await PressAsync(page, page.Locator("button[name=Try]"));
        await Expect(page.Locator("#erreurs")).ToBeFocusedAsync();
        await Expect(page.Locator("#champ-Address-erreur")).ToContainTextAsync("https://");
        await LookAsync(page);
        await page.Locator("[name=Address]").FillAsync("https://localhost/stocks");
        await page.Locator("[name=Address]").FocusAsync();
        await page.Keyboard.PressAsync("Enter"); // in a field: it saves, whatever else the form could do
        await Expect(page.Locator("#champ-Address-erreur")).ToContainTextAsync("ne mène pas sur Internet");
        (await page.InputValueAsync("[name=Secret]")).ShouldBeEmpty("a secret is never written into a page");
        await page.GotoAsync($"/pro/{owner.Shop}/logiciel");
        await Expect(page.Locator("main")).ToContainTextAsync("Aucun logiciel n’est interrogé d’ici.");
    }
}
