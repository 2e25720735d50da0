using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>What the device itself does: the order's page without network, and signing in with a passkey.</summary>
public sealed class On_ones_own_device(DemoPlatform platform)
{
    [Fact]
    public async Task An_order_once_opened_is_readable_without_network_until_it_is_forgotten()
    {
        await platform.StartAsync();
        var (order, code) = await ReservedAsync();
        using var wire = new Wire(platform.At.Storefront);
        var page = await platform.OpenAsync(360);
        await page.GotoAsync(wire.Address + order);
        await Assertions.Expect(page.Locator("[data-kept]")).ToBeVisibleAsync();
        (await page.Context.CookiesAsync()).ShouldBeEmpty("what is kept is kept without a cookie");
        await Assertions.Expect(page.Locator("[data-offline]")).ToBeHiddenAsync();

        wire.Cut();
        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".code")).ToHaveTextAsync(code);
        await Assertions.Expect(page.Locator(".qr svg")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-offline]")).ToBeVisibleAsync();
        (await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.code')).fontSize")).ShouldNotBe("17px", "its look is kept too");
        // In a tab of its own: the browser's error page goes on loading and would interrupt what this one opens next.
        var elsewhere = await page.Context.NewPageAsync();
        await Should.ThrowAsync<PlaywrightException>(() => elsewhere.GotoAsync(wire.Address + "/oullins-pierre-benite"), "nothing else is kept");

        await page.Locator("[data-forget]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-forgotten]")).ToBeVisibleAsync();
        await Should.ThrowAsync<PlaywrightException>(() => page.ReloadAsync());
    }

    [Fact]
    public async Task A_passkey_is_added_in_the_account_and_signs_in_without_a_password()
    {
        await platform.StartAsync();
        var person = platform.At.Accounts.First(a => a.Email == "lea.fontaine@example.org");
        var page = await platform.OpenAsync();
        await using var device = await AuthenticatorAsync(page);
        await page.GotoAsync("/compte/connexion?retour=/compte");
        await page.FillAsync("[name=Email]", person.Email);
        await page.FillAsync("[name=Password]", person.Password);
        await page.Locator("form[action='/compte/connexion'] [type=submit]").ClickAsync();
        await page.ComesToAsync("**/compte");

        await page.FillAsync("[name=PasskeyName]", "Téléphone d’essai");
        await page.FillAsync("[name=PasskeyPassword]", "ce n’est pas celui-là");
        await page.Locator("form[action='/compte/cles/ajout'] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-passkey-password]")).ToBeVisibleAsync();
        await page.FillAsync("[name=PasskeyPassword]", person.Password);
        await page.Locator("form[action='/compte/cles/ajout'] [type=submit]").ClickAsync();
        await page.ComesToAsync("**/compte?fait=passkey");
        await Assertions.Expect(page.GetByText("Téléphone d’essai")).ToBeVisibleAsync();

        await page.Locator("form[action='/compte/deconnexion'] button").First.ClickAsync();
        await page.ComesToAsync("**/compte/connexion**");
        await page.CheckAsync("[data-remember]"); // one choice for both ways in
        await page.Locator("form[action='/compte/cles/connexion'] button").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/connexion", StringComparison.Ordinal));
        (await page.Context.CookiesAsync()).Single(c => c.Name == "compte").Expires.ShouldBeGreaterThan(0, "it outlives the browser");
        await page.GotoAsync("/compte");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(person.Name);

        // Taken away again, it opens nothing.
        await page.Locator("a[href^='/compte/cles/retrait']").First.ClickAsync();
        await page.FillAsync("[name=Password]", person.Password);
        await page.Locator("form[action='/compte/cles/retrait'] [type=submit]").ClickAsync();
        await page.ComesToAsync("**/compte?fait=passkey-removed");
        await page.Locator("form[action='/compte/deconnexion'] button").First.ClickAsync();
        await page.ComesToAsync("**/compte/connexion**");
        await page.Locator("form[action='/compte/cles/connexion'] button").ClickAsync();
        await Assertions.Expect(page.Locator("#erreurs, [data-passkey-error]:visible").First).ToBeVisibleAsync();
    }

    private async Task<(string Path, string Code)> ReservedAsync()
    {
        var page = await platform.OpenAsync();
        var offer = await DemoPaths.OfferAsync(platform);
        await Reserving.FillAsync(page, [offer], "Nora Hors-Ligne");
        await Reserving.PressAsync(page);
        return (new Uri(page.Url).PathAndQuery, await Reserving.CodeAsync(page));
    }

    // The browser's own play of a phone with a fingerprint, as its developer tools offer it.
    private static async Task<IAsyncDisposable> AuthenticatorAsync(IPage page)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true },
        });
        return new Detached(tools);
    }

    private sealed class Detached(ICDPSession tools) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await tools.DetachAsync();
    }
}
