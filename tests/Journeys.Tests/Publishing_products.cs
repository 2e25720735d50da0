using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A beginner behind the counter describes what the shop sells, with a keyboard or a scanner that types, and residents find it.</summary>
public sealed class Publishing_products(DemoPlatform platform)
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData(360, 3), InlineData(1280, 1)]
    public async Task By_the_keyboard_alone_one_after_the_other(int width, int products)
    {
        var shop = (await platform.OffersOfShopsAsync(1))[0].Shop.Slug;
        var page = await platform.AtTheCounterAsync(shop, width);
        await page.GotoAsync($"/pro/{shop}/produits/nouveau");
        var keys = 0;
        for (var n = 1; n <= products; n++)
        {
            var title = $"Confiture de mûres {width} {n}";
            await Expect(page.Locator("#champ-Ean")).ToBeFocusedAsync();
            await TabToAsync(page, "champ-Title");
            keys += await TypeAsync(page, title);
            await TabToAsync(page, "champ-Category");
            keys += await TypeAsync(page, "Confitures");
            await TabToAsync(page, "champ-Price");
            keys += await TypeAsync(page, "4,80");
            await TabToAsync(page, "preemballe-oui"); // a jar
            await page.Keyboard.PressAsync("Space");
            await Pictures.TakeAsync(page, $"fiche-preemballe-{width}");
            await TabToAsync(page, "champ-Net");
            keys += await TypeAsync(page, "350");
            await Expect(page.Locator("[data-unitprice]")).ToContainTextAsync("13,71\u202f€/kg");
            await TabToAsync(page, "champ-OnHand");
            keys += await TypeAsync(page, "12");
            await page.Keyboard.PressAsync("Tab"); // "aucun" is the first of the allergens
            await page.Keyboard.PressAsync("Space");
            await Expect(page.Locator("[name=Allergens][value=aucun]")).ToBeCheckedAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".notice.good")).ToContainTextAsync($"{title} est en vente à 4,80\u202f€");
            await Expect(page.Locator("#champ-Title")).ToHaveValueAsync("");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{keys / products} characters typed for each product"));
        await Eventually.BecomesAsync(async () => (await Http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/{People.Town}/offers?shop={shop}&q=confiture+mures+{width}", JsonSerializerOptions.Web))!
            .Items.Count(o => o.Title.StartsWith($"Confiture de mûres {width}", StringComparison.Ordinal)) == products, TimeSpan.FromSeconds(20));

        // The last one was a slip: one press takes it back.
        await page.Locator(".notice.good form button").ClickAsync();
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("est un brouillon");
    }

    // Only what is eaten, by the piece and without a number, is asked about; where it is typed without, the page says it with all else.
    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task Of_food_by_the_piece_alone_it_is_asked_whether_it_is_pre_packed(int width)
    {
        var shop = (await platform.OffersOfShopsAsync(1))[0].Shop.Slug;
        var page = await platform.AtTheCounterAsync(shop, width);
        await page.GotoAsync($"/pro/{shop}/produits/nouveau");
        var question = page.Locator("#champ-Prepacked");
        await Expect(question).ToBeHiddenAsync();
        await page.SelectOptionAsync("#champ-Category", "jouets");
        await Expect(question).ToBeHiddenAsync();
        await page.SelectOptionAsync("#champ-Category", "confitures");
        await Expect(question).ToBeVisibleAsync();
        await page.CheckAsync("[name=Unit][value=weight]");
        await Expect(question).ToBeHiddenAsync();
        await page.CheckAsync("[name=Unit][value=piece]");
        await page.FillAsync("#champ-Ean", "3017620422003");
        await Expect(question).ToBeHiddenAsync();
        await page.FillAsync("#champ-Ean", "");
        await page.FillAsync("#champ-Title", "Confiture de coings");
        await page.FillAsync("#champ-Price", "5,20");
        await page.CheckAsync("[name=Allergens][value=aucun]");
        await page.Locator("button[value=liste]").ClickAsync();
        await Expect(page.Locator("#erreurs a")).ToHaveTextAsync("Dites si cet aliment est préemballé ou non.");
        await page.Locator("#erreurs a").ClickAsync();
        await Pictures.TakeAsync(page, $"fiche-preemballe-erreur-{width}");
        await ByKeyboard.LookAsync(page);
        await page.CheckAsync("[name=Prepacked][value=oui]");
        await page.Locator("button[value=liste]").ClickAsync();
        await Expect(page.Locator("#erreurs a")).ToContainTextAsync("Un aliment préemballé s’affiche avec sa quantité nette");
        await page.FillAsync("#champ-Net", "350");
        await page.Locator("button[value=liste]").ClickAsync();
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("Confiture de coings est en vente à 5,20");
    }

    [Fact]
    public async Task By_a_scanner_that_types_only_the_price_is_left()
    {
        var known = await KnownAsync();
        var shop = platform.At.Accounts.First(a => a.Shop is not null && a.Shop != known.Shop.Slug).Shop!;
        var page = await platform.AtTheCounterAsync(shop, 360);
        await page.GotoAsync($"/pro/{shop}/produits/nouveau");
        await page.Keyboard.TypeAsync(known.Ean13!);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#champ-Title")).ToHaveValueAsync(known.Title);
        await Expect(page.Locator("#champ-Category")).Not.ToHaveValueAsync("");
        await Expect(page.Locator("#champ-Price")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("9,90");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".notice.good")).ToContainTextAsync($"{known.Title} est en vente à 9,90\u202f€");
    }

    // No camera here: a canvas plays it, and a detector that sees the number the canvas would show.
    [Fact]
    public async Task By_the_camera_the_number_is_looked_up()
    {
        var known = await KnownAsync();
        var shop = platform.At.Accounts.First(a => a.Shop is not null && a.Shop != known.Shop.Slug).Shop!;
        var page = await platform.AtTheCounterAsync(shop, 360);
        await page.AddInitScriptAsync($$"""
            Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: async () => { const film = document.createElement("canvas"); film.getContext("2d").fillRect(0, 0, 9, 9); return film.captureStream(5); } });
            window.BarcodeDetector = class { static async getSupportedFormats() { return ["ean_13"]; } async detect() { return [{ rawValue: "{{known.Ean13}}" }]; } };
            """);
        await page.GotoAsync($"/pro/{shop}/produits/nouveau");
        await page.Locator("[data-camera]").ClickAsync();
        await Expect(page.Locator("#champ-Title")).ToHaveValueAsync(known.Title);
        await Expect(page.Locator("#champ-Price")).ToBeFocusedAsync();
    }

    private async Task<OfferSummary> KnownAsync()
    {
        await platform.StartAsync();
        var page = (await Http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/{People.Town}/offers?category=livres&pageSize=100", JsonSerializerOptions.Web))!;
        return page.Items.First(o => o is { Ean13: not null, SecondHand: false });
    }

    private static async Task TabToAsync(IPage page, string id)
    {
        for (var tab = 0; tab < 12; tab++)
        {
            if (await page.EvaluateAsync<string>("document.activeElement.id") == id)
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        (await page.EvaluateAsync<string>("document.activeElement.id")).ShouldBe(id);
    }

    private static async Task<int> TypeAsync(IPage page, string text)
    {
        await page.Keyboard.TypeAsync(text);
        return text.Length;
    }
}
