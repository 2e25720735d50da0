namespace Marketplace.Load;

/// <summary>What residents read most, straight from Catalog.</summary>
internal static class Reads
{
    internal static Task<Result> ProductAsync(Platform platform, LoadTown town, Options options) => Measure.LoopAsync("product", options, random =>
    {
        var shop = town.Shops[random.Next(town.Shops.Count)];
        return GetAsync(platform, $"{platform.At.Catalog}/api/v1/offers/{shop.Items[random.Next(shop.Items.Count)].Offer}");
    });

    internal static Task<Result> BrowseAsync(Platform platform, LoadTown town, Options options) => Measure.LoopAsync("browse", options, random =>
    {
        var filter = random.Next(4) switch
        {
            0 => "",
            1 => "&shop=" + town.Shops[random.Next(town.Shops.Count)].Slug,
            2 => "&category=biscuits",
            _ => "&sort=price",
        };
        return GetAsync(platform, $"{platform.At.Catalog}/api/v1/towns/{town.Slug}/offers?page={1 + random.Next(5)}&pageSize=24{filter}");
    });

    internal static async Task<bool> GetAsync(Platform platform, string address)
    {
        using var request = platform.Ask(HttpMethod.Get, address);
        using var answer = await platform.Http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
        return answer.IsSuccessStatusCode;
    }
}
