using Marketplace.Contracts;
using static Marketplace.Journeys.Tests.ByKeyboard;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A label with a number of the shop's own could hold a weight or a price: the shop says once which, by the keyboard, and scans on.</summary>
public sealed class Scanning_the_scales_label(DemoPlatform platform)
{
    [Theory]
    [InlineData(360, false), InlineData(360, true), InlineData(1280, true)]
    public async Task Is_asked_what_it_holds_once_and_then_read_at_once(int width, bool javaScript)
    {
        // 480 g of it and 4,80 € of it are both possible. Shops come in turn.
        var offer = (await platform.OffersOfShopsAsync(1, SaleUnit.Weight, o => o.PriceCents is >= 5_00 and <= 45_00))[0];

        var shop = offer.Shop.Slug;
        var label = WithCheckDigit($"2100010{480:00000}");
        var byPrice = (long)Math.Round(480_000m / offer.PriceCents, MidpointRounding.AwayFromZero);
        var (first, second) = (await platform.OrdersAsync("Berthe Balance", offer, 500), await platform.OrdersAsync("Paul Pèse", offer, 500));
        var counter = await platform.AtTheCounterAsync(shop, width, javaScript);
        await counter.GotoAsync($"/pro/{shop}/balance");
        await counter.CheckAsync("[name=Holds][value=ask]"); // another run may have said it
        await PressAsync(counter, counter.Locator("form[action$='/balance'] button"));
        await Expect(counter.Locator(".notice.good")).ToContainTextAsync("propose les deux");

        var field = counter.Locator($"#final-{offer.OfferId}");
        await ScanAsync(first.OrderId);
        var choices = counter.Locator("button[name=porte]");
        await Expect(choices).ToHaveTextAsync([$"L’étiquette porte le poids\u00a0: 480\u202fg", $"L’étiquette porte le prix\u00a0: 4,80\u202f€, soit {byPrice}\u202fg"]);
        await Expect(field).ToBeFocusedAsync();
        await Pictures.TakeAsync(counter, $"etiquette-{width}");
        if (javaScript)
        {
            await LookAsync(counter);
        }

        await PressAsync(counter, choices.First);
        await Expect(field).ToHaveValueAsync("480");
        await Expect(counter.Locator("#preparer .notice.good")).ToContainTextAsync("vos étiquettes portent le poids");

        await ScanAsync(second.OrderId);
        await Expect(field).ToHaveValueAsync("480");
        await Expect(choices).ToHaveCountAsync(0);

        async Task ScanAsync(OrderId order)
        {
            await counter.GotoAsync($"/pro/{shop}/commandes/{order}");
            await field.FocusAsync();
            await counter.Keyboard.TypeAsync(label);
            await counter.Keyboard.PressAsync("Enter");
        }
    }

    private static string WithCheckDigit(string first12) => first12 + (10 - first12.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10) % 10;
}
