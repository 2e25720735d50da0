using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>What holds for every page: no accessibility violation in either colour scheme and width, and content without JavaScript.</summary>
public sealed class Every_page(DemoPlatform platform)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/oullins-pierre-benite", "/oullins-pierre-benite/boutiques", "/oullins-pierre-benite/boutiques/{boutique}", "/oullins-pierre-benite/produits?q=fromage",
        "/oullins-pierre-benite/produits?q=zzzzzz", "/oullins-pierre-benite/produits/{produit}", "/oullins-pierre-benite/rayons", "/oullins-pierre-benite/panier",
        "/oullins-pierre-benite/mentions-legales", "/oullins-pierre-benite/conditions", "/oullins-pierre-benite/confidentialite", "/oullins-pierre-benite/accessibilite",
        "/aide/classement", "/compte/connexion", "/compte/inscription", "/compte/mot-de-passe-oublie", "/pro", "/nulle-part",
        "pro:", "pro:/remise", "pro:/stock", "pro:/impression", "pro:/commandes",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Has_no_accessibility_violation(string path)
    {
        foreach (var (width, scheme) in new[] { (360, ColorScheme.Light), (1280, ColorScheme.Dark) })
        {
            var page = await GoAsync(path, width, true, scheme);
            var found = await page.RunAxe();
            found.Violations.Select(v => $"{v.Id}: {v.Help} → {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}").ShouldBeEmpty($"{path} at {width}px, {scheme}");
            (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{path} does not scroll sideways at {width}px");
            await page.Context.CloseAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Says_what_it_is_without_script(string path)
    {
        var page = await GoAsync(path, 1280, false, ColorScheme.Light);
        (await page.Locator("h1").CountAsync()).ShouldBe(1);
        (await page.Locator("h1").InnerTextAsync()).Trim().ShouldNotBeEmpty();
        (await page.TitleAsync()).ShouldNotBeNullOrWhiteSpace();
        (await page.GetAttributeAsync("html", "lang")).ShouldBe("fr");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Anonymous_pages_set_no_cookie_and_ask_nobody_else()
    {
        var page = await platform.OpenAsync();
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(platform.At.Storefront, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                elsewhere.Add(request.Url);
            }
        };
        foreach (var path in new[] { "/", "/oullins-pierre-benite", "/oullins-pierre-benite/produits?q=pain", "/compte/connexion" })
        {
            await page.GotoAsync(path);
        }

        elsewhere.ShouldBeEmpty();
        (await page.Context.CookiesAsync()).Select(c => c.Name).ShouldBeEmpty();
    }

    private async Task<IPage> GoAsync(string path, int width, bool javaScript, ColorScheme scheme)
    {
        var page = await platform.OpenAsync(width, 900, javaScript, scheme: scheme);
        if (path.StartsWith("pro:", StringComparison.Ordinal))
        {
            var owner = platform.At.Accounts.First(a => a.Shop is not null);
            await page.GotoAsync("/compte/connexion");
            await page.FillAsync("[name=Email]", owner.Email);
            await page.FillAsync("[name=Password]", owner.Password);
            await page.Locator("form[action='/compte/connexion'] button").ClickAsync();
            path = $"/pro/{owner.Shop}{path["pro:".Length..]}";
        }

        await page.GotoAsync(await DemoPaths.FillAsync(platform, path));
        return page;
    }
}
