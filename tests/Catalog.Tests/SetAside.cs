using System.Net.Http.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>Some pieces of an offer are set aside for an order; they leave or come back, the shop counts, and the two are heard of in any order.</summary>
public abstract class SetAside(CatalogHost catalog)
{
    private protected CatalogHost Catalog => catalog;

    private protected async Task<(ShopEntry Shop, OfferId Offer, OrderId Order)> HeldAsync(long onHand, long quantity = 1)
    {
        var shop = await Catalog.ShopAsync();
        var offer = await Catalog.OfferAsync(shop, CatalogHost.Define("A", onHand));
        return (shop, offer, await Catalog.HoldAsync((shop, offer, quantity)));
    }

    private protected static string At(DateTimeOffset moment) => "?asOf=" + Uri.EscapeDataString(moment.ToString("O"));

    private protected async Task HearAsync(bool heardLate, StockCommand.Issue collected, Func<Task> figure)
    {
        if (heardLate)
        {
            await Catalog.DoAsync(collected);
        }

        await figure();
        if (!heardLate)
        {
            await Catalog.DoAsync(collected);
        }
    }

    private protected async Task AdjustAsync(ShopEntry shop, StockAdjustment adjustment)
    {
        using var answer = await Catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock/A/adjustments", adjustment, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private protected async Task<IReadOnlyList<StockMovement>> MovementsAsync(ShopEntry shop) =>
        (await Catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/A/movements", TestContext.Current.CancellationToken))!.Items;

    /// <summary>Declined, or left over when the rest was handed over.</summary>
    private protected Task GiveBackAsync(OrderId order, ShopEntry shop, OfferId offer, DateTimeOffset back, bool declined) => Catalog.DoAsync(declined
        ? new StockCommand.Release(order, shop.Id, null, back)
        : new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 0)], back));

    private protected Task IssueAsync(OrderId order, ShopEntry shop, OfferId offer, DateTimeOffset? left) =>
        Catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 1)], left));
}
