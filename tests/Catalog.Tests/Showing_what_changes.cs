using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog.Tests;

/// <summary>What residents are shown follows shops, stock and pickups, in every process.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Showing_what_changes(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task A_suspended_shops_offers_go_and_come_back_with_it()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await CatalogHost.EventuallyAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Total == 1, "the offer is listed");
        await catalog.TellAsync(shop.Details! with { Version = 2, Status = "suspended" });
        await CatalogHost.EventuallyAsync(async () => (await catalog.Anonymous.GetAsync($"/api/v1/offers/{offer}")).StatusCode == HttpStatusCode.NotFound, "the offer is gone");
        (await catalog.ListAsync("?pageSize=100")).Items.ShouldNotContain(o => o.OfferId == offer);
        (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={offer}", Web)).ShouldBeEmpty();
        await catalog.TellAsync(shop.Details! with { Version = 3 });
        await CatalogHost.EventuallyAsync(async () => (await catalog.Anonymous.GetAsync($"/api/v1/offers/{offer}")).StatusCode == HttpStatusCode.OK, "the offer is back");
    }

    [Fact]
    public async Task A_list_row_shows_what_is_left_and_when_it_can_be_collected_and_both_move()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        async Task<OfferSummary> RowAsync() => (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={offer},{Guid.NewGuid()}", Web))!.Single();
        (await RowAsync()).ShouldSatisfyAllConditions(r => r.Available.ShouldBe(5), r => r.StockState.ShouldBe("in-stock"), r => r.EarliestPickup.ShouldBeNull());

        await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 2)));
        (await RowAsync()).ShouldSatisfyAllConditions(r => r.Available.ShouldBe(3), r => r.StockState.ShouldBe("last-ones"));
        await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 3)));
        (await RowAsync()).ShouldSatisfyAllConditions(r => r.Available.ShouldBe(0), r => r.StockState.ShouldBe("out-of-stock"));

        var now = DateTimeOffset.UtcNow;
        await catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(now.AddHours(1), now.AddHours(2), now.AddSeconds(-1)), new(now.AddHours(3), now.AddHours(4), now.AddHours(2))]));
        await CatalogHost.EventuallyAsync(async () => (await RowAsync()).EarliestPickup is not null, "the outlook is known");
        (await RowAsync()).EarliestPickup!.Value.ShouldBe(now.AddHours(3), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task What_was_taken_off_sale_is_not_brought_back_by_who_had_read_it_before()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A"));
        var display = catalog.Services.GetRequiredService<OfferDisplay>();
        var before = await OfferRow.ReadAsync(catalog.Database, [offer.Value], TestContext.Current.CancellationToken);
        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/A")).EnsureSuccessStatusCode();

        display.Apply(before);
        display.Find(offer).ShouldBeNull();

        await catalog.OfferAsync(shop, CatalogHost.Define("A"));
        display.Find(offer).ShouldNotBeNull("the shop sells it again");
    }

    [Fact]
    public async Task Another_process_shows_a_change_within_a_second()
    {
        var shop = await catalog.ShopAsync();
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        using var client = second.CreateClient();
        var offer = await catalog.OfferAsync(shop, 5);
        async Task<Offer?> SeenAsync()
        {
            using var answer = await client.GetAsync($"/api/v1/offers/{offer}");
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<Offer>(Web) : null;
        }

        await CatalogHost.EventuallyAsync(async () => await SeenAsync() is not null, "the other process shows the offer");
        await catalog.DoAsync(new Stock.StockCommand.Reserve(CatalogHost.Reserve((shop, offer, 2))));
        await CatalogHost.EventuallyAsync(async () => (await SeenAsync())!.Available == 3, "the other process shows the new figure");
    }

    [Fact]
    public async Task What_changed_while_the_connection_was_away_is_caught_up_with()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        using var client = second.CreateClient();
        await catalog.ScalarAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query = 'listen catalog_display'");
        await catalog.DoAsync(new Stock.StockCommand.Reserve(CatalogHost.Reserve((shop, offer, 4))));
        await CatalogHost.EventuallyAsync(async () => (await client.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.Available == 1, "the other process has caught up");
        await CatalogHost.ReadyAsync(second);
    }

    [Fact]
    public async Task The_storefront_is_hinted_of_changed_offers()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, 5);
        await CatalogHost.EventuallyAsync(() => catalog.Heard.OfType<OffersChanged>().Any(h => h.Offers.Contains(offer) && h.Shops.Contains(shop.Id) && h.Towns.Contains(CatalogHost.Town)), "the hint is heard");
    }
}
