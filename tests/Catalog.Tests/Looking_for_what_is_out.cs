using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Wanted;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog.Tests;

/// <summary>What a shop might have sold: looked for while there was none of it.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Looking_for_what_is_out(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task Is_added_up_by_offer_whoever_tells_it_and_only_while_it_is_out()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var (lamp, vase, there, theirs) = (await catalog.OfferAsync(shop, CatalogHost.Define("LAMPE", 0)), await catalog.OfferAsync(shop, CatalogHost.Define("VASE", 0)),
            await catalog.OfferAsync(shop, CatalogHost.Define("BOL", 3)), await catalog.OfferAsync(other, CatalogHost.Define("LAMPE", 0)));
        // Two processes of the storefront and more, at once, each with the offers in its own order.
        WantedWhileOut[] told = [new(lamp, 2), new(vase, 1), new(there, 5), new(theirs, 1), new(OfferId.New(), 4)];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => catalog.Storefront.PostAsJsonAsync("/api/v1/wanted", i % 2 == 0 ? told : told.Reverse(), Web)));
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.NoContent);

        (await ReadAsync(shop)).ShouldSatisfyAllConditions(w => w.Times.ShouldBe(24), w => w.Offers.Select(o => (o.OfferId, o.Sku, o.Times)).ShouldBe([(lamp, "LAMPE", 16L), (vase, "VASE", 8L)]));
        (await ReadAsync(other)).Times.ShouldBe(8);
        await catalog.CountAsync(shop, "", new StockLine("LAMPE", null, 4));
        (await catalog.Storefront.PostAsJsonAsync("/api/v1/wanted", told, Web)).EnsureSuccessStatusCode();
        (await ReadAsync(shop)).Offers.Single(o => o.OfferId == lamp).Times.ShouldBe(16, "it is there again");
    }

    [Fact]
    public async Task Is_shown_for_thirty_days_and_forgotten_after_thirteen_months()
    {
        var shop = await catalog.ShopAsync();
        var lamp = await catalog.OfferAsync(shop, CatalogHost.Define("LAMPE", 0));
        foreach (var age in new[] { "0 days", "29 days", "30 days", "13 months -1 days", "13 months 1 day" })
        {
            await catalog.ScalarAsync<int>($"insert into wanted_while_out (offer_id, day, shop_id, times) values ('{lamp}', ((now() at time zone 'Europe/Paris') - interval '{age}')::date, '{shop.Id}', 1) returning 1");
        }

        (await ReadAsync(shop)).Times.ShouldBe(2);
        await catalog.Services.GetServices<IDueWorkHandler>().Single(h => h.Kind == WantedErasure.WorkKind).HandleAsync(new DueWork(WantedErasure.WorkKind, "sweep", DateTimeOffset.UtcNow, null, 1), TestContext.Current.CancellationToken);
        (await catalog.ScalarAsync<long>($"select count(*) from wanted_while_out where offer_id = '{lamp}'")).ShouldBe(4);
    }

    [Fact]
    public async Task Is_no_number_that_cannot_be()
    {
        var shop = await catalog.ShopAsync();
        var lamp = await catalog.OfferAsync(shop, CatalogHost.Define("LAMPE", 0));
        (await catalog.Storefront.PostAsJsonAsync("/api/v1/wanted", new WantedWhileOut[] { new(lamp, -3), new(lamp, 0), new(lamp, int.MaxValue) }, Web)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ReadAsync(shop)).ShouldSatisfyAllConditions(w => w.Times.ShouldBe(0), w => w.Offers.ShouldBeEmpty());
        await CatalogHost.ProblemAsync(await catalog.Storefront.PostAsJsonAsync("/api/v1/wanted", Array.Empty<WantedWhileOut>(), Web), HttpStatusCode.UnprocessableEntity, "batch-size");
        await CatalogHost.ProblemAsync(await catalog.Storefront.PostAsJsonAsync("/api/v1/wanted", Enumerable.Range(0, 501).Select(_ => new WantedWhileOut(lamp, 1)), Web), HttpStatusCode.UnprocessableEntity, "batch-size");
    }

    private async Task<WantedOffers> ReadAsync(ShopEntry shop) => (await catalog.Member(shop, "read-only").GetFromJsonAsync<WantedOffers>($"/api/v1/shops/{shop.Slug}/wanted", Web))!;
}
