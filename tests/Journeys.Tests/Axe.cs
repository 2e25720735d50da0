using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>
/// axe-core in the page itself, read in once however often a page is looked at. Its own binding for Playwright reads it in at every look and gathers the
/// frames in a second page: two thirds of the time. Frames are not looked into; ours has one alone, where the launcher's mailbox shows a mail without any script.
/// </summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What the page violates, each rule with the first elements that do.</summary>
    internal static async Task<string[]> ViolationsAsync(this IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(Script + ";0");
        }

        return await page.EvaluateAsync<string[]>(
            "async () => (await axe.run({ resultTypes: ['violations'], iframes: false })).violations.map(v => `${v.id}: ${v.help} → ${v.nodes.slice(0, 3).map(n => n.html).join(' | ')}`)");
    }
}
