using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Marketplace.Storefront.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The storefront on a database of its own, over a town that <see cref="TownPlayed"/> plays.</summary>
public sealed class ResidentsHost(Servers servers) : IAsyncLifetime
{
    private WebApplicationFactory<Program> _app = null!;
    private string _connection = "";

    internal TownPlayed Town { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _connection = await servers.NewDatabaseAsync("residents");
        _app = Start();
    }

    internal const string Broker = "ConnectionStrings:rabbitmq";

    /// <summary>A process of the storefront; several share the database. Without a broker among its settings it hears nothing of changes.</summary>
    internal WebApplicationFactory<Program> Start(params (string Key, string Value)[] settings) => new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
    {
        host.UseSetting("ConnectionStrings:postgres", _connection);
        host.UseSetting(Broker, "amqp://127.0.0.1:1");
        host.UseSetting("Storefront:PublicUrl", "http://localhost");
        host.UseSetting("Limits:Address:OrdersPerMinute", "100000"); // all tests come from one address
        host.UseSetting("Accounts:SignInsPerMinute", "10000");
        foreach (var service in (string[])["catalog", "merchants", "ordering"])
        {
            host.UseSetting("Services:" + service, $"http://{service}.test");
        }
        foreach (var (key, value) in settings)
        {
            host.UseSetting(key, value);
        }
        host.ConfigureTestServices(services =>
        {
            foreach (var bus in settings.Any(s => s.Key == Broker) ? [] : services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace?.StartsWith("MassTransit", StringComparison.Ordinal) == true).ToList())
            {
                services.Remove(bus);
            }
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => Town.Connect()));
        });
    });

    internal IServiceProvider Services => _app.Services;

    /// <param name="cookie">What the browser was given by another process.</param>
    internal Visitor Visitor(string language = "fr", WebApplicationFactory<Program>? app = null, string? cookie = null)
    {
        var client = (app ?? _app).CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (cookie is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", cookie);
        }
        return new(client, language);
    }

    /// <summary>A visitor with goods of two shops in the basket, at the checkout.</summary>
    internal async Task<Visitor> AtCheckoutAsync(string language = "fr", WebApplicationFactory<Program>? app = null)
    {
        var visitor = Visitor(language, app);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "2"));
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Comte.OfferId.ToString()), ("quantite", "300"));
        await visitor.OpenAsync("/vienne/commander");
        visitor.Status.ShouldBe(HttpStatusCode.OK, visitor.Words);
        return visitor;
    }

    /// <summary>Pressed; Ordering took it, and its answer was lost.</summary>
    internal async Task<Visitor> LoseAsync(Visitor visitor, params (string Name, string Value)[] fields)
    {
        Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", fields.Length > 0 ? fields : visitor.CheckoutFields());
        Town.Answering = Task.CompletedTask;
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        return visitor;
    }

    /// <summary>Pressed; it never reached Ordering.</summary>
    internal async Task<Visitor> PressWhileAwayAsync(Visitor visitor, params (string Name, string Value)[] fields)
    {
        Town.Away.Add("ordering");
        await visitor.PostAsync("/vienne/commander", fields);
        Town.Away.Clear();
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        return visitor;
    }

    /// <summary>Pressed; Ordering answered this and placed nothing.</summary>
    internal async Task<Visitor> PressInVainAsync(Visitor visitor, HttpStatusCode status, string code, params (string Name, string Value)[] fields)
    {
        Town.Refuse = _ => TownPlayed.Problem(status, code);
        await visitor.PostAsync("/vienne/commander", fields);
        Town.Refuse = null;
        visitor.Status.ShouldBe(status);
        return visitor;
    }

    /// <summary>The visitor signs in, in this browser, to an account made for it.</summary>
    internal async Task<string> SignInAsync(Visitor visitor)
    {
        var email = $"camille-{Guid.NewGuid():N}@example.org";
        await using (var scope = Services.CreateAsyncScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<UserManager<Person>>()
                .CreateAsync(new Person { Name = "Camille Perrin", Email = email, UserName = email, EmailConfirmed = true, CreatedAt = DateTimeOffset.UtcNow }, "trois mots sans rapport");
            made.Succeeded.ShouldBeTrue(string.Join(", ", made.Errors.Select(e => e.Code)));
        }
        await visitor.PostAsync("/compte/connexion", ("Email", email), ("Password", "trois mots sans rapport"), ("Retour", ""));
        visitor.Status.ShouldBe(HttpStatusCode.Redirect, visitor.Words);
        return email;
    }

    internal async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var database = NpgsqlDataSource.Create(_connection);
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>A post that a page of another site makes the visitor's browser send.</summary>
    internal async Task<HttpStatusCode> ForgedAsync(string path, string offer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([KeyValuePair.Create("offre", offer)]), Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        using var answer = await _app.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>A resident's browser without script.</summary>
internal sealed class Visitor(HttpClient http, string language)
{
    private static readonly HtmlParser _parser = new();

    /// <summary>Another tab of the same browser.</summary>
    public Visitor OtherTab() => new(http, language);

    public HttpStatusCode Status { get; private set; }
    public HttpResponseMessage Answer { get; private set; } = null!;
    public string Html { get; private set; } = "";
    public IHtmlDocument Page { get; private set; } = null!;
    public string? Location => Answer.Headers.Location?.OriginalString;

    /// <summary>What a reader sees of the page's own content, white space made plain.</summary>
    public string Words => string.Join(' ', (Page.QuerySelector("main")?.TextContent ?? "").Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public Task<Visitor> OpenAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Visitor> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))), [("Origin", "http://localhost")]);

    /// <summary>As the page's script posts a form.</summary>
    public Task<Visitor> AskAsync(string path, HttpContent form) => SendAsync(HttpMethod.Post, path, form, [("Origin", "http://localhost"), ("Accept", "application/json")]);

    /// <summary>Sends and goes away once it is <paramref name="sent"/>, before the answer comes. Done when the storefront is.</summary>
    public async Task PostAndLeaveAsync(string path, Func<bool> sent, TaskCompletionSource answering, params (string Name, string Value)[] fields)
    {
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))), Headers = { { "Origin", "http://localhost" } } };
        var answer = http.SendAsync(request, leaving.Token);
        await Eventually.BecomesAsync(sent, TimeSpan.FromSeconds(10));
        await leaving.CancelAsync();
        answering.SetResult();
        await Task.WhenAny(answer); // the test's server ends what was left
    }

    /// <summary>The checkout's form, filled in, with what the page itself carries.</summary>
    public (string Name, string Value)[] CheckoutFields() =>
    [
        ("cle", ValueOf("cle")), ("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("lieu", "boutiques"),
        ("creneau.le-fournil", TownSamples.Slots("le-fournil")[0].SlotId), ("creneau.la-fromagerie", TownSamples.Slots("la-fromagerie")[0].SlotId),
        .. Page.QuerySelectorAll("input[name^='vu.']").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)),
    ];

    /// <summary>The value of the page's first field of this name.</summary>
    public string ValueOf(string name) => Page.QuerySelector($"input[name='{name}']")?.GetAttribute("value") ?? throw new ShouldAssertException($"No field {name}: {Words}");

    public Task<Visitor> FollowAsync() => OpenAsync(Location ?? throw new ShouldAssertException($"No redirect but {Status}: {Words}"));

    /// <summary>Sends the page's form that goes there: what it holds, what is checked, and what is typed.</summary>
    public Task<Visitor> SubmitAsync(string action, params (string Name, string Value)[] typed)
    {
        var form = Page.QuerySelectorAll("form").FirstOrDefault(f => f.GetAttribute("action") == action) ?? throw new ShouldAssertException($"No form to {action}: {Words}");
        var kept = form.QuerySelectorAll("input,textarea")
            .Where(i => i.GetAttribute("name") is not null && (i.GetAttribute("type") is not ("radio" or "checkbox") || i.HasAttribute("checked")))
            .Select(i => (Name: i.GetAttribute("name")!, Value: i is IHtmlTextAreaElement area ? area.Value : i.GetAttribute("value") ?? ""))
            .Where(f => typed.All(t => t.Name != f.Name));
        return PostAsync(action, [.. kept, .. typed]);
    }

    private async Task<Visitor> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Accept-Language", language);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        Answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Status = Answer.StatusCode;
        Html = await Answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Page = _parser.ParseDocument(Html);
        return this;
    }
}
