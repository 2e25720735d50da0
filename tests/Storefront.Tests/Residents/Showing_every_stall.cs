using Marketplace.Contracts;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>What a town's home shows of what can be had today: of every trade something, however many articles one of them has.</summary>
public sealed class Showing_every_stall(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Bread_and_cheese_stand_beside_a_cellar_of_a_hundred_bottles()
    {
        for (var i = 0; i < 100; i++)
        {
            var bottle = TownSamples.Wine with { OfferId = OfferId.New(), Title = $"Aligoté {i:000}" }; // before all others, as Catalog ranks them
            host.Town.Offers[bottle.OfferId] = bottle;
        }
        var home = await host.Visitor().OpenAsync("/vienne");
        var shown = home.Page.QuerySelectorAll(".grid.offers h3").Select(h => h.TextContent).ToList();
        shown.Count.ShouldBe(8, home.Words);
        shown.ShouldContain(t => t.Contains("Pain complet", StringComparison.Ordinal));
        shown.ShouldContain(t => t.Contains("Comté 18 mois", StringComparison.Ordinal));
        shown.ShouldContain(t => t.Contains("Aligoté", StringComparison.Ordinal));
    }
}
