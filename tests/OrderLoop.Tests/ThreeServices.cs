extern alias catalog;
extern alias merchants;
extern alias storefront;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using CatalogProgram = catalog::Program;
using MerchantsProgram = merchants::Program;
using OrderingProgram = Program;
using StorefrontProgram = storefront::Program;

namespace Marketplace.OrderLoop.Tests;

/// <summary>Ordering, Catalog and Merchants as they are, each on a database of its own, on one broker; the caller is the operator. Mails are kept.</summary>
internal sealed class ThreeServices(Servers servers) : IAsyncDisposable
{
    internal const string Town = "oullins";
    private const string Operator = "op_test-operator";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<IAsyncDisposable> _services = [];

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    internal HttpClient Ordering { get; private set; } = null!;
    internal HttpClient Catalog { get; private set; } = null!;
    internal HttpClient Merchants { get; private set; } = null!;
    internal Uri Broker { get; private set; } = null!;
    internal ConcurrentQueue<Mail> Mails { get; } = new();
    internal Dictionary<string, string> Databases { get; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All three, ready, with a town and a category in which shops can open.</summary>
    internal static async Task<ThreeServices> StartAsync(Servers servers)
    {
        var all = new ThreeServices(servers);
        all.Broker = await servers.NewVirtualHostAsync(Token);
        foreach (var name in (string[])["ordering", "catalog", "merchants"])
        {
            all.Databases[name] = await servers.NewDatabaseAsync(name, Token);
        }

        all.Merchants = all.Start<MerchantsProgram>("merchants");
        all.Catalog = all.Start<CatalogProgram>("catalog");
        all.Ordering = all.Start<OrderingProgram>("ordering", host => host.ConfigureTestServices(services => services.AddSingleton<IMailSender>(new Postbox(all.Mails))));
        foreach (var service in new[] { all.Merchants, all.Catalog, all.Ordering })
        {
            await Eventually.BecomesAsync(async () => (await service.GetAsync("/ready", Token)).IsSuccessStatusCode, Patience);
        }

        await SayAsync(all.Merchants, HttpMethod.Put, $"towns/{Town}", new TownDefinition("Oullins", new Text("Entre l’Yzeron et le Rhône.", null), "#9A3B26", Centre,
            [new TownCommune("69149", "Oullins-Pierre-Bénite", ["69600"], new DateOnly(2024, 1, 1), null)],
            new TownOperator("Ville", "Commune", "Place Roger-Salengro, 69600", "73282932000074", "mairie@example.org", null, null, null), [], []));
        await SayAsync(all.Catalog, HttpMethod.Put, "categories", new[] { new CategoryDefinition("pains", "Pains", "Breads", null, "bread", 5.5m, true, true) });
        return all;
    }

    /// <summary>A shop that is always open, with one offer at 4,50 €, known to all three; the slot is one of tomorrow or later.</summary>
    internal async Task<(string Shop, OfferId Offer, string Slot)> OpenShopAsync(string slug, long onHand = 50, int capacity = 100)
    {
        await SayAsync(Merchants, HttpMethod.Post, $"towns/{Town}/shops", new ShopDefinition(slug, "Le Fournil", "Boulangerie", new Text("Du pain.", null), null,
            "47 Grande Rue", "69600", "Oullins-Pierre-Bénite", Centre, "04 65 71 11 10", null,
            new WeeklyHours([.. Enumerable.Range(1, 7).Select(day => new DayHours(day, [new HoursBlock("00:00", "24:00")]))]), new SlotRules(30, capacity, 0),
            new ShopLegal("73282932000074", "SARL", null, false, "10.71C", "NAFRev2"), Demo: true, Published: true));
        JsonElement offer = default;
        await Eventually.BecomesAsync(async () =>
        {
            // Catalog and Ordering hear of the shop a moment later.
            using var answer = await Catalog.PutAsJsonAsync($"/api/v1/shops/{slug}/offers/P-1", new OfferDefinition(
                "P-1", null, "Pain complet", null, "pains", null, SaleUnit.Piece, 450, null, 500, "g", ["gluten"], null, false, false, onHand, Prepacked: false), Json, Token);
            offer = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
            return answer.IsSuccessStatusCode && (await Ordering.GetAsync($"/api/v1/shops/{slug}/orders", Token)).IsSuccessStatusCode;
        }, Patience, $"{slug} is known everywhere");
        var slots = await Merchants.GetFromJsonAsync<List<PickupSlot>>($"/api/v1/shops/{slug}/pickup-slots?days=2", Json, Token);
        return (slug, offer.GetProperty("offerId").Deserialize<OfferId>(Json), slots![^1].SlotId);
    }

    /// <summary>The storefront over all three, as the browser of somebody nobody knows.</summary>
    internal async Task<HttpClient> OpenStorefrontAsync()
    {
        Databases["storefront"] = await servers.NewDatabaseAsync("storefront", Token);
        using var site = Start<StorefrontProgram>("storefront", host =>
        {
            foreach (var (name, service) in new[] { ("ordering", Ordering), ("catalog", Catalog), ("merchants", Merchants) })
            {
                host.UseSetting("Services:" + name, service.BaseAddress!.ToString());
            }
        });
        await Eventually.BecomesAsync(async () => (await site.GetAsync("/ready", Token)).IsSuccessStatusCode, Patience);
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = site.BaseAddress };
    }

    internal static PlaceOrder Basket(params PlaceOrder.ShopOrder[] parts) => new(Town, new Contact("Claire Durand", "claire.durand@exemple.fr", null), parts, "in-shop");

    /// <summary>The rows of a question to one service's database, each as text.</summary>
    internal async Task<IReadOnlyList<string>> RowsAsync(string service, string sql, params object[] parameters)
    {
        await using var database = NpgsqlDataSource.Create(Databases[service]);
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    private static Position Centre => new(45.714, 4.807);

    private static async Task SayAsync<T>(HttpClient service, HttpMethod method, string path, T body)
    {
        using var answer = await service.SendAsync(new HttpRequestMessage(method, "/api/v1/" + path) { Content = JsonContent.Create(body, options: Json) }, Token);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await answer.Content.ReadAsStringAsync(Token)}");
    }

    private HttpClient Start<TProgram>(string name, Action<IWebHostBuilder>? change = null) where TProgram : class
    {
        var service = new WebApplicationFactory<TProgram>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:postgres", Databases[name]);
            host.UseSetting("ConnectionStrings:rabbitmq", Broker.ToString());
            host.UseSetting("Operator:KeyHash", ApiKeys.Hash(Operator));
            host.UseSetting("Storefront:PublicUrl", "https://panier.example");
            host.UseSetting("Ordering:TokenSecret", "a-secret-of-the-tests-that-opens-nothing-else");
            host.UseUrls("http://127.0.0.1:0");
            change?.Invoke(host);
        });
        _services.Add(service);
        service.UseKestrel(0); // the storefront calls them over the network
        service.StartServer();
        var client = service.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Operator);
        return client;
    }

    private sealed class Postbox(ConcurrentQueue<Mail> mails) : IMailSender
    {
        public Task SendAsync(Mail mail, CancellationToken token)
        {
            mails.Enqueue(mail);
            return Task.CompletedTask;
        }
    }
}
