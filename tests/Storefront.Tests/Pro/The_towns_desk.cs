using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary><c>/coordination</c> opens to who coordinates a town, and shows that town alone.</summary>
public sealed class The_towns_desk(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Fact]
    public async Task Asks_a_visitor_to_sign_in_and_comes_back()
    {
        using var browser = host.Browser();
        await browser.OpenAsync("/coordination");
        browser.Status.ShouldBe(HttpStatusCode.Redirect);
        browser.Location!.ShouldContain("/compte/connexion");
        Uri.UnescapeDataString(browser.Location!).ShouldContain("/coordination");
    }

    [Theory]
    [InlineData(null, "fr", "Votre compte ne coordonne aucune ville.")]
    [InlineData(null, "en", "Your account coordinates no town.")]
    [InlineData("read-only", "fr", "Votre compte ne coordonne aucune ville.")]
    [InlineData("staff", "en", "Your account coordinates no town.")]
    [InlineData("owner", "fr", "Votre compte ne coordonne aucune ville.")]
    public async Task Is_closed_to_any_other_role_with_a_sentence(string? role, string language, string said)
    {
        var email = await host.PersonAsync();
        if (role is not null)
        {
            host.Services.Members[email] = ProSamples.Member(role, "boulangerie");
        }
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync($"/compte?lang={language}");
        var asked = host.Services.AskedOf("merchants", "towns/").Count;
        await browser.OpenAsync("/coordination");
        browser.Status.ShouldBe(HttpStatusCode.Forbidden);
        browser.Words.ShouldContain(said);
        host.Services.AskedOf("merchants", "towns/").Count.ShouldBe(asked, "no town is asked for");
    }

    [Fact]
    public async Task Reads_the_towns_money_and_what_is_to_be_settled_and_no_other_towns()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = new Memberships([], ["oullins-pierre-benite"]);
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync("/coordination");
        var link = browser.Page.QuerySelector("a[href='/coordination/oullins-pierre-benite/argent']").ShouldNotBeNull();
        host.Services.TownMoney = new(0, 0, 0, [], [], [], 0);
        (await browser.OpenAsync(link.GetAttribute("href")!)).Words.ShouldContain("Rien à régler parmi ce que la plateforme voit : débits impossibles");
        browser.Words.ShouldContain("Personne n'a encore payé par carte.");
        host.Services.TownMoney = new(1234, 250, 4500, [new(new(2026, 1, 1), 90_000, 10_000, 4_000, 800, 70_000, 5_000)], [new(new(2026, 1, 1), 5.5m, 0)],
            [new(Contracts.OrderId.New(), "K7M4-QX2B", "La Librairie", "not-taken", host.Clock.GetUtcNow(), 450), new(Contracts.OrderId.New(), "B2B2-CCCC", null, "taken-otherwise", host.Clock.GetUtcNow(), 100)], 120);
        var words = (await browser.OpenAsync(link.GetAttribute("href")!)).Words;
        words.ShouldContain("Ici les 2 qui attendent depuis le plus longtemps, sur 120.");
        words.ShouldContain("Dû aux boutiques : 12,34 €. Dû par des boutiques : 2,50 €. Mis de côté par carte, au plus : 45,00 €.");
        words.ShouldContain("800,00 € 48,00 € 650,00 €");
        words.ShouldContain("5,5 % de ce que vos articles ont coûté.");
        words.ShouldContain("la carte n'a pas pu être débitée : la somme manque à la boutique. 4,50 €");
        words.ShouldContain("d'une autre somme que prévu");
        await browser.OpenAsync("/coordination/vienne/argent");
        browser.Status.ShouldBe(HttpStatusCode.Forbidden);
        host.Services.AskedOf("ordering", "towns/vienne/money").ShouldBeEmpty();
    }

    [Fact]
    public async Task Reads_what_stands_otherwise_at_stripe_why_and_what_to_do()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = new Memberships([], ["oullins-pierre-benite"]);
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync("/coordination/oullins-pierre-benite/argent");
        var link = browser.Page.QuerySelector("a[href='/coordination/oullins-pierre-benite/argent/ecarts']").ShouldNotBeNull().GetAttribute("href")!;
        host.Services.Gaps = new(null, [], 0, 0);
        (await browser.OpenAsync(link)).Words.ShouldContain("Aucun jour n'a encore été comparé.");
        host.Services.Gaps = new(new(2026, 11, 27), [], 0, 0);
        (await browser.OpenAsync(link)).Words.ShouldContain("Comparé jusqu'au 27 novembre 2026");
        browser.Words.ShouldContain("Aucun écart : les livres disent ce que dit Stripe.");
        var at = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
        string[] whats = ["charge", "refund", "refund-returned", "transfer", "reversal", "payout", "payout-returned", "dispute"];
        host.Services.Gaps = new(new(2026, 11, 27),
            [.. whats.Select(w => new Contracts.Ordering.Api.GatewayDifference(w, "missing-here", w + "_1", new(2026, 11, 25), Contracts.OrderId.New(), "K7M4-QX2B", "La Librairie", null, 450, null, at)),
            .. ((string[])["missing-there", "other-amount", "other-date"]).Select(k => new Contracts.Ordering.Api.GatewayDifference("transfer", k, k, new(2026, 11, 25), null, null, null, -450, k == "missing-there" ? null : -400, at, at.AddDays(-1)))], 120, 2);
        var words = (await browser.OpenAsync(link)).Words;
        words.ShouldNotContain("coordination.gaps", Case.Insensitive, "each has its words");
        words.ShouldContain("Remboursement K7M4-QX2B · La Librairie · 25 novembre 2026");
        words.ShouldContain("Quelqu'un a remboursé depuis le tableau de bord de Stripe");
        words.ShouldContain("Stripe n'en sait rien : l'argent n'a pas bougé");
        words.ShouldContain("Ici les 11 qui attendent depuis le plus longtemps, sur 120.");
        words.ShouldContain("Et 2 que rien ne rattache à une ville");
        await browser.OpenAsync("/coordination/vienne/argent/ecarts");
        browser.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Suspends_a_shop_with_a_reason_and_lets_it_back()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = new Memberships([], ["oullins-pierre-benite"]);
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync("/coordination");
        var page = browser.Page.QuerySelector("details a[href$='/suspension']")!.GetAttribute("href")!;
        page.ShouldBe("/coordination/oullins-pierre-benite/boutiques/boulangerie/suspension");
        (await browser.OpenAsync(page)).Words.ShouldContain("Ce qui est prêt reste à retirer.");
        browser.Words.ShouldContain("Cette boutique tient le point retrait");
        await browser.SubmitAsync(page, ("Reason", ""));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe("#champ-Reason");
        host.Services.Suspended.ShouldBeEmpty();

        await browser.SubmitAsync(page, ("Reason", "Plus personne ne répond."));
        (await browser.FollowAsync()).Words.ShouldContain("Boutique boulangerie est suspendue ; un mail lui dit pourquoi.");
        browser.Words.ShouldContain("1 boutique suspendue");
        browser.Words.ShouldContain("Plus personne ne répond.");
        await browser.SubmitAsync("/coordination/oullins-pierre-benite/boutiques/boulangerie/reprise");
        (await browser.FollowAsync()).Words.ShouldContain("Boutique boulangerie est de nouveau visible");
        host.Services.Suspended.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "suspension"), InlineData("POST", "suspension"), InlineData("POST", "reprise")]
    public async Task Touches_no_shop_of_another_town(string method, string door)
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = new Memberships([], ["condrieu"]);
        using var browser = await host.SignedInAsync(email);
        foreach (var town in (string[])["condrieu", "oullins-pierre-benite"])
        {
            var path = $"/coordination/{town}/boutiques/boulangerie/{door}";
            var asked = host.Services.AskedOf("merchants", "shops/boulangerie/suspension").Count;
            await (method == "GET" ? browser.OpenAsync(path) : browser.PostAsync(path, ("Reason", "Rien.")));
            if (town != "condrieu")
            {
                browser.Status.ShouldBe(HttpStatusCode.Forbidden);
                host.Services.AskedOf("merchants", "shops/boulangerie/suspension").Count.ShouldBe(asked);
            }
            else if (method == "GET")
            {
                browser.Status.ShouldBe(HttpStatusCode.NotFound, "the shop stands in another town");
            }
        }
        host.Services.Suspended.Clear();
    }

    [Fact]
    public async Task Shows_ones_own_towns_and_no_foreign_one()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = new Memberships([], ["condrieu", "pelussin"]);
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync("/coordination?ville=ampuis&town=ampuis");
        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Page.QuerySelectorAll("main section > .section-head a").Select(a => a.GetAttribute("href")).ShouldBe(["/condrieu", "/pelussin"]);
        browser.Words.ShouldContain("Boulangerie de condrieu");
        browser.Words.ShouldContain("Boulangerie de pelussin");
        browser.Words.ShouldNotContain("ampuis");
        host.Services.AskedOf("merchants", "towns/ampuis").ShouldBeEmpty();
        (await browser.OpenAsync("/pro/boulangerie")).Status.ShouldBe(HttpStatusCode.Forbidden, "a town's desk is no shop's counter");
    }
}
