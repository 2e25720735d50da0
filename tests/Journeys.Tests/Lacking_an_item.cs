using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>"Il en manque un", by the keyboard alone: asked at the counter, answered from the mail on another device, and seen on the board.</summary>
public sealed class Lacking_an_item(DemoPlatform platform)
{
    [Theory]
    [InlineData(360, true, "Maëlle Manque")]
    [InlineData(1280, false, "Nils Manque")]
    public async Task Something_else_is_offered_and_taken(int width, bool javaScript, string resident)
    {
        var (offer, other) = await platform.TwoOfAShopAsync();
        var shop = offer.Shop.Slug;
        var order = await platform.OrdersAsync(resident, offer, 3);
        var counter = await platform.AtTheCounterAsync(shop, width, javaScript);
        await counter.GotoAsync($"/pro/{shop}/commandes/{order.OrderId}");
        await PressAsync(counter.GetByRole(AriaRole.Link, new() { Name = "Il en manque" }));
        await counter.Locator("[name=trouve]").FillAsync("1");
        await counter.Locator("[name=q]").FillAsync(other.Sku);
        await counter.Locator("[name=q]").PressAsync("Enter"); // looks for the article: nobody is asked yet
        var choice = counter.Locator($"[name=remplacement][value='{other.OfferId}']");
        await Expect(choice).ToBeVisibleAsync();
        await Expect(counter.Locator("[name=trouve]")).ToHaveValueAsync("1");
        await choice.PressAsync(" ");
        await Pictures.TakeAsync(counter, $"il-en-manque-{width}");
        await PressAsync(counter.GetByRole(AriaRole.Button, new() { Name = "Demander au client" }));
        await Expect(counter.Locator(".shortage-state")).ToContainTextAsync("En attente de réponse jusqu’à");
        await Expect(counter.Locator(".prepare button.primary")).ToHaveCountAsync(0);
        await counter.GotoAsync($"/pro/{shop}");
        var ticket = counter.Locator($"[data-order='{order.OrderId}']");
        await Expect(ticket).ToContainTextAsync("en attente de réponse");

        var elsewhere = await platform.OpenAsync(width, 900, javaScript);
        await elsewhere.GotoAsync(await LinkAsync(order));
        await Expect(elsewhere.Locator(".shortage-ask")).ToContainTextAsync(other.Title);
        await Pictures.TakeAsync(elsewhere, $"il-en-manque-reponse-{width}");
        await PressAsync(elsewhere.Locator(".shortage-ask button[value=substitute]"));
        await Expect(elsewhere.Locator("main")).ToContainTextAsync("vous avez choisi l’article proposé");
        await Expect(elsewhere.Locator(".shortage-ask")).ToHaveCountAsync(0);

        // On the board that stayed open by itself; without script when it is looked at again.
        if (!javaScript)
        {
            await counter.ReloadAsync();
        }

        await Expect(ticket).ToContainTextAsync("le client a répondu");
        await Expect(ticket).ToContainTextAsync(other.Title);
        await platform.ActsAsync(shop, order, "ready");
        await platform.ActsAsync(shop, order, "handover", new HandOver(order.PickupCode!));
    }

    private static async Task PressAsync(ILocator what)
    {
        await what.FocusAsync();
        await what.PressAsync("Enter");
    }

    private async Task<string> LinkAsync(OrderView order)
    {
        using var http = new HttpClient();
        var text = await Eventually.GetAsync(
            async () =>
            {
                using var mails = JsonDocument.Parse(await http.GetStringAsync(platform.At.Mail + "/api/mails?to=ailleurs@example.org"));
                return mails.RootElement.EnumerateArray().Select(m => m.GetProperty("text").GetString()!)
                    .FirstOrDefault(m => m.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Contains("Répondre maintenant", StringComparison.Ordinal));
            },
            mail => mail is not null, TimeSpan.FromSeconds(20));
        return text!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Last(w => w.Contains("/commandes/", StringComparison.Ordinal));
    }
}
