using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop asks how a figure comes about.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Reading_the_ledger(CatalogHost catalog)
{
    [Fact]
    public async Task Names_the_orders_that_hold_some_and_whose_figure_it_was()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("LAMPE", 5));
        await catalog.CountAsync(shop, "?source=feed", new StockLine("LAMPE", null, 9));
        var (first, served, second) = (await catalog.HoldAsync((shop, offer, 3)), await catalog.HoldAsync((shop, offer, 2)), await catalog.HoldAsync((shop, offer, 1)));
        await catalog.DoAsync(new StockCommand.Issue(served, shop.Id, [new IssueStock.Line(offer, 2)]));

        var account = await catalog.Member(shop, "read-only").GetFromJsonAsync<StockAccount>($"/api/v1/shops/{shop.Slug}/stock/LAMPE", JsonSerializerOptions.Web);
        (account!.Offer.OnHand, account.Offer.Reserved, account.Offer.StockSource).ShouldBe((7, 4, "feed"));
        account.Held.Select(h => (h.OrderId, h.Quantity)).ShouldBe([(first, 3), (second, 1)]);
        account.Orders.ShouldBe(2);

        var movements = await catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/LAMPE/movements", JsonSerializerOptions.Web);
        movements!.Items.Where(m => m.Source is not null).Select(m => (m.Source, m.Counted, m.OnHandAfter)).First().ShouldBe(("feed", true, 9));
        movements.Items.Where(m => m.OrderId is not null).ShouldAllBe(m => m.Source == null && !m.Counted);
    }

    [Fact]
    public async Task Knows_the_skus_of_its_own_shop_only()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        await catalog.OfferAsync(other, CatalogHost.Define("VOISINE", 5));
        await CatalogHost.ProblemAsync(await catalog.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/stock/VOISINE"), HttpStatusCode.NotFound, "offer-not-found");
    }
}
