using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>An old link or a typed address asks for a page that a list does not have (any more): its last one is shown.</summary>
public sealed class Behind_the_last_page(AccountsHost host) : AtTheCounter(host)
{
    [Theory]
    [InlineData("stock?q=lampe&page=9999", "stock?q=lampe&page=2"), InlineData("stock?page=3", "stock?page=2")]
    [InlineData("produits?q=lampe&etat=active&page=9999", "produits?q=lampe&etat=active&page=2")]
    [InlineData("stock/LAMPE-01?page=9999", "stock/LAMPE-01")]
    public async Task Of_the_counters_lists_the_last_is_shown(string asked, string shown)
    {
        foreach (var n in Enumerable.Range(1, 60))
        {
            _host.Services.Offers[$"LAMPE-{n:00}"] = ProSamples.Offer($"LAMPE-{n:00}", $"Lampe {n:00}", 5);
        }
        _host.Services.Moved = [new StockMovement(DateTimeOffset.UtcNow, "delivery", 5, 0, 5, 0, null, null)];
        await _browser.OpenAsync($"{Board}/{asked}");
        _browser.Location.ShouldBe($"{Board}/{shown}");
        await _browser.FollowAsync();
        ((int)_browser.Status, _browser.Page.QuerySelector("main ul li, main tbody tr") is not null).ShouldBe((200, true));
    }

    [Fact]
    public async Task A_list_that_is_empty_says_so_on_its_first_page()
    {
        await _browser.OpenAsync($"{Board}/stock?q=introuvable&page=7");
        _browser.Location.ShouldBe($"{Board}/stock?q=introuvable");
        await _browser.OpenAsync($"{Board}/commandes?page=9999");
        _browser.Location.ShouldBe($"{Board}/commandes");
        ((int)(await _browser.FollowAsync()).Status).ShouldBe(200);
    }

    [Fact]
    public async Task Of_ones_own_orders_the_last_is_shown()
    {
        var order = new OrderListItem(OrderId.New(), "K7M4-QX2B", "vienne", "confirmed", DateTimeOffset.UtcNow, 900, ["La Boulangerie"]);
        _host.Services.Mine = new OrderPage([order], 1, 1, 20);
        await _browser.OpenAsync("/compte/commandes?page=9999");
        _browser.Location.ShouldBe("/compte/commandes");
        (await _browser.FollowAsync()).Words.ShouldContain("K7M4-QX2B");
    }

    [Fact]
    public async Task A_column_without_orders_bears_no_badge()
    {
        _host.Services.Orders.Clear();
        await _browser.OpenAsync(Board);
        _browser.Page.QuerySelectorAll(".column h2").ShouldNotBeEmpty();
        _browser.Page.QuerySelectorAll(".column .count").ShouldBeEmpty();
    }
}
