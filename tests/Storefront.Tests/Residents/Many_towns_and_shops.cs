using Marketplace.Storefront.Residents.Shops;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Many_towns_and_shops(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Are_all_shown_however_many_pages_they_come_in()
    {
        host.Town.MostItems = 1;
        var shops = await host.Visitor().OpenAsync("/vienne/boutiques");
        shops.Page.QuerySelectorAll(".shop-card").Length.ShouldBe(TownSamples.Shops.Count);
        var towns = await host.Visitor().OpenAsync("/");
        foreach (var town in TownSamples.Towns)
        {
            towns.Words.ShouldContain(town.Name);
        }
        TownSamples.Shops.Count.ShouldBeGreaterThan(1);
        host.Town.Asked.Count(a => a.Contains("/towns/vienne/shops?page=", StringComparison.Ordinal)).ShouldBe(TownSamples.Shops.Count);
    }

    [Fact]
    public void Of_one_trade_are_together_however_they_write_it() =>
        new ShopListModel(TownSamples.Vienne, [TownSamples.Shops[0] with { Kind = "Boulangerie-pâtisserie" }, TownSamples.Shops[1] with { Kind = "Boulangerie pâtisserie" }, TownSamples.Shops[2]], [], OpenOnly: false, "Boulangerie pâtisserie")
            .Shown.Count.ShouldBe(2);
}
