namespace Marketplace.Load;

/// <summary>The storefront's first page of a town, as an anonymous resident gets it.</summary>
internal static class Pages
{
    internal static Task<Result> HomeAsync(Platform platform, LoadTown town, Options options, bool cached)
    {
        var address = $"{platform.At.Storefront}/{town.Slug}";
        // Search results are cached by their whole address, so a number nobody asked before is rendered anew; the page is the same.
        var n = 0;
        return Measure.LoopAsync(cached ? "home" : "home-uncached", options, _ =>
            Reads.GetAsync(platform, cached ? address : $"{address}?mesure={Interlocked.Increment(ref n)}-{Environment.ProcessId}"));
    }
}
