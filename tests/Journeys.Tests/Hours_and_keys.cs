using Microsoft.Playwright;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>What a shop does once in a while: a day off, a lunch break, a key for the till. With the keyboard alone, narrow and wide.</summary>
public sealed class Hours_and_keys(DemoPlatform platform)
{
    public static TheoryData<int> Widths => [360, 1280];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_shop_closes_today_with_the_keyboard_and_opens_again(int width)
    {
        var (page, owner) = await AtTheHoursAsync(width);
        if (await page.Locator(".hours-today a.btn").CountAsync() == 0)
        {
            Assert.Skip("The demonstration shop is closed today anyway.");
        }

        await PressAsync(page, page.Locator(".hours-today a.btn"));
        await Expect(page.Locator("#touchees")).ToBeVisibleAsync();
        await LookAsync(page);
        await PressAsync(page, page.Locator("button[name=Confirmed]"));
        await page.ComesToAsync("**fait=closed-today");
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("aujourd’hui seulement");
        await LookAsync(page);

        // The town sees it too, and tomorrow is as it was.
        var resident = await platform.OpenAsync(width);
        await resident.GotoAsync($"/{owner.Town}/boutiques/{owner.Shop}");
        await Expect(resident.Locator(".hours .today")).ToContainTextAsync("fermé");
        await PressAsync(page, page.Locator(".hours-today form button"));
        await page.ComesToAsync("**fait=removed");
        await Expect(page.Locator(".hours-today .lead")).ToContainTextAsync("Ouvert aujourd’hui");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_week_is_copied_and_saved_with_the_keyboard(int width)
    {
        var (page, owner) = await AtTheHoursAsync(width);
        await PressAsync(page, page.Locator("a[href$='/horaires/semaine']"));
        await page.Locator("#CopierDe").FocusAsync();
        await page.SelectOptionAsync("#CopierDe", "4");
        await PressAsync(page, page.Locator("button[name=Copier]"));
        await Expect(page.Locator(".notice")).ToContainTextAsync("Relisez, puis enregistrez");
        var (open, close) = (await page.InputValueAsync("#jour4-0-de"), await page.InputValueAsync("#jour4-0-a"));
        await LookAsync(page);
        await page.Locator("#jour4-0-de").FocusAsync();
        await page.Keyboard.PressAsync("Enter"); // in a field: it saves, whatever else the form could do
        await page.ComesToAsync("**fait=week");
        await page.GotoAsync($"/pro/{owner.Shop}/horaires/semaine");
        (await page.InputValueAsync("#jour4-0-de"), await page.InputValueAsync("#jour4-0-a")).ShouldBe((open, close));
        foreach (var path in (string[])["boutique", "horaires", "horaires/creneaux", "horaires/date", "horaires/date?conges=1", "cles", "webhooks"])
        {
            await page.GotoAsync($"/pro/{owner.Shop}/{path}");
            await LookAsync(page);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task An_owner_makes_a_key_with_the_keyboard_and_withdraws_it(int width)
    {
        var (page, owner) = await AtTheHoursAsync(width);
        await page.GotoAsync($"/pro/{owner.Shop}/cles");
        var name = $"Caisse {width}";
        await page.Locator("[name=Name]").FocusAsync();
        await page.Keyboard.TypeAsync(name);
        await page.Locator("[value='stock:write']").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await PressAsync(page, page.Locator("form[action$='/cles'] button"));
        var key = await page.InputValueAsync("#la-cle");
        key.ShouldStartWith("mk_");
        await Expect(page.Locator("#cle-faite")).ToBeFocusedAsync();
        await LookAsync(page);
        await page.GotoAsync($"/pro/{owner.Shop}/cles");
        (await page.ContentAsync()).ShouldNotContain(key);
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Retirer la clé" }).First);
        await page.ComesToAsync("**/retrait", loaded: false);
        await Expect(page.Locator("form[action$='/retrait'] button")).ToBeVisibleAsync();
        await LookAsync(page);
        await PressAsync(page, page.Locator("form[action$='/retrait'] button"));
        await page.ComesToAsync("**fait=retrait");
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("La clé est retirée");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task An_owner_has_a_program_told_with_the_keyboard_and_removes_it(int width)
    {
        var (page, owner) = await AtTheHoursAsync(width);
        await page.GotoAsync($"/pro/{owner.Shop}/webhooks");
        await page.Locator("[name=Url]").FocusAsync();
        await page.Keyboard.TypeAsync($"https://caisse-{Guid.NewGuid():N}.invalid/commandes");
        await PressAsync(page, page.Locator("form[action$='/webhooks'] button"));
        (await page.InputValueAsync("#le-secret")).ShouldStartWith("whsec_");
        await Expect(page.Locator("#secret-fait")).ToBeFocusedAsync();
        await LookAsync(page);
        await PressAsync(page, page.Locator(".dated a.btn").Last);
        await PressAsync(page, page.Locator("form[action$='/essai'] button"));
        await page.ComesToAsync("**fait=essai");
        // Nobody has that name: the page says so, and that it is tried again.
        await Eventually.BecomesAsync(async () =>
        {
            await page.ReloadAsync();
            return (await page.Locator(".dated .error").CountAsync()) > 0;
        }, TimeSpan.FromSeconds(30));
        await Expect(page.Locator(".dated .error")).ToContainTextAsync("ne répond pas");
        await LookAsync(page);
        await PressAsync(page, page.Locator("a.danger"));
        await page.ComesToAsync("**/retrait");
        await LookAsync(page);
        await PressAsync(page, page.Locator("form[action$='/retrait'] button"));
        await page.ComesToAsync("**fait=retrait");
    }

    // In another town than the one where the other journeys order: a shop that closes for a moment refuses nobody there.
    private async Task<(IPage Page, DemoPlatform.Account Owner)> AtTheHoursAsync(int width)
    {
        await platform.StartAsync();
        var owner = platform.At.Accounts.Where(a => a.Shop is not null && a.Town is not null and not People.Town).OrderBy(_ => Random.Shared.Next()).First();
        var page = await platform.AtTheCounterAsync(owner.Shop!, width);
        await PressAsync(page, page.Locator(".pro-nav a[href$='/boutique']"));
        await PressAsync(page, page.Locator(".rows a[href$='/horaires']"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Horaires");
        return (page, owner);
    }
}
