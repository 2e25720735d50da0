using Microsoft.Playwright;

namespace Marketplace.Journeys.Tests;

/// <summary>What holds for every page: no accessibility violation, narrow in the dark and wide in the light, and content without JavaScript.</summary>
public sealed class Every_page(DemoPlatform platform, Visits visits) : IClassFixture<Visits>
{
    private const string Town = "/" + People.Town;

    private static readonly string[] Public =
    [
        "/", "/?q=69", "/?q=zzzz", "/?pres=45.71,4.81", Town, Town + "/boutiques", Town + "/boutiques/{boutique}", Town + "/produits?q=fromage", Town + "/produits?q=zzzzzz",
        Town + "/produits/{produit}", Town + "/rayons", Town + "/panier", Town + "/panier?souci=reserve", Town + "/panier?retire={produit}&quantite=2", Town + "/mentions-legales", Town + "/conditions", Town + "/conditions-commercants", Town + "/rejoindre", Town + "/confidentialite", Town + "/accessibilite",
        "/condrieu", "/condrieu/boutiques", "/condrieu/rayons", "/condrieu/produits?q=fromage", "/condrieu/panier", "/aide/classement", "/nulle-part", Town + "/rien/du/tout",
        "/commandes/00000000-0000-0000-0000-000000000001?jeton=faux",
        "/compte/connexion", "/compte/connexion !", "/compte/inscription", "/compte/inscription !", "/compte/inscription/suite", "/compte/mot-de-passe-oublie",
        "/compte/confirmation?p=00000000-0000-0000-0000-000000000001&jeton=faux", "/compte/nouveau-mot-de-passe?p=00000000-0000-0000-0000-000000000001&jeton=faux", "/pro",
    ];

    public static TheoryData<string> Pages => [.. Public.Concat(
    [
        "panier:" + Town + "/panier", "panier:" + Town + "/panier?souci=reserve", "panier:" + Town + "/commander", "panier:" + Town + "/commander !",
        "attente:" + Town + "/panier", "attente:" + Town + "/commander", "autrui:" + Town + "/panier", "autrui:" + Town + "/commander",
        "{requested}", "{requested-annuler}", "{lacking}", "{ready}", "{collected-retractation}", "{cancelled}", "{together}", "{there}", "{sought}", "{left}",
        "compte:/compte", "compte:/compte/commandes", "compte:/compte/commandes?page=deux", "compte:/compte/suppression", "compte:/compte/suppression !", "compte:/pro", "compte:/pro/{boutique}", "compte:/coordination",
        "pro:", "pro:?fait=taken-back", "pro:?refus=too-late-to-take-back",
        "pro:/remise", "pro:/remise !",
        "pro:/stock", "pro:/stock/{sku}", "pro:/comptage",
        "pro:/logiciel", "pro:/logiciel !", "pro:/limites", "pro:/limites !", "pro:/fournees",
        "pro:/produits", "pro:/produits?etat=draft", "pro:/produits/nouveau", "pro:/produits/nouveau !", "pro:/produits/fiche/{sku}", "pro:/produits/fiche/{sku}/declinaisons", "pro:/produits/fiche/{sku}/declinaisons !",
        "pro:/import", "pro:/import !",
        "pro:/boutique", "pro:/boutique/coordonnees", "pro:/chiffres", "pro:/argent", "pro:/argent/2026-01", "pro:/argent/compte",
        "pro:/mails", "pro:/mails !", "pro:/balance",
        "pro:/horaires", "pro:/horaires/semaine", "pro:/horaires/semaine !", "pro:/horaires/creneaux", "pro:/horaires/fermer", "pro:/horaires/date", "pro:/horaires/date !", "pro:/horaires/date?conges=1",
        "pro:/cles", "pro:/cles !",
        "pro:/webhooks", "pro:/webhooks !",
        "pro:/equipe", "pro:/equipe !",
        "pro:/aide", "pro:/journal",
        "pro:/impression", "pro:/preparation",
        "pro:/commandes", "pro:/commandes/{requested-id}", "pro:/commandes/{ready-id}", "pro:/commandes/{cancelled-id}", "pro:/commandes/{sought-id}", "pro:/commandes/{left-id}", "pro:/commandes/{collected-id}", "pro:/commandes/{collected-id}/rembourser", "pro:/commandes/{collected-id}/rembourser !",
        "pro:/commandes/{lacking-id}", "pro:/commandes/{requested-id}/manque/{produit}", "pro:/commandes/{requested-id}/manque/{produit} !", "pro:/commandes/{requested-id}/manque/{produit}?trouve=0&q=a",
        "point:/pro/{gardien}/point", "point:/pro/{gardien}/point !", "point:/pro/{gardien}/point !{there-code}", "point:/pro/{gardien}/point !{sought-code}", "coordination:/coordination", "coordination:/coordination" + Town + "/argent", "coordination:/coordination" + Town + "/argent/ecarts",
        "candidat:" + Town + "/rejoindre", "candidat:" + Town + "/rejoindre !", "candidat:/pro/{candidature}", "candidat:/pro/{candidature}/ouverture",
    ])];

