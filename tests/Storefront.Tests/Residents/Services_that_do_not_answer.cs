using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Services_that_do_not_answer(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Are_a_page_that_reassures_and_what_is_known_stays()
    {
        await host.Visitor().OpenAsync("/vienne/mentions-legales");
        host.Town.Away.Add("catalog");
        try
        {
            var list = await host.Visitor().OpenAsync("/vienne/produits?q=fougasse");
            list.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            list.Words.ShouldContain("Vos commandes déjà passées sont en sécurité");
            list.Answer.Headers.RetryAfter.ShouldNotBeNull();
            list.Page.QuerySelector("[data-again]").ShouldNotBeNull("it asks again by itself");
            var sent = await host.Visitor().PostAsync("/vienne/panier/ajouter", ("offre", Guid.NewGuid().ToString()), ("quantite", "1"));
            sent.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            sent.Page.QuerySelector("[data-again]").ShouldBeNull("what was sent is sent again by who sent it");
            list.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            list.Answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
            list.Answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            var home = await host.Visitor("en").OpenAsync("/vienne");
            home.Status.ShouldBe(HttpStatusCode.OK, "shops and search stand without Catalog");
            home.Page.QuerySelectorAll(".shop-card").ShouldNotBeEmpty();
            (await host.Visitor().OpenAsync("/vienne/suggestions?q=fo")).Html.ShouldBe("[]");
        }
        finally
        {
            host.Town.Away.Clear();
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity), InlineData(HttpStatusCode.Forbidden), InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Or_refuse_suggestions_leave_the_field_that_still_searches_and_a_line_in_the_log(HttpStatusCode status)
    {
        var (answer, errors) = await WhileCatalogRefusesAsync(status, "/vienne/suggestions?q=fougasse");
        (answer.Status, answer.Html).ShouldBe((HttpStatusCode.OK, "[]"));
        errors.ShouldContain(line => line.Contains("No suggestions in vienne", StringComparison.Ordinal) && !line.Contains("fougasse", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leave_unsaid_who_is_open_once_that_is_minutes_old()
    {
        var clock = new Accounts.MovableClock();
        await using var app = host.Start(("Pages:Cache", "false")).WithWebHostBuilder(web => web.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock)));
        var visitor = host.Visitor(app: app);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
        (await visitor.OpenAsync("/vienne")).Words.ShouldContain("Ouvertes maintenant");
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain("À retirer");
        host.Town.Away.Add("merchants");
        try
        {
            clock.Ahead = TimeSpan.FromMinutes(4);
            (await visitor.OpenAsync("/vienne")).Words.ShouldContain("Ouvertes maintenant");
            clock.Ahead = TimeSpan.FromMinutes(6);
            await visitor.OpenAsync("/vienne");
            var cards = visitor.Page.QuerySelectorAll(".shop-card").Select(c => c.TextContent).ToList();
            cards.Count.ShouldBe(3, "what stays true is shown");
            cards.ShouldAllBe(c => c.Contains("Ouverture non vérifiée", StringComparison.Ordinal) && !c.Contains("Ouvert jusqu", StringComparison.Ordinal) && !c.Contains("Fermé", StringComparison.Ordinal) && !c.Contains("À retirer", StringComparison.Ordinal));
            visitor.Words.ShouldNotContain("Ouvertes maintenant");
            (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain("créneau de retrait");
            (await visitor.OpenAsync("/vienne/boutiques")).Words.ShouldNotContain("Ouvertes maintenant");
        }
        finally
        {
            host.Town.Away.Clear();
        }
    }

    // A sign-in between the parts that is broken (a clock, keys out of reach) shows itself here and nowhere else.
    [Theory]
    [InlineData(HttpStatusCode.Unauthorized), InlineData(HttpStatusCode.Forbidden), InlineData(HttpStatusCode.Conflict)]
    public async Task Or_refuse_what_they_should_not_are_in_the_log_under_the_reference_that_the_page_gives(HttpStatusCode status)
    {
        var (page, errors) = await WhileCatalogRefusesAsync(status, "/vienne/produits?q=fougasse");
        page.Status.ShouldBe(HttpStatusCode.InternalServerError);
        page.Answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        errors.ShouldContain(line => line.Contains("/vienne/produits", StringComparison.Ordinal) && line.Contains($"catalog refused: {(int)status}", StringComparison.Ordinal));
    }

    /// <summary>The page that is answered while Catalog, which was there before, refuses; and what is in the log of it.</summary>
    private async Task<(Visitor Page, IReadOnlyCollection<string> Errors)> WhileCatalogRefusesAsync(HttpStatusCode status, string path)
    {
        var caught = new Caught();
        await using var app = host.Start(("Pages:Cache", "false")).WithWebHostBuilder(web => web.ConfigureLogging(logging => logging.AddProvider(caught)));
        await host.Visitor(app: app).OpenAsync("/vienne/rayons");
        host.Town.Refused["catalog"] = status;
        try
        {
            return (await host.Visitor(app: app).OpenAsync(path), caught.Errors);
        }
        finally
        {
            host.Town.Refused.Clear();
        }
    }

    private sealed class Caught : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Errors.Enqueue($"{formatter(state, exception)} {exception?.Message}");
            }
        }

        public void Dispose()
        {
        }
    }
}
