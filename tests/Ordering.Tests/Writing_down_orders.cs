using System.Diagnostics.Metrics;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Testing.OfEveryService;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>What operators see of orders: figures and log lines, each order once, and nobody's name.</summary>
public sealed class Writing_down_orders(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Each_order_is_counted_once_by_what_became_of_it_in_whichever_process()
    {
        await using var second = host.Start(settings: ("Ordering:AnswerSeconds", "2"));
        await ReadyAsync(second);
        using var here = new Figures(host.App.Services.GetRequiredService<IMeterFactory>());
        using var there = new Figures(second.Services.GetRequiredService<IMeterFactory>());
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);

        // Asked for twice under one key, in both processes; made ready and handed over.
        Answering();
        var basket = host.Basket((shop, OfferId.New(), 1));
        var collected = await PlaceAsync(host.Anonymous, basket, "key");
        (await PlaceAsync(second.CreateClient(), basket, "key")).OrderId.ShouldBe(collected.OrderId);
        await ActAsync(staff, shop, collected.OrderId, "accept");
        await ActAsync(staff, shop, collected.OrderId, "ready");
        await ActAsync(staff, shop, collected.OrderId, "handover", new HandOver(collected.PickupCode!));

        // Confirmed and cancelled.
        await CancelAsync(await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1))));

        // Refused, for two reasons at once: the graver one counts.
        Answering(stock: asked => new StockRefused(asked.OrderId, [new(shop.Id, asked.Shops[0].Lines[0].OfferId, "out-of-stock", "Pain", 1, 0, 450)]));
        (await ProblemAsync(await PostAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1))))).Code.ShouldBe("out-of-stock");

        // Never answered: one is given up by the resident, one by the clock.
        Answering(_ => null, _ => null);
        await CancelAsync(await PlaceAsync(second.CreateClient(), host.Basket((shop, OfferId.New(), 1))));
        await PlaceAsync(second.CreateClient(), host.Basket((shop, OfferId.New(), 1)));
        host.Clock.Pass(TimeSpan.FromMinutes(20));

        await BecomesAsync("marketplace.orders outcome=expired", 1);
        await BecomesAsync("marketplace.orders outcome=placed", 5);
        await BecomesAsync("marketplace.orders outcome=confirmed", 2);
        await BecomesAsync("marketplace.orders outcome=refused reason=out-of-stock", 1);
        await BecomesAsync("marketplace.orders outcome=cancelled", 2);
        await BecomesAsync("marketplace.orders outcome=completed", 1);
        foreach (var outcome in new[] { "accepted", "ready", "collected", "cancelled" })
        {
            await BecomesAsync("marketplace.shop_orders outcome=" + outcome, 1);
        }

        Task BecomesAsync(string name, long count) => Eventually.BecomesAsync(() => here.Count(name) + there.Count(name) == count, Long, $"{count} × {name}");
    }

    [Fact]
    public void The_relays_lag_is_a_figure_in_seconds()
    {
        using var figures = new Figures(host.App.Services.GetRequiredService<IMeterFactory>());
        figures.Gauge("marketplace.relay.lag").ShouldNotBeNull().ShouldBeInRange(0, 60);
    }

    [Fact]
    public async Task Each_moment_of_an_order_is_a_line_with_its_ids_and_no_line_says_who_ordered()
    {
        Answering();
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(staff, shop, order.OrderId, "accept");
        await ActAsync(staff, shop, order.OrderId, "decline", new Decline("Four en panne", null));
        await Eventually.BecomesAsync(() => host.Mails.All.Any(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal)), Long);
        await Eventually.BecomesAsync(() => Lines().Count >= 4, Long);

        Lines().Select(l => l.GetProperty("event").GetString()).ShouldBe(["LogConfirmed", "LogShop", "LogShop", "LogEnded"]);
        Lines().ShouldAllBe(l => l.GetProperty("OrderId").GetString() == order.OrderId.ToString());
        Lines().Where(l => l.GetProperty("event").GetString() == "LogShop").ShouldAllBe(l => l.GetProperty("ShopId").GetString() == shop.Id.ToString());
        Lines()[2].GetProperty("message").GetString().ShouldBe($"Order {order.OrderId}: the part of shop {shop.Id} is declined");

        host.Logs.Lines.ShouldAllBe(l => l.StartsWith('{') && !l.Contains('\n', StringComparison.Ordinal));
        foreach (var personal in new[] { "Claire", "claire.durand", "06 12 34", order.PickupCode!, order.AccessToken! })
        {
            host.Logs.Lines.Where(l => l.Contains(personal, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        }

        List<JsonElement> Lines() => [.. host.Logs.Of(order.OrderId.ToString()).Where(l => l.GetProperty("logger").GetString()!.EndsWith("OrderJournal", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task A_failure_at_an_orders_address_is_logged_with_the_order_and_the_route_without_the_token()
    {
        var order = OrderId.New();
        using var scope = host.App.Services.CreateScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, Response = { Body = new MemoryStream() } };
        context.Request.Path = $"/api/v1/orders/{order}";
        context.Request.QueryString = new QueryString("?token=geheim");
        context.Features.Set<IExceptionHandlerFeature>(new ExceptionHandlerFeature
        {
            Error = new InvalidOperationException("boom"),
            RouteValues = new RouteValueDictionary { ["orderId"] = order.ToString() },
            Endpoint = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.First(e => e is RouteEndpoint { RoutePattern.RawText: "/api/v1/orders/{orderId}" }),
        });
        foreach (var handler in host.App.Services.GetServices<IExceptionHandler>())
        {
            (await handler.TryHandleAsync(context, new InvalidOperationException("boom"), TestContext.Current.CancellationToken)).ShouldBeTrue();
        }

        var line = host.Logs.Of(order.ToString()).ShouldHaveSingleItem();
        (line.GetProperty("level").GetString(), line.GetProperty("Route").GetString(), line.GetProperty("OrderId").GetString()).ShouldBe(("Error", "/api/v1/orders/{orderId}", order.ToString()));
        line.GetProperty("exception").GetString()!.ShouldContain("boom");
        line.ToString().ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("Production", "json-lines")]
    [InlineData("Development", "simple")]
    public async Task Lines_are_for_programs_in_production_and_for_eyes_while_developing(string environment, string formatter)
    {
        await using var app = host.Start(null, [("environment", environment), .. ServiceInProduction.Settings(ServiceDefaults.Auth.ApiKeys.Create(ServiceDefaults.Auth.ApiKeys.OperatorPrefix))]);
        await ReadyAsync(app);
        app.Services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue.FormatterName.ShouldBe(formatter);
    }

    private void Answering(Func<ReserveStock, object?>? stock = null, Func<BookPickupSlots, object?>? slots = null) =>
        (host.Others.Stock, host.Others.Slots) = (stock ?? host.Others.Reserved, slots ?? host.Others.Booked);

    private async Task CancelAsync(OrderView order) =>
        await ReadAsync<OrderView>(await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null, TestContext.Current.CancellationToken));
}
