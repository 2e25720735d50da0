using System.Globalization;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>What a visitor's browser fetches, compressed, before it shows a page of the demo: all of it, pictures in view included.</summary>
public sealed class First_view(DemoPlatform platform)
{
    private const int Budget = 60 * 1024;
    private const string Fetched =
        """
        () => performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
            .map(e => [Math.max(e.encodedBodySize, e.transferSize), new URL(e.name).pathname]).sort((a, b) => b[0] - a[0]).map(e => e.join(' '))
        """;

    [Theory]
    [InlineData(360, "/"), InlineData(1280, "/")]
    [InlineData(360, "/oullins-pierre-benite"), InlineData(1280, "/oullins-pierre-benite"), InlineData(360, "/vienne"), InlineData(360, "/roanne")]
    [InlineData(360, "/oullins-pierre-benite/produits"), InlineData(1280, "/oullins-pierre-benite/produits")]
    public async Task Fits_in_sixty_kilobytes(int width, string path)
    {
        var page = await platform.OpenAsync(width);
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
        if (path.EndsWith("/produits", StringComparison.Ordinal))
        {
            // Twenty-four articles; those of one model are one card.
            (await page.Locator("article.offer").CountAsync()).ShouldBeInRange(15, 24, "a full page of the list");
        }

        var fetched = await page.EvaluateAsync<string[]>(Fetched);
        fetched.Length.ShouldBeGreaterThan(2, "the page, its style and its script at least");
        fetched.Sum(f => int.Parse(f.Split(' ')[0], CultureInfo.InvariantCulture)).ShouldBeLessThanOrEqualTo(Budget, string.Join('\n', fetched));
        await page.CloseAsync();
    }
}
