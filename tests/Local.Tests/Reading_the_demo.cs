using Marketplace.Local.Demo;

namespace Marketplace.Local.Tests;

public sealed class Reading_the_demo
{
    [Fact]
    public void Quoted_fields_may_hold_separators_quotes_and_lines()
    {
        var line = Csv.Read("sku;title;note\r\nA-1;\"Pain; \"\"bio\"\"\";\"deux\nlignes\"\n").ShouldHaveSingleItem();

        line["sku"].ShouldBe("A-1");
        line["title"].ShouldBe("Pain; \"bio\"");
        line["note"].ShouldBe("deux\nlignes");
    }

    [Fact]
    public void Every_shop_has_a_town_and_offers_in_known_categories()
    {
        var files = new DemoFiles();
        var categories = files.Categories.Select(category => category.Slug).ToHashSet();

        foreach (var shop in files.Shops)
        {
            files.Towns.ShouldContain(town => town.Slug == shop.Town, shop.Slug);
            var offers = DemoOffers.Read(DemoFiles.OffersOf(shop.Slug)).ToList();
            offers.ShouldNotBeEmpty(shop.Slug);
            offers.Select(offer => offer.Sku).ShouldBeUnique();
            offers.ShouldAllBe(offer => categories.Contains(offer.Category));
        }
    }

    [Fact]
    public async Task A_part_is_loaded_once_and_again_when_it_changes()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("demo").FullName, "demo.json");
        var loads = 0;
        Task Load()
        {
            loads++;
            return Task.CompletedTask;
        }

        await new DemoProgress(path).OnceAsync("shop a", "1", Load);
        await new DemoProgress(path).OnceAsync("shop a", "1", Load);
        loads.ShouldBe(1);

        await new DemoProgress(path).OnceAsync("shop a", "2", Load);
        loads.ShouldBe(2);
    }
}
