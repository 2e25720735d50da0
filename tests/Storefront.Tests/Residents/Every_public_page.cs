using System.IO.Compression;
using System.Net;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Every_public_page(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private const int FirstViewBudget = 60 * 1024;

    public static TheoryData<string> Paths =>
    [
        "/", "/?q=382", "/?q=nulle-part", "/vienne", "/vienne/boutiques", "/vienne/boutiques?ouvertes=1", "/vienne/boutiques/la-fromagerie", "/vienne/produits", "/vienne/produits?q=pain&tri=prix",
        "/vienne/produits?rayon=fromages&prixmin=1&prixmax=30", "/vienne/produits?q=introuvable", "/vienne/rayons", $"/vienne/produits/{TownSamples.Bread.OfferId}/pain-complet",
        $"/vienne/produits/{TownSamples.Comte.OfferId}/comte-18-mois", $"/vienne/produits/{TownSamples.Gone.OfferId}/brioche-aux-pralines", "/vienne/panier", "/vienne/mentions-legales", "/vienne/conditions", "/vienne/conditions-commercants", "/vienne/rejoindre",
        "/vienne/confidentialite", "/vienne/accessibilite", "/aide/classement?ville=vienne",
        "/roanne", "/roanne/boutiques", "/roanne/rayons", "/roanne/produits", "/roanne/produits?q=pain", "/roanne/produits?q=introuvable", "/roanne/panier",
    ];

    [Theory, MemberData(nameof(Paths))]
    public async Task Is_whole_in_both_languages(string path)
    {
        foreach (var language in new[] { "fr", "en" })
        {
            var visitor = await host.Visitor(language).OpenAsync(path);
            visitor.Status.ShouldBe(HttpStatusCode.OK, visitor.Words);
            var page = visitor.Page;
            page.DocumentElement.GetAttribute("lang").ShouldBe(language);
            page.QuerySelectorAll("h1").Length.ShouldBe(1);
            page.Title.ShouldNotBeNullOrWhiteSpace();
            page.QuerySelectorAll("img:not([alt]), img:not([width])").ShouldBeEmpty();
            page.QuerySelectorAll("[style], style, script:not([src])").ShouldBeEmpty("the content security policy allows nothing inline");
            page.QuerySelectorAll("main").Length.ShouldBe(1);
            foreach (var input in page.QuerySelectorAll("input:not([type=hidden]), select, textarea"))
            {
                (page.QuerySelector($"label[for='{input.Id}']") is not null || input.Closest("label") is not null).ShouldBeTrue($"no label for {input.OuterHtml}");
            }
            page.QuerySelectorAll("[id]").GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
            foreach (var source in page.QuerySelectorAll("[src], link[href]").Select(e => e.GetAttribute("src") ?? e.GetAttribute("href")!))
            {
                source.ShouldStartWith("/", Case.Sensitive, "nothing comes from elsewhere");
            }
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Sets_no_cookie_and_says_what_may_run(string path)
    {
        var visitor = await host.Visitor().OpenAsync(path);
        visitor.Answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var policy = visitor.Answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("unsafe");
        visitor.Answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task First_view_fits_in_sixty_kilobytes(string path)
    {
        var visitor = await host.Visitor().OpenAsync(path, ("Accept-Encoding", "br"));
        var page = await host.Visitor().OpenAsync(path);
        var size = visitor.Answer.Content.Headers.ContentLength ?? (await visitor.Answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;
        var files = page.Page.QuerySelectorAll("link[rel=stylesheet], script[src]").Select(e => e.GetAttribute("href") ?? e.GetAttribute("src")!).Append(null);
        foreach (var file in files.OfType<string>())
        {
            var answer = await host.Visitor().OpenAsync(file, ("Accept-Encoding", "br"));
            answer.Status.ShouldBe(HttpStatusCode.OK, file);
            answer.Answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            size += (await answer.Answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;
        }
        size.ShouldBeLessThan(FirstViewBudget);
    }

    [Fact]
    public async Task Speaks_the_chosen_language_from_then_on()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=pain&lang=en");
        visitor.Location.ShouldBe("/vienne/produits?q=pain");
        (await visitor.FollowAsync()).Page.DocumentElement.GetAttribute("lang").ShouldBe("en");
    }

    [Theory]
    [InlineData("/atlantide"), InlineData("/vienne/boutiques/nulle-part"), InlineData("/vienne/produits/00000000-0000-0000-0000-000000000001/x"), InlineData("/vienne/rien/du/tout"), InlineData("/commandes/00000000-0000-0000-0000-000000000001?jeton=faux")]
    public async Task Unknown_things_are_a_page_that_helps(string path)
    {
        var visitor = await host.Visitor().OpenAsync(path);
        visitor.Status.ShouldBe(HttpStatusCode.NotFound);
        visitor.Page.QuerySelectorAll("main a[href]").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("/vienne/rien/du/tout", "/vienne/produits", "/vienne"), InlineData("/vienne/boutiques/nulle-part", "/vienne/produits", "/vienne"), InlineData("/atlantide", "/", "/"), InlineData("/rien/du/tout", "/", "/")]
    public async Task Unknown_addresses_show_the_search_they_speak_of_and_the_way_home(string path, string search, string home)
    {
        var visitor = await host.Visitor().OpenAsync(path);
        visitor.Words.ShouldContain(home == "/" ? "Cherchez votre ville" : "Cherchez-le ici");
        visitor.Page.QuerySelectorAll("main form[role=search]").ShouldHaveSingleItem().GetAttribute("action").ShouldBe(search);
        visitor.Page.QuerySelector("main a.btn")!.GetAttribute("href").ShouldBe(home);
        visitor.Page.QuerySelectorAll("[id]").GroupBy(e => e.Id).Where(g => g.Count() > 1).ShouldBeEmpty();
    }

    [Fact]
    public async Task Unknown_addresses_are_told_of_while_merchants_is_away()
    {
        await using var fresh = host.Start();
        host.Town.Away.Add("merchants");
        var visitor = await host.Visitor(app: fresh).OpenAsync("/vienne/rien/du/tout");
        host.Town.Away.Clear();
        visitor.Status.ShouldBe(HttpStatusCode.NotFound, visitor.Words);
    }

    // Uptime and link checkers ask without the body.
    [Fact]
    public async Task Is_answered_without_its_body_by_the_real_server()
    {
        await using var app = host.Start(("urls", "http://127.0.0.1:0"));
        app.UseKestrel(0);
        app.StartServer();
        using var client = app.CreateClient();
        foreach (var path in (string[])["/", "/vienne", "/vienne/produits?q=pain", "/vienne/panier", "/robots.txt"])
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task No_result_proposes_where_to_go_next()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=introuvable");
        visitor.Words.ShouldContain("Rien pour « introuvable »");
        visitor.Page.QuerySelector("main a[href='/vienne/boutiques']").ShouldNotBeNull();
    }

    [Fact]
    public async Task Filters_are_links_and_can_be_taken_off()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/produits?q=a&rayon=fromages&aujourdhui=1");
        var chips = visitor.Page.QuerySelectorAll(".chips a.removable").Select(a => a.GetAttribute("href")!).ToList();
        chips.ShouldContain("/vienne/produits?rayon=fromages&aujourdhui=1");
        chips.ShouldContain("/vienne/produits?q=a&rayon=fromages");
    }

    [Fact]
    public async Task Suggestions_lead_where_they_say()
    {
        var visitor = await host.Visitor().OpenAsync("/vienne/suggestions?q=pa");
        visitor.Html.ShouldContain($"/vienne/produits/{TownSamples.Bread.OfferId}/pain-complet");
        visitor.Html.ShouldContain("/vienne/boutiques/le-fournil");
    }

    [Fact]
    public void Files_are_small_once_compressed()
    {
        var assets = new Design.Assets();
        foreach (var name in new[] { "app.css", "shell.js", "suggest.js", "order.js" })
        {
            var file = assets.Find(name).ShouldNotBeNull();
            file.Brotli.Length.ShouldBeLessThan(12 * 1024, name);
            using var plain = new BrotliStream(new MemoryStream(file.Brotli), CompressionMode.Decompress);
            using var memory = new MemoryStream();
            plain.CopyTo(memory);
            memory.ToArray().ShouldBe(file.Raw);
        }
    }
}
