using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Shops;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Bad input about an order that stands: its code, and orders that are not one's own. Each with its status, its code, a sentence in both languages, and no effect.</summary>
public sealed class Codes_and_strangers(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Theory]
    [InlineData("a wrong code", 422, "wrong-code")]
    [InlineData("a code that was used", 409, "already-collected")]
    [InlineData("a code that expired", 409, "already-expired")]
    [InlineData("a code before it is ready", 409, "not-ready")]
    [InlineData("no code", 400, "malformed")]
    [InlineData("another shop's order", 404, "order-not-found")]
    [InlineData("another resident's order", 404, "order-not-found")]
    [InlineData("another resident's cancellation", 404, "order-not-found")]
    [InlineData("an order with another's token", 404, "order-not-found")]
    [InlineData("nobody's order", 401, "sign-in-needed")]
    [InlineData("a key with another body", 422, "idempotency-key-reused")]
    public async Task Are_refused_in_the_callers_language_and_change_nothing(string what, int status, string code)
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        using var staff = host.Member(shop);
        using var owner = host.Person(PersonId.New());
        var key = Guid.NewGuid().ToString();
        var order = await PlaceAsync(owner, host.Basket((shop, OfferId.New(), 1)), key);
        if (what != "a code before it is ready")
        {
            await ActAsync(staff, shop, order.OrderId, "ready");
        }

        if (what == "a code that was used")
        {
            await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        }

        if (what == "a code that expired")
        {
            host.Clock.Pass(TimeSpan.FromDays(5));
            await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders.Single().Status == "expired", TimeSpan.FromSeconds(30));
        }

        // What time does by itself has been done: mails and reminders do not move the order.
        var before = (await host.GetAsync(order)).Version;
        var mine = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var orders = await host.ScalarAsync<long>("select count(*) from orders");
        var sentences = new HashSet<string>();
        foreach (var language in new[] { "fr", "en" })
        {
            using var answer = await AskAsync(what, language, order, mine, key, shop, other, owner);
            var problem = await ProblemAsync(answer);
            (problem.Status, problem.Code).ShouldBe((status, code), language);
            sentences.Add(problem.Problem.GetProperty("detail").GetString()!).ShouldBeTrue("the other language says it otherwise");
        }

        (await host.GetAsync(order)).Version.ShouldBe(before);
        (await host.ScalarAsync<long>("select count(*) from orders")).ShouldBe(orders);
    }

    private async Task<HttpResponseMessage> AskAsync(string what, string language, OrderView order, OrderView mine, string key, ShopEntry shop, ShopEntry other, HttpClient owner)
    {
        var (who, method, path, body) = what switch
        {
            "a wrong code" => (host.Member(shop), HttpMethod.Post, $"shops/{shop.Slug}/orders/{order.OrderId}/handover", new HandOver(order.PickupCode == "222222" ? "333333" : "222222")),
            "no code" => (host.Member(shop), HttpMethod.Post, $"shops/{shop.Slug}/orders/{order.OrderId}/handover", new { }),
            "another shop's order" => (host.Member(other), HttpMethod.Post, $"shops/{other.Slug}/orders/{order.OrderId}/handover", new HandOver(order.PickupCode!)),
            "another resident's order" => (host.Person(PersonId.New()), HttpMethod.Get, $"orders/{order.OrderId}", null),
            "another resident's cancellation" => (host.Person(PersonId.New()), HttpMethod.Post, $"orders/{order.OrderId}/cancellation", new { }),
            "an order with another's token" => (host.Anonymous, HttpMethod.Get, $"orders/{order.OrderId}?token={mine.AccessToken}", null),
            "nobody's order" => (host.Anonymous, HttpMethod.Get, $"orders/{order.OrderId}", null),
            "a key with another body" => (owner, HttpMethod.Post, "orders", (object?)host.Basket((shop, OfferId.New(), 2))),
            _ => (host.Member(shop), HttpMethod.Post, $"shops/{shop.Slug}/orders/{order.OrderId}/handover", new HandOver(order.PickupCode!)),
        };
        using var request = new HttpRequestMessage(method, "/api/v1/" + path)
        {
            Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web),
            Headers = { { "Accept-Language", language } },
        };
        if (what == "a key with another body")
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await who.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
