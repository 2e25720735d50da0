using System.Net;
using Marketplace.Contracts;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What an owner is owed, why and when it comes; and each month line by line, on the page and for a spreadsheet.</summary>
public sealed class Reading_ones_money(AccountsHost host) : AtTheCounter(host)
{
    private static readonly OrderId _order = new(new Guid("00000000-0000-4000-8000-0000000000aa"));
    private const string Money = Board + "/argent";

    private DateOnly Today => Languages.Ui.LocalDate(Now);

    private DateOnly Month => new(Today.Year, Today.Month, 1);

    [Fact]
    public async Task A_shop_that_nobody_paid_by_card_reads_what_will_stand_here_and_staff_reads_nothing()
    {
        await _browser.OpenAsync($"{Board}/boutique");
        _browser.Page.QuerySelector($".rows a[href='{Money}']").ShouldBeNull("staff sells, and need not know");
        (await _browser.OpenAsync(Money)).Status.ShouldBe(HttpStatusCode.Forbidden);

        await SignInAsync("owner");
        await _browser.OpenAsync($"{Board}/boutique");
        _browser.Page.QuerySelector($".rows a[href='{Money}']").ShouldNotBeNull();
        _host.Services.Money = new(0, 0, 0, true, [], 0, [], [new("oullins-pierre-benite", [])], new(0, [], 0));
        (await _browser.OpenAsync(Money)).Words.ShouldContain("Personne n'a encore payé par carte");
        _browser.Words.ShouldContain("Oullins-Pierre-Bénite Aucune commission.");
        _browser.Page.QuerySelectorAll("table").ShouldBeEmpty();
    }

    [Fact]
    public async Task Says_of_each_order_what_is_owed_why_and_when_and_opens_it()
    {
        await SignInAsync("owner");
        var by = Now.AddDays(5);
        _host.Services.Money = new(1234, 250, 4500, false,
            [new(_order, "K7M4-QX2B", "to-pass-on", Now, 1234, null), new(_order, "B2B2-CCCC", "handed-over", Now, 2500, by), new(_order, "C3C3-DDDD", "ordered", Now, 2000, by)], 103,
            [new(Month, 90_000, 10_000, 4_000, 800, 70_000, 5_000)],
            [new("oullins-pierre-benite", [new(new(2026, 1, 1), 5.5m, 0), new(Today.AddDays(30), 5, 20)])], new(0, [], 0));
        var words = (await _browser.OpenAsync(Money)).Words;
        words.ShouldContain("À vous verser 12,34 € débité, commission déduite");
        words.ShouldContain("Mis de côté par carte 45,00 € au plus, avant commission");
        words.ShouldContain("Versé 650,00 € ce mois-ci, sur votre compte");
        words.ShouldContain("Votre compte ne peut pas encore recevoir d'argent");
        words.ShouldContain("K7M4-QX2B Débitée");
        words.ShouldContain("B2B2-CCCC Remise : la carte est débitée quand toutes les boutiques de la commande ont terminé");
        words.ShouldContain("Au plus tard : ");
        words.ShouldContain("Ici les 3 qui attendent depuis le plus longtemps, sur 103.");
        words.ShouldContain("800,00 € 48,00 € 650,00 €");
        words.ShouldContain("5,5 % de ce que vos articles ont coûté.");
        words.ShouldContain("5 % de ce que vos articles ont coûté, et 0,20 € par commande, partagés entre ses boutiques.");
        _browser.Page.QuerySelectorAll($"a[href='{Board}/commandes/{_order}']").Length.ShouldBe(3);
        _browser.Page.QuerySelector($"a[href='{Money}/{Month:yyyy-MM}']").ShouldNotBeNull();

        await _browser.OpenAsync($"{Money}?lang=en");
        (await _browser.FollowAsync()).Words.ShouldContain("To be paid out €12.34 charged, less commission");
    }

