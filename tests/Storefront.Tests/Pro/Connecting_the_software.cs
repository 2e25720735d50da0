using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The software that tells a shop's stock: tried, connected, read now, disconnected; without script.</summary>
public sealed class Connecting_the_software(AccountsHost host) : AtTheCounter(host)
{
    private const string Software = Board + "/logiciel";
    private static readonly (string, string)[] _typed =
        [("Address", "https://stock.exemple.fr/api"), ("Siret", "73282932000074"), ("Auth", "basic"), ("Secret", "moi:secret"), ("Reserved", "excluded"), ("Every", "30")];

    private static StockFeedRun Run(string status) => new(Guid.NewGuid(), status, true, DateTimeOffset.UtcNow.AddMinutes(-3), status == "running" ? null : DateTimeOffset.UtcNow, 2, 1200, 34, 0, 7, null, null, null, []);

    [Fact]
    public async Task Is_tried_then_connected_and_nothing_typed_is_lost_between()
    {
        await _browser.OpenAsync($"{Board}/stock");
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href$='/logiciel']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("Aucun logiciel n'est interrogé d'ici.");
        _browser.Page.QuerySelector("input[name=Siret]")!.GetAttribute("value").ShouldNotBeNullOrEmpty("the shop's own is proposed");
        _host.Services.Trial = new(true, 50, 12, 1234, null, null);
        await _browser.SubmitAsync(Software, [.. _typed, ("Try", "1")]);
        _browser.Words.ShouldContain("La connexion marche");
        _browser.Words.ShouldContain("50 lignes lues. 12 font partie de vos produits.");
        _host.Services.Feed.ShouldBeNull("it was only tried");

