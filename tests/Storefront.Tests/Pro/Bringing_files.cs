using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A shop sends its file, looks at what it would do, corrects how it is read, and agrees; without script.</summary>
public sealed class Bringing_files(AccountsHost host) : AtTheCounter(host)
{
    private const string Files = Board + "/import";

    private async Task UploadAsync(string? name, byte[] file)
    {
        var form = new MultipartFormDataContent();
        var part = new ByteArrayContent(file);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"Fichier\"", FileName = $"\"{name}\"" };
        form.Add(part);
        await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Files + "/fichier") { Content = form, Headers = { { "Sec-Fetch-Site", "same-origin" }, { "Accept", "text/html" } } });
    }

    // What a shop's assistant sends is written down before it goes on, and a file goes on unread.
    [Fact]
    public async Task Goes_whole_through_an_assistants_hands()
    {
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = Helping_a_shop.Assistant;
        _browser.Dispose();
        _browser = await _host.SignedInAsync(email);
        await UploadAsync("caisse.csv", Encoding.UTF8.GetBytes("Réf;Désignation\nA1;Lampe\n"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _host.Services.AskedOf("catalog", "shops/boulangerie/imports?preview=true").Single().Body.ShouldBe("Réf;Désignation\nA1;Lampe\n");
        (await _browser.OpenAsync($"{Board}/journal")).Words.ShouldContain("Fichier de produits envoyé");
    }

    [Fact]
    public async Task Sends_a_file_sees_corrects_and_takes_it()
    {
        await _browser.OpenAsync($"{Board}/produits");
        await _browser.OpenAsync(_browser.Page.QuerySelector("a[href$='/import']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("Aucun fichier envoyé.");
        _browser.Page.QuerySelector("form[data-upload]")!.GetAttribute("enctype").ShouldBe("multipart/form-data");
        await UploadAsync("caisse du lundi.csv", Encoding.UTF8.GetBytes("Réf;Désignation\nA1;Lampe\n"));
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        var sent = _host.Services.AskedOf("catalog", "shops/boulangerie/imports?preview=true").Single();
        (sent.Body, sent.Path).ShouldBe(("Réf;Désignation\nA1;Lampe\n", "shops/boulangerie/imports?preview=true&name=caisse%20du%20lundi.csv"));
        sent.Token.ShouldNotBeNull("in the person's name");

        var page = _browser.Location!;
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("Lampe <b>");
        _browser.Words.ShouldContain("« gratuit » ne peut pas être lu");
        _browser.Words.ShouldContain("Il manque une colonne Catégorie");
        _browser.Words.ShouldContain("Vos colonnes sont lues comme la dernière fois.");
        _browser.Words.ShouldContain("Importer 2 produits");
        var selects = _browser.Page.QuerySelectorAll("select[name=Colonne]").Select(s => s.QuerySelector("option[selected]")!.GetAttribute("value")).ToList();
        selects.ShouldBe(["sku", "title", "", "price"]);
        Browser.Plain(_browser.Page.QuerySelector("#colonne-3-exemples")!.TextContent).ShouldBe("12,50 · gratuit");

        // Corrected, and "Importer" pressed at once: what nobody has seen yet is shown first.
        await _browser.PostAsync(page, ("Revision", "2"), ("Colonne", "sku"), ("Colonne", "title"), ("Colonne", "stock"), ("Colonne", "price"), ("Encodage", "utf-8"), ("Separateur", "tabulation"), ("Entete", "non"), ("Categorie", "maison"), ("Action", "importer"));
        _browser.Location.ShouldBe(page + "?fait=lecture");
        _host.Services.Corrected!.ShouldSatisfyAllConditions(f => f.Columns.ShouldBe(["sku", "title", "stock", "price"]), f => f.Encoding.ShouldBe("utf-8"), f => f.Separator.ShouldBe("\t"), f => f.Header.ShouldBeFalse(), f => f.Category.ShouldBe("maison"));
        _host.Services.AskedOf("catalog", $"shops/boulangerie/imports/{page[^36..]}/commit").ShouldBeEmpty();
        (await _browser.FollowAsync()).Words.ShouldContain("Voici l'aperçu, lu ainsi.");

        await _browser.PostAsync(page, ("Revision", "3"), ("Colonne", "sku"), ("Colonne", "title"), ("Colonne", "stock"), ("Colonne", "price"), ("Encodage", "utf-8"), ("Separateur", "tabulation"), ("Entete", "non"), ("Categorie", "maison"), ("Action", "importer"));
        _browser.Location.ShouldBe(page);
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("En attente de son tour.");
        _browser.Text.ShouldContain("<noscript><meta http-equiv=\"refresh\"");
    }

    [Fact]
    public async Task Says_while_the_catalogue_restarts_that_the_file_is_kept_and_logs_no_failure()
    {
        var import = ProSamples.LookedAt(Guid.NewGuid()) with { Status = "running", Read = 500, Lines = 2000, Preview = null };
        _host.Services.Imports[import.Id] = import;
        (await _browser.OpenAsync($"{Files}/{import.Id}/suivi")).Text.ShouldContain("\"over\":false,\"done\":500,\"of\":2000");
        _host.Services.CatalogAway = true;
        try
        {
            await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{Files}/{import.Id}/suivi") { Headers = { { "Accept", "application/json" } } });
            _browser.Status.ShouldBe(HttpStatusCode.OK);
            _browser.Text.ShouldContain("import reprend tout seul");
        }
        finally
        {
            _host.Services.CatalogAway = false;
        }
    }

    [Fact]
    public async Task Is_not_offered_to_take_what_cannot_be_taken_and_sees_all_that_is_wrong_with_a_line()
    {
        var import = ProSamples.LookedAt(Guid.NewGuid());
        var both = import.Preview!.Rows[1] with { Detail = "« gratuit » ne peut pas être lu comme un prix en euros. La catégorie « cave » n’existe pas." };
        _host.Services.Imports[import.Id] = import with { Preview = import.Preview with { Rows = [both], Lines = 1, Added = 0, Changed = 0, Unchanged = 0, Rejected = 1 } };
        await _browser.OpenAsync($"{Files}/{import.Id}");
        _browser.Page.QuerySelector("button[value=importer]").ShouldBeNull();
        _browser.Words.ShouldContain("Aucune ligne ne peut être prise. Corrigez ci-dessous comment le fichier est lu");
        _browser.Words.ShouldContain("ne peut pas être lu comme un prix en euros. La catégorie « cave » n'existe pas.");
        _browser.Page.QuerySelector("button[value=apercu]").ShouldNotBeNull();
        _browser.Page.QuerySelector("button[form=abandon]").ShouldNotBeNull();

        // What is already so is heard again as of now; a file that is longer than what was looked at may hold more.
        _host.Services.Imports[import.Id] = import with { Preview = import.Preview with { Added = 0, Changed = 0, Unchanged = 1 } };
        (await _browser.OpenAsync($"{Files}/{import.Id}")).Page.QuerySelector("button[value=importer]").ShouldNotBeNull();
        _host.Services.Imports[import.Id] = import with { Preview = import.Preview with { Added = 0, Changed = 0, Unchanged = 0, Complete = false } };
        (await _browser.OpenAsync($"{Files}/{import.Id}")).Page.QuerySelector("button[value=importer]").ShouldNotBeNull();
    }

    // The shop's own words for categories: each once, with a choice, beside those of its other files that are kept.
    [Fact]
    public async Task Says_once_which_category_each_of_its_own_words_is()
    {
        var import = ProSamples.LookedAt(Guid.NewGuid());
        var kept = new Dictionary<string, string> { ["Vins fins"] = "vins" };
        _host.Services.Imports[import.Id] = import with { Preview = import.Preview! with { Format = import.Preview.Format with { Families = kept }, Families = [new("Luminaires", 12, null), new("Boulange", 1, "pains")] } };
        var page = $"{Files}/{import.Id}";
        await _browser.OpenAsync(page);
        var rows = _browser.Page.QuerySelectorAll("[name=Famille]").Select(f => f.ParentElement!).ToList();
        rows.Select(r => (Browser.WordsOf(r.QuerySelector("label")), Browser.WordsOf(r.QuerySelector(".hint")), r.QuerySelector("option[selected]")?.GetAttribute("value")))
            .ShouldBe([("Luminaires", "12 lignes", null), ("Boulange", "1 ligne", "pains")]);
        (string, string)[] columns = [("Revision", "2"), ("Colonne", "sku"), ("Colonne", "title"), ("Colonne", ""), ("Colonne", "price")];

        await _browser.PostAsync(page, [.. columns, ("Famille", "Luminaires"), ("Rayon", "maison"), ("Famille", "Boulange"), ("Rayon", ""), ("Action", "importer")]);
        _browser.Location.ShouldBe(page + "?fait=lecture", "what nobody has seen is shown first");
        _host.Services.Corrected!.Families.ShouldBe(new Dictionary<string, string> { ["Vins fins"] = "vins", ["Luminaires"] = "maison" }, ignoreOrder: true);

        // Nothing of it was touched: it is taken.
        await _browser.PostAsync(page, [.. columns, ("Famille", "Luminaires"), ("Rayon", "maison"), ("Action", "importer")]);
        _host.Services.Imports[import.Id].Status.ShouldBe("queued");
    }

    [Fact]
    public async Task Keeps_what_was_chosen_when_it_is_refused()
    {
        var import = ProSamples.LookedAt(Guid.NewGuid());
        _host.Services.Imports[import.Id] = import;
        _host.Services.Refusals[$"{import.Id}/format"] = (HttpStatusCode.UnprocessableEntity, "format-column-twice");
        await _browser.PostAsync($"{Files}/{import.Id}", ("Revision", "2"), ("Colonne", "sku"), ("Colonne", "sku"), ("Colonne", ""), ("Colonne", "stock"), ("Action", "apercu"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Refusé : format-column-twice");
        _browser.Page.QuerySelectorAll("select[name=Colonne]").Select(s => s.QuerySelector("option[selected]")!.GetAttribute("value")).ShouldBe(["sku", "sku", "", "stock"]);
    }

    [Fact]
    public async Task Says_what_came_of_a_file_line_by_line_and_hands_the_rejected_ones_back()
    {
        var import = ProSamples.LookedAt(Guid.NewGuid()) with
        {
            Status = "done",
            Preview = null,
            Read = 40,
            Accepted = 12,
            Added = 5,
            Unchanged = 3,
            Reasons = new Dictionary<string, int> { ["ean-check-digit"] = 22, ["of-tomorrow"] = 3 },
            Rejected = [.. Enumerable.Range(2, 22).Select(i => new Import.Rejection(i, "ean-check-digit", $"La clé de contrôle du code {i} est fausse.")), new(99, "of-tomorrow", "Raison <nouvelle>.")],
        };
        _host.Services.Imports[import.Id] = import;
        await _browser.OpenAsync($"{Files}/{import.Id}");
        Browser.WordsOf(_browser.Page.QuerySelector(".import-counts")).ShouldBe("Nouveaux 5 Modifiés 7 Inchangés 3 Lignes rejetées 25");
        _browser.Words.ShouldContain("Code EAN faux 22");
        _browser.Words.ShouldContain("Et 2 autres");
        _browser.Words.ShouldContain("Autre motif 3");
        foreach (var link in _browser.Page.QuerySelectorAll("a[download]").Select(a => a.GetAttribute("href")!).ToList())
        {
            await _browser.OpenAsync(link);
            _browser.Last.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
            _browser.Text.ShouldBe("un;fichier\n");
        }

        _host.Services.Imports[import.Id] = import with { Accepted = 0, Added = 0, Unchanged = 40, Rejected = [], Reasons = new Dictionary<string, int>() };
        (await _browser.OpenAsync($"{Files}/{import.Id}")).Words.ShouldContain("Rien n'a changé 40 produits étaient déjà ainsi.");
        _host.Services.Imports[import.Id] = import with { Status = "failed", Read = 0, Accepted = 0, Unchanged = 0, Rejected = [], Reasons = new Dictionary<string, int>(), Error = "Ce classeur est protégé par un mot de passe." };
        (await _browser.OpenAsync($"{Files}/{import.Id}")).Words.ShouldContain("Ce fichier n'a pas été importé Ce classeur est protégé par un mot de passe.");
    }

    [Fact]
    public async Task No_file_an_empty_one_and_a_dropped_one_are_told_so()
    {
        await UploadAsync("", []);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Choisissez d'abord un fichier.");
        _browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe("#champ-Fichier");
        await UploadAsync("vide.csv", []);
        _browser.Words.ShouldContain("Ce fichier est vide.");
        var import = ProSamples.LookedAt(Guid.NewGuid());
        _host.Services.Imports[import.Id] = import;
        await _browser.PostAsync($"{Files}/{import.Id}/abandon");
        (await _browser.FollowAsync()).Words.ShouldContain("Ce fichier est abandonné");
        (await _browser.OpenAsync($"{Files}/{import.Id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _browser.OpenAsync($"{Files}/{Guid.NewGuid()}/rejets.csv")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void Every_field_and_setting_has_its_words_in_both_languages()
    {
        var words = _host.App.Services.GetRequiredService<Words>();
        foreach (var key in ImportFormat.Fields.Select(f => "pro.import.field." + f).Concat(ImportFormat.Encodings.Select(e => "pro.import.encoding." + e))
            .Concat(new[] { "checking", "preview", "queued", "running", "done", "failed", "dropped" }.Select(s => "pro.import.status." + s)))
        {
            words[Lang.Fr, key].ShouldNotBeEmpty();
            words[Lang.En, key].ShouldNotBeEmpty();
        }
    }
}
