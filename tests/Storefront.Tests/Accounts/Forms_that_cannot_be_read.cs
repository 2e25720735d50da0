using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Marketplace.Storefront.Tests.Pro;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>Every form of the site, from the route table, with what no browser should send: a page that says so in the reader's language, and no effect.</summary>
public sealed class Forms_that_cannot_be_read(AccountsHost host) : IClassFixture<AccountsHost>
{
    // Fields of the forms that are read by hand.
    private static readonly string[] _read =
    [
        "offre", "offres", "quantite", "quantite.plus", "quantite.moins", "vu", "commander", "unite", "depuis", "retirer", "nom", "courriel", "telephone", "majeur", "lieu", "creneau.le-fournil", "mot.le-fournil", "cle", "jeton", "boutique", "reponse", "accord", "reason", "reasonText", "scope", "lines", "remboursement", "raison", "confirmer", "changer", "retractation", "article", "intact",
    ];

    public static TheoryData<string, HttpStatusCode> Damaged => new()
    {
        { "application/json", HttpStatusCode.UnsupportedMediaType }, { "text/plain", HttpStatusCode.UnsupportedMediaType }, { "", HttpStatusCode.UnsupportedMediaType },
        { "not a type", HttpStatusCode.UnsupportedMediaType }, { "multipart/form-data", HttpStatusCode.BadRequest }, { "multipart/form-data; boundary=cut", HttpStatusCode.BadRequest },
        { "many", HttpStatusCode.BadRequest }, { "nul", HttpStatusCode.BadRequest },
    };

    [Theory, MemberData(nameof(Damaged))]
    public async Task Are_refused_with_a_page_that_says_so(string damage, HttpStatusCode expected)
    {
        var (forms, browser) = await ReadyAsync();
        foreach (var (path, _) in forms)
        {
            foreach (var (language, sentence) in new[] { ("fr", "Rien n'a changé"), ("en", "Nothing has changed") })
            {
                await browser.SendAsync(Post(path, Content(damage), ("Accept-Language", language), ("Referer", "https://panier.example/vienne/panier")));
                browser.Status.ShouldBe(expected, $"{path} {damage}: {browser.Words}");
                browser.Words.ShouldContain(sentence);
                browser.Page.DocumentElement.GetAttribute("lang").ShouldBe(language);
                browser.Page.QuerySelector("main a.btn")!.GetAttribute("href").ShouldBe("/vienne/panier", "back to where the form stands");
            }
        }
        (await browser.OpenAsync("/compte")).Words.ShouldContain("Nom Intact");
    }

    [Fact]
    public async Task From_another_site_are_refused_with_a_page_too()
    {
        var (forms, browser) = await ReadyAsync();
        foreach (var (path, _) in forms)
        {
            await browser.PostFromAsync(path, "cross-site", ("Name", "Autre Nom"));
            browser.Status.ShouldBe(HttpStatusCode.Forbidden, path);
            browser.Words.ShouldContain("vient d'un autre site");
        }
    }

    [Theory]
    [InlineData(20_000, 'x'), InlineData(400, '\u202e'), InlineData(300, '\n'), InlineData(0, ' ')]
    public async Task With_fields_that_are_too_long_strange_or_empty_are_answered_and_not_failed(int length, char letter)
    {
        var (forms, _) = await ReadyAsync();
        foreach (var (path, fields) in forms)
        {
            // Signed in anew: signing out and leaving are among the forms.
            using var browser = await host.SignedInAsync(_email);
            await browser.PostAsync(path, [.. fields.Select(f => (f, new string(letter, length)))]);
            ((int)browser.Status).ShouldBeLessThan(500, $"{path}: {browser.Words}");
            if ((int)browser.Status >= 400)
            {
                browser.Page.QuerySelectorAll("main h1").Length.ShouldBe(1, $"{path}: {browser.Text}");
            }
        }
    }

