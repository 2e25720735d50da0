using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A shop's way in as its people and the town's coordination meet it, without script.</summary>
public sealed class Asking_to_come_in(AccountsHost host) : IClassFixture<AccountsHost>
{
    private const string Join = "/vienne/rejoindre";

    private static readonly (string, string)[] _filled =
    [
        ("Siret", "732 829 320 00074"), ("ActivityCode", "1071C"), ("LegalName", "SARL Le Petit Four"), ("LegalForm", "SARL"), ("Name", "Le Petit Four"), ("Kind", "Boulangerie"),
        ("Description", "Du pain au levain."), ("Street", "3 rue de la République"), ("Postcode", "38200"), ("City", "Vienne"), ("Phone", "04 65 71 22 33"), ("Terms", MerchantTerms.Current),
    ];

    [Fact]
    public async Task Begins_without_an_account_and_comes_back_after_signing_up_by_its_mail()
    {
        using var browser = host.Browser();
        (await browser.OpenAsync(Join)).Page.QuerySelector("form.join").ShouldBeNull();
        var signUp = browser.Page.QuerySelectorAll("main a.btn").Select(a => a.GetAttribute("href")!).First(h => h.StartsWith("/compte/inscription", StringComparison.Ordinal));
        await (await browser.OpenAsync(signUp)).SubmitAsync("/compte/inscription", ("Name", "Nadia Benali"), ("Email", "nadia@exemple.fr"), ("Password", AccountsHost.Password));
        await (await browser.OpenAsync(CaughtMails.LinkIn(await host.Mails.NextAsync("nadia@exemple.fr")))).SubmitAsync("/compte/confirmation", ("Password", AccountsHost.Password));
        browser.Location.ShouldBe(Join);
        (await browser.FollowAsync()).Page.QuerySelector("form.join [name=Email]")!.GetAttribute("value").ShouldBe("nadia@exemple.fr");
    }