        _browser.Page.QuerySelectorAll("option[selected]").Select(o => o.GetAttribute("value")).ShouldBe(["basic", "30"]);
        _browser.Text.ShouldNotContain("moi:secret", Case.Sensitive, "a secret is not written into a page");
        _browser.Words.ShouldContain("Rien n'est encore enregistré. Redonnez le mot de passe ou le jeton avant d'enregistrer");
        _browser.Page.QuerySelector("#champ-Secret-aide")!.TextContent.ShouldContain("Redonnez");
        await _browser.SubmitAsync(Software, ("Auth", "basic"), ("Every", "30"), ("Secret", "moi:secret"));
        (await _browser.FollowAsync()).Words.ShouldContain("C'est enregistré : une lecture commence.");
        var sent = JsonSerializer.Deserialize<StockFeedDefinition>(_host.Services.AskedOf("catalog", "shops/boulangerie/stock-feed").Last(a => a.Method == "PUT").Body, ServiceClient.Json);
        sent.ShouldBe(new StockFeedDefinition("https://stock.exemple.fr/api", "73282932000074", "basic", "moi:secret", "excluded", 30), "as it was typed for the trial");
        _browser.Words.ShouldContain("stock.exemple.fr donne votre stock, toutes les 30 minutes.");
        (await _browser.OpenAsync(Software)).Text.ShouldNotContain("moi:secret");
        _browser.Words.ShouldContain("Laissez vide pour garder celui qui est enregistré.");
    }

    [Fact]
    public async Task A_trial_that_fails_says_why_and_keeps_the_form()
    {
        await _browser.OpenAsync(Software);
        _host.Services.Trial = new(false, 0, 0, null, "refused", "Votre logiciel a refusé la demande (réponse 400). Il dit : « Siret <b>invalide</b> »");
        await _browser.SubmitAsync(Software, [.. _typed, ("Try", "1")]);
        _browser.Words.ShouldContain("La connexion ne marche pas");
        _browser.Words.ShouldContain("« Siret <b>invalide</b> »");
        _browser.Page.QuerySelector("main b").ShouldBeNull("another's words are never markup");
        _browser.Page.QuerySelector("input[name=Address]")!.GetAttribute("value").ShouldBe("https://stock.exemple.fr/api");
    }

    [Fact]
    public async Task Settings_that_are_refused_come_back_with_the_reason_at_their_field()
    {
        await _browser.OpenAsync(Software);
        await _browser.SubmitAsync(Software, [.. _typed.Where(t => t.Item1 != "Address"), ("Address", "http://stock.exemple.fr")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Address"]);
        _browser.Page.QuerySelector("#champ-Address-erreur")!.TextContent.ShouldContain("https://");
        (_browser.Page.QuerySelector("input[name=Address]")!.GetAttribute("value"), _browser.Page.QuerySelector("input[value=excluded]")!.HasAttribute("checked")).ShouldBe(("http://stock.exemple.fr", true));
        _browser.Text.ShouldNotContain("moi:secret");
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_told_before_it_is_overwritten()
    {
        _host.Services.Feed = new("https://ancien.exemple.fr", "73282932000074", "none", false, "included", 60, Now, Now, null, 4);
        await _browser.OpenAsync(Software);
        _host.Services.Feed = _host.Services.Feed with { Address = "https://autre.exemple.fr", Version = 5 };
        await _browser.SubmitAsync(Software, _typed);
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Text.ShouldNotContain("moi:secret");
        _browser.Words.ShouldContain("L'adresse enregistrée est maintenant https://autre.exemple.fr.");
        (_host.Services.Feed!.Address, _browser.Page.QuerySelector("input[name=Address]")!.GetAttribute("value")).ShouldBe(("https://autre.exemple.fr", "https://stock.exemple.fr/api"));
        await _browser.SubmitAsync(Software, ("Auth", "basic"), ("Every", "30"));
        (_browser.Status, _host.Services.Feed.Address).ShouldBe((HttpStatusCode.SeeOther, "https://stock.exemple.fr/api"), "told, it is meant");
    }

    [Fact]
    public async Task The_last_readings_are_told_in_words()
    {
        _host.Services.Feed = new("https://stock.exemple.fr/api", "73282932000074", "basic", true, "included", 15, Now, Now.AddMinutes(10), Now, 1);
        _host.Services.FeedRuns =
        [
            Run("running") with { Reason = "unavailable", Detail = "Votre logiciel est en panne ou occupé (réponse 500).", RetryAt = Now.AddMinutes(4) },
            Run("done") with { Skipped = 3, Lines = [new("9782070364237", "available-negative", "La quantité est négative."), new(null, "ref-missing", "La ligne n’a pas de référence lisible.")] },
            Run("failed") with { Reason = "repeated-page", Detail = "Votre logiciel redonne une page déjà lue." },
            Run("abandoned"),
        ];
        var words = (await _browser.OpenAsync(Software)).Words;
        words.ShouldContain("Lecture en cours");
        words.ShouldContain("Votre logiciel est en panne ou occupé (réponse 500). Nouvel essai à");
        words.ShouldContain("34 stocks changés · 7 articles que vous ne vendez pas ici");
        words.ShouldContain("3 lignes à vérifier");
        words.ShouldContain("9782070364237 – La quantité est négative.");
        words.ShouldContain("sans référence – La ligne n'a pas de référence lisible.");
        words.ShouldContain("et 1 autre");
        words.ShouldContain("Votre logiciel redonne une page déjà lue.");
        _browser.Page.QuerySelector("section[data-reading]").ShouldNotBeNull();
        await _browser.PostAsync(Software + "/lecture");
        (await _browser.FollowAsync()).Words.ShouldContain("La lecture est lancée.");
    }

    [Theory]
    [InlineData("/retrait", "stock-feed", HttpStatusCode.TooManyRequests)]
    [InlineData("/retrait", "stock-feed", HttpStatusCode.Forbidden)]
    [InlineData("/lecture", "stock-feed/runs", HttpStatusCode.TooManyRequests)]
    public async Task What_was_not_done_is_not_said_to_be(string press, string path, HttpStatusCode status)
    {
        _host.Services.Feed = new("https://stock.exemple.fr/api", "73282932000074", "basic", true, "included", 15, Now, Now, null, 1);
        await _browser.OpenAsync(Software + "/retrait");
        _host.Services.Refusals[path] = (status, "too-many-requests");
        await _browser.PostAsync(Software + press);
        _host.Services.Refusals.Clear();
        (await _browser.FollowAsync()).Words.ShouldContain("Cela n'a pas été fait : réessayez dans un moment.");
        _browser.Words.ShouldNotContain("débranché");
    }

    [Fact]
    public async Task Is_disconnected_after_being_told_what_happens()
    {
        _host.Services.Feed = new("https://stock.exemple.fr/api", "73282932000074", "basic", true, "included", 15, Now, Now, null, 1);
        await _browser.OpenAsync(Software);
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href$='/retrait']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("Les stocks qu'il avait donnés descendent à ce qui est mis de côté");
        _host.Services.Feed.ShouldNotBeNull("looked at, not pressed");
        await _browser.SubmitAsync(Software + "/retrait");
        (await _browser.FollowAsync()).Words.ShouldContain("Le logiciel est débranché");
        _host.Services.Feed.ShouldBeNull();
        (await _browser.PostAsync(Software + "/retrait")).Location.ShouldStartWith(Software, Case.Sensitive, "pressed twice it is the same");
    }
}
