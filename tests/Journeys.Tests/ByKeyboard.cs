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
        (await page.ViolationsAsync()).ShouldBeEmpty(page.Url);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue(page.Url);
        (await TooWideAsync(page)).ShouldBeEmpty(page.Url);
    }

    /// <summary>
    /// Buttons, and what else is pressed like one, that stand nearer to each other than a finger tells apart. What is one thing in parts (a stepper, a bar
    /// of tabs) says so with <c>data-joined</c>, or is the counter's own navigation.
    /// </summary>
    internal static Task<string[]> TouchingAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => {
          const least = 8, name = e => `${e.tagName.toLowerCase()}.${e.className}: ${(e.innerText || e.value || "").trim().slice(0, 30)}`;
          const all = [...document.querySelectorAll("main .btn, main button, main select, main summary")]
            .filter(e => e.checkVisibility() && !e.closest(".hidden, .stepper, [role=radiogroup]") && getComputedStyle(e).position !== "absolute")
            .map(e => ({ e, box: e.getBoundingClientRect() })).filter(({ box }) => box.width > 2 && box.height > 2);
          const found = [];
          for (const [n, a] of all.entries()) {
            for (const b of all.slice(n + 1)) {
              if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
              const across = Math.max(a.box.left, b.box.left) - Math.min(a.box.right, b.box.right), down = Math.max(a.box.top, b.box.top) - Math.min(a.box.bottom, b.box.bottom);
              if (across < least - 0.5 && down < least - 0.5 && Math.max(across, down) < least - 0.5) found.push(`${name(a.e)} | ${name(b.e)} (${Math.round(Math.max(across, down))} px)`);
            }
          }
          return found.slice(0, 5);
        }
        """);

    /// <summary>The tables that stand out of what they are in, unless that scrolls by itself.</summary>
    internal static Task<string[]> TooWideAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll("table")].filter(table => {
          const around = table.parentElement, style = getComputedStyle(around);
          return table.offsetParent && style.overflowX !== "auto" && table.getBoundingClientRect().right > around.getBoundingClientRect().right - parseFloat(style.paddingRight) + 1;
        }).map(table => `${table.className}: ${table.textContent.trim().slice(0, 60)}`)
        """);
}
