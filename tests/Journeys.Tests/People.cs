using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Provisioning.Servers;
using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>Who a journey meets: a shop's owner behind the counter, and residents who order from elsewhere while a page is open.</summary>
internal static class People
{
    internal const string Town = "oullins-pierre-benite";
    private const string NewPassword = "trois mots sans rapport";
    private static readonly HttpClient Http = new();
    private static int _turn;

    /// <summary>The owner of the shop, signed in, looking at the board.</summary>
    internal static async Task<IPage> AtTheCounterAsync(this DemoPlatform platform, string shop, int width = 1280, bool javaScript = true)
    {
        var counter = await platform.OpenAsync(width, 900, javaScript);
        await platform.SignInAsync(counter, a => a.Shop == shop, "/pro");
        await counter.ComesToAsync($"**/pro/{shop}**", loaded: false);
        return counter;
    }

    /// <summary>One of the demo's people signs in, on the way to a page that asks for it.</summary>
    internal static async Task<DemoPlatform.Account> SignInAsync(this DemoPlatform platform, IPage page, Func<DemoPlatform.Account, bool> who, string asked = "/compte")
    {
        await platform.StartAsync();
        var person = platform.At.Accounts.First(who);
        await SignInAsync(page, person.Email, person.Password, asked);
        return person;
    }

    /// <summary>Somebody new, with a confirmed account.</summary>
    internal static async Task<(string Email, string Password)> NewPersonAsync(this DemoPlatform platform, string email, string name)
    {
        await platform.StartAsync();
        using var operating = platform.AsOperator();
        using var made = await operating.PutAsJsonAsync(platform.At.Storefront + "/api/v1/people", new { email, password = NewPassword, name, language = "fr" });
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        return (email, NewPassword);
    }

