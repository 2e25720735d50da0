using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>The README's pictures, taken by the journeys themselves: with <c>PICTURES=1</c> in the environment they are written anew to <c>infra/pictures</c>.</summary>
internal static class Pictures
{
    internal static async Task TakeAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PICTURES") == "1")
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, "infra", "pictures", name + ".png") });
        }
    }
}
