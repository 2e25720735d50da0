using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Parser;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.OrderLoop.Tests;

/// <summary>
/// An order can be followed from the press of "Réserver" through the queues of all three services to its mail. What is relayed from a log, shared in a batch or
/// taken up by a timer runs under nobody's request, so the trace goes with the row.
/// </summary>
public sealed class One_trace(Servers servers)
{
    private static readonly string[] OrdersWay =
    [
        "POST /api/v1/orders", "catalog-reserve-stock", "merchants-book-slots", "ordering-order-replies", "ordering-order-replies",
        "catalog-confirm-stock", "merchants-confirm-slots", "due-work mail",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_from_the_request_through_all_services_to_the_mail()
    {
        await using var loop = await ThreeServices.StartAsync(servers);
        var (shop, offer, slot) = await loop.OpenShopAsync("le-fournil");
        using var ear = new Ear();

        var orders = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            // Several at once, so that they share batches; each has a trace of its own.
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders")
            {
                Content = JsonContent.Create(ThreeServices.Basket(new PlaceOrder.ShopOrder(shop, slot, [new PlaceOrder.Line(offer, 1, null)])), options: ThreeServices.Json),
            };
            return await SendAsync(loop.Ordering, request, HttpStatusCode.Created);
        }));

        foreach (var trace in orders)
        {
            await ear.HearsAsync(trace, OrdersWay);
        }

        loop.Mails.Count.ShouldBe(orders.Length);
    }

    [Fact]
    public async Task Begins_at_the_storefront_where_a_resident_presses()
    {
        await using var loop = await ThreeServices.StartAsync(servers);
        var (shop, offer, slot) = await loop.OpenShopAsync("le-fournil");
        using var browser = await loop.OpenStorefrontAsync();
        using var basket = new FormUrlEncodedContent([new("offre", offer.ToString())]);
        using var put = await browser.PostAsync($"/{ThreeServices.Town}/panier/ajouter", basket, Token);
        put.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        const string Checkout = $"/{ThreeServices.Town}/commander";
        var form = new HtmlParser().ParseDocument(await browser.GetStringAsync(Checkout, Token)).QuerySelector($"form[action='{Checkout}']")!;
        using var ear = new Ear();

        using var press = new HttpRequestMessage(HttpMethod.Post, Checkout)
        {
            Content = new FormUrlEncodedContent(
            [
                .. form.QuerySelectorAll("input[type=hidden]").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value")!)),
                new("nom", "Claire Durand"), new("courriel", "claire.durand@exemple.fr"), new("creneau." + shop, slot),
            ]),
        };
        var trace = await SendAsync(browser, press, HttpStatusCode.SeeOther);

        await ear.HearsAsync(trace, ["POST " + Checkout, .. OrdersWay]);
        loop.Mails.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Is_not_kept_where_nobody_records()
    {
        await using var loop = await ThreeServices.StartAsync(servers);
        var (shop, offer, slot) = await loop.OpenShopAsync("le-fournil");

        using var answer = await loop.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(new PlaceOrder.ShopOrder(shop, slot, [new PlaceOrder.Line(offer, 1, null)])), ThreeServices.Json, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);

        await using var database = Npgsql.NpgsqlDataSource.Create(loop.Databases["ordering"]);
        await using var traced = database.CreateCommand("select (select count(*) from events where meta ? 'trace') + (select count(*) from due_work where trace is not null)");
        (await traced.ExecuteScalarAsync(Token)).ShouldBe(0L);
    }

    /// <summary>With a trace of its own, as whoever stands before the site would begin it.</summary>
    private static async Task<ActivityTraceId> SendAsync(HttpClient client, HttpRequestMessage request, HttpStatusCode expected)
    {
        var trace = ActivityTraceId.CreateRandom();
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await client.SendAsync(request, Token);
        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync(Token));
        return trace;
    }

    /// <summary>Records everything, as an exporter would, and keeps the steps of an order's way: what is posted, receptions and timers.</summary>
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

        internal async Task HearsAsync(ActivityTraceId trace, string[] steps)
        {
            await Eventually.BecomesAsync(() => Of(trace).Count >= steps.Length, TimeSpan.FromSeconds(20), $"{steps.Length} steps, of {string.Join(", ", Of(trace))}");
            Of(trace).Order().ShouldBe(steps.Order());
        }

        private List<string> Of(ActivityTraceId trace) => [.. _steps.Where(s => s.Trace == trace).Select(s => s.Step)];

        public void Dispose() => _listener.Dispose();

        private static string? StepOf(Activity activity) => activity switch
        {
            // What the pages read on their way is left out.
            { Kind: ActivityKind.Server } when (string?)activity.GetTagItem("http.request.method") is "POST" => $"POST {activity.GetTagItem("url.path")}",
            { Source.Name: "MassTransit" } when (string?)activity.GetTagItem("messaging.operation") == "receive" => (string?)activity.GetTagItem("messaging.destination.name"),
            { Source.Name: "Marketplace.EventStore" } => activity.OperationName,
            _ => null,
        };
    }
}
