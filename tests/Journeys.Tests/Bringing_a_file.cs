using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A shop's table goes on sale: sent, looked at, its reading corrected, agreed to, and its rejected lines taken back, by the keyboard.</summary>
public sealed class Bringing_a_file(DemoPlatform platform)
{
    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task From_the_till_to_the_list_by_the_keyboard(int width)
    {
        var shop = (await platform.OffersOfShopsAsync(1))[0].Shop.Slug;
        var page = await platform.AtTheCounterAsync(shop, width);
        await page.GotoAsync($"/pro/{shop}/produits");
        await page.Locator("a[href$='/import']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var mark = string.Create(CultureInfo.InvariantCulture, $"J{width}-{Random.Shared.Next(1_000_000)}");
        var file = string.Join("\r\n", "Article;Intitulé maison;Famille;Tarif de la boutique;En stock",
            $"{mark}-1;Savon du fichier {mark};Savons;4,50;12", $"{mark}-2;Savon offert;Savons;gratuit;3", $"{mark}-3;Rien de connu;Rayon imaginaire;4,50;3");
        await page.Locator("#champ-Fichier").FocusAsync();
        await page.Locator("#champ-Fichier").SetInputFilesAsync(new FilePayload { Name = "été.csv", MimeType = "text/csv", Buffer = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(file)] });
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("form[data-upload] button")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        // The price's column has a name that says it to people alone.
        await Expect(page.Locator("#apercu")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await LookAsync(page, width);
        var name = page.GetByLabel("Intitulé maison");
        await name.FocusAsync();
        await name.SelectOptionAsync("title");
        await page.GetByLabel("Tarif de la boutique").SelectOptionAsync("price");
        await page.Locator("button[value=apercu]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".import-counts")).ToContainTextAsync("Lignes rejetées", new() { Timeout = 20_000 });
        await Expect(page.Locator(".import-rows")).ToContainTextAsync($"Savon du fichier {mark}");
        await page.Locator("button[value=importer]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#rejets")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await LookAsync(page, width);
        await Expect(page.Locator(".rejected-reason")).ToHaveCountAsync(2);
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[href$='rejets.csv']").PressAsync("Enter"));
        using var taken = new StreamReader((await download.CreateReadStreamAsync())!);
        (await taken.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain($"{mark}-2;Savon offert;Savons;gratuit;3;3;");
        await page.GotoAsync($"/pro/{shop}/produits?q={mark}-1");
        await Expect(page.Locator(".product-row")).ToContainTextAsync($"Savon du fichier {mark}");
    }

    private static async Task LookAsync(IPage page, int width)
    {
        (await page.ViolationsAsync()).ShouldBeEmpty();
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"nothing scrolls sideways at {width}px");
    }
}
