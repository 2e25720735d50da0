using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>« Fournée de 11 h : 6 »: a baker says so on the sheet, a resident collects on a day of it from that hour on, and the baker sees what is ordered.</summary>
public sealed class Ordering_from_a_batch(DemoPlatform platform)
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task From_the_sheet_to_the_list_of_what_is_to_be_made(int width)
    {
        var shop = (await platform.OffersOfShopsAsync(1))[0].Shop.Slug;
        var counter = await platform.AtTheCounterAsync(shop, width);
        var title = $"Pain de seigle en fournée {width}";
        await counter.GotoAsync($"/pro/{shop}/produits/nouveau");
        await counter.FillAsync("#champ-Title", title);
        await counter.SelectOptionAsync("#champ-Category", "pains");
        await counter.FillAsync("#champ-Price", "5,20");
        await counter.CheckAsync("[name=Prepacked][value=non]");
        await counter.CheckAsync("[name=Allergens][value=gluten]");
        // The batches by the keyboard alone: opened, each day ticked, the rest typed.
        await counter.Locator("summary", new() { HasText = "Fait à la commande" }).FocusAsync();
        await counter.Keyboard.PressAsync("Enter");
        for (var day = 1; day <= 7; day++)
        {
            await counter.Keyboard.PressAsync("Tab");
            await counter.Keyboard.PressAsync("Space");
        }

        await counter.FillAsync("#fournee-0-At", "11:00");
        await counter.FillAsync("#fournee-0-Quantity", "6"); // fewer than other journeys look for
        await counter.FillAsync("#fournee-0-Until", "18:00");
        await LookAsync(counter, width);
        await counter.Locator("button[value=liste]").ClickAsync();
        await Expect(counter.Locator(".notice.good")).ToContainTextAsync("est en vente");

        OfferSummary? made = null;
        await Eventually.BecomesAsync(async () => (made = (await Http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/{People.Town}/offers?shop={shop}&q=seigle+fournee+{width}", JsonSerializerOptions.Web))!
            .Items.FirstOrDefault(o => o.Title == title)) is { Batches.Count: > 0 }, TimeSpan.FromSeconds(10));
        var resident = await platform.OpenAsync(width);
        await resident.GotoAsync($"/{People.Town}/produits/{made!.OfferId}");
        await Expect(resident.Locator(".buy")).ToContainTextAsync("Fait à la commande. Fournée du");
        await Expect(resident.Locator(".buy")).ToContainTextAsync("il en reste 6");
        await LookAsync(resident, width);
        await resident.GotoAsync($"/{People.Town}/produits?boutique={shop}&q=seigle+fournee+{width}");
        await Expect(resident.Locator(".offer").First).ToContainTextAsync("Fait à la commande");
        await LookAsync(resident, width);
        await Reserving.PutInBasketAsync(resident, [made]);
        await resident.GotoAsync($"/{People.Town}/commander");
        (await resident.Locator(".slot input:disabled").CountAsync()).ShouldBeGreaterThan(0, "no batch is ready before eleven");
        await Expect(resident.Locator($"#creneau-{shop}")).ToContainTextAsync("Prochaines fournées");
        await LookAsync(resident, width);
        await resident.FillAsync("[name=nom]", "Fanny Fournée");
        await resident.FillAsync("[name=courriel]", "ana@example.org");
        await resident.Locator($"#creneau-{shop} .slot input:enabled + label >> visible=true").First.ClickAsync();
        await Reserving.PressAsync(resident);
        (await Reserving.CodeAsync(resident)).Length.ShouldBe(6);
        await Expect(resident.Locator("main")).ToContainTextAsync("fournée de 11 h");

        await counter.GotoAsync($"/pro/{shop}/fournees");
        await Expect(counter.Locator("main")).ToContainTextAsync("1 sur 6");
        var batch = counter.Locator(".batch", new() { HasText = title }).Filter(new() { HasText = "1 sur 6" });
        await batch.Locator("summary").FocusAsync();
        await counter.Keyboard.PressAsync("Enter");
        await batch.Locator("[name=Quantity]").FillAsync("0");
        await counter.Keyboard.PressAsync("Enter");
        await Expect(counter.Locator(".has-error .error")).ToContainTextAsync("Déjà commandé de cette fournée");
        await LookAsync(counter, width);
        await counter.Locator(".has-error [name=Quantity]").FillAsync("8");
        await counter.Keyboard.PressAsync("Enter");
        await Expect(counter.Locator(".notice.good")).ToContainTextAsync("C’est enregistré");
        await Expect(counter.Locator("main")).ToContainTextAsync("1 sur 8");
        await LookAsync(counter, width);
    }

    // With all that a page of any state shows only here: rows that are open, times that cannot be chosen.
    private static async Task LookAsync(IPage page, int width)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = width == 360 ? ColorScheme.Dark : ColorScheme.Light });
        (await page.ViolationsAsync()).ShouldBeEmpty(page.Url);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{page.Url} does not scroll sideways");
    }
}
