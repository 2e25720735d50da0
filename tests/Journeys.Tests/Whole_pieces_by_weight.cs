using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>« 2 pièces, environ 2,4 kg »: a shop says what a piece weighs, a resident takes two, the shop weighs them, and the order says what they weigh and cost.</summary>
public sealed class Whole_pieces_by_weight(DemoPlatform platform)
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData(360), InlineData(1280)]
    public async Task From_the_sheet_to_the_exact_price(int width)
    {
        var shop = (await platform.OffersOfShopsAsync(1, SaleUnit.Weight))[0].Shop.Slug;
        var counter = await platform.AtTheCounterAsync(shop, width);
        var title = $"Tomme entière {width}";
        await counter.GotoAsync($"/pro/{shop}/produits/nouveau");
        await Expect(counter.Locator("#champ-PieceWeight")).ToBeHiddenAsync();
        await counter.FillAsync("#champ-Title", title);
        await counter.SelectOptionAsync("#champ-Category", "fromages");
        await counter.CheckAsync("[name=Unit][value=weight]");
        await counter.FillAsync("#champ-Price", "18");
        await counter.FillAsync("#champ-PieceWeight", "1,2 kg");
        await Expect(counter.Locator("[data-unitprice]")).ToContainTextAsync("Une pièce d’environ 1,2\u202fkg\u00a0: environ 21,60\u202f€");
        await counter.FillAsync("#champ-OnHand", "12000");
        await counter.CheckAsync("[name=Allergens][value=lait]");
        await LookAsync(counter);
        await Pictures.TakeAsync(counter, $"piece-fiche-{width}");
        await PressAsync(counter, counter.Locator("button[value=liste]"));
        await Expect(counter.Locator(".notice.good")).ToContainTextAsync("est en vente");

        OfferSummary? made = null;
        await Eventually.BecomesAsync(async () => (made = (await Http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/{People.Town}/offers?shop={shop}&q=tomme+entiere+{width}", JsonSerializerOptions.Web))!
            .Items.FirstOrDefault(o => o.Title == title)) is { PieceGrams: 1200 }, TimeSpan.FromSeconds(10));
        var resident = await platform.OpenAsync(width);
        await resident.GotoAsync($"/{People.Town}/produits?boutique={shop}&q=tomme+entiere+{width}");
        await Expect(resident.Locator(".offer").First).ToContainTextAsync("1 pièce, environ 1,2\u202fkg, environ 21,60\u202f€");
        await Pictures.TakeAsync(resident, $"piece-carte-{width}");
        await resident.GotoAsync($"/{People.Town}/produits/{made!.OfferId}");
        await Expect(resident.Locator(".buy")).ToContainTextAsync("10 pièces, environ 12\u202fkg en stock");
        await LookAsync(resident);
        await Pictures.TakeAsync(resident, $"piece-produit-{width}");
        await PressAsync(resident, resident.Locator(".stepper button[data-step='1']"));
        await Expect(resident.Locator("[name=quantite]")).ToHaveValueAsync("2");
        await resident.RunAndWaitForResponseAsync(() => PressAsync(resident, resident.Locator("form[data-add] button[type=submit]")), answer => answer is { Request.Method: "POST", Status: < 400 });
        await resident.GotoAsync($"/{People.Town}/panier");
        await Expect(resident.Locator(".line")).ToContainTextAsync("2 pièces, environ 2,4\u202fkg");
        await Expect(resident.Locator(".line .sum")).ToContainTextAsync("43,20\u202f€");
        await PressAsync(resident, resident.Locator(".line .stepper button[data-step='1']"));
        await Expect(resident.Locator(".line")).ToContainTextAsync("3 pièces, environ 3,6\u202fkg");
        await PressAsync(resident, resident.Locator(".line .stepper button[data-step='-1']"));
        await Expect(resident.Locator(".line")).ToContainTextAsync("2 pièces, environ 2,4\u202fkg");
        await LookAsync(resident);
        await Pictures.TakeAsync(resident, $"piece-panier-{width}");
        await resident.GotoAsync($"/{People.Town}/commander");
        await Expect(resident.Locator("form.checkout")).ToContainTextAsync($"2 pièces, environ 2,4\u202fkg · {title}");
        await resident.FillAsync("[name=nom]", width == 360 ? "Tiphaine Tomme" : "Titouan Tomme");
        await resident.FillAsync("[name=courriel]", "ana@example.org");
        await resident.Locator($"#creneau-{shop} .slot label >> visible=true").First.ClickAsync();
        await Reserving.PressAsync(resident);
        (await Reserving.CodeAsync(resident)).Length.ShouldBe(6);
        var order = new Uri(resident.Url).AbsolutePath.Split('/')[^1];
        await Expect(resident.Locator("main")).ToContainTextAsync($"2 pièces, environ 2,4\u202fkg · {title}");

        await counter.GotoAsync($"/pro/{shop}/preparation");
        await Expect(counter.Locator(".pick", new() { HasText = title })).ToContainTextAsync("2 pièces, environ 2,4\u202fkg");
        await counter.GotoAsync($"/pro/{shop}/commandes/{order}");
        var weight = counter.Locator($"#final-{made.OfferId}");
        await Expect(counter.GetByLabel("2 pièces, environ 2,4\u202fkg\u00a0: poids exact")).ToBeVisibleAsync();
        await LookAsync(counter);
        await Pictures.TakeAsync(counter, $"piece-pesee-{width}");
        await weight.FillAsync("2350");
        await PressAsync(counter, counter.Locator("#preparer button.primary"));
        await Expect(counter.Locator(".column-ready")).ToContainTextAsync($"2,35\u202fkg {title}");

        await resident.ReloadAsync();
        await Expect(resident.Locator(".sum-row", new() { HasText = title })).ToContainTextAsync("pesé\u00a0: 2,35\u202fkg");
        await Expect(resident.Locator(".sum-row", new() { HasText = title })).ToContainTextAsync("42,30\u202f€");
        await LookAsync(resident);
        await Pictures.TakeAsync(resident, $"piece-commande-{width}");
        // On sale no longer: other journeys choose among what the shop has.
        using var operating = platform.AsOperator();
        (await operating.DeleteAsync($"{platform.At.Catalog}/api/v1/shops/{shop}/offers/{made.Sku}")).IsSuccessStatusCode.ShouldBeTrue();
    }
}
