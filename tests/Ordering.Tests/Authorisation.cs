using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Ordering.Tests;

/// <summary>Every role at every door, from the route table: an endpoint that is not listed here fails.</summary>
public sealed class Authorisation(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly string[] Reading = ["read-only", "staff", "owner", "key-read", "coordinator", "operator"];
    private static readonly string[] Looking = ["read-only", "staff", "owner", "key-read", "operator"];
    private static readonly string[] Counter = ["staff", "owner", "key-read", "operator"];
    private static readonly string[] Writing = ["staff", "owner", "key-write", "operator"];
    private static readonly string[] Refunding = ["staff", "owner", "key-refund", "operator"];
    private static readonly string[] Keeping = ["staff", "owner", "key-point", "operator"];
    private static readonly string[] Owning = ["owner", "operator"];
    private static readonly string[] Everyone = ["anonymous", "resident", "other-shop", "other-town", "other-key", "read-only", "staff", "owner", "key-read", "key-write", "key-refund", "key-point", "coordinator", "storefront", "operator"];

    // Who gets past the door. Orders are opened by token or by their owner, behind it: see Seeing_an_order.
    private static readonly Dictionary<string, string[]> Doors = new()
    {
        ["POST /api/v1/orders"] = Everyone,
        ["POST /api/v1/orders/by-key"] = Everyone,
        ["GET /api/v1/orders/{orderId}"] = Everyone,
        ["POST /api/v1/orders/{orderId}/cancellation"] = Everyone,
        ["POST /api/v1/orders/{orderId}/payment/look"] = Everyone,
        ["POST /api/v1/payments/events"] = Everyone,
        ["GET /api/v1/payments/card"] = Everyone,
        ["POST /api/v1/orders/{orderId}/shortages/{proposalId:guid}/answer"] = Everyone,
        ["PUT /api/v1/shops/{shop}/orders/{orderId:guid}/shortages/{proposalId:guid}"] = Writing,
        ["DELETE /api/v1/shops/{shop}/orders/{orderId:guid}/shortages/{proposalId:guid}"] = Writing,
        ["DELETE /api/v1/people/{person}"] = ["storefront", "operator"],
        ["GET /api/v1/me/orders"] = ["resident", "other-shop", "other-town", "read-only", "staff", "owner", "coordinator"],
        ["GET /api/v1/shops/{shop}/orders"] = Reading,
        ["GET /api/v1/shops/{shop}/orders/{orderId:guid}"] = Reading,
        ["GET /api/v1/shops/{shop}/orders/events"] = Reading,
        ["POST /api/v1/shops/{shop}/orders/search"] = Reading,
        ["POST /api/v1/shops/{shop}/orders/named"] = Reading,
        ["POST /api/v1/shops/{shop}/orders/by-code"] = Counter,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/accept"] = Writing,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/preparation"] = Writing,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/ready"] = Writing,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/deposit"] = Writing,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/brought-back"] = Writing,
        ["GET /api/v1/shops/{shop}/order-mails"] = Counter,
        ["PUT /api/v1/shops/{shop}/order-mails"] = Writing,
        ["DELETE /api/v1/shops/{shop}/order-mails"] = Writing,
        ["GET /api/v1/shops/{shop}/webhooks"] = Owning,
        ["POST /api/v1/shops/{shop}/webhooks"] = Owning,
        ["PUT /api/v1/shops/{shop}/webhooks/{webhookId:guid}"] = Owning,
        ["DELETE /api/v1/shops/{shop}/webhooks/{webhookId:guid}"] = Owning,
        ["POST /api/v1/shops/{shop}/webhooks/{webhookId:guid}/secret"] = Owning,
        ["POST /api/v1/shops/{shop}/webhooks/{webhookId:guid}/test"] = Owning,
        ["GET /api/v1/shops/{shop}/webhooks/{webhookId:guid}/deliveries"] = Owning,
        ["POST /api/v1/shops/{shop}/webhooks/{webhookId:guid}/deliveries/{deliveryId:guid}/redeliver"] = Owning,
        ["GET /api/v1/shops/{shop}/money"] = Owning,
        ["GET /api/v1/shops/{shop}/money/months/{month}"] = Owning,
        ["GET /api/v1/shops/{shop}/money/account"] = Owning,
        ["PUT /api/v1/shops/{shop}/money/account"] = Owning,
        ["POST /api/v1/shops/{shop}/money/account/link"] = Owning,
        ["GET /api/v1/towns/{town}/money"] = ["coordinator", "operator"],
        ["GET /api/v1/towns/{town}/money/differences"] = ["coordinator", "operator"],
        ["GET /api/v1/money/differences"] = ["operator"],
        ["GET /api/v1/towns/{town}/commission"] = ["coordinator", "operator"],
        ["PUT /api/v1/towns/{town}/commission/{from}"] = ["operator"],
        ["GET /api/v1/shops/{shop}/figures"] = Looking,
        ["GET /api/v1/shops/{shop}/figures/days"] = Looking,
        ["GET /api/v1/shops/{shop}/point/left"] = Keeping,
        ["POST /api/v1/shops/{shop}/point/by-code"] = Keeping,
        ["POST /api/v1/shops/{shop}/point/orders/{orderId:guid}/handover"] = Keeping,
        ["PUT /api/v1/shops/{shop}/orders/{orderId:guid}/refunds/{refundId:guid}"] = Refunding,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/refunds/{refundId:guid}/again"] = Refunding,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/refunds/{refundId:guid}/otherwise"] = Refunding,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/paid-at-counter"] = Writing,
        ["POST /api/v1/orders/{orderId}/withdrawals/{withdrawalId:guid}/goods"] = Everyone,
        ["PUT /api/v1/shops/{shop}/orders/{orderId:guid}/withdrawals/{withdrawalId:guid}"] = Refunding,
        ["PUT /api/v1/orders/{orderId}/withdrawals/{withdrawalId:guid}"] = Everyone,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/withdrawals/{withdrawalId:guid}/back"] = Refunding,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/withdrawals/{withdrawalId:guid}/withheld"] = Refunding,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/decline"] = Writing,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/handover"] = Writing,
        ["POST /api/v1/shops/{shop}/orders/{orderId:guid}/undo"] = Writing,
    };

    [Fact]
    public void Every_endpoint_says_who_may_call_it_and_is_listed()
    {
        var endpoints = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        endpoints.Where(e => e.Metadata.GetMetadata<AccessRule>() is null).Select(e => e.DisplayName).ShouldBeEmpty("a door without a lock");
        endpoints.SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText!.TrimEnd('/')}"))
            .ShouldBe(Doors.Keys, ignoreOrder: true);
    }

    [Fact]
    public async Task Each_role_gets_where_it_may_and_nowhere_else()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var who = new Dictionary<string, HttpClient>
        {
            ["anonymous"] = host.Anonymous,
            ["resident"] = host.Person(PersonId.New()),
            ["other-shop"] = host.Member(other, "owner"),
            ["other-town"] = host.Coordinator("vienne"),
            ["other-key"] = await host.KeyAsync(other, "orders:read", "orders:write", "refunds:write"),
            ["read-only"] = host.Member(shop, "read-only"),
            ["staff"] = host.Member(shop),
            ["owner"] = host.Member(shop, "owner"),
            ["key-read"] = await host.KeyAsync(shop, "orders:read", "stock:write"),
            ["key-write"] = await host.KeyAsync(shop, "orders:write"),
            ["key-refund"] = await host.KeyAsync(shop, "refunds:write"),
            ["key-point"] = await host.KeyAsync(shop, "point:write"),
            ["coordinator"] = host.Coordinator(),
            ["storefront"] = host.Storefront,
            ["operator"] = host.Operator,
            ["a token of nobody"] = host.With("eyJhbGciOiJFUzI1NiJ9.e30.AAAA"),
            ["a revoked key"] = host.With(ApiKeys.Create()),
        };
        var wrong = new List<string>();
        foreach (var (door, allowed) in Doors)
        {
            foreach (var (role, client) in who)
            {
                var (method, path) = (door.Split(' ')[0], door.Split(' ')[1]
                    .Replace("{shop}", shop.Slug, StringComparison.Ordinal).Replace("{town}", OrderingHost.Town, StringComparison.Ordinal).Replace("{from}", "2026-01-01", StringComparison.Ordinal).Replace("{orderId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                    .Replace("{webhookId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{deliveryId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                    .Replace("{orderId}", Guid.NewGuid() + "?token=none", StringComparison.Ordinal).Replace("{refundId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{proposalId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{withdrawalId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{person}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                    .Replace("?token=none/cancellation", "/cancellation?token=none", StringComparison.Ordinal));
                if (path.Contains("?token=none/", StringComparison.Ordinal))
                {
                    path = path.Replace("?token=none", "", StringComparison.Ordinal) + "?token=none";
                }

                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "POST" or "PUT" ? JsonContent.Create(new { code = "222222", reason = "x" }) : null };
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var passed = answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
                var expected = allowed.Contains(role);
                if (passed != expected || (!passed && answer.StatusCode != (role is "anonymous" or "a token of nobody" or "a revoked key" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden)))
                {
                    wrong.Add($"{role} at {door}: {(int)answer.StatusCode}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }
}
