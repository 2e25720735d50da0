using Microsoft.Playwright;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>An article is made into sizes and colours by the keyboard; a resident without script finds one card and chooses.</summary>
public sealed class Sizes_and_colours(DemoPlatform platform)
{
    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task Are_typed_once_made_by_one_press_and_chosen_by_a_resident(int width)
    {
        var article = await platform.OneLikeAsync((await platform.OffersOfShopsAsync(1))[0]);
        var page = await platform.AtTheCounterAsync(article.Shop.Slug, width);
        await page.GotoAsync($"/pro/{article.Shop.Slug}/produits/fiche/{article.Sku}");
        await PressAsync(page, page.Locator(".product-variant a"));
        await page.ComesToAsync("**/declinaisons");
        await page.Locator("#champ-Sizes").FocusAsync();
        await page.Keyboard.TypeAsync("M, S");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("bleu, écru");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".variant-cells legend")).ToHaveTextAsync(["M, bleu", "M, écru", "S, bleu", "S, écru"]);
        await page.Locator("#champ-Stock-1").FocusAsync();
        await page.Keyboard.TypeAsync("beaucoup");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#champ-Stock-1")).ToHaveAttributeAsync("aria-invalid", "true");
        await LookAsync(page);
        await page.Locator("#champ-Stock-1").FillAsync("4");
        await Expect(page.Locator("#champ-Own")).ToHaveAttributeAsync("aria-invalid", "true"); // which one is there already is never guessed
        await page.Locator("#champ-Own").SelectOptionAsync("M, bleu");
        await page.Locator("#champ-Stock-3").FocusAsync();
        await page.Keyboard.TypeAsync("2");
        await PressAsync(page, page.Locator(".variant-cells ~ .actions button.primary"));
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("4 articles faits.");
        await Expect(page.Locator(".variant-cells .chip.good")).ToHaveCountAsync(4);
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"declinaisons-{width}");

        var reading = await platform.OpenAsync(width);
        var resident = await platform.OpenAsync(width, javaScript: false);
        await Eventually.BecomesAsync(async () =>
        {
            await resident.GotoAsync($"/{People.Town}/produits?q={article.Sku}");
            return await resident.Locator("article.offer", new() { HasText = "2 tailles, 2 couleurs" }).CountAsync() == 1 && await resident.Locator("article.offer").CountAsync() == 1;
        }, TimeSpan.FromSeconds(60));
        await Expect(resident.Locator("article.offer h3")).ToHaveTextAsync(article.Title);
        await resident.GotoAsync($"/{People.Town}/produits/{article.OfferId}");
        await Expect(resident.Locator("h1")).ToHaveTextAsync($"{article.Title}, M, bleu");
        await Expect(resident.Locator("nav.variants a[aria-current]")).ToHaveTextAsync(["M", "bleu"]);
        await PressAsync(resident, resident.GetByRole(AriaRole.Link, new() { Name = "S épuisé" }));
        await Expect(resident.Locator("h1")).ToHaveTextAsync($"{article.Title}, S, bleu");
        await PressAsync(resident, resident.GetByRole(AriaRole.Navigation, new() { Name = "Couleur" }).GetByRole(AriaRole.Link, new() { Name = "écru" }));
        await Expect(resident.Locator("h1")).ToHaveTextAsync($"{article.Title}, S, écru");
        await PressAsync(resident, resident.Locator("form[data-add] button.primary"));
        await resident.WaitForURLAsync(url => !url.Contains("/produits/", StringComparison.Ordinal));
        await resident.GotoAsync($"/{People.Town}/panier");
        await Expect(resident.Locator("main")).ToContainTextAsync($"{article.Title}, S, écru");
        await reading.GotoAsync($"/{People.Town}/produits/{article.OfferId}");
        await LookAsync(reading);
        await Pictures.TakeAsync(reading, $"choix-{width}");
        await reading.GotoAsync($"/{People.Town}/produits?q={article.Sku}");
        await LookAsync(reading);
    }

    // Typed where one of them belongs, as a beginner does: no article is called "S, M, L".
    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task Typed_as_a_list_on_the_sheet_lead_to_the_grid_and_go_on_sale_from_there(int width)
    {
        var shop = (await platform.OffersOfShopsAsync(1))[0].Shop.Slug;
        var page = await platform.AtTheCounterAsync(shop, width);
        var title = $"Bonnet à rayures {width}";
        await page.GotoAsync($"/pro/{shop}/produits/nouveau");
        await page.FillAsync("#champ-Title", title);
        await page.SelectOptionAsync("#champ-Category", "vetements");
        await page.FillAsync("#champ-Price", "24");
        await page.FillAsync("#champ-Size", "S, M, L");
        await page.FillAsync("#champ-Colour", "bleu");
        await page.Locator("button[value=autre]").ClickAsync();
        await Expect(page.Locator("#erreurs a")).ToContainTextAsync("Plusieurs tailles sont écrites ici");
        await page.Locator("#erreurs a").ClickAsync();
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"liste-tailles-{width}");
        await PressAsync(page, page.Locator("button[value=declinaisons]"));
        await page.ComesToAsync("**/declinaisons?*");
        await Expect(page.Locator(".variant-cells legend")).ToHaveTextAsync(["S, bleu", "M, bleu", "L, bleu"]);
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"liste-grille-{width}");
        await page.Locator("#champ-Own").SelectOptionAsync("M, bleu");
        await page.FillAsync("#champ-Stock-0", "4");
        await Pictures.TakeAsync(page, $"liste-vendre-{width}");
        await PressAsync(page, page.Locator("button[value=vendre]"));
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("3 articles faits.");
        await Expect(page.Locator(".variant-cells .chip.good")).ToHaveCountAsync(3);
    }
}
