using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Every caller at every endpoint, from the route table: an endpoint that is not listed here fails.</summary>
public sealed class Authorisation(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private const string Everyone = "anonymous resident owner staff read-only other-owner coordinator other-coordinator storefront key key-without-scope other-key operator";

    /// <summary>Who gets through; every other caller gets 401 (anonymous) or 403.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["GET /towns"] = Everyone,
        ["GET /towns/{town}"] = Everyone,
        ["PUT /towns/{town}"] = "operator",
        ["GET /towns/{town}/shops"] = Everyone,
        ["POST /towns/{town}/shops"] = "coordinator operator",
        ["PUT /towns/{town}/pickup-points/{point}/exceptions"] = "coordinator operator",
        ["GET /towns/{town}/pickup-points/{point}/pickup-slots"] = Everyone,
        ["PUT /towns/{town}/coordinators"] = "operator",
        ["GET /towns/{town}/coordinators"] = "operator",
        ["DELETE /towns/{town}/coordinators/{email}"] = "operator",
        ["GET /shops/{shop}"] = Everyone,
        ["PUT /shops/{shop}"] = "coordinator operator",
        ["PUT /shops/{shop}/details"] = "owner operator",
        ["GET /shops/{shop}/pickup-slots"] = Everyone,
        ["PUT /shops/{shop}/hours"] = "owner staff coordinator key operator",
        ["PUT /shops/{shop}/slot-rules"] = "owner staff coordinator key operator",
        ["PUT /shops/{shop}/exceptions"] = "owner staff coordinator key operator",
        ["POST /shops/{shop}/exceptions"] = "owner staff coordinator key operator",
        ["POST /shops/{shop}/exceptions/removal"] = "owner staff coordinator key operator",
        ["GET /shops/{shop}/public-holidays"] = Everyone,
        ["POST /shops/{shop}/api-keys"] = "owner operator",
        ["GET /shops/{shop}/api-keys"] = "owner operator",
        ["DELETE /shops/{shop}/api-keys/{keyId:guid}"] = "owner operator",
        ["PUT /shops/{shop}/staff"] = "owner coordinator operator",
        ["GET /shops/{shop}/staff"] = "owner coordinator operator",
        ["DELETE /shops/{shop}/staff/{email}"] = "owner coordinator operator",
        ["PUT /shops/{shop}/assistance"] = "owner operator",
        ["GET /shops/{shop}/assistance"] = "owner staff read-only coordinator operator",
        ["DELETE /shops/{shop}/assistance"] = "owner operator",
        ["GET /towns/{town}/assistance"] = "coordinator operator",
        ["POST /towns/{town}/addresses"] = "resident owner staff read-only other-owner coordinator other-coordinator operator",
        ["POST /towns/{town}/applications"] = "resident owner staff read-only other-owner coordinator other-coordinator operator",
        ["GET /towns/{town}/applications"] = "coordinator operator",
        ["GET /shops/{shop}/opening"] = "owner staff read-only coordinator operator",
        ["POST /shops/{shop}/application/decision"] = "coordinator operator",
        ["PUT /shops/{shop}/suspension"] = "coordinator operator",
        ["DELETE /shops/{shop}/suspension"] = "coordinator operator",
        ["GET /towns/{town}/suspensions"] = "coordinator operator",
        ["GET /letters"] = "storefront operator",
        ["DELETE /letters/{letter:guid}"] = "storefront operator",
        ["GET /memberships"] = "storefront operator",
    };

    [Fact]
    public async Task Is_as_listed_for_every_caller_at_every_endpoint()
    {
        var shop = await host.OpenShopAsync("matrice");
        var other = await host.OpenShopAsync("matrice-autre");
        var callers = new Dictionary<string, HttpClient>
        {
            ["anonymous"] = host.Client(),
            ["resident"] = host.Client(Tokens.Resident()),
            ["owner"] = host.Client(Tokens.Of(shop.Id, "owner")),
            ["staff"] = host.Client(Tokens.Of(shop.Id, "staff")),
            ["read-only"] = host.Client(Tokens.Of(shop.Id, "read-only")),
            ["other-owner"] = host.Client(Tokens.Of(other.Id, "owner")),
            ["coordinator"] = host.Client(Tokens.Coordinator(MerchantsHost.Town)),
            ["other-coordinator"] = host.Client(Tokens.Coordinator("roanne")),
            ["storefront"] = host.Client(Tokens.Storefront()),
            ["key"] = host.Client(await KeyAsync("matrice", "shop:write")),
            ["key-without-scope"] = host.Client(await KeyAsync("matrice", [.. ApiKeys.Scopes.Where(s => s != "shop:write")])),
            ["other-key"] = host.Client(await KeyAsync("matrice-autre", [.. ApiKeys.Scopes])),
            ["operator"] = host.Operator,
        };
        callers.Keys.ShouldBe(Everyone.Split(' '), ignoreOrder: true);
        // Who says who they are is never taken for nobody, at open doors neither.
        var nobody = new Dictionary<string, HttpClient> { ["a revoked key"] = host.Client(ApiKeys.Create()), ["a token of nobody"] = host.Client("eyJhbGciOiJFUzI1NiJ9.e30.AAAA") };

        var wrong = new List<string>();
        foreach (var endpoint in Endpoints())
        {
            var allowed = Allowed.GetValueOrDefault(endpoint)?.Split(' ') ?? [];
            foreach (var (caller, client) in callers.Concat(nobody))
            {
                // An empty body is refused as malformed, but only after the caller was let in.
                var status = (int)(await client.SendAsync(RequestTo(endpoint))).StatusCode;
                var expected = allowed.Contains(caller) ? "in" : caller == "anonymous" || nobody.ContainsKey(caller) ? "401" : "403";
                var got = status is 401 or 403 ? status.ToString(System.Globalization.CultureInfo.InvariantCulture) : "in";
                if (expected != got)
                {
                    wrong.Add($"{endpoint} as {caller}: expected {expected}, got {status}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Lists_every_endpoint_and_every_endpoint_has_a_rule()
    {
        Endpoints().ShouldBe(Allowed.Keys, ignoreOrder: true);
        host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(IsApi)
            .ShouldAllBe(e => e.Metadata.GetMetadata<AccessRule>() != null);
    }

    [Fact]
    public async Task Every_endpoint_is_described_by_OpenAPI()
    {
        var described = (await host.Client().GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key["/api/v1".Length..]}"));

        described.ShouldBe(Allowed.Keys.Select(e => e.Replace(":guid", "", StringComparison.Ordinal)), ignoreOrder: true);
    }

    private IEnumerable<string> Endpoints() =>
        from endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where IsApi(endpoint)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select $"{method} {endpoint.RoutePattern.RawText!["/api/v1".Length..]}";

    private static bool IsApi(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal);

    private static HttpRequestMessage RequestTo(string endpoint)
    {
        var (method, route) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1][1..]);
        var path = route.Replace("{town}", MerchantsHost.Town, StringComparison.Ordinal).Replace("{shop}", "matrice", StringComparison.Ordinal)
            .Replace("{point}", "personne", StringComparison.Ordinal).Replace("{email}", "x@example.org", StringComparison.Ordinal)
            .Replace("{letter:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{keyId:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        return new HttpRequestMessage(new HttpMethod(method), path == "memberships" ? path + "?email=x@example.org" : path)
        {
            Content = method is "PUT" or "POST" ? new StringContent("", Encoding.UTF8, "application/json") : null,
        };
    }

    private async Task<string> KeyAsync(string shop, params string[] scopes)
    {
        var answer = await host.Operator.PostAsJsonAsync($"shops/{shop}/api-keys", new ApiKeyRequest("Essai", scopes));
        return (await answer.Content.ReadFromJsonAsync<ApiKeyCreated>(MerchantsHost.Json))!.Key;
    }
}
