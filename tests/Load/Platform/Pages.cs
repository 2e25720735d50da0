namespace Marketplace.Load;

/// <summary>The storefront's first page of a town, as an anonymous resident gets it.</summary>
internal static class Pages
{
    internal static Task<Result> HomeAsync(Platform platform, LoadTown town, Options options, bool cached)
    {
        var address = $"{platform.At.Storefront}/{town.Slug}";
        // A request that says no-cache (a forced reload) is rendered anew.
        return Measure.LoopAsync(cached ? "home" : "home-uncached", options, _ => Reads.GetAsync(platform, address, noCache: !cached));
    }
}
