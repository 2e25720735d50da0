namespace Marketplace.Load;

/// <summary>
/// What residents type into the search field, straight from Catalog: words that thousands of offers have, several words, beginnings,
/// typing mistakes, whole titles, each with a filter, another order or a later page now and then.
/// </summary>
internal static class Searches
{
    private static readonly string[] Refinements =
    [
        "&category=biscuits", "&availableToday=true", "&category=miels&availableToday=true", "&minPrice=500&maxPrice=2000",
        "&sort=price", "&sort=-price", "&sort=newest", "&sort=availability", "&near=45.71,4.80", "&sort=distance&near=45.71,4.80", "&page=2", "&page=20",
    ];

    internal static Task<Result> RunAsync(Platform platform, LoadTown town, Options options) =>
        Measure.LoopAsync("search", options, random => Reads.GetAsync(platform, Address(platform, town, random)));

    /// <summary>The same while 200 levels a second change under it, as in an hour of a hundred orders a second.</summary>
    internal static async Task<Result> WhileSellingAsync(Platform platform, LoadTown town, Options options)
    {
        await using var selling = Changes.Sell(platform, town);
        var result = await Measure.LoopAsync("search-selling", options, random => Reads.GetAsync(platform, Address(platform, town, random)));
        return result with { More = new Dictionary<string, object> { ["levelsChanged"] = selling.Changed } };
    }

    private static string Address(Platform platform, LoadTown town, Random random)
    {
        var shop = town.Shops[random.Next(town.Shops.Count)];
        var title = shop.Items[random.Next(shop.Items.Count)].Title;
        var words = title.Split(' ');
        var text = random.Next(10) switch
        {
            0 or 1 or 2 => words[0],
            3 or 4 => $"{words[0]} {words[^3]}",
            5 or 6 => words[0][..Math.Min(random.Next(2, 5), words[0].Length)],
            7 => words[0].Remove(random.Next(1, words[0].Length), 1),
            8 => $"{words[^3]} {words[0].Remove(1, 1)}",
            _ => title,
        };
        var refinement = random.Next(5) switch
        {
            0 or 1 => Refinements[random.Next(Refinements.Length)],
            2 => "&shop=" + shop.Slug,
            _ => "",
        };
        return $"{platform.At.Catalog}/api/v1/towns/{town.Slug}/offers?q={Uri.EscapeDataString(text)}&pageSize=24{refinement}";
    }
}
