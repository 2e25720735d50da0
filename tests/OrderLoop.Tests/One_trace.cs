extern alias catalog;
extern alias merchants;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
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
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using CatalogProgram = catalog::Program;
using MerchantsProgram = merchants::Program;
using OrderingProgram = Program;

namespace Marketplace.OrderLoop.Tests;

/// <summary>
/// An order can be followed from the request through the queues of all three services to its mail. What is relayed from a log, shared in a batch or
/// taken up by a timer runs under nobody's request, so the trace goes with the row.
/// </summary>
public sealed class One_trace(Servers servers)
{
    private const string Operator = "op_test-operator";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_from_the_request_through_all_services_to_the_mail()
    {
        await using var loop = await StartAsync();
        var (town, offer, slot) = await PrepareAsync(loop);
        using var ear = new Ear();

        var orders = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            // Several at once, so that they share batches; each has a trace of its own.
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders")
            {
                Content = JsonContent.Create(new PlaceOrder(town, new Contact("Claire Durand", "claire.durand@exemple.fr", null),
                    [new PlaceOrder.ShopOrder("le-fournil", slot, [new PlaceOrder.Line(offer, 1, null)])], "in-shop"), options: Json),
            };
            var trace = ActivityTraceId.CreateRandom();
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using var answer = await loop.Ordering.SendAsync(request, Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Token));
            return trace;
        }));

        string[] expected =
        [
            "POST Ordering", "catalog-reserve-stock", "merchants-book-slots", "ordering-order-replies", "ordering-order-replies",
            "catalog-confirm-stock", "merchants-confirm-slots", "due-work mail",
        ];
        foreach (var trace in orders)
        {
            await Eventually.BecomesAsync(() => ear.Of(trace).Count >= expected.Length, TimeSpan.FromSeconds(20), $"{expected.Length} steps, of {string.Join(", ", ear.Of(trace))}");
            ear.Of(trace).Order().ShouldBe(expected.Order());
        }

        loop.Mails.Count.ShouldBe(orders.Length);
    }

    [Fact]
    public async Task Is_not_kept_where_nobody_records()
    {
        await using var loop = await StartAsync();
        var (town, offer, slot) = await PrepareAsync(loop);

        using var answer = await loop.Ordering.PostAsJsonAsync("/api/v1/orders", new PlaceOrder(town, new Contact("Claire Durand", "claire.durand@exemple.fr", null),
            [new PlaceOrder.ShopOrder("le-fournil", slot, [new PlaceOrder.Line(offer, 1, null)])], "in-shop"), Json, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);

        await using var database = Npgsql.NpgsqlDataSource.Create(loop.Databases["ordering"]);
        await using var traced = database.CreateCommand("select (select count(*) from events where meta ? 'trace') + (select count(*) from due_work where trace is not null)");
        (await traced.ExecuteScalarAsync(Token)).ShouldBe(0L);
    }

    private static async Task<(string Town, OfferId Offer, string Slot)> PrepareAsync(Loop loop)
    {
        var centre = new Position(45.714, 4.807);
        await SayAsync(loop.Merchants, HttpMethod.Put, "towns/oullins", new TownDefinition("Oullins", new Text("Entre l’Yzeron et le Rhône.", null), "#9A3B26", centre,
            [new TownCommune("69149", "Oullins-Pierre-Bénite", ["69600"], new DateOnly(2024, 1, 1), null)],
            new TownOperator("Ville", "Commune", "Place Roger-Salengro, 69600", "73282932000074", "mairie@example.org", null, null, null), [], []));
        await SayAsync(loop.Merchants, HttpMethod.Post, "towns/oullins/shops", new ShopDefinition("le-fournil", "Le Fournil", "Boulangerie", new Text("Du pain.", null), null,
            "47 Grande Rue", "69600", "Oullins-Pierre-Bénite", centre, "04 65 71 11 10", null,
            new WeeklyHours([.. Enumerable.Range(1, 7).Select(day => new DayHours(day, [new HoursBlock("00:00", "24:00")]))]), new SlotRules(30, 100, 0),
            new ShopLegal("73282932000074", "SARL", null, false, "10.71C", "NAFRev2"), Demo: true, Published: true));
        await SayAsync(loop.Catalog, HttpMethod.Put, "categories", new[] { new CategoryDefinition("pains", "Pains", "Breads", null, "bread", 5.5m, true, true) });
        JsonElement offer = default;
        await Eventually.BecomesAsync(async () =>
        {
            // Catalog and Ordering hear of the shop a moment later.
            using var answer = await loop.Catalog.PutAsJsonAsync("/api/v1/shops/le-fournil/offers/P-1", new OfferDefinition(
                "P-1", null, "Pain complet", null, "pains", null, SaleUnit.Piece, 450, null, 500, "g", ["gluten"], null, false, false, 50), Json, Token);
            offer = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
            return answer.IsSuccessStatusCode && (await loop.Ordering.GetAsync("/api/v1/shops/le-fournil/orders", Token)).IsSuccessStatusCode;
        }, Patience, "the shop is known everywhere");
        var slots = await loop.Merchants.GetFromJsonAsync<List<PickupSlot>>("/api/v1/shops/le-fournil/pickup-slots?days=2", Json, Token);
        return ("oullins", offer.GetProperty("offerId").Deserialize<OfferId>(Json), slots![^1].SlotId);
    }

    private static async Task SayAsync<T>(HttpClient service, HttpMethod method, string path, T body)
    {
        using var answer = await service.SendAsync(new HttpRequestMessage(method, "/api/v1/" + path) { Content = JsonContent.Create(body, options: Json) }, Token);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await answer.Content.ReadAsStringAsync(Token)}");
    }

    private async Task<Loop> StartAsync()
    {
        var broker = await servers.NewVirtualHostAsync(Token);
        var databases = new Dictionary<string, string>();
        foreach (var name in new[] { "ordering", "catalog", "merchants" })
        {
            databases[name] = await servers.NewDatabaseAsync(name, Token);
        }

        var mails = new ConcurrentQueue<Mail>();
        var merchants = Start<MerchantsProgram>("merchants", _ => { });
        var catalog = Start<CatalogProgram>("catalog", _ => { });
        var ordering = Start<OrderingProgram>("ordering", services => services.AddSingleton<IMailSender>(new Postbox(mails)));
        var loop = new Loop([merchants, catalog, ordering], Client(ordering), Client(catalog), Client(merchants), mails, databases);
        foreach (var service in new[] { loop.Merchants, loop.Catalog, loop.Ordering })
        {
            await Eventually.BecomesAsync(async () => (await service.GetAsync("/ready", Token)).IsSuccessStatusCode, Patience);
        }

        return loop;

        WebApplicationFactory<T> Start<T>(string name, Action<IServiceCollection> change) where T : class => new WebApplicationFactory<T>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:postgres", databases[name]);
            host.UseSetting("ConnectionStrings:rabbitmq", broker.ToString());
            host.UseSetting("Operator:KeyHash", ApiKeys.Hash(Operator));
            host.UseSetting("Storefront:PublicUrl", "https://panier.example");
            host.UseSetting("Ordering:TokenSecret", "a-secret-of-the-tests-that-opens-nothing-else");
            host.ConfigureTestServices(change);
        });

        static HttpClient Client<T>(WebApplicationFactory<T> service) where T : class
        {
            var client = service.CreateClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Operator);
            return client;
        }
    }

    private sealed record Loop(IReadOnlyList<IAsyncDisposable> Services, HttpClient Ordering, HttpClient Catalog, HttpClient Merchants, ConcurrentQueue<Mail> Mails,
        IReadOnlyDictionary<string, string> Databases) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var service in Services)
            {
                await service.DisposeAsync();
            }
        }
    }

    private sealed class Postbox(ConcurrentQueue<Mail> mails) : IMailSender
    {
        public Task SendAsync(Mail mail, CancellationToken token)
        {
            mails.Enqueue(mail);
            return Task.CompletedTask;
        }
    }

    /// <summary>Records everything, as an exporter would, and keeps the steps of an order's way: requests, receptions and timers.</summary>
    private sealed class Ear : IDisposable
    {
        private readonly ConcurrentQueue<(ActivityTraceId Trace, string Step)> _steps = new();
        private readonly ActivityListener _listener;

        internal Ear()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "MassTransit" or "Marketplace.EventStore",
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (StepOf(activity) is { } step)
                    {
                        _steps.Enqueue((activity.TraceId, step));
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        internal IReadOnlyList<string> Of(ActivityTraceId trace) => [.. _steps.Where(s => s.Trace == trace).Select(s => s.Step)];

        public void Dispose() => _listener.Dispose();

        private static string? StepOf(Activity activity) => activity switch
        {
            { Kind: ActivityKind.Server } => "POST Ordering",
            { Source.Name: "MassTransit" } when (string?)activity.GetTagItem("messaging.operation") == "receive" => (string?)activity.GetTagItem("messaging.destination.name"),
            { Source.Name: "Marketplace.EventStore" } => activity.OperationName,
            _ => null,
        };
    }
}