    // The words differ, the pages are the same: one of each kind is looked at in English too.
    public static TheoryData<string> InEnglish =>
    [
        "/", Town, Town + "/boutiques/{boutique}", Town + "/produits?q=fromage", Town + "/produits?q=zzzzzz", Town + "/produits/{produit}", Town + "/conditions",
        Town + "/rejoindre", Town + "/conditions-commercants", "candidat:" + Town + "/rejoindre !", "candidat:/pro/{candidature}/ouverture", "coordination:/coordination",
        "/condrieu", "/nulle-part", "/compte/connexion !", "/compte/inscription !", "panier:" + Town + "/commander !", "attente:" + Town + "/panier", "autrui:" + Town + "/panier", "{requested}", "{lacking}", "{sought}", "pro:/commandes/{requested-id}/manque/{produit} !", "pro:/boutique", "pro:/argent", "pro:/argent/compte", "pro:/horaires", "pro:/horaires/semaine", "pro:/horaires/date !", "pro:/produits", "pro:/produits/nouveau !", "pro:/produits/fiche/{sku}/declinaisons !", "point:/pro/{gardien}/point", "point:/pro/{gardien}/point !{sought-code}",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Has_no_accessibility_violation(string place)
    {
        var page = await visits.GoAsync(place);
        await LookAsync(page, place, 360, ColorScheme.Dark);
        await LookAsync(page, place, 1280, ColorScheme.Light);
        await page.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(InEnglish))]
    public async Task Has_none_in_English_either(string place)
    {
        var page = await visits.GoAsync(place, locale: "en-GB");
        (await page.GetAttributeAsync("html", "lang")).ShouldBe("en");
        await LookAsync(page, place, 360, ColorScheme.Light);
        await page.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Says_what_it_is_without_script(string place)
    {
        var page = await visits.GoAsync(place, javaScript: false);
        (await page.Locator("h1").CountAsync()).ShouldBe(1);
        (await page.Locator("h1").InnerTextAsync()).Trim().ShouldNotBeEmpty();
        (await page.TitleAsync()).ShouldNotBeNullOrWhiteSpace();
        (await page.GetAttributeAsync("html", "lang")).ShouldBe("fr");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Anonymous_pages_set_no_cookie_and_ask_nobody_else()
    {
        var page = await platform.OpenAsync();
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(platform.At.Storefront, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                elsewhere.Add(request.Url);
            }
        };
        foreach (var path in new[] { "/", "/oullins-pierre-benite", "/oullins-pierre-benite/produits?q=pain", "/compte/connexion" })
        {
            await page.GotoAsync(path);
        }

        elsewhere.ShouldBeEmpty();
        (await page.Context.CookiesAsync()).Select(c => c.Name).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_mailbox_of_the_launcher_fits_a_phone()
    {
        await visits.GoAsync("{requested}"); // its confirmation is there
        var page = await platform.OpenAsync(360);
        await page.GotoAsync(platform.At.Mail);
        var subject = page.Locator("li a").First;
        await Assertions.Expect(subject).ToBeVisibleAsync();
        await LookAsync(page, "the mailbox", 360, ColorScheme.Dark);
        await LookAsync(page, "the mailbox", 1280, ColorScheme.Light);
        await subject.ClickAsync();
        await page.ComesToAsync("**/mails/*");
        await page.SetViewportSizeAsync(360, 900);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue("neither does a mail");
    }

    private static async Task LookAsync(IPage page, string place, int width, ColorScheme scheme)
    {
        await page.SetViewportSizeAsync(width, 900);
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        (await page.ViolationsAsync()).ShouldBeEmpty($"{place} at {width}px, {scheme}");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{place} does not scroll sideways at {width}px");
        (await ByKeyboard.TooWideAsync(page)).ShouldBeEmpty($"{place} at {width}px");
        if (width == 360)
        {
            (await ByKeyboard.TouchingAsync(page)).ShouldBeEmpty($"{place}: nothing that is pressed touches another at {width}px");
        }
    }
}
