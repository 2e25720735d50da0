using System.Text.RegularExpressions;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>A resident's way from the products to the code.</summary>
internal static partial class Reserving
{
    internal const string Town = "oullins-pierre-benite";

    internal static async Task PutInBasketAsync(IPage page, IReadOnlyList<OfferSummary> choice)
    {
        foreach (var offer in choice)
        {
            await page.GotoAsync($"/{Town}/produits/{offer.OfferId}");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(offer.Title);
            // The basket has it once its form is answered, by script or by a page; leaving earlier would take the request back.
            await page.RunAndWaitForResponseAsync(
                () => page.GetByRole(AriaRole.Button, new() { NameRegex = AddName() }).First.ClickAsync(), answer => answer is { Request.Method: "POST", Status: < 400 });
        }

        await page.GotoAsync($"/{Town}/panier");
        (await page.Locator(".shop-group").CountAsync()).ShouldBe(choice.Count);
    }

    /// <summary>The offers in the basket, and the checkout filled in.</summary>
    internal static async Task FillAsync(IPage page, IReadOnlyList<OfferSummary> choice, string resident, bool together = false)
    {
        await PutInBasketAsync(page, choice);
        await page.GotoAsync($"/{Town}/commander");
        await page.FillAsync("[name=nom]", resident);
        await page.FillAsync("[name=courriel]", "ana@example.org");
        var stops = choice.Select(o => o.Shop.Slug);
        if (together)
        {
            await page.Locator("label", new() { HasText = "Tout au même endroit" }).First.ClickAsync();
            stops = [(await page.Locator("[name=lieu]:checked").InputValueAsync())["point.".Length..]];
        }

        foreach (var stop in stops)
        {
            await page.Locator($"#creneau-{stop} .slot label >> visible=true").First.ClickAsync();
        }
    }

    internal static Task PressAsync(IPage page, string button = "Réserver") => page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    internal static async Task<string> CodeAsync(IPage page, string said = "réservé")
    {
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(said, new() { Timeout = 20_000 });
        return (await page.Locator(".code").InnerTextAsync()).Trim();
    }

    [GeneratedRegex("panier|basket", RegexOptions.IgnoreCase)]
    private static partial Regex AddName();
}
