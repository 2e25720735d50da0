using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>What every journey does on its way: it presses as the keyboard does, and looks whether the page is as everybody needs it.</summary>
internal static class ByKeyboard
{
    // It has the focus, and Enter.
    internal static async Task PressAsync(IPage page, ILocator what)
    {
        await what.FocusAsync();
        await Expect(what).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
    }

    internal static async Task LookAsync(IPage page)
    {
        (await page.RunAxe()).Violations.Select(v => $"{v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}").ShouldBeEmpty(page.Url);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue(page.Url);
        (await TooWideAsync(page)).ShouldBeEmpty(page.Url);
    }

    /// <summary>The tables that stand out of what they are in, unless that scrolls by itself.</summary>
    internal static Task<string[]> TooWideAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll("table")].filter(table => {
          const around = table.parentElement, style = getComputedStyle(around);
          return table.offsetParent && style.overflowX !== "auto" && table.getBoundingClientRect().right > around.getBoundingClientRect().right - parseFloat(style.paddingRight) + 1;
        }).map(table => `${table.className}: ${table.textContent.trim().slice(0, 60)}`)
        """);
}
