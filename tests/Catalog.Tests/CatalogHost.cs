using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Marketplace.Catalog.Tests;

/// <summary>The whole Catalog service on a database and a broker of its own, with the few shops and categories that tests need, and an ear on what it says on the bus.</summary>
public sealed class CatalogHost(Servers servers) : IAsyncLifetime
{
    internal const string Collection = "catalog";
    internal const string Town = "oullins";
    private const string OperatorKey = "op_test-operator";
    private static readonly ECDsaSecurityKey SigningKey = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };
    private readonly ConcurrentDictionary<OrderId, TaskCompletionSource<object>> _answers = new();
    private int _shops;
    private IBusControl? _ear;

    internal WebApplicationFactory<Program> App { get; private set; } = null!;
    internal string Connection { get; private set; } = null!;
    internal Uri Broker { get; private set; } = null!;
    internal ConcurrentQueue<object> Heard { get; } = new();

    internal static readonly CategoryDefinition[] Categories =
    [
        new("epicerie", "Épicerie", "Groceries", null, "jar", 5.5m, true, false),
        new("pains", "Pains", "Breads", "epicerie", "bread", 5.5m, true, true),
        new("vins", "Vins", "Wines", "epicerie", "wine", 20m, true, false, Alcohol: true),
        new("livres", "Livres", "Books", null, "book", 5.5m, false, false),
        new("maison", "Maison", "Home", null, "lamp", 20m, false, false),
    ];

    internal IServiceProvider Services => App.Services;
    internal NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();
    internal StockDesk Desk => Services.GetRequiredService<StockDesk>();
    private IBus Bus => Services.GetRequiredService<IBus>();

    public async ValueTask InitializeAsync()
    {
        Connection = await servers.NewDatabaseAsync("catalog");
        Broker = await servers.NewVirtualHostAsync();
        App = Start();
        _ear = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(Broker);
            rabbit.ReceiveEndpoint("ear", queue =>
            {
                queue.SetQuorumQueue();
                queue.Handler<StockReserved>(m => HearAsync(m.Message.OrderId, m.Message));
                queue.Handler<StockRefused>(m => HearAsync(m.Message.OrderId, m.Message));
                queue.Handler<StockAnswerBatch>(m => Task.WhenAll([.. m.Message.Reserved.Select(r => HearAsync(r.OrderId, r)), .. m.Message.Refused.Select(r => HearAsync(r.OrderId, r))]));
                queue.Handler<StockHoldOverdue>(m => HearAsync(null, m.Message));
                queue.Handler<ShopAssortmentCounted>(m => HearAsync(null, m.Message));
                queue.Handler<BatchMoved>(m => HearAsync(null, m.Message));
                queue.Handler<OffersChanged>(m => HearAsync(null, m.Message));
                queue.Handler<Fault<ReserveStockBatch>>(m => HearAsync(null, m.Message));
            });
        });
        await _ear.StartAsync();
        await ReadyAsync(App);
        using var answer = await Operator.PutAsJsonAsync("/api/v1/categories", Categories);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Another process of the same service, as it would run beside the first.</summary>
    internal WebApplicationFactory<Program> Start() => new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
    {
        host.UseSetting("ConnectionStrings:postgres", Connection);
        host.UseSetting("ConnectionStrings:rabbitmq", Broker.ToString());
        host.UseSetting("Operator:KeyHash", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OperatorKey))));
        // The fake tills stand on this machine, and their trouble passes within moments.
        host.UseSetting(PublicAddressHandler.AllowPrivateSetting, "true");
        host.UseSetting("StockFeeds:RetryAfter", "00:00:00.2");
        host.UseSetting("StockFeeds:Timeout", "00:00:02");
        // All tests come from one address.
        host.UseSetting("Limits:Address:ReadsPerSecond", "100000");
        host.UseSetting("Limits:Address:WritesPerSecond", "100000");
        host.ConfigureServices(services => services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme,
            options => options.TokenValidationParameters.IssuerSigningKey = SigningKey));
    });

    internal static async Task ReadyAsync(WebApplicationFactory<Program> app)
    {
        using var client = app.CreateClient();
        await EventuallyAsync(async () => (await client.GetAsync("/ready")).IsSuccessStatusCode, "the service is ready");
    }

    // Who asks.
    internal HttpClient Anonymous => App.CreateClient();
    internal HttpClient Operator => With(OperatorKey);
    internal HttpClient Storefront => With(Token((MarketplaceClaims.Role, "storefront")));
    internal HttpClient Resident => With(Token());
    internal HttpClient Coordinator => With(Token((MarketplaceClaims.Town, Town)));
    internal HttpClient Member(ShopEntry shop, string role) => With(Token((MarketplaceClaims.Shop, $"{shop.Id}:{role}")));

    internal async Task<HttpClient> KeyAsync(ShopEntry shop, params string[] scopes)
    {
        var key = "mk_" + Guid.NewGuid().ToString("N");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        await Bus.Publish(new ApiKeyIssued(Guid.NewGuid(), shop.Id, hash, scopes));
        await EventuallyAsync(() => Services.GetRequiredService<IShopDirectory>().FindApiKey(hash) is not null, "the key is known");
        return With(key);
    }

    // What there is.
    internal async Task<ShopEntry> ShopAsync(string status = "published", params string[] towns)
    {
        var n = Interlocked.Increment(ref _shops);
        var shop = new ShopChanged(ShopId.New(), 1, $"boutique-{n}", status, towns.Length == 0 ? [Town] : towns, $"Boutique {n}", "épicerie", "1 rue de la Gare", "69600", "Oullins",
            new Position(45.714, 4.807), null, null, true);
        return await TellAsync(shop);
    }

    internal async Task<ShopEntry> TellAsync(ShopChanged shop)
    {
        await Bus.Publish(shop);
        var directory = Services.GetRequiredService<IShopDirectory>();
        await EventuallyAsync(() => directory.Find(shop.ShopId)?.Details?.Version >= shop.Version, "the shop is known");
        return directory.Find(shop.ShopId)!;
    }

    internal Task TellAsync(PickupOutlookChanged outlook) => Bus.Publish(outlook);

    internal static OfferDefinition Define(string sku, long? onHand = 10, long priceCents = 500, string category = "maison", SaleUnit unit = SaleUnit.Piece, string? ean13 = null, string? title = null) =>
        new(sku, ean13, title ?? "Lampe " + sku, "Maison Test", category, null, unit, priceCents, null, null, null,
            category is "pains" or "vins" or "epicerie" ? ["aucun"] : null, null, false, false, onHand, Prepacked: false); // of what is no food, or has a number, nobody reads it

    internal async Task<OfferId> OfferAsync(ShopEntry shop, OfferDefinition offer)
    {
        using var answer = await Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{offer.Sku}", offer);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("offerId").Deserialize<OfferId>();
    }

    internal async Task<OfferId> OfferAsync(ShopEntry shop, long onHand, long priceCents = 500) =>
        await OfferAsync(shop, Define("S" + Guid.NewGuid().ToString("N")[..8], onHand, priceCents));

    // What is asked of the stock.
    internal static ReserveStock Reserve(params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines) => new(OrderId.New(), DateTimeOffset.UtcNow.AddMinutes(15),
        [.. lines.GroupBy(l => l.Shop.Id).Select(g => new ReserveStock.ShopLines(g.Key, [.. g.Select(l => new ReserveStock.Line(l.Offer, l.Quantity, null))]))]);

    /// <summary>Over the bus, as Ordering does; the answer is a StockReserved or a StockRefused.</summary>
    internal async Task<object> AskAsync(ReserveStock command)
    {
        var answer = Answer(command.OrderId);
        await _ear!.Publish(command);
        return await answer.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>An order that has these set aside.</summary>
    internal async Task<OrderId> HoldAsync(params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines)
    {
        var command = Reserve(lines);
        (await AskAsync(command)).ShouldBeOfType<StockReserved>();
        return command.OrderId;
    }

    /// <summary>The shop's own figures.</summary>
    internal async Task<BatchAnswer> CountAsync(ShopEntry shop, string query, params StockLine[] lines)
    {
        using var answer = await Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock{query}", lines);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<BatchAnswer>())!;
    }

    internal Task SayAsync(object message) => _ear!.Publish(message, message.GetType());

    internal Task<object> Answer(OrderId order) => _answers.GetOrAdd(order, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal Task DoAsync(StockCommand command) => Desk.HandleAsync(command, TestContext.Current.CancellationToken);

    // What is seen.
    internal async Task<(long OnHand, long Reserved)> StockAsync(OfferId offer)
    {
        await using var command = Database.CreateCommand("select on_hand, reserved from stock where offer_id = $1");
        command.Parameters.Add(new() { Value = offer.Value });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    internal async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task<OfferPage> ListAsync(string query) => (await Anonymous.GetFromJsonAsync<OfferPage>($"/api/v1/towns/{Town}/offers{query}"))!;

    internal static async Task ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(body).RootElement.GetProperty("type").GetString().ShouldBe(Refusal.TypePrefix + code);
    }

    /// <summary>What must be true of the tables at any moment: the ledger sums to the stock, and what is reserved is what orders hold.</summary>
    internal async Task LedgerHoldsAsync()
    {
        (await ScalarAsync<long>(
            """
            select count(*) from reservation_lines l
            left join (select order_id, offer_id, sum(-on_hand_delta) as sold from stock_movements where kind = 'sale' group by order_id, offer_id) m using (order_id, offer_id)
            where l.issued <> coalesce(m.sold, 0) and l.batch_at is null or m.sold is not null and l.batch_at is not null
            """)).ShouldBe(0, "what left is what was sold");
        (await ScalarAsync<long>(
            """
            select count(*) from stock s
            left join (select offer_id, sum(on_hand_delta) as on_hand, sum(reserved_delta) as reserved from stock_movements group by offer_id) m using (offer_id)
            left join (select offer_id, sum(held) as held from reservation_lines where batch_at is null group by offer_id) l using (offer_id)
            where s.on_hand <> coalesce(m.on_hand, 0) or s.reserved <> coalesce(m.reserved, 0) or s.reserved <> coalesce(l.held, 0)
            """)).ShouldBe(0);
        (await ScalarAsync<long>(
            """
            select count(*) from stock s
            left join (select offer_id, sum(missing_delta) as missing from stock_movements group by offer_id) m using (offer_id)
            left join (select distinct on (offer_id) offer_id, missing_after from stock_movements order by offer_id, movement_id desc) l using (offer_id)
            where s.missing <> coalesce(m.missing, 0) or s.missing <> coalesce(l.missing_after, 0)
            """)).ShouldBe(0, "the ledger's last row says what stands in the shop");
        (await ScalarAsync<long>(
            """
            select count(*) from offer_batches b
            full join (select offer_id, batch_at, sum(held + issued) as taken from reservation_lines where batch_at is not null group by offer_id, batch_at) l using (offer_id, batch_at)
            where coalesce(b.taken, 0) <> coalesce(l.taken, 0) or b.taken > b.capacity
            """)).ShouldBe(0, "what orders hold or have had of a batch is what is taken of it");
    }

    internal static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(90), $"still waiting until {what}");
            await Task.Delay(20);
        }
    }

    internal static Task EventuallyAsync(Func<bool> condition, string what) => EventuallyAsync(() => Task.FromResult(condition()), what);

    public async ValueTask DisposeAsync()
    {
        if (_ear is not null)
        {
            await _ear.StopAsync();
        }

        await App.DisposeAsync();
    }

    private Task HearAsync(OrderId? order, object message)
    {
        Heard.Enqueue(message);
        if (order is { } id)
        {
            _answers.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(message);
        }

        return Task.CompletedTask;
    }

    internal HttpClient With(string bearer)
    {
        var client = App.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }

    private static string Token(params (string Type, string Value)[] claims) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Auth.Issuer,
        Audience = Auth.Audience,
        Expires = DateTime.UtcNow.AddMinutes(5),
        SigningCredentials = new SigningCredentials(SigningKey, SecurityAlgorithms.EcdsaSha256),
        Claims = claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => (object)g.Select(c => c.Value).ToArray())
            .Append(new(MarketplaceClaims.Subject, Guid.NewGuid().ToString())).ToDictionary(),
    });
}

[CollectionDefinition(CatalogHost.Collection)]
public sealed class CatalogCollection : ICollectionFixture<CatalogHost>;
