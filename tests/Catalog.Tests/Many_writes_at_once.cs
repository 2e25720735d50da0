using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Catalog;

namespace Marketplace.Catalog.Tests;

/// <summary>A till that sends all it has at once: more than there are connections.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Many_writes_at_once(CatalogHost catalog)
{
    private const int MoreThanThePool = 120;

    [Fact]
    public async Task Offers_put_and_archived_all_at_once_are_all_taken_and_an_order_is_answered_meanwhile()
    {
        var shop = await catalog.ShopAsync();
        var wanted = await catalog.OfferAsync(shop, 3);
        using var client = catalog.Operator;
        var watch = Stopwatch.StartNew();
        var puts = Enumerable.Range(0, MoreThanThePool).Select(n => client.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/T{n}", CatalogHost.Define("T" + n))).ToList();
        (await catalog.AskAsync(CatalogHost.Reserve((shop, wanted, 1)))).ShouldBeOfType<StockReserved>();
        (await Task.WhenAll(puts)).Select(a => a.StatusCode).Distinct().ShouldBe([HttpStatusCode.Created]);

        var archived = await Task.WhenAll(Enumerable.Range(0, MoreThanThePool).Select(n => client.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/T{n}")));
        archived.Select(a => a.StatusCode).Distinct().ShouldBe([HttpStatusCode.NoContent]);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "nobody waited for a connection until it gave up");
        await catalog.LedgerHoldsAsync();
    }
}
