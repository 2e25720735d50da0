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
        Calls().ShouldBe(asked += 2, "a forced reload is answered afresh: what can be had today, and which departments sell anything");
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

    // Keeps away a newsletter's link whose address of a mailbox is then handed to everybody for a while.
    [Fact]
    public async Task Hold_nothing_of_the_first_visitors_address_but_what_they_are_kept_by()
    {
        await host.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync(PageCache.AllTowns, TestContext.Current.CancellationToken);
        foreach (var path in (string[])["/vienne?email=marie@exemple.fr", "/vienne/boutiques?ouvertes=1&email=marie@exemple.fr", "/vienne/produits?q=pain&email=marie@exemple.fr", "/vienne/confidentialite?email=marie@exemple.fr"])
        {
            var page = await host.Visitor().OpenAsync(path);
            page.Html.ShouldNotContain("marie", Case.Insensitive);
            var plain = path.Replace("?email=marie@exemple.fr", "", StringComparison.Ordinal).Replace("&email=marie@exemple.fr", "", StringComparison.Ordinal);
            page.Page.QuerySelector("a[hreflang=en]")!.GetAttribute("href").ShouldBe(plain + (plain.Contains('?', StringComparison.Ordinal) ? "&lang=en" : "?lang=en"));
        }
    }

    [Theory]
    [InlineData("//ailleurs.example/", "/ailleurs.example/?lang=en"), InlineData("/%5Cailleurs.example/", "/ailleurs.example/?lang=en")]
    public async Task Lead_to_their_other_language_on_this_site_alone(string path, string expected)
    {
        var page = await host.Visitor().OpenAsync("http://localhost" + path);
        page.Page.QuerySelector("a[hreflang=en]")!.GetAttribute("href").ShouldBe(expected);
    }

    private int Calls() => host.Town.Asked.Count(a => a.Contains("/towns/vienne/offers", StringComparison.Ordinal));
}
