using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>An owner changes how the shop is reached and what residents read of it, and sees who it is by law.</summary>
public sealed class Changing_the_details(AccountsHost host) : AtTheCounter(host)
{
    private const string Here = $"{Board}/boutique/coordonnees";

    [Fact]
    public async Task Is_found_changed_and_said()
    {
        Set(s => s with { Phone = "04 65 71 22 33", Email = "pain@exemple.fr", Description = new Text("Du pain.", "Bread.") });
        (await _browser.OpenAsync($"{Board}/boutique")).Page.QuerySelector($"a[href='{Here}']").ShouldBeNull("staff may not");
        await SignInAsync("owner");
        (await _browser.OpenAsync($"{Board}/boutique")).Page.QuerySelector($".rows a[href='{Here}']").ShouldNotBeNull();
        await _browser.OpenAsync(Here);
        foreach (var (field, value) in new[] { ("Kind", "Boulangerie"), ("Street", "1 Grande Rue"), ("Postcode", "69600"), ("City", "Oullins"), ("Position", "45.71, 4.8"), ("Phone", "04 65 71 22 33"), ("Email", "pain@exemple.fr") })
        {
            _browser.Page.QuerySelector($"form.join [name={field}]")!.GetAttribute("value").ShouldBe(value);
        }
        await _browser.SubmitAsync(Here, ("Phone", " 04 78  51 00 00 "), ("Description", "Du pain\r\net des tartes. "), ("DescriptionEn", "Bread."));
        _browser.Location.ShouldBe(Here + "?fait=saved");
        JsonSerializer.Deserialize<ShopDetails>(_host.Services.AskedOf("merchants", "shops/boulangerie/details").Single().Body, JsonSerializerOptions.Web)
            .ShouldBe(new ShopDetails("Boulangerie", new Text("Du pain\net des tartes.", "Bread."), "1 Grande Rue", "69600", "Oullins", new Position(45.71, 4.8), "04 78 51 00 00", "pain@exemple.fr"));
        (await _browser.FollowAsync()).Words.ShouldContain("C'est enregistré. Les habitants le voient dans quelques secondes.");
        _browser.Page.QuerySelector("[name=Phone]")!.GetAttribute("value").ShouldBe("04 78 51 00 00");
    }

    [Fact]
    public async Task Shows_who_sells_by_law_and_who_changes_that()
    {
        Set(s => s with { Legal = new ShopLegal("73282932000074", "SARL", "FR44732829320", false, "10.71C", "NAFRev2", "SARL Le Petit Four") });
        await SignInAsync("owner");
        await _browser.OpenAsync(Here);
        var identity = Browser.WordsOf(_browser.Page.QuerySelector("[aria-labelledby=identite]"));
        foreach (var word in (string[])["SARL Le Petit Four, SARL", "73282932000074", "FR44732829320", "10.71C", "La coordination de la ville le change pour vous", "Mairie"])
        {
            identity.ShouldContain(word);
        }
        _browser.Page.QuerySelector("[aria-labelledby=identite] a")!.GetAttribute("href").ShouldBe("mailto:mairie@exemple.fr");
        _browser.Page.QuerySelectorAll("[name=Siret], [name=Name], [name=LegalName], [name=LegalForm]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Says_all_that_is_wrong_at_once_and_keeps_what_was_typed()
    {
        Set(s => s with { Email = "pain@exemple.fr" });
        await SignInAsync("owner");
        await (await _browser.OpenAsync(Here)).SubmitAsync(Here, ("Kind", ""), ("Description", "Du <b>pain</b>."), ("Postcode", "69001"), ("Position", "ici"), ("Phone", "04 65"), ("Email", ""));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => (a.GetAttribute("href"), Browser.Plain(a.TextContent))).ShouldBe(
        [
            ("#champ-Kind", "Indiquez votre métier"), ("#champ-Phone", "Indiquez un numéro de téléphone complet."), ("#champ-Email", "Cette adresse mail n'est pas valable."),
            ("#champ-Postcode", "Ce code postal n'est pas celui d'une commune de la ville : 38200."), ("#champ-Position", "Écrivez la latitude et la longitude, par exemple 45.714, 4.808"),
        ]);
        (_browser.Page.QuerySelector("[name=Postcode]")!.GetAttribute("value"), _browser.Page.QuerySelector("[name=Position]")!.GetAttribute("value"), _browser.Page.QuerySelector("[name=Phone]")!.GetAttribute("value")).ShouldBe(("69001", "ici", "04 65"));
        _browser.Page.QuerySelector("[name=Description]")!.TextContent.ShouldBe("Du <b>pain</b>.");
        _browser.Page.QuerySelector("details")!.HasAttribute("open").ShouldBeTrue("its mistake is seen");
        _host.Services.Shops["boulangerie"].Version.ShouldBe(1);
    }

    [Fact]
    public async Task Shows_what_somebody_else_saved_meanwhile_and_loses_neither()
    {
        Set(s => s with { Email = "pain@exemple.fr", Phone = "04 65 71 22 33" });
        await SignInAsync("owner");
        await _browser.OpenAsync(Here);
        Set(s => s with { Phone = "04 78 51 00 00", Version = 2 });
        await _browser.SubmitAsync(Here, ("Street", "12 rue Charton"), ("Description", "Du pain."));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        Browser.WordsOf(_browser.Page.QuerySelector(".notice.warn")).ShouldContain("Numéro et rue 1 Grande Rue Téléphone 04 78 51 00 00");
        _browser.Page.QuerySelector("[name=Street]")!.GetAttribute("value").ShouldBe("12 rue Charton");
        _host.Services.Shops["boulangerie"].Street.ShouldBe("1 Grande Rue");

        await _browser.SubmitAsync(Here, ("Phone", "04 78 51 00 00"), ("Description", "Du pain."));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _host.Services.Shops["boulangerie"].ShouldSatisfyAllConditions(s => s.Street.ShouldBe("12 rue Charton"), s => s.Phone.ShouldBe("04 78 51 00 00"));
    }

    [Fact]
    public async Task Of_a_suspended_shop_says_so_on_every_page_with_what_to_do()
    {
        Set(s => s with { Status = "suspended" });
        await SignInAsync("owner");
        foreach (var path in (string[])["", "/remise", "/commandes", "/stock", "/produits", "/boutique", "/boutique/coordonnees", "/horaires", "/equipe"])
        {
            await _browser.OpenAsync(Board + path);
            var banner = _browser.Page.QuerySelector("#etat").ShouldNotBeNull(path);
            Browser.WordsOf(banner).ShouldContain("Boutique suspendue par la coordination de la ville. Les habitants ne la voient plus");
            Browser.WordsOf(banner).ShouldContain("remettez celles qui sont prêtes");
            banner.QuerySelector("a")!.GetAttribute("href").ShouldBe($"{Board}/ouverture");
        }

        var asked = ProSamples.Asking("boulangerie");
        _host.Services.Applications["boulangerie"] = asked with { Opening = asked.Opening with { Status = "suspended", Suspended = "Plus personne ne répond." } };
        (await _browser.OpenAsync($"{Board}/ouverture")).Words.ShouldContain("Plus personne ne répond.");
        _browser.Page.QuerySelector(".notice a")!.GetAttribute("href").ShouldBe("mailto:mairie@exemple.fr");
    }

    private void Set(Func<Shop, Shop> how) => _host.Services.Shops["boulangerie"] = how(_host.Services.Shops.GetValueOrDefault("boulangerie") ?? ProSamples.Shop("boulangerie"));
}
