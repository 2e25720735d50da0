using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Marketplace.Ordering.Tests;

/// <summary>The whole Ordering service on a database and a broker of its own. Catalog and Merchants are played by <see cref="OtherServices"/>.</summary>
public class OrderingHost(Servers servers) : IAsyncLifetime
{
    internal const string Town = "oullins";
    internal const string OperatorKey = "op_test-operator";
    private static readonly ECDsaSecurityKey SigningKey = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };
    private int _shops;

    /// <summary>How long a request waits for its order's outcome: longer than any stall of a busy machine, since these tests want the outcome.</summary>
    protected virtual string AnswerSeconds => "60";

    /// <summary>Of each of its processes.</summary>
    protected virtual (string Key, string Value)[] Settings => [];

    /// <summary>What is another thing in each of its processes.</summary>
    protected virtual void Change(IServiceCollection services)
    {
    }

    internal WebApplicationFactory<Program> App { get; private set; } = null!;
    internal OtherServices Others { get; private set; } = null!;
    internal TestClock Clock { get; } = new();
    internal CaughtMails Mails { get; } = new();
    internal CaughtLogs Logs { get; } = new();
    internal string Connection { get; private set; } = null!;
    internal Uri Broker { get; private set; } = null!;
    internal NpgsqlDataSource Database => App.Services.GetRequiredService<NpgsqlDataSource>();

    public async ValueTask InitializeAsync() => await StartOnAsync(await servers.NewDatabaseAsync("ordering"), await servers.NewVirtualHostAsync());

    internal async Task StartOnAsync(string connection, Uri broker)
    {
        (Connection, Broker) = (connection, broker);
        Others = await OtherServices.StartAsync(Broker, Clock);
        App = Start();
        await ReadyAsync(App);
    }

    /// <summary>A process of the service; several share the database and the broker.</summary>
    internal WebApplicationFactory<Program> Start(Action<IServiceCollection>? change = null, params (string Key, string Value)[] settings) => new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
    {
        host.UseSetting("ConnectionStrings:postgres", Connection);
        host.UseSetting("ConnectionStrings:rabbitmq", Broker.ToString());
        host.UseSetting("Operator:KeyHash", ApiKeys.Hash(OperatorKey));
        host.UseSetting("Storefront:PublicUrl", "https://panier.example");
        host.UseSetting("Ordering:TokenSecret", "a-secret-of-the-tests-that-opens-nothing-else");
        host.UseSetting("Ordering:AnswerSeconds", AnswerSeconds);
        // All tests come from one address; what the limits do is tested with small ones.
        host.UseSetting("Limits:Address:ReadsPerSecond", "100000");
        host.UseSetting("Limits:Address:WritesPerSecond", "100000");
        host.UseSetting("Limits:Address:OrdersPerMinute", "1000000");
        foreach (var (key, value) in Settings.Concat(settings))
        {
            host.UseSetting(key, value);
        }

        host.ConfigureTestServices(services =>
        {
            services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options => options.TokenValidationParameters.IssuerSigningKey = SigningKey);
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<IMailSender>(Mails);
            services.AddSingleton<ILoggerProvider>(Logs.Through);
            Change(services);
            change?.Invoke(services);
        });
    });

    internal static async Task ReadyAsync(WebApplicationFactory<Program> app)
    {
        using var client = app.CreateClient();
        await Eventually.BecomesAsync(async () => (await client.GetAsync("/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Others.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // Who asks.
    internal HttpClient Anonymous => App.CreateClient();
    internal HttpClient Operator => With(OperatorKey);
    internal HttpClient Storefront => With(Token((MarketplaceClaims.Subject, "storefront"), (MarketplaceClaims.Role, "storefront")));
    internal HttpClient Person(PersonId person) => With(Token((MarketplaceClaims.Subject, person.ToString())));
    internal HttpClient Member(ShopEntry shop, string role = "staff") =>
        With(Token((MarketplaceClaims.Subject, Guid.NewGuid().ToString()), (MarketplaceClaims.Shop, $"{shop.Id}:{role}")));

    internal HttpClient Coordinator(string town = Town) => With(Token((MarketplaceClaims.Subject, Guid.NewGuid().ToString()), (MarketplaceClaims.Town, town)));

    internal async Task<HttpClient> KeyAsync(ShopEntry shop, params string[] scopes) => (await IssueKeyAsync(shop, scopes)).Client;

    internal async Task<(Guid Id, HttpClient Client)> IssueKeyAsync(ShopEntry shop, params string[] scopes)
    {
        var (id, key) = (Guid.NewGuid(), ApiKeys.Create());
        await Others.SayAsync(new ApiKeyIssued(id, shop.Id, ApiKeys.Hash(key), scopes));
        await Eventually.BecomesAsync(() => App.Services.GetRequiredService<IShopDirectory>().FindApiKey(ApiKeys.Hash(key)) is not null, TimeSpan.FromSeconds(20));
        return (id, With(key));
    }

    // What there is.
    internal Task<ShopEntry> ShopAsync(string status = "published", params string[] towns) => OpenAsync(s => s with { Status = status, Towns = towns.Length == 0 ? [Town] : towns });

    internal Task<ShopEntry> KeeperAsync(string point) => OpenAsync(s => s with { KeepsPoint = point });

    private async Task<ShopEntry> OpenAsync(Func<ShopChanged, ShopChanged> change)
    {
        var n = Interlocked.Increment(ref _shops);
        var shop = change(new ShopChanged(ShopId.New(), 1, $"boutique-{n}", "published", [Town], $"Boutique {n}", "épicerie",
            "1 rue de la Gare", "69600", "Oullins-Pierre-Bénite", new Position(45.714, 4.807), null, null, true));
        await Others.SayAsync(shop);
        var directory = App.Services.GetRequiredService<IShopDirectory>();
        await Eventually.BecomesAsync(() => directory.Find(shop.ShopId) is not null, TimeSpan.FromSeconds(20));
        return directory.Find(shop.ShopId)!;
    }

    internal async Task SuspendAsync(ShopEntry shop)
    {
        await Others.SayAsync(new ShopChanged(shop.Id, 2, shop.Slug, "suspended", shop.Towns, shop.Name, "épicerie",
            "1 rue de la Gare", "69600", "Oullins-Pierre-Bénite", new Position(45.714, 4.807), null, null, true));
        await Eventually.BecomesAsync(() => !App.Services.GetRequiredService<IShopDirectory>().Find(shop.Id)!.IsPublished, TimeSpan.FromSeconds(20));
    }

    // What is asked.
    internal PlaceOrder Basket(params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines) => new(Town,
        new Contact("Claire Durand", "claire.durand@exemple.fr", "06 12 34 56 78"),
        [.. lines.GroupBy(l => l.Shop).Select(g => new PlaceOrder.ShopOrder(g.Key.Slug, SlotOf(g.Key), [.. g.Select(l => new PlaceOrder.Line(l.Offer, l.Quantity, null))]))],
        "in-shop");

    internal string SlotOf(ShopEntry shop, double hours = 5) => $"{shop.Slug}~{Clock.GetUtcNow().AddHours(hours).UtcDateTime:yyyyMMdd'T'HHmm'Z'}";

    internal static async Task<OrderView> PlaceAsync(HttpClient client, PlaceOrder basket, string? key = null)
    {
        using var answer = await PostAsync(client, basket, key);
        return await ReadAsync<OrderView>(answer);
    }

    internal static async Task<HttpResponseMessage> PostAsync(HttpClient client, PlaceOrder basket, string? key = null, string path = "orders")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/" + path) { Content = JsonContent.Create(basket, options: JsonSerializerOptions.Web) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal static async Task<T> ReadAsync<T>(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!;
    }

    /// <summary>The stable last part of a problem's type, with its status.</summary>
    internal static async Task<(int Status, string Code, JsonElement Problem)> ProblemAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeFalse(text);
        var problem = JsonDocument.Parse(text).RootElement;
        return ((int)answer.StatusCode, problem.GetProperty("type").GetString()!.Split('/')[^1], problem);
    }

    internal Task<OrderView> GetAsync(OrderView order) => GetAsync(order.OrderId, order.AccessToken!);

    internal async Task<OrderView> GetAsync(OrderId order, string token) =>
        await ReadAsync<OrderView>(await Anonymous.GetAsync($"/api/v1/orders/{order}?token={token}"));

    internal static async Task<ShopOrderCard> ActAsync(HttpClient staff, ShopEntry shop, OrderId order, string action, object? body = null) =>
        await ReadAsync<ShopOrderCard>(await TryAsync(staff, shop, order, action, body));

    internal static Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry shop, OrderId order, string action, object? body = null) =>
        staff.PostAsync($"/api/v1/shops/{shop.Slug}/orders/{order}/{action}", body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web));

    internal async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal HttpClient With(string bearer, WebApplicationFactory<Program>? app = null)
    {
        var client = (app ?? App).CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }

    /// <summary>One that outlasts whatever a test lets pass.</summary>
    internal static string Token(params (string Type, string Value)[] claims) => Token(TimeSpan.FromDays(3650), claims);

    internal static string Token(TimeSpan lasting, params (string Type, string Value)[] claims) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Auth.Issuer,
        Audience = Auth.Audience,
        Expires = DateTime.UtcNow + lasting,
        SigningCredentials = new SigningCredentials(SigningKey, SecurityAlgorithms.EcdsaSha256),
        Claims = claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => g.Count() == 1 ? (object)g.First().Value : g.Select(c => c.Value).ToArray()),
    });
}

/// <summary>The real clock, and a way to let days pass.</summary>
internal sealed class TestClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    internal void Pass(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