    /// <summary>The programs of who runs the platform.</summary>
    internal static HttpClient AsOperator(this DemoPlatform platform) =>
        new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "op_" + Secrets.Of(platform.Data).Find("operator-key")) } };

    /// <summary>On the way to a page that asks for it.</summary>
    internal static async Task SignInAsync(IPage page, string email, string password, string asked)
    {
        await page.GotoAsync(asked);
        if (await page.Locator("[name=Email]").CountAsync() == 0)
        {
            await page.ClickAsync("main a[href^='/compte/connexion']"); // the page is open to all and leads there
        }

        await page.FillAsync("[name=Email]", email);
        await page.FillAsync("[name=Password]", password);
        await page.Locator("form[action='/compte/connexion'] [type=submit]").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/connexion"), new() { Timeout = 45_000 });
    }

    /// <summary>Its address is looked at again and again: what waits for one navigation misses it where it comes between the look and the wait.</summary>
    internal static async Task ComesToAsync(this IPage page, string pattern, bool loaded = true)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("^" + Regex.Escape(pattern).Replace("\\*\\*", ".*", StringComparison.Ordinal).Replace("\\*", "[^/]*", StringComparison.Ordinal) + "$"), new() { Timeout = 45_000 });
        if (loaded)
        {
            await page.WaitForLoadStateAsync();
        }
    }

    /// <summary>Offers of different shops, by the piece where nothing else is said, of which there is enough; the next shops at each call, so that journeys rarely meet on one board.</summary>
    internal static async Task<IReadOnlyList<OfferSummary>> OffersOfShopsAsync(this DemoPlatform platform, int shops, SaleUnit unit = SaleUnit.Piece, Func<OfferSummary, bool>? fit = null)
    {
        var chosen = (await platform.InTurnAsync(unit)).Select(g => g.FirstOrDefault(fit ?? (_ => true))).OfType<OfferSummary>().Take(shops).ToList();
        chosen.Count.ShouldBe(shops);
        return chosen;
    }

    /// <summary>Two articles of one shop, by the piece, of which there is enough: not every shop has a second one.</summary>
    internal static async Task<(OfferSummary Offer, OfferSummary Another)> TwoOfAShopAsync(this DemoPlatform platform) =>
        (await platform.InTurnAsync(SaleUnit.Piece)).Select(g => g.DistinctBy(o => o.Title).ToList()).Where(g => g.Count > 1).Select(g => (g[0], g[1])).First();

    // Never by chance: what fails with one shop's articles must fail again.
    private static async Task<IEnumerable<IGrouping<string, OfferSummary>>> InTurnAsync(this DemoPlatform platform, SaleUnit unit)
    {
        await platform.StartAsync();
        var found = new List<OfferSummary>();
        for (var number = 1; number <= 5; number++)
        {
            var offers = (await Http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/{Town}/offers?pageSize=100&page={number}", JsonSerializerOptions.Web))!;
            // Of the demo's shops: one that joined in another journey has no account here.
            found.AddRange(offers.Items.Where(o => platform.At.Accounts.Any(a => a.Shop == o.Shop.Slug)).Where(o => o is { Alcohol: false, SecondHand: false, EarliestPickup: not null, Batches: null, PieceGrams: null } && o.Unit == unit && o.Available >= (unit == SaleUnit.Weight ? 1500 : 10)));
        }

        var byShop = found.GroupBy(o => o.Shop.Slug).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var first = byShop.Count == 0 ? 0 : Interlocked.Increment(ref _turn) % byShop.Count;
        return byShop.Skip(first).Concat(byShop.Take(first));
    }

    /// <summary>The town's shared pickup point of this name, or its first one.</summary>
    internal static async Task<PickupPoint> PointAsync(this DemoPlatform platform, string? point = null)
    {
        var town = (await Http.GetFromJsonAsync<Marketplace.Contracts.Merchants.Api.Town>($"{platform.At.Merchants}/api/v1/towns/{Town}", JsonSerializerOptions.Web))!;
        return town.PickupPoints.First(p => point is null || p.Name == point);
    }

    /// <summary>The shop that keeps the shared pickup point of this name, or the first one.</summary>
    internal static async Task<string> KeeperOfAsync(this DemoPlatform platform, string? point = null)
    {
        var slug = (await platform.PointAsync(point)).Slug;
        foreach (var owner in platform.At.Accounts.Where(a => a.Shop is not null))
        {
            if ((await Http.GetFromJsonAsync<Shop>($"{platform.At.Merchants}/api/v1/shops/{owner.Shop}", JsonSerializerOptions.Web))!.KeepsPoint == slug)
            {
                return owner.Shop!;
            }
        }

        throw new ShouldAssertException($"Nobody keeps {point}.");
    }

    /// <summary>A resident of another place orders one of it, or more.</summary>
    internal static Task<OrderView> OrdersAsync(this DemoPlatform platform, string resident, OfferSummary offer, long quantity = 1) => platform.OrdersAsync(resident, [offer], null, quantity);

    /// <summary>Or one of each, to be collected at the shared point of this slug.</summary>
    internal static async Task<OrderView> OrdersAsync(this DemoPlatform platform, string resident, IReadOnlyList<OfferSummary> offers, string? point, long quantity = 1)
    {
        var place = point is null ? $"shops/{offers[0].Shop.Slug}/pickup-slots?days=7" : $"towns/{Town}/pickup-points/{point}/pickup-slots?days=7&shops={string.Join(',', offers.Select(o => o.Shop.Slug))}";
        var slot = (await Http.GetFromJsonAsync<IReadOnlyList<PickupSlot>>($"{platform.At.Merchants}/api/v1/{place}", JsonSerializerOptions.Web))!.First(s => s.CapacityLeft > 0).SlotId;
        var order = new PlaceOrder(Town, new Contact(resident, "ailleurs@example.org", null),
            [.. offers.GroupBy(o => o.Shop.Slug).Select(s => new PlaceOrder.ShopOrder(s.Key, slot, [.. s.Select(o => new PlaceOrder.Line(o.OfferId, quantity, null))]))], "in-shop");
        using var answer = await Http.PostAsJsonAsync($"{platform.At.Ordering}/api/v1/orders", order, JsonSerializerOptions.Web);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<OrderView>(JsonSerializerOptions.Web))!;
    }

    /// <summary>The shop's own program accepts the order, prepares it and says that it is ready.</summary>
    internal static async Task PreparesAsync(this DemoPlatform platform, string shop, OrderView order)
    {
        foreach (var step in new[] { "accept", "preparation", "ready" })
        {
            await platform.ActsAsync(shop, order, step);
        }
    }

    internal static async Task ActsAsync(this DemoPlatform platform, string shop, OrderView order, string step, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{platform.At.Ordering}/api/v1/shops/{shop}/orders/{order.OrderId}/{step}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", platform.At.ApiKeys[shop]);
        request.Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web);
        using var answer = await Http.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The shop's program asks what is to become of what it does not find.</summary>
    internal static async Task LacksAsync(this DemoPlatform platform, string shop, OrderView order, ProposeForShortage asked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{platform.At.Ordering}/api/v1/shops/{shop}/orders/{order.OrderId}/shortages/{Guid.NewGuid()}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", platform.At.ApiKeys[shop]);
        request.Content = JsonContent.Create(asked, options: JsonSerializerOptions.Web);
        using var answer = await Http.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>An article like another one of its shop, which no other journey takes: there are too few of it for them.</summary>
    internal static async Task<OfferSummary> OneLikeAsync(this DemoPlatform platform, OfferSummary offer)
    {
        var sku = "PARCOURS-" + Guid.NewGuid().ToString("N")[..8];
        using var operating = platform.AsOperator();
        using var put = await operating.PutAsJsonAsync($"{platform.At.Catalog}/api/v1/shops/{offer.Shop.Slug}/offers/{sku}",
            new OfferDefinition(sku, null, "Article " + sku, null, offer.Category, null, SaleUnit.Piece, 350, null, 250, "g", ["aucun"], null, false, false, 4, Prepacked: true), JsonSerializerOptions.Web);
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());
        OfferSummary? made = null;
        await Eventually.BecomesAsync(async () => (made = (await Http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/{Town}/offers?shop={offer.Shop.Slug}&q={sku}", JsonSerializerOptions.Web))!
            .Items.FirstOrDefault(o => o.Sku == sku)) is not null, TimeSpan.FromSeconds(10));
        return made!;
    }

    /// <summary>And thinks better of it.</summary>
    internal static async Task CancelsAsync(this DemoPlatform platform, OrderView order)
    {
        using var answer = await Http.PostAsJsonAsync($"{platform.At.Ordering}/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", new Cancellation(null), JsonSerializerOptions.Web);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