    [Fact]
    public async Task Sends_what_was_typed_and_leads_to_what_is_missing()
    {
        var (browser, email) = await PersonAsync();
        await (await browser.OpenAsync(Join)).SubmitAsync(Join, _filled);
        browser.Location.ShouldBe("/pro/le-petit-four/ouverture?fait=applied");
        var sent = System.Text.Json.JsonSerializer.Deserialize<ShopApplication>(host.Services.AskedOf("merchants", "towns/vienne/applications").Last(a => a.Method == "POST").Body, System.Text.Json.JsonSerializerOptions.Web)!;
        sent.ShouldSatisfyAllConditions(
            s => s.Email.ShouldBe(email), s => s.Terms.ShouldBe(MerchantTerms.Current), s => s.VatExempt.ShouldBeFalse(), s => s.Language.ShouldBe("fr"), s => s.Position.Lat.ShouldBe(45.71, 0.01),
            s => s.Hours.Days.Select(d => d.Day).ShouldBe([2, 3, 4, 5, 6]), s => s.Hours.Days[0].Blocks.ShouldBe([new("09:00", "12:30"), new("14:00", "19:00")]));

        host.Services.Members[email] = ProSamples.Member("owner", "le-petit-four");
        await browser.FollowAsync();
        browser.Words.ShouldContain("Votre demande est envoyée.");
        browser.Words.ShouldContain("Demande en attente");
        browser.Page.QuerySelectorAll(".checklist .missing strong").Select(s => s.TextContent).ShouldBe(["Un premier produit en vente"]);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "12:30", 2)] // half a break is a mistake that the service names
    [InlineData("13:00", "14:00", 2)]
    public async Task Takes_a_day_without_a_break_as_one_block(string from, string to, int blocks)
    {
        var (browser, _) = await PersonAsync();
        await (await browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("LunchFrom", from), ("LunchTo", to)]);
        var sent = System.Text.Json.JsonSerializer.Deserialize<ShopApplication>(host.Services.AskedOf("merchants", "towns/vienne/applications").Last(a => a.Method == "POST").Body, System.Text.Json.JsonSerializerOptions.Web)!;
        sent.Hours.Days[0].Blocks.Count.ShouldBe(blocks == 0 ? 1 : 2);
    }

    [Fact]
    public async Task Says_all_that_is_missing_at_once_and_keeps_what_was_typed()
    {
        var (browser, _) = await PersonAsync();
        await (await browser.OpenAsync(Join)).SubmitAsync(Join, ("Name", "Le Petit Four"), ("Description", "Du pain."), ("VatExempt", "true"), ("Position", "ici"), ("Days", "1"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var links = browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")!).ToList();
        links.ShouldBe(["#champ-Siret", "#champ-ActivityCode", "#champ-LegalName", "#champ-LegalForm", "#champ-Kind", "#champ-Phone", "#champ-Street", "#champ-Postcode", "#champ-City", "#champ-Position", "#champ-Terms"]);
        links.ShouldAllBe(l => browser.Page.QuerySelector(l) != null);
        browser.Page.QuerySelector("[name=Name]")!.GetAttribute("value").ShouldBe("Le Petit Four");
        browser.Page.QuerySelector("[name=Description]")!.TextContent.ShouldBe("Du pain.");
        browser.Page.QuerySelector("[name=VatExempt]")!.HasAttribute("checked").ShouldBeTrue();
        browser.Page.QuerySelectorAll("[name=Days][checked]").Select(d => d.GetAttribute("value")).ShouldBe(["1"]);
        browser.Page.QuerySelector("details")!.HasAttribute("open").ShouldBeTrue("its mistake is seen");
    }

    [Fact]
    public async Task Says_that_the_plan_waits_for_its_press_also_while_the_address_is_wrong()
    {
        var (browser, _) = await PersonAsync();
        await (await browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled.Where(f => f.Item1 is not ("Position" or "Postcode"))]);
        var said = browser.Page.QuerySelectorAll("#erreurs a").ToDictionary(a => a.GetAttribute("href")!, a => Browser.Plain(a.TextContent));
        said.Keys.ShouldContain("#champ-Postcode");
        said["#champ-Position"].ShouldBe("Montrez sur le plan où est la boutique ; l'adresse, une fois corrigée, suffit parfois");
    }

    [Fact]
    public async Task Shows_a_refusal_at_its_field()
    {
        var (browser, _) = await PersonAsync();
        await (await browser.OpenAsync(Join)).SubmitAsync(Join, [("Siret", "00000000000000"), .. _filled[1..]]);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Browser.Plain(browser.Page.QuerySelector("#champ-Siret-erreur")!.TextContent).ShouldBe("Ce numéro SIRET n'existe pas.");
        browser.Page.QuerySelector("[name=Street]")!.GetAttribute("value").ShouldBe("3 rue de la République");
    }

    [Fact]
    public async Task Shows_what_is_missing_and_what_the_service_refuses_together_down_the_page()
    {
        var (browser, _) = await PersonAsync();
        await (await browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled.Where(f => f.Item1 is not ("Terms" or "Siret" or "Postcode" or "Kind")), ("Siret", "00000000000000"), ("Postcode", "69001"), ("Kind", " ")]);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Page.QuerySelectorAll("#erreurs a").Select(a => (a.GetAttribute("href"), Browser.Plain(a.TextContent))).ShouldBe(
        [
            ("#champ-Siret", "Ce numéro SIRET n'existe pas."), ("#champ-Kind", "Indiquez votre métier"), ("#champ-Postcode", "Ce code postal n'est pas celui d'une commune de la ville : 38200."),
            ("#champ-Terms", "Lisez et acceptez les conditions pour les commerçants"),
        ]);
    }

    [Fact]
    public async Task Loses_nothing_when_the_session_ended_meanwhile()
    {
        using var browser = host.Browser();
        await browser.PostAsync(Join, _filled);
        browser.Status.ShouldBe(HttpStatusCode.Unauthorized);
        browser.Page.QuerySelector("[name=Siret]")!.GetAttribute("value").ShouldBe("732 829 320 00074");
        browser.Words.ShouldContain("Rien n'est perdu");
        browser.Page.QuerySelector(".notice a")!.GetAttribute("href").ShouldBe("/compte/connexion?retour=%2Fvienne%2Frejoindre");
    }

    [Fact]
    public async Task Is_found_from_the_counter_of_who_has_no_shop()
    {
        var (browser, _) = await PersonAsync();
        (await browser.OpenAsync("/pro")).Page.QuerySelectorAll("main ul a").Select(a => a.GetAttribute("href")).ShouldBe([Join]);
    }

    [Fact]
    public async Task Is_decided_at_the_towns_desk()
    {
        var (browser, _) = await PersonAsync(new Memberships([], ["vienne"]));
        var (first, second) = ($"a-{Guid.NewGuid():N}", $"b-{Guid.NewGuid():N}");
        host.Services.Applications[first] = ProSamples.Asking(first);
        host.Services.Applications[second] = ProSamples.Asking(second);
        await browser.OpenAsync("/coordination");
        Browser.WordsOf(browser.Page.QuerySelector($"#demande-{first}")).ShouldContain("SARL Le Petit Four");
        Browser.WordsOf(browser.Page.QuerySelector($"#demande-{first} dl")).ShouldContain("Horaires Lundi : 8 h – 12 h 30, 15 h – 19 h Mardi : fermé");
        browser.Page.QuerySelector($"#demande-{first} .plan svg .plan-pin").ShouldNotBeNull();
        Browser.WordsOf(browser.Page.QuerySelector($"#demande-{first} .plan + p")).ShouldStartWith("La boutique est au centre d'Oullins-Pierre-Bénite. Tout près : Boulangerie de vienne");
        browser.Page.QuerySelectorAll("[id]").GroupBy(e => e.Id).Where(g => g.Count() > 1).ShouldBeEmpty();

        await browser.SubmitAsync($"/coordination/vienne/demandes/{first}", ("Approved", "oui"));
        (await browser.FollowAsync()).Words.ShouldContain("Le Petit Four : la demande est acceptée, un mail le dit à la boutique.");
        browser.Page.QuerySelector($"#demande-{first}").ShouldBeNull();

        await browser.SubmitAsync($"/coordination/vienne/demandes/{second}", ("Approved", "non"), ("Reason", " "));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe($"#motif-{second}");
        await browser.SubmitAsync($"/coordination/vienne/demandes/{second}", ("Approved", "non"), ("Reason", "L’adresse est à Lyon."));
        (await browser.FollowAsync()).Words.ShouldContain("Le Petit Four : la demande est refusée");

        // Somebody else was first.
        await browser.PostAsync($"/coordination/vienne/demandes/{second}", ("Version", "1"), ("Approved", "oui"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("Quelqu'un a déjà répondu à cette demande.");
    }

    [Fact]
    public async Task Is_no_strangers_to_decide()
    {
        var (browser, _) = await PersonAsync(new Memberships([], ["condrieu"]));
        host.Services.Applications["etranger"] = ProSamples.Asking("etranger");
        (await browser.PostAsync("/coordination/vienne/demandes/etranger", ("Version", "1"), ("Approved", "oui"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        host.Services.AskedOf("merchants", "shops/etranger/application").ShouldBeEmpty();
        host.Services.Applications.TryRemove("etranger", out _);
    }

    [Theory]
    [InlineData("draft", "refused", "Demande refusée", "L'adresse est à Lyon.")]
    [InlineData("draft", "approved", "Demande acceptée", "dès que rien ne manque plus")]
    [InlineData("published", "approved", "La boutique est ouverte aux habitants", "Voir sa page")]
    [InlineData("suspended", "approved", "La boutique est suspendue", "Les habitants ne la voient plus")]
    public async Task Says_how_the_shop_stands(string status, string application, string title, string text)
    {
        var slug = $"etat-{Guid.NewGuid():N}";
        var asked = ProSamples.Asking(slug);
        host.Services.Applications[slug] = asked with { Opening = asked.Opening with { Status = status, Application = application, Reason = application == "refused" ? "L’adresse est à Lyon." : null } };
        var (browser, _) = await PersonAsync(ProSamples.Member("owner", slug));
        await browser.OpenAsync($"/pro/{slug}/ouverture");
        browser.Words.ShouldContain(title);
        browser.Words.ShouldContain(text);
    }

    [Theory]
    [InlineData("applied", "fr", "Votre demande pour Le Petit Four", "/pro/le-petit-four/ouverture", null)]
    [InlineData("refused", "fr", "Le Petit Four : réponse à votre demande", "/pro/le-petit-four/ouverture", "L’adresse est à Lyon.")]
    [InlineData("approved", "en", "Le Petit Four: application approved", "/pro/le-petit-four/ouverture", null)]
    [InlineData("suspended", "fr", "Le Petit Four est suspendue", "/pro/le-petit-four/ouverture", "Plus personne ne répond.")]
    [InlineData("lifted", "fr", "Le Petit Four est de nouveau ouverte aux habitants", "/vienne/boutiques/le-petit-four", null)]
    [InlineData("published", "en", "Le Petit Four is open to residents", "/vienne/boutiques/le-petit-four", null)]
    [InlineData("asking", "fr", "Le Petit Four demande à rejoindre la place de marché", "/coordination#demande-le-petit-four", null)]
    [InlineData("asking", "en", "Le Petit Four asks to join the marketplace", "/coordination#demande-le-petit-four", null)]
    [InlineData("joined", "fr", "Vous êtes de l'équipe de « Le Petit Four »", "/pro/le-petit-four", "owner", "propriétaire")]
    [InlineData("joined", "en", "You are in the team of Le Petit Four", "/pro/le-petit-four", "read-only", "read only")]
    public async Task Is_told_by_mail_once(string kind, string language, string subject, string link, string? reason, string? said = null)
    {
        var (to, id) = ($"lettre-{kind}-{language}@exemple.fr", Guid.NewGuid());
        host.Services.Letters[id] = new ShopLetter(id, to, language, kind, "vienne", "le-petit-four", "Le Petit Four", reason);
        var mail = await Eventually.GetAsync(() => Task.FromResult(host.Mails.CountOf(to)), n => n > 0, TimeSpan.FromSeconds(30)) is 1 ? await host.Mails.NextAsync(to) : null;
        Browser.Plain(mail!.Subject).ShouldBe(subject);
        CaughtMails.LinkIn(mail).ShouldBe(link);
        if (reason is not null)
        {
            mail.Text.ShouldContain(said ?? reason);
        }
        await Eventually.BecomesAsync(() => !host.Services.Letters.ContainsKey(id), TimeSpan.FromSeconds(20));
        host.Mails.CountOf(to).ShouldBe(1);
    }

    [Fact]
    public async Task Is_told_by_mail_once_though_Merchants_does_not_hear_that_it_was()
    {
        var (to, id) = ("lettre-deux-fois@exemple.fr", Guid.NewGuid());
        host.Services.Refusals[$"letters/{id}"] = (HttpStatusCode.NotFound, "letter-lost");
        host.Services.Letters[id] = new ShopLetter(id, to, "fr", "applied", "vienne", "le-petit-four", "Le Petit Four", null);
        await Eventually.BecomesAsync(() => host.Services.AskedOf("merchants", $"letters/{id}").Count >= 3, TimeSpan.FromSeconds(40));
        host.Services.Refusals.TryRemove($"letters/{id}", out _);
        await Eventually.BecomesAsync(() => !host.Services.Letters.ContainsKey(id), TimeSpan.FromSeconds(20));
        host.Mails.CountOf(to).ShouldBe(1);
    }

    [Fact]
    public async Task Is_told_by_mail_though_more_letters_than_are_listed_at_once_cannot_be_written()
    {
        var (to, id) = ("lettre-suivante@exemple.fr", Guid.NewGuid());
        Guid[] strange = [.. Enumerable.Range(1, 5).Select(n => new Guid(0, 0, 0, [0, 0, 0, 0, 0, 0, 0, (byte)n]))];
        foreach (var one in strange)
        {
            host.Services.Letters[one] = new ShopLetter(one, "lettre-inconnue@exemple.fr", "fr", "of-a-kind-to-come", "vienne", "le-petit-four", "Le Petit Four", null);
        }
        var listed = Listed();
        await Eventually.BecomesAsync(() => Listed() > listed, TimeSpan.FromSeconds(20));
        host.Services.Letters[id] = new ShopLetter(id, to, "fr", "applied", "vienne", "le-petit-four", "Le Petit Four", null);
        await Eventually.BecomesAsync(() => host.Mails.CountOf(to) == 1, TimeSpan.FromSeconds(30));
        strange.Select(one => host.Services.Letters.TryRemove(one, out _)).ShouldAllBe(there => there, "they wait for a process that knows their kind");

        int Listed() => host.Services.AskedOf("merchants", "letters").Count(a => a.Path == "letters");
    }

    [Fact]
    public async Task Is_asked_again_with_what_was_said_and_prepared()
    {
        var slug = $"encore-{Guid.NewGuid():N}";
        var asked = ProSamples.Asking(slug);
        host.Services.Applications[slug] = asked with { Opening = asked.Opening with { Application = "refused", Reason = "L’adresse est à Lyon." } };
        host.Services.Shops[slug] = asked.Shop with { Towns = ["vienne"], Phone = "04 65 71 22 33", Street = "3 rue de la République" };
        var (browser, _) = await PersonAsync(ProSamples.Member("owner", slug));
        await browser.OpenAsync($"/pro/{slug}/ouverture");
        var again = browser.Page.QuerySelector(".notice a")!.GetAttribute("href")!;
        again.ShouldBe($"{Join}?boutique={slug}");
        await browser.OpenAsync(again);
        foreach (var (field, value) in (IEnumerable<(string, string)>)[("Siret", "73282932000074"), ("ActivityCode", "10.71C"), ("LegalName", "SARL Le Petit Four"), ("Name", "Le Petit Four"), ("Street", "3 rue de la République"), ("Phone", "04 65 71 22 33")])
        {
            browser.Page.QuerySelector($"form.join [name={field}]")!.GetAttribute("value").ShouldBe(value);
        }
        browser.Page.QuerySelector("[name=Description]")!.TextContent.ShouldBe("Du pain.");
        browser.Page.QuerySelectorAll("[name=Days], [name=Terms][checked]").ShouldBeEmpty();
        browser.Page.QuerySelector($"form.join a[href='/pro/{slug}/horaires']").ShouldNotBeNull();

        await browser.SubmitAsync(Join, ("Street", "12 rue Charton"), ("Terms", MerchantTerms.Current));
        var sent = System.Text.Json.JsonSerializer.Deserialize<ShopApplication>(host.Services.AskedOf("merchants", "towns/vienne/applications").Last(a => a.Method == "POST").Body, System.Text.Json.JsonSerializerOptions.Web)!;
        sent.ShouldSatisfyAllConditions(s => s.Street.ShouldBe("12 rue Charton"), s => s.Siret.ShouldBe("73282932000074"), s => s.Hours.Days.Select(d => d.Day).ShouldBe([1]), s => s.Hours.Days[0].Blocks[0].ShouldBe(new("08:00", "12:30")));

        // Whoever only works there does not ask, and nobody is shown a draft of somebody else.
        var (helper, _) = await PersonAsync(ProSamples.Member("staff", slug));
        (await helper.OpenAsync($"/pro/{slug}/ouverture")).Page.QuerySelector(".notice a").ShouldBeNull();
        (await helper.OpenAsync(again)).Page.QuerySelector("form.join [name=Siret]")!.GetAttribute("value").ShouldBeNullOrEmpty();
    }

    [Theory]
    [InlineData("draft", "approved")]
    [InlineData("draft", null)]
    [InlineData("published", "approved")]
    [InlineData("suspended", "approved")]
    public async Task Is_no_empty_form_for_who_is_in_already(string status, string? application)
    {
        var slug = $"dedans-{Guid.NewGuid():N}";
        var asked = ProSamples.Asking(slug);
        host.Services.Applications[slug] = asked with { Opening = asked.Opening with { Status = status, Application = application } };
        host.Services.Shops[slug] = asked.Shop with { Towns = ["vienne"], Status = status };
        var (browser, _) = await PersonAsync(ProSamples.Member("owner", slug));
        await browser.OpenAsync($"{Join}?boutique={slug}");
        browser.Location.ShouldBe($"/pro/{slug}/boutique/coordonnees");
        (await browser.FollowAsync()).Page.QuerySelector("form.join [name=Street]")!.GetAttribute("value").ShouldBe("1 Grande Rue");

        // In another town it is none of theirs, and of somebody else it is shown nothing.
        (await browser.OpenAsync($"/condrieu/rejoindre?boutique={slug}")).Status.ShouldBe(HttpStatusCode.OK);
        var (stranger, _) = await PersonAsync(ProSamples.Member("owner", "fromagerie"));
        (await stranger.OpenAsync($"{Join}?boutique={slug}")).Page.QuerySelector("form.join [name=Siret]")!.GetAttribute("value").ShouldBeNullOrEmpty();
    }

    private async Task<(Browser Browser, string Email)> PersonAsync(Memberships? of = null)
    {
        var email = await host.PersonAsync();
        if (of is not null)
        {
            host.Services.Members[email] = of;
        }
        return (await host.SignedInAsync(email), email);
    }
}
