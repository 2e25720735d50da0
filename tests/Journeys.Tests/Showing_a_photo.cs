using Microsoft.Playwright;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A photo as a phone takes it, lying on its side, sent by the keyboard; seen upright by residents, taken away and brought back.</summary>
public sealed class Showing_a_photo(DemoPlatform platform)
{
    // Red is left for the sensor, and on top for who holds the phone upright.
    private const string Lying =
        """
        () => { const film = Object.assign(document.createElement("canvas"), { width: 800, height: 600 }), draw = film.getContext("2d");
          draw.fillStyle = "#b22222"; draw.fillRect(0, 0, 400, 600); draw.fillStyle = "#27408b"; draw.fillRect(400, 0, 400, 600); return film.toDataURL("image/jpeg").split(",")[1] }
        """;

    private static readonly byte[] _heldUpright = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\b"u8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task Is_sent_by_the_keyboard_seen_by_residents_and_taken_back(int width)
    {
        var article = await platform.OneLikeAsync((await platform.OffersOfShopsAsync(1))[0]);
        var page = await platform.AtTheCounterAsync(article.Shop.Slug, width);
        await page.GotoAsync($"/pro/{article.Shop.Slug}/produits/fiche/{article.Sku}");
        var jpeg = Convert.FromBase64String(await page.EvaluateAsync<string>(Lying));
        var photo = new FilePayload { Name = "IMG_0001.jpg", MimeType = "image/jpeg", Buffer = [.. jpeg.AsSpan(0, 2), .. _heldUpright, .. jpeg.AsSpan(2), .. new byte[3_000_000]] }; // as large as from a phone
        await page.Locator("#champ-Brand").FillAsync("Marque du parcours");

        // The network is away for a moment.
        await page.RouteAsync("**/photo", route => route.AbortAsync());
        await ChooseAsync(page, photo);
        await Expect(page.Locator("#photo-erreur")).ToContainTextAsync("envoyez-la à nouveau");
        await LookAsync(page);
        await page.UnrouteAsync("**/photo");
        await PressAsync(page, page.Locator("#photo form[action$='/photo'] button"));
        await Expect(page.Locator("#photo .notice")).ToContainTextAsync("La photo est enregistrée.", new() { Timeout = 20_000 });
        await Expect(page.Locator("#photo .notice")).ToBeFocusedAsync();
        await Expect(page.Locator("#champ-Brand")).ToHaveValueAsync("Marque du parcours"); // typed, and not saved yet
        await LookAsync(page);
        await Pictures.TakeAsync(page, $"photo-{width}");

        var resident = await platform.OpenAsync(width);
        await resident.GotoAsync($"/{People.Town}/produits/{article.OfferId}");
        var shown = resident.GetByRole(AriaRole.Img, new() { Name = article.Title });
        await Expect(shown).ToHaveJSPropertyAsync("complete", true);
        (await shown.EvaluateAsync<bool>("img => img.naturalHeight > img.naturalWidth")).ShouldBeTrue("upright");
        (await shown.EvaluateAsync<int>("img => { const c = document.createElement('canvas').getContext('2d'); c.drawImage(img, 0, 0, 300, 400); return c.getImageData(150, 50, 1, 1).data[0] }")).ShouldBeGreaterThan(150, "red is on top");
        await LookAsync(resident);

        await PressAsync(page, page.Locator("#photo form[action*='/retrait'] button"));
        await Expect(page.Locator("#photo .notice")).ToContainTextAsync("La photo est retirée.", new() { Timeout = 20_000 });
        await PressAsync(page, page.Locator("#photo form[action*='/retour'] button"));
        await Expect(page.Locator("#photo .notice")).ToContainTextAsync("La photo d’avant est remise.", new() { Timeout = 20_000 });
        await Expect(page.Locator("#photo img")).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("^/images/photos/"));
        await LookAsync(page);
        await PressAsync(page, page.Locator("#photo form[action*='/retrait'] button"));
        await Expect(page.Locator("#photo img")).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("^/dessins/"));

        // Chosen, it goes by itself; and the sheet, saved at once, waits for it.
        await ChooseAsync(page, photo);
        await PressAsync(page, page.Locator("form[data-product] button.primary"));
        await page.ComesToAsync("**/produits?**");
        await page.GotoAsync($"/pro/{article.Shop.Slug}/produits/fiche/{article.Sku}");
        await Expect(page.Locator("#champ-Brand")).ToHaveValueAsync("Marque du parcours");
        await Expect(page.Locator("#photo img")).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("^/images/photos/"));
    }

    // One press, without script: what is sold and what it looks like.
    [Fact]
    public async Task Is_made_with_its_product_in_one_press_without_script()
    {
        var article = (await platform.OffersOfShopsAsync(1))[0];
        var drawing = await platform.OpenAsync(360);
        await drawing.GotoAsync($"/{People.Town}");
        var jpeg = Convert.FromBase64String(await drawing.EvaluateAsync<string>(Lying));
        var page = await platform.AtTheCounterAsync(article.Shop.Slug, 360, javaScript: false);
        await page.GotoAsync($"/pro/{article.Shop.Slug}/produits/nouveau");
        await page.FillAsync("#champ-Title", "Lampe du parcours photo");
        await page.SelectOptionAsync("#champ-Category", "jouets");
        await page.FillAsync("#champ-Price", "12");
        await page.SetInputFilesAsync("#champ-Photo", new FilePayload { Name = "IMG_0002.jpg", MimeType = "image/jpeg", Buffer = jpeg });
        await page.ClickAsync("button[value=brouillon]");
        await Expect(page.Locator(".notice.good")).ToContainTextAsync("Lampe du parcours photo reste en brouillon");
        await page.GotoAsync($"/pro/{article.Shop.Slug}/produits?q=parcours+photo");
        await Expect(page.Locator(".product-row img")).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("^/images/photos/"));
    }

    // The system's own dialog is not opened: a headless browser does not always tell of it.
    private static async Task ChooseAsync(IPage page, FilePayload photo)
    {
        var field = page.Locator("#champ-Photo");
        await field.FocusAsync();
        await field.SetInputFilesAsync(photo);
    }
}
