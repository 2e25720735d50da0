using System.Net;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Tests.Pro;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>The storefront on a database of its own. The three services are played by <see cref="ServicesPlayed"/>, the mail server by a list.</summary>
public sealed class AccountsHost(Servers servers) : IAsyncLifetime
{
    internal const string Password = "trois mots sans rapport";
    private int _people;

    internal WebApplicationFactory<Program> App { get; private set; } = null!;
    internal ServicesPlayed Services { get; private set; } = new();
    internal CaughtMails Mails { get; } = new();
    internal MovableClock Clock { get; } = new();
    private string Connection { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Connection = await servers.NewDatabaseAsync("storefront");
        App = Start();
        App.CreateClient().Dispose();
    }

    /// <summary>A process of the storefront; several share the database.</summary>
    internal WebApplicationFactory<Program> Start(params (string Key, string Value)[] settings) => new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
    {
        host.UseSetting("ConnectionStrings:postgres", Connection);
        host.UseSetting("ConnectionStrings:rabbitmq", "amqp://127.0.0.1:1");
        host.UseSetting("Storefront:PublicUrl", "https://panier.example");
        host.UseSetting("Accounts:SignInsPerMinute", "10000");
        host.UseSetting("Accounts:MailsPerTenMinutes", "10000");
        host.UseSetting("Operator:KeyHash", ServiceDefaults.Auth.ApiKeys.Hash("op_tests"));
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
            foreach (var bus in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace?.StartsWith("MassTransit", StringComparison.Ordinal) == true).ToList())
            {
                services.Remove(bus); // it only drops cached pages sooner; nothing here waits for it
            }
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<IMailSender>(Mails);
            services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1_000); // a person signs in in nearly every test
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new Line(this)));
        });
    });

    /// <summary>Another test, in the same process: services that know nothing yet, on this day, and nothing remembered of them.</summary>
    internal async Task BeginAgainAsync()
    {
        await ScalarAsync<long>("with gone as (delete from shop_journal returning 1), said as (delete from shop_scales returning 1) select count(*) from gone, said");
        Services = new();
        Clock.Ahead = TimeSpan.Zero;
        ((MemoryCache)App.Services.GetRequiredService<IMemoryCache>()).Clear();
    }

    /// <summary>The process ends and another takes its place.</summary>
    internal async Task RestartAsync()
    {
        await App.DisposeAsync();
        App = Start();
        App.CreateClient().Dispose();
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var database = NpgsqlDataSource.Create(Connection);
        return (T)(await database.CreateCommand(sql).ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync() => await App.DisposeAsync();

    internal Browser Browser(WebApplicationFactory<Program>? app = null) => new((app ?? App).CreateDefaultClient(new Uri("https://panier.example"), new CookieJar()));

    /// <summary>Somebody with a confirmed account.</summary>
    internal async Task<string> PersonAsync(string? name = null)
    {
        var email = $"personne-{Interlocked.Increment(ref _people)}@exemple.fr";
        await using var scope = App.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var made = await people.CreateAsync(new Person { Name = name ?? "Claire Durand", Email = email, UserName = email, EmailConfirmed = true, CreatedAt = Clock.GetUtcNow() }, Password);
        made.Succeeded.ShouldBeTrue(string.Join(", ", made.Errors.Select(e => e.Code)));
        return email;
    }

    internal async Task<Guid> IdOfAsync(string email)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Person>>().FindByEmailAsync(email))!.Id;
    }

    /// <summary>People who left and of whom Ordering does not know it yet.</summary>
    internal async Task<long> DeparturesAsync()
    {
        await using var command = App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select count(*) from due_work where kind = 'person-left'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A browser in which this person is signed in.</summary>
    internal async Task<Browser> SignedInAsync(string email, WebApplicationFactory<Program>? app = null)
    {
        var browser = Browser(app);
        await browser.SignInAsync(email, Password);
        browser.Status.ShouldBe(HttpStatusCode.Redirect, browser.Text);
        return browser;
    }

    private sealed class Line(AccountsHost host) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => host.Services.AnswerAsync(request);
    }
}
