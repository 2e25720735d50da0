using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The shop as it stands, before anything of it is changed.</summary>
public sealed class Looking_at_ones_shop(AccountsHost host) : AtTheCounter(host)
{
    private DateOnly Today => Languages.Ui.LocalDate(Now);

    [Fact]
    public async Task Sees_whether_it_is_open_and_published()
    {
        await _browser.OpenAsync(Board);
        _browser.Page.QuerySelector(".pro-nav a[href$='/boutique']")!.TextContent.ShouldBe("Boutique");
        await _browser.OpenAsync($"{Board}/boutique");
        _browser.Page.QuerySelector(".pro-nav a[aria-current=page]")!.GetAttribute("href").ShouldBe($"{Board}/boutique");
        _browser.Words.ShouldContain("Ouvert jusqu'à 19 h");
        _browser.Words.ShouldContain("Aucune fermeture exceptionnelle annoncée");
        _browser.Words.ShouldContain("Publiée : tout le monde la voit");
        _browser.Page.QuerySelector(".rows a[href='/oullins-pierre-benite/boutiques/boulangerie']").ShouldNotBeNull();

        _host.Services.Shops["boulangerie"] = ProSamples.Shop("boulangerie") with { Status = "draft" };
        (await _browser.OpenAsync($"{Board}/boutique")).Words.ShouldContain("Pas encore publiée");
        _browser.Page.QuerySelector(".rows a[href^='/oullins']").ShouldBeNull("nobody sees it");
    }

    [Fact]
    public async Task Sees_the_next_day_on_which_it_is_closed_against_its_week()
    {
        _host.Services.Shops["boulangerie"] = ProSamples.Shop("boulangerie") with
        {
            Exceptions = [new(Today.AddDays(20), Today.AddDays(30), "Congés", []), new(Today.AddDays(-9), Today.AddDays(-2), "Passé", []), new(Today.AddDays(1), Today.AddDays(1), "Ouverte", [new("09:00", "12:00")])],
        };
        (await _browser.OpenAsync($"{Board}/boutique")).Words.ShouldContain("(Congés)");

        _host.Services.Shops["boulangerie"] = _host.Services.Shops["boulangerie"] with { NextDays = [new DayHoursOn(Today, [], null), new DayHoursOn(Today.AddDays(1), [], "Noël")] };
        (await _browser.OpenAsync($"{Board}/boutique")).Words.ShouldContain("demain (Noël)");
        _browser.Words.ShouldNotContain("(Congés)");
    }
}
