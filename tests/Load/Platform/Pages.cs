namespace Marketplace.Load;

/// <summary>The storefront's first page of a town, as an anonymous resident gets it.</summary>
internal static class Pages
{
    internal static Task<Result> HomeAsync(Platform platform, LoadTown town, Options options, bool cached)
    {
        var address = $"{platform.At.Storefront}/{town.Slug}";
        // A request that says no-cache (a forced reload) is rendered anew.
        return Measure.LoopAsync(cached ? "home" : "home-uncached", options, async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { CacheControl = cached ? null : new() { NoCache = true } } };
            using var answer = await platform.Http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
            return answer.IsSuccessStatusCode;
        });
    }
}
