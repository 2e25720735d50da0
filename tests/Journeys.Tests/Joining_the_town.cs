using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>A shop's way in, from the town's home to its own page there: asked on a phone, a first product, decided at the town's desk. What the form costs is counted and printed.</summary>
public sealed class Joining_the_town(DemoPlatform platform, ITestOutputHelper output)
{
    // What a merchant types, in the order of the page. Everything else is filled in already.
    private static readonly (string Field, string Typed)[] _typed =
    [
        ("ActivityCode", "1071C"), ("LegalName", "SARL Le Petit Four"), ("LegalForm", "SARL"), ("Name", ""), ("Kind", "Boulangerie"), ("Phone", "0465712233"),
        ("Street", "3 rue de la République"), ("Postcode", "69600"), ("City", "Oullins-Pierre-Bénite"),
    ];

    [Theory]
    [InlineData(360, "Le Petit Four", "55208131700018")]
    [InlineData(1280, "Au Grand Four", "55208131700026")]
    public async Task A_shop_asks_prepares_a_product_is_approved_and_stands_in_the_town(int width, string name, string siret)
    {
        await platform.StartAsync();
        var email = $"four-{width}@example.org";
        using var operating = platform.AsOperator();
        var (_, password) = await platform.NewPersonAsync(email, "Nadia Benali");

        var merchant = await platform.OpenAsync(width);
        await merchant.GotoAsync("/" + People.Town);
        await merchant.ClickAsync($"footer a[href='/{People.Town}/rejoindre']");
        await merchant.ClickAsync("main a[href^='/compte/connexion']");
        await merchant.FillAsync("[name=Email]", email);
        await merchant.FillAsync("[name=Password]", password);
        await merchant.ClickAsync("form[action='/compte/connexion'] [type=submit]");
        await merchant.WaitForSelectorAsync("form.join");
        await ByKeyboard.LookAsync(merchant);

        var (clicks, keys) = (1, 0);
        await merchant.ClickAsync("[name=Siret]");
        await TypeAsync(siret);
        foreach (var (field, typed) in _typed)
        {
            await PressAsync("Tab"); // the keyboard alone leads from field to field, in the order of the page
            var reached = await merchant.EvaluateAsync<string>("document.activeElement.name");
            for (var tabs = 0; reached != field && tabs < 4; tabs++)
            {
                await PressAsync("Tab");
                reached = await merchant.EvaluateAsync<string>("document.activeElement.name");
            }

            reached.ShouldBe(field);
            await TypeAsync(field == "Name" ? name : typed);
        }

        // Without a geocoder the shop is put on the plan by a press, in place.
        await merchant.Locator(".plan input:visible").ClickAsync(new() { Position = new() { X = 140, Y = 100 } });
        await merchant.WaitForSelectorAsync(".plan-pin");
        (await merchant.InputValueAsync("[name=Street]")).ShouldBe("3 rue de la République");
        await merchant.CheckAsync("[name=Terms]");
        await merchant.ClickAsync("form.join > button.primary");
        clicks += 3;
        await merchant.ComesToAsync("**/pro/*/ouverture**", loaded: false);
        output.WriteLine($"The joining form at {width} px: {clicks} clicks and {keys} keystrokes.");
        (clicks, keys <= 135).ShouldBe((4, true));
        await Assertions.Expect(merchant.Locator("main")).ToContainTextAsync("Demande en attente");
        await Assertions.Expect(merchant.Locator(".checklist .missing strong")).ToHaveTextAsync("Un premier produit en vente");
        var slug = new Uri(merchant.Url).Segments[2].TrimEnd('/');

        var visitor = await platform.OpenAsync(width);
        (await visitor.GotoAsync($"/{People.Town}/boutiques/{slug}"))!.Status.ShouldBe(404);
        using (var made = await operating.PutAsJsonAsync($"{platform.At.Catalog}/api/v1/shops/{slug}/offers/PAIN", new OfferDefinition("PAIN", null, "Pain au levain", null, "pains", null, SaleUnit.Piece, 420, 5.5m, null, null, ["gluten"], null, false, false, 12, Prepacked: false), JsonSerializerOptions.Web))
        {
            made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        }

        var desk = await platform.OpenAsync(width);
        await platform.SignInAsync(desk, a => a.Email == $"coordination-{People.Town}@example.org", "/coordination");
        await desk.GotoAsync("/coordination");
        await Assertions.Expect(desk.Locator($"#demande-{slug}")).ToContainTextAsync(siret);
        await desk.ClickAsync($"#demande-{slug} form button[value=oui]");
        await Assertions.Expect(desk.Locator(".notice.good")).ToContainTextAsync(name);

        await Eventually.BecomesAsync(async () => (await visitor.GotoAsync($"/{People.Town}/boutiques/{slug}"))!.Status == 200, TimeSpan.FromSeconds(20));
        await Assertions.Expect(visitor.Locator("main")).ToContainTextAsync("SARL Le Petit Four");
        await Eventually.BecomesAsync(async () =>
        {
            await visitor.GotoAsync($"/{People.Town}/boutiques");
            return await visitor.Locator($"a[href='/{People.Town}/boutiques/{slug}']").CountAsync() > 0;
        }, TimeSpan.FromSeconds(20));
        await merchant.ReloadAsync();
        await Assertions.Expect(merchant.Locator("main")).ToContainTextAsync("La boutique est ouverte aux habitants");
        (await SubjectsAsync($"coordination-{People.Town}@example.org", $"{name} demande à rejoindre la place de marché")).ShouldHaveSingleItem();
        (await SubjectsAsync(email)).ShouldBe([$"Votre demande pour {name}", $"{name} : demande acceptée", $"{name} est ouverte aux habitants"], ignoreOrder: true);

        async Task TypeAsync(string text)
        {
            await merchant.Keyboard.TypeAsync(text);
            keys += text.Length;
        }

        async Task PressAsync(string key)
        {
            await merchant.Keyboard.PressAsync(key);
            keys++;
        }
    }

    private async Task<IReadOnlyList<string>> SubjectsAsync(string to, string? only = null)
    {
        using var http = new HttpClient();
        return await Eventually.GetAsync(async () =>
        {
            using var mails = JsonDocument.Parse(await http.GetStringAsync($"{platform.At.Mail}/api/mails?to={to}"));
            return (IReadOnlyList<string>)[.. mails.RootElement.EnumerateArray().Select(m => m.GetProperty("subject").GetString()!.Replace('\u00a0', ' ').Replace('\u202f', ' ')).Where(s => only is null || s == only)];
        }, subjects => subjects.Count >= (only is null ? 3 : 1), TimeSpan.FromSeconds(30));
    }
}
