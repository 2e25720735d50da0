using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop whose software is asked for its stock.</summary>
public abstract class BesideATill(CatalogHost catalog)
{
    private protected CatalogHost Catalog => catalog;

    private protected static readonly string[] Eans = ["9782070364237", "9782070360024", "9782253006329", "9782070413119", "9782253004226"];
    private protected static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private protected static string Feed(ShopEntry shop, string more = "") => $"/api/v1/shops/{shop.Slug}/stock-feed{more}";

    private protected static StockFeedDefinition Definition(FakeTill till, string reserved = "included") => new(till.Address, FakeTill.Siret, "basic", "moi:secret", reserved, 60);

    private protected static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private protected async Task<(ShopEntry Shop, OfferId[] Offers)> ShopAsync(int offers)
    {
        var shop = await Catalog.ShopAsync();
        return (shop, await OffersAsync(Catalog, shop, offers));
    }

    private protected static async Task<OfferId[]> OffersAsync(CatalogHost host, ShopEntry shop, int offers)
    {
        var ids = new List<OfferId>();
        for (var i = 0; i < offers; i++)
        {
            ids.Add(await host.OfferAsync(shop, CatalogHost.Define("L" + i, 5, category: "livres", ean13: Eans[i])));
        }

        return [.. ids];
    }

    private protected async Task<HttpResponseMessage> PutAsync(ShopEntry shop, StockFeedDefinition definition, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Feed(shop)) { Content = JsonContent.Create(definition) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Catalog.Operator.SendAsync(request, Token);
    }

    private protected async Task<StockFeedRun> ReadAsync(ShopEntry shop, FakeTill till)
    {
        using var put = await PutAsync(shop, Definition(till));
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync(Token));
        var since = (await put.Content.ReadFromJsonAsync<StockFeed>(Token))!.ChangedAt;
        return await EndedAsync(shop, since);
    }

    private protected async Task<StockFeedRun> AgainAsync(ShopEntry shop, string query = "")
    {
        using var answer = await Catalog.Operator.PostAsync(Feed(shop, "/runs" + query), null, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Token));
        return await EndedAsync(shop, (await answer.Content.ReadFromJsonAsync<StockFeedRun>(Token))!.StartedAt);
    }

    private protected async Task<StockFeedRun> EndedAsync(ShopEntry shop, DateTimeOffset? since = null)
    {
        StockFeedRun? run = null;
        await CatalogHost.EventuallyAsync(async () => (run = (await RunsAsync(shop)).FirstOrDefault()) is { Status: "done" or "failed" } && !(run.StartedAt < since?.AddMilliseconds(-1)), "the reading has ended");
        return run!;
    }

    private protected async Task<StockFeedRun[]> RunsAsync(ShopEntry shop) => (await Catalog.Operator.GetFromJsonAsync<StockFeedRun[]>(Feed(shop, "/runs"), JsonSerializerOptions.Web, Token))!;

    private protected async Task<IReadOnlyList<StockMovement>> MovementsAsync(ShopEntry shop, string sku) =>
        (await Catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/{sku}/movements", JsonSerializerOptions.Web, Token))!.Items;
}
