using System.Net;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>The pages about a person are of no town; the one that they came from stays in the frame, without script.</summary>
public sealed class Keeping_the_town(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Fact]
    public async Task The_town_somebody_came_from_stays_on_the_pages_about_them()
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync("Inès Durand"));
        await browser.OpenAsync("/compte");
        browser.Page.QuerySelector("body")!.GetAttribute("data-town").ShouldBeNullOrEmpty("nobody has said any");

        await browser.OpenAsync($"/compte?ville={Town}");
        (browser.Status, browser.Location).ShouldBe((HttpStatusCode.Redirect, "/compte"), "it leaves the address");
        foreach (var path in (string[])["/compte", "/compte/commandes", "/compte/suppression"])
        {
            await browser.OpenAsync(path);
            browser.Page.QuerySelector("body")!.GetAttribute("data-town").ShouldBe(Town, path);
            browser.Page.QuerySelector("a.brand")!.GetAttribute("href").ShouldBe($"/{Town}");
            browser.Page.QuerySelector("a.nav-basket").ShouldNotBeNull();
            browser.Page.QuerySelector("a.nav-account")!.GetAttribute("href").ShouldBe("/compte");
        }
    }

    [Theory]
    [InlineData("nulle-part")]
    [InlineData("%22%3E%3Cscript")]
    [InlineData("../pro")]
    public async Task A_town_that_is_none_of_ours_is_no_town(string slug)
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync("Inès Durand"));
        await browser.OpenAsync($"/compte?ville={slug}");
        await browser.OpenAsync("/compte");
        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Page.QuerySelector("body")!.GetAttribute("data-town").ShouldBeNullOrEmpty();
        browser.Page.QuerySelector("a.brand")!.GetAttribute("href").ShouldBe("/");
    }

    [Fact]
    public async Task The_way_to_the_account_says_it()
    {
        using var browser = host.Browser();
        await browser.OpenAsync($"/{Town}/rien/du/tout");
        browser.Page.QuerySelector("a.nav-account")!.GetAttribute("href").ShouldBe($"/compte?ville={Town}");
    }

    private const string Town = "vienne";
}
