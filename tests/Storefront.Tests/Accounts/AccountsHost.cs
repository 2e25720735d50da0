using System.Net;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Tests.Pro;
using Microsoft.AspNetCore.Hosting;
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
    private static readonly Turns<Place> _places = new();
    private static int _people;
    private Place _place = null!;

    internal WebApplicationFactory<Program> App => _place.App;
    internal ServicesPlayed Services => _place.Services;
    internal CaughtMails Mails => _place.Mails;
    internal MovableClock Clock => _place.Clock;
    private string Connection => _place.Connection;

    public async ValueTask InitializeAsync()
    {
        _place = await _places.TakeAsync(servers, async () => new Place(await servers.NewDatabaseAsync("storefront")));
        if (_place.App is null)
        {
            await RestartAsync();
            return;
        }
        await Tables.EmptyAsync(Connection);
        await BeginAgainAsync();
    }

    /// <summary>A process of the storefront; several share the database.</summary>
    internal WebApplicationFactory<Program> Start(params (string Key, string Value)[] settings)
    {
        // It writes keys that a process without its certificate cannot read.
        _place.Worn |= settings.Any(s => s.Key.StartsWith("DataProtection:", StringComparison.Ordinal));
        return new WebApplicationFactory<Program>().WithWebHostBuilder(host => Configure(host, settings));
    }

    private void Configure(IWebHostBuilder host, (string Key, string Value)[] settings)
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
            services.AddSingleton<IMailSender>(_place);
            services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1_000); // a person signs in in nearly every test
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new Line(request => _place.Services.AnswerAsync(request), () => _place.Worn = true)));
        });
    }

    /// <summary>Another test, in the same process: services that know nothing yet, on this day, and nothing remembered of them.</summary>
    internal async Task BeginAgainAsync()
    {
        await ScalarAsync<long>("with gone as (delete from shop_journal returning 1), said as (delete from shop_scales returning 1) select count(*) from gone, said");
        (_place.Services, _place.Mails) = (new(), new());
        Clock.Ahead = TimeSpan.Zero;
        ((MemoryCache)App.Services.GetRequiredService<IMemoryCache>()).Clear();
    }

    /// <summary>The process ends and another takes its place.</summary>
    internal async Task RestartAsync()
    {
        await (App?.DisposeAsync() ?? ValueTask.CompletedTask);
        _place.App = Start();
        App!.CreateClient().Dispose();
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var database = NpgsqlDataSource.Create(Connection);
        return (T)(await database.CreateCommand(sql).ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public ValueTask DisposeAsync() => _places.LeaveAsync(_place, _place.Worn);

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

    /// <summary>What one class leaves to the next: the process and its database. What the services answer and what was mailed is each class's own.</summary>
    private sealed class Place(string connection) : IMailSender, IAsyncDisposable
    {
        public string Connection => connection;
        public WebApplicationFactory<Program> App { get; set; } = null!;
        public ServicesPlayed Services { get; set; } = new();
        public CaughtMails Mails { get; set; } = new();
        public MovableClock Clock { get; } = new();

        /// <summary>A service failed it, so that it leaves that one alone for a while, or its keys are not the usual ones: nobody after may meet that.</summary>
        public bool Worn { get; set; }

        public Task SendAsync(Mail mail, CancellationToken token) => Mails.SendAsync(mail, token);

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
