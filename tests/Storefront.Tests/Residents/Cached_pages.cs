using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Cached_pages(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Ask_the_services_once_until_the_town_changes()
    {
        await host.Visitor().OpenAsync("/vienne");
        var asked = Calls();
        await host.Visitor().OpenAsync("/vienne");
        await host.Visitor().OpenAsync("/vienne?utm_source=affiche");
        Calls().ShouldBe(asked, "the second visitor gets the kept page, whatever else the address says");
        await host.Visitor().OpenAsync("/vienne", ("Cache-Control", "no-cache"));
        Calls().ShouldBe(++asked, "a forced reload is answered afresh");
        await host.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync(PageCache.Tag("vienne"), TestContext.Current.CancellationToken);
        await host.Visitor().OpenAsync("/vienne");
        Calls().ShouldBeGreaterThan(asked);
    }

    [Fact]
    public async Task Differ_by_language_and_by_encoding()
    {
        (await host.Visitor().OpenAsync("/vienne")).Page.DocumentElement.GetAttribute("lang").ShouldBe("fr");
        (await host.Visitor("en").OpenAsync("/vienne")).Page.DocumentElement.GetAttribute("lang").ShouldBe("en");
        (await host.Visitor().OpenAsync("/vienne", ("Accept-Encoding", "gzip"))).Answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        (await host.Visitor().OpenAsync("/vienne")).Answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    private int Calls() => host.Town.Asked.Count(a => a.Contains("/towns/vienne/offers", StringComparison.Ordinal));
}