    [Fact]
    public async Task Says_what_went_to_the_bank_when_the_rest_comes_and_what_to_do_where_it_was_sent_back()
    {
        await SignInAsync("owner");
        _host.Services.Money = new(0, 0, 0, true, [], 0, [new(Month, 90_000, 0, 0, 0, 90_000, 0)], [], new(1234,
            [new(500, "on-its-way", Now, new(2026, 12, 4), null), new(600, "paid", Now, new(2026, 12, 1), null), new(700, "failed", Now, new(2026, 11, 30), "account_closed"), new(800, "failed", Now, new(2026, 11, 29), "could_not_process")], 25));
        var words = (await _browser.OpenAsync(Money)).Words;
        words.ShouldContain("Sur votre compte Stripe : 12,34 €. Le prochain virement part de lui-même");
        words.ShouldContain("Ici les 4 derniers, sur 25.");
        words.ShouldContain("En route : arrive le vendredi 4 décembre");
        words.ShouldContain("Versé sur votre compte bancaire le mardi 1ᵉʳ décembre");
        words.ShouldContain("Vérifiez votre IBAN chez Stripe");
        words.ShouldContain("Demandez à votre banque pourquoi");
        _browser.Page.QuerySelectorAll($"td a[href='{Money}/compte'], th a[href='{Money}/compte']").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Says_what_the_shop_owes_where_it_gave_back_more_than_was_left()
    {
        await SignInAsync("owner");
        _host.Services.Money = new(120, 450, 0, true, [new(_order, "K7M4-QX2B", "to-fetch", Now, -450, null)], 1, [], [], new(0, [], 0));
        var words = (await _browser.OpenAsync(Money)).Words;
        words.ShouldContain("Vous devez 4,50 €");
        words.ShouldContain("À vous verser 1,20 €", Case.Sensitive, "what is owed and what owes stand apart");
        words.ShouldContain("Remboursée après versement");
    }

    [Fact]
    public async Task Says_of_goods_that_are_gone_that_the_card_was_not_charged()
    {
        await SignInAsync("owner");
        _host.Services.Money = new(0, 0, 0, true, [new(_order, "K7M4-QX2B", "not-taken", Now, 450, null)], 1, [], [], new(0, [], 0));
        var words = (await _browser.OpenAsync(Money)).Words;
        words.ShouldContain("K7M4-QX2B Remise, et la carte n'a pas pu être débitée : la somme vous manque. La coordination de votre ville le voit aussi. 4,50 €");
        words.ShouldNotContain("Personne n'a encore payé par carte");
        words.ShouldNotContain("Tout vous a été versé.");
    }

    [Fact]
    public async Task A_month_adds_up_line_by_line_on_the_page_and_in_the_file()
    {
        await SignInAsync("owner");
        _host.Services.Lines.Clear();
        _host.Services.Lines.AddRange(
            [
                new(_order, "K7M4-QX2B", "sale", Now, 900, -90, -18, 792, 792), new(_order, "K7M4-QX2B", "transfer", Now, 0, 0, 0, -792, 0),
                new(_order, "K7M4-QX2B", "refund", Now, -450, 45, 9, -396, -396), new(_order, "K7M4-QX2B", "reversal", Now, 0, 0, 0, 396, 0),
            ]);
        _host.Services.Sums = new(Month, 900, 450, 45, 9, 792, 396);
        var words = (await _browser.OpenAsync($"{Money}/{Month:yyyy-MM}")).Words;
        words.ShouldContain("Ventes, TVA comprise 9,00 € Remboursements -4,50 € Commission, hors TVA -0,45 € TVA sur la commission -0,09 € Versé sur votre compte -7,92 € Repris sur votre compte 3,96 €");
        words.ShouldContain("Vente 9,00 €, moins 1,08 € de commission TVA comprise 7,92 € 7,92 €");
        words.ShouldContain("Remboursement -4,50 €, et 0,54 € de commission rendus -3,96 € -3,96 €");
        words.ShouldContain("Reprise 3,96 € 0,00 €");

        // More than one page of lines: the file has all of them.
        _host.Services.Lines.AddRange(Enumerable.Repeat(_host.Services.Lines[0], 120));
        await _browser.OpenAsync($"{Money}/{Month:yyyy-MM}?page=2");
        _browser.Page.QuerySelectorAll(".pager a").Length.ShouldBeGreaterThan(1);
        var asked = _host.Services.AskedOf("ordering", "shops/boulangerie/money/months").Count;
        await _browser.OpenAsync($"{Money}/{Month:yyyy-MM}/releve.csv");
        var rows = _browser.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        rows.Length.ShouldBe(1 + 1 + 124 + 2);
        rows[0].ShouldBe("Date;Commande;Mouvement;Montant TTC;Commission HT;TVA sur commission;Effet;Dû ensuite");
        rows[1].ShouldBe(";;Dû au début du mois;;;;;0,00");
        rows[2].ShouldBe($"{Languages.Ui.Local(Now):yyyy-MM-dd HH:mm};K7M4-QX2B;Vente;9,00;-0,90;-0,18;7,92;7,92");
        rows[^2..].ShouldBe([";;Total;1084,50;-108,45;-21,69;950,40;", ";;Dû à la fin du mois, ou maintenant;;;;;950,40"]);
        _host.Services.AskedOf("ordering", "shops/boulangerie/money/months").Count.ShouldBe(asked + 1, "in one moment");
        _browser.Last.Content.Headers.ContentDisposition!.FileName!.ShouldContain($"releve-boulangerie-{Month:yyyy-MM}");
    }

    [Fact]
    public async Task A_month_without_anything_says_so_and_what_is_none_leads_back()
    {
        await SignInAsync("owner");
        _host.Services.Lines.Clear();
        _host.Services.Sums = new(new(2026, 1, 1), 0, 0, 0, 0, 0, 0);
        (await _browser.OpenAsync($"{Money}/2026-01")).Words.ShouldContain("Rien ce mois-ci");
        foreach (var none in (string[])["2999-01", "janvier", "2026-13", "1999-12/releve.csv"])
        {
            (await _browser.OpenAsync($"{Money}/{none}")).Location.ShouldBe(Money);
        }
    }
}
