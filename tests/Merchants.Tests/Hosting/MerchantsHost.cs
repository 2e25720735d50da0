using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults.Auth;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Merchants.Tests.Hosting;

/// <summary>The whole service on a database and a virtual host of its own, and an ear on the bus for what it tells the world.</summary>
public sealed class MerchantsHost(Servers servers) : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Town = "oullins";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly string _operatorKey = ApiKeys.Create(ApiKeys.OperatorPrefix);
    private readonly ConcurrentQueue<object> _heard = new();
    private string _connection = "";
    private Uri _broker = new("amqp://nowhere");
    private IBusControl? _bus;

    internal TestClock Clock { get; } = new();

    internal IEnumerable<T> Heard<T>() => _heard.OfType<T>();

    internal IBus Bus => _bus!;

    public async ValueTask InitializeAsync()
    {
        _connection = await servers.NewDatabaseAsync("merchants");
        _broker = await servers.NewVirtualHostAsync();
        _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(_broker);
            rabbit.ReceiveEndpoint("heard", queue =>
            {
                Hear<ShopChanged>(queue);
                Hear<PickupOutlookChanged>(queue);
                Hear<ApiKeyIssued>(queue);
                Hear<ApiKeyRevoked>(queue);
                Hear<PickupSlotsBooked>(queue);
                Hear<PickupSlotsRefused>(queue);
                queue.Handler<PickupSlotsAnswerBatch>(answers =>
                {
                    foreach (var answer in answers.Message.Booked.Concat<object>(answers.Message.Refused))
                    {
                        _heard.Enqueue(answer);
                    }

                    return Task.CompletedTask;
                });
                Hear<SlotHoldOverdue>(queue);
                Hear<PickupDeadlineMoved>(queue);
                Hear<PickupSlotShut>(queue);
            });
        });
        await _bus.StartAsync();
        await Operator.PutAsync($"towns/{Town}", Examples.Town(Town));
        await Eventually.BecomesAsync(async () => (await Client().GetAsync("/ready")).IsSuccessStatusCode, Patience);
    }

    internal HttpClient Operator => Client(_operatorKey);

    /// <summary>A caller with a bearer token or key; null: anonymous.</summary>
    internal HttpClient Client(string? bearer = null, string language = "fr")
    {
        var client = CreateClient(new() { BaseAddress = new Uri("http://localhost/api/v1/") });
        client.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return client;
    }

    /// <summary>A published shop, opened from 08:30 to 12:30 and from 14:00 to 19:00, Tuesday to Saturday, unless told otherwise.</summary>
    internal async Task<Shop> OpenShopAsync(string slug, Func<ShopDefinition, ShopDefinition>? with = null, string town = Town)
    {
        var answer = await Operator.PostAsJsonAsync($"towns/{town}/shops", (with ?? (s => s))(Examples.Shop(slug)), Json);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Shop>(Json))!;
    }

    internal async Task<T> GetAsync<T>(string path) => (await Client().GetFromJsonAsync<T>(path, Json))!;

    /// <summary>The facts told about an order so far, once there are this many.</summary>
    internal async Task<IReadOnlyList<object>> FactsAsync(OrderId order, int count = 1)
    {
        var facts = await Eventually.GetAsync(() => Task.FromResult<IReadOnlyList<object>>([.. _heard.Where(f => OrderOf(f) == order)]), f => f.Count >= count, Patience);
        return facts;
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_bus is not null)
        {
            await _bus.StopAsync();
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:postgres", _connection).UseSetting("ConnectionStrings:rabbitmq", _broker.ToString())
            .UseSetting("Operator:KeyHash", ApiKeys.Hash(_operatorKey))
            .UseSetting("Limits:Address:ReadsPerSecond", "100000").UseSetting("Limits:Address:WritesPerSecond", "100000"); // all tests come from one address
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, jwt => jwt.TokenValidationParameters.IssuerSigningKey = Tokens.Key);
        });
    }

    private static OrderId? OrderOf(object fact) => fact switch
    {
        PickupSlotsBooked f => f.OrderId,
        PickupSlotsRefused f => f.OrderId,
        SlotHoldOverdue f => f.OrderId,
        _ => null,
    };

    private void Hear<T>(IReceiveEndpointConfigurator queue) where T : class => queue.Handler<T>(context =>
    {
        _heard.Enqueue(context.Message);
        return Task.CompletedTask;
    });
}

internal static class HttpShortcuts
{
    public static async Task<HttpResponseMessage> PutAsync<T>(this HttpClient client, string path, T body)
    {
        var answer = await client.PutAsJsonAsync(path, body, MerchantsHost.Json);
        return answer;
    }
}
