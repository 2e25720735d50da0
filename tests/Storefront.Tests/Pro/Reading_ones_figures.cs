using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What was sold, as charts with their tables.</summary>
public sealed class Reading_ones_figures(AccountsHost host) : AtTheCounter(host)
{
    private DateOnly Today => Languages.Ui.LocalDate(Now);

    private static SalesWeek Filled(SalesWeek week, SalesSum soFar, params long[] cents)
    {
        var days = week.Days.Select((d, i) => cents[i] == 0 ? d : d with { Orders = 1, Cents = cents[i] }).ToList();
        return week with { Days = days, SoFar = soFar, Whole = new(days.Sum(d => d.Orders), days.Sum(d => d.Cents)) };
    }

    [Fact]
    public async Task Shows_what_was_looked_for_while_it_was_out()
    {
        _host.Services.Wanted = _host.Services.Wanted with { Times = 23, Offers = [new(OfferId.New(), "PAIN/1", "Pain <complet>", 14), new(OfferId.New(), "BRIOCHE", "Brioche", 9)] };
        await _browser.OpenAsync($"{Board}/chiffres");
        Browser.WordsOf(_browser.Page.QuerySelector("section[aria-labelledby=cherches]")).ShouldContain("En 30 jours, 23 fois, quelqu'un a trouvé par une recherche, ou ouvert, un article que vous n'aviez plus. Article Fois Pain <complet> 14 Brioche 9");
        _browser.Page.QuerySelector($"a[href='{Board}/produits/fiche/PAIN%2F1']").ShouldNotBeNull();
        _host.Services.Wanted = _host.Services.Wanted with { Times = 0, Offers = [] };
        _host.Services.Figures = _host.Services.Figures with { Baskets = 1 };
        (await _browser.OpenAsync($"{Board}/chiffres")).Words.ShouldContain("personne n'a cherché ni ouvert un article en rupture");
    }

    [Fact]
    public async Task A_shop_that_sold_nothing_reads_what_will_stand_here()
    {
        _host.Services.Figures = ProSamples.NoFigures(Today);
        (await _browser.OpenAsync($"{Board}/chiffres")).Status.ShouldBe(HttpStatusCode.OK);
        _browser.Words.ShouldContain("Rien n'a encore été remis");
        _browser.Page.QuerySelectorAll("svg.chart").ShouldBeEmpty();
        await _browser.OpenAsync($"{Board}/boutique");
        _browser.Page.QuerySelector($".rows a[href='{Board}/chiffres']").ShouldNotBeNull();
    }

    [Fact]
    public async Task Sees_the_week_beside_the_others_what_sold_and_what_might_have()
    {
        var none = ProSamples.NoFigures(Today);
        _host.Services.Figures = none with
        {
            Today = new(2, 3050),
            ToCome = new(1, 990),
            Baskets = 12,
            Weeks = [Filled(none.Weeks[0], new(3, 12_000), 4_000, 8_000, 0, 0, 0, 0, 0), Filled(none.Weeks[1], new(2, 10_000), 10_000, 0, 0, 0, 0, 0, 123_456), none.Weeks[2]],
            Days = [.. none.Days.Select((d, i) => i == 29 ? d with { Orders = 2, Cents = 3050 } : d)],
            Best = [new(OfferId.New(), "PAIN/1", "Pain <complet>", SaleUnit.Piece, 14, 6300, 9), new(OfferId.New(), "COMTE", "Comté", SaleUnit.Weight, 2350, 5640, 7)],
            Missed = [new(OfferId.New(), "Brioche", SaleUnit.Piece, 3, 5, 2250), new(OfferId.New(), null, null, 1, 2, null)],
            MissedCents = 4750, // of more than are shown
            Together = [new("librairie", "La Librairie", 4)],
            Origins = [new("oullins-pierre-benite", false, 8, 20_000), new("oullins-pierre-benite", true, 4, 9_000)],
        };
        await _browser.OpenAsync($"{Board}/chiffres");
        var words = _browser.Words;
        words.ShouldContain("Aujourd'hui 30,50 € 2 commandes");
        words.ShouldContain("Commandé, à remettre 9,90 € 1 commande");
        words.ShouldContain("Cette semaine 120,00 € 20 % de plus que la semaine dernière, au même moment");
        words.ShouldContain("Rien à comparer encore");
        words.ShouldContain("1 234,56 €");
        words.ShouldContain("Pain <complet> 14 63,00 €");
        words.ShouldContain("2,35 kg 56,40 €");
        words.ShouldContain("jusqu'à 47,50 €");
        words.ShouldContain("Brioche 3 22,50 €");
        words.ShouldContain("Un article retiré depuis 1 –");
        words.ShouldContain("La Librairie 4");
        words.ShouldContain("Oullins-Pierre-Bénite · au point de retrait 4 90,00 €");
        _browser.Page.QuerySelectorAll("svg.chart").Length.ShouldBe(2);
        _browser.Page.QuerySelectorAll("svg.chart rect").Length.ShouldBe(4 + 1, "a bar for each day that has one");
        _browser.Page.QuerySelector("a[href='/pro/boulangerie/produits/fiche/PAIN%2F1']").ShouldNotBeNull();

        await _browser.OpenAsync($"{Board}/chiffres?lang=en");
        (await _browser.FollowAsync()).Words.ShouldContain("20% more than last week at this point");
    }

    [Fact]
    public async Task Takes_the_days_of_a_year_to_a_spreadsheet()
    {
        var none = ProSamples.NoFigures(Today);
        _host.Services.Figures = none with { Days = [.. none.Days.Select((d, i) => i == 29 ? d with { Orders = 3, Cents = 123_456 } : d)] };
        await _browser.OpenAsync($"{Board}/chiffres/jours.csv");
        var lines = _browser.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        (lines.Length, lines[0], lines[1], lines[^1]).ShouldBe((1 + 366, "Jour;Commandes;Montant", $"{Today.AddDays(-365):yyyy-MM-dd};0;0,00", $"{Today:yyyy-MM-dd};3;1234,56"));
        _browser.Last.Content.Headers.ContentDisposition!.FileName!.ShouldContain("ventes-boulangerie-");
        var asked = _host.Services.AskedOf("ordering", "shops/boulangerie/figures/days").Single();
        asked.Path.ShouldContain($"from={Today.AddDays(-365):yyyy-MM-dd}&to={Today:yyyy-MM-dd}");
    }
}