    [Fact]
    public async Task With_no_field_of_their_own_are_answered_and_not_failed()
    {
        var (forms, _) = await ReadyAsync();
        foreach (var (path, _) in forms)
        {
            using var browser = await host.SignedInAsync(_email);
            await browser.PostAsync(path, ("inconnu", "x"));
            ((int)browser.Status).ShouldBeLessThan(500, $"{path}: {browser.Words}");
        }
    }

    [Fact]
    public async Task Whose_fields_hold_the_wrong_kind_of_value_are_a_page()
    {
        var (_, browser) = await ReadyAsync();
        await browser.PostAsync("/pro/boulangerie/remise/faite", ("Order", "pas un numéro"), ("Code", "K7PRM4"));
        browser.Status.ShouldBe(HttpStatusCode.BadRequest);
        browser.Words.ShouldContain("Rien n'a changé");
    }

    [Fact]
    public async Task Sent_by_a_script_are_a_problem_and_not_a_page()
    {
        var (_, browser) = await ReadyAsync();
        await browser.SendAsync(Post("/vienne/panier/ajouter", Content("text/plain"), ("Accept", "application/json")));
        browser.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        browser.Last.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        browser.Text.ShouldContain("/unsupported-media-type\"");
    }

    [Fact]
    public async Task Larger_than_any_form_are_told_so_by_the_real_server()
    {
        await using var app = host.Start();
        app.UseKestrel(0);
        app.StartServer();
        using var client = app.CreateClient();
        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/vienne/commander")
        {
            Content = new StringContent("nom=" + new string('x', 2_000_000), Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers = { { "Accept", "text/html" } },
        }, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Browser.WordsOf(page.QuerySelector("main")).ShouldContain("trop volumineux");
    }

    private string _email = "";

    private async Task<(IReadOnlyList<(string Path, string[] Fields)> Forms, Browser Browser)> ReadyAsync()
    {
        _email = await host.PersonAsync("Nom Intact");
        host.Services.Members[_email] = ProSamples.Member("owner", "boulangerie");
        var posts = host.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true).ToList();
        posts.Count.ShouldBeGreaterThan(20);
        return ([.. posts.Select(e => (PathOf(e.RoutePattern), FieldsOf(e)))], await host.SignedInAsync(_email));
    }

    private static string PathOf(Microsoft.AspNetCore.Routing.Patterns.RoutePattern route) => "/" + string.Join('/', route.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "town" } => "vienne",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "shop" } => "boulangerie",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "order" or "id" or "key" or "application" or "webhook" or "delivery" or "offer" or "proposal" or "import" or "refund" or "withdrawal" } => Guid.NewGuid().ToString(),
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "sku" } => "PAIN",
        _ => throw new InvalidOperationException($"No value for {route.RawText}"),
    }))));

    private static string[] FieldsOf(Endpoint endpoint)
    {
        var method = endpoint.Metadata.OfType<System.Reflection.MethodInfo>().FirstOrDefault();
        var bound = method?.GetParameters().Where(p => p.GetCustomAttributes(false).OfType<IFromFormMetadata>().Any()).SelectMany(p => p.ParameterType.GetProperties()).Where(p => p.CanWrite).Select(p => p.Name).ToArray();
        return bound is { Length: > 0 } ? bound : _read;
    }

    private static ByteArrayContent Content(string damage)
    {
        var (type, body) = damage switch
        {
            "many" => ("application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 2000).Select(i => $"Name{i}=x"))),
            "nul" => ("application/x-www-form-urlencoded", "Name=Autre%00Nom&nom=Autre%00Nom"),
            "multipart/form-data; boundary=cut" => (damage, "--cut\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\nAutre No"),
            _ => (damage, "Name=Autre+Nom"),
        };
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type.Length > 0)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        return content;
    }

    private static HttpRequestMessage Post(string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "Sec-Fetch-Site", "same-origin" } } };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }
}
