using System.Net;
using System.Net.Http.Headers;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog.Tests;

/// <summary>Everybody × every endpoint of the route table. A new endpoint fails until it is listed here with who may call it.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Authorisation_matrix(CatalogHost catalog)
{
    private const string Anyone = "anyone";
    private const string Operator = "operator";
    private const string Storefront = "storefront";

    // Who may: anyone, the operator alone, the storefront beside it, or the shop's people by least role and its keys by scope.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["GET /api/v1/towns/{town}/offers"] = Anyone,
        ["GET /api/v1/towns/{town}/suggestions"] = Anyone,
        ["GET /api/v1/offers/{offerId:guid}"] = Anyone,
        ["GET /api/v1/offers"] = Anyone,
        ["GET /api/v1/categories"] = Anyone,
        ["GET /api/v1/ranking"] = Anyone,
        ["GET /api/v1/selling-rules"] = Anyone,
        ["PUT /api/v1/categories"] = Operator,
        ["POST /api/v1/wanted"] = Storefront,
        ["GET /api/v1/shops/{shop}/wanted"] = "read-only offers:read",
        ["PUT /api/v1/shops/{shop}/offers/{sku}"] = "staff offers:write",
        ["DELETE /api/v1/shops/{shop}/offers/{sku}"] = "staff offers:write",
        ["GET /api/v1/shops/{shop}/offers/{sku}"] = "read-only offers:read",
        ["PUT /api/v1/shops/{shop}/offers/{sku}/photo"] = "staff offers:write",
        ["DELETE /api/v1/shops/{shop}/offers/{sku}/photo"] = "staff offers:write",
        ["GET /api/v1/photos/{photo}/{file}"] = Anyone,
        ["PUT /api/v1/shops/{shop}/offers/{sku}/status"] = "staff offers:write",
        ["GET /api/v1/shops/{shop}/products/{ean13}"] = "read-only offers:read",
        ["GET /api/v1/shops/{shop}/variants"] = "read-only offers:read",
        ["POST /api/v1/shops/{shop}/offers/"] = "staff offers:write",
        ["GET /api/v1/shops/{shop}/offers/"] = "read-only offers:read",
        ["PUT /api/v1/shops/{shop}/stock/"] = "staff stock:write",
        ["POST /api/v1/shops/{shop}/stock/{sku}/adjustments"] = "staff stock:write",
        ["GET /api/v1/shops/{shop}/stock-limits"] = "read-only offers:read",
        ["PUT /api/v1/shops/{shop}/stock-limits"] = "staff stock:write",
        ["PUT /api/v1/shops/{shop}/stock/{sku}/safety"] = "staff stock:write",
        ["GET /api/v1/shops/{shop}/batches/"] = "read-only offers:read",
        ["PUT /api/v1/shops/{shop}/batches/{offerId:guid}/{at}"] = "staff stock:write",
        ["GET /api/v1/shops/{shop}/stock/{sku}"] = "read-only offers:read",
        ["GET /api/v1/shops/{shop}/stock/{sku}/movements"] = "read-only offers:read",
        ["POST /api/v1/shops/{shop}/stock-counts/"] = "staff stock:write",
        ["GET /api/v1/shops/{shop}/stock-counts/open"] = "read-only offers:read",
        ["GET /api/v1/shops/{shop}/stock-counts/{id:guid}"] = "read-only offers:read",
        ["POST /api/v1/shops/{shop}/stock-counts/{id:guid}/scans"] = "staff stock:write",
        ["POST /api/v1/shops/{shop}/stock-counts/{id:guid}/apply"] = "staff stock:write",
        ["DELETE /api/v1/shops/{shop}/stock-counts/{id:guid}"] = "staff stock:write",
        ["GET /api/v1/shops/{shop}/stock-feed/"] = "read-only offers:read",
        ["PUT /api/v1/shops/{shop}/stock-feed/"] = "staff stock:write",
        ["DELETE /api/v1/shops/{shop}/stock-feed/"] = "staff stock:write",
        ["POST /api/v1/shops/{shop}/stock-feed/trials"] = "staff stock:write",
        ["POST /api/v1/shops/{shop}/stock-feed/runs"] = "staff stock:write",
        ["GET /api/v1/shops/{shop}/stock-feed/runs"] = "read-only offers:read",
        ["POST /api/v1/shops/{shop}/imports/"] = "staff offers:write",
        ["GET /api/v1/shops/{shop}/imports/"] = "read-only offers:write",
        ["GET /api/v1/shops/{shop}/imports/{id:guid}"] = "read-only offers:write",
        ["PUT /api/v1/shops/{shop}/imports/{id:guid}/format"] = "staff offers:write",
        ["POST /api/v1/shops/{shop}/imports/{id:guid}/commit"] = "staff offers:write",
        ["DELETE /api/v1/shops/{shop}/imports/{id:guid}"] = "staff offers:write",
        ["GET /api/v1/shops/{shop}/imports/{id:guid}/rejected.csv"] = "read-only offers:write",
        ["GET /api/v1/shops/{shop}/imports/{id:guid}/rejected.xlsx"] = "read-only offers:write",
        ["GET /api/v1/shops/{shop}/export.csv"] = "read-only offers:read",
        ["GET /api/v1/shops/{shop}/export.xlsx"] = "read-only offers:read",
    };

    private IEnumerable<(string Name, RouteEndpoint Endpoint)> Routes() => catalog.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
        .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => ($"{m} {e.RoutePattern.RawText}", e)));

    [Fact]
    public void Every_endpoint_is_listed_and_says_who_may_call_it()
    {
        Routes().Select(r => r.Name).Order().ShouldBe(Allowed.Keys.Order());
        Routes().Where(r => r.Endpoint.Metadata.GetMetadata<AccessRule>() is null).Select(r => r.Name).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_may_do_what_is_listed_and_nothing_else()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        string[] scopes = ["offers:read", "offers:write", "stock:write"];
        var callers = new Dictionary<string, HttpClient>
        {
            ["anonymous"] = catalog.Anonymous,
            ["resident"] = catalog.Resident,
            ["coordinator"] = catalog.Coordinator,
            ["owner"] = catalog.Member(shop, "owner"),
            ["staff"] = catalog.Member(shop, "staff"),
            ["read-only"] = catalog.Member(shop, "read-only"),
            ["owner of another shop"] = catalog.Member(other, "owner"),
            ["key with another scope"] = await catalog.KeyAsync(shop, "orders:read", "orders:write", "shop:write"),
            ["key of another shop"] = await catalog.KeyAsync(other, scopes),
            ["operator"] = catalog.Operator,
            ["storefront"] = catalog.Storefront,
            ["a revoked key"] = catalog.With(ApiKeys.Create()),
            ["a token of nobody"] = catalog.With("eyJhbGciOiJFUzI1NiJ9.e30.AAAA"),
        };
        foreach (var scope in scopes)
        {
            callers["key " + scope] = await catalog.KeyAsync(shop, scope);
        }

        var wrong = new List<string>();
        foreach (var (endpoint, rule) in Allowed)
        {
            foreach (var (who, client) in callers)
            {
                var status = await CallAsync(client, endpoint, shop);
                var nobody = who is "a revoked key" or "a token of nobody"; // who says who they are is never taken for nobody, at open doors neither
                var expected = nobody ? "401" : May(who, rule) ? "allowed" : who == "anonymous" ? "401" : "403";
                var seen = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture) : "allowed";
                if (seen != expected || status >= HttpStatusCode.InternalServerError)
                {
                    wrong.Add($"{endpoint} by {who}: {(int)status}, expected {expected}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_shop_and_a_bad_credential_are_told_apart()
    {
        (await catalog.Operator.GetAsync("/api/v1/shops/nulle-part/offers")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var shop = await catalog.ShopAsync();
        using var forged = catalog.Anonymous;
        forged.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "mk_" + new string('0', 64));
        await CatalogHost.ProblemAsync(await forged.GetAsync($"/api/v1/shops/{shop.Slug}/offers"), HttpStatusCode.Unauthorized, "credentials-unknown");
        await CatalogHost.ProblemAsync(await catalog.Member(await catalog.ShopAsync(), "owner").GetAsync($"/api/v1/shops/{shop.Slug}/offers"), HttpStatusCode.Forbidden, "not-allowed");
    }

    private static bool May(string who, string rule)
    {
        if (rule == Anyone || who == "operator")
        {
            return true;
        }

        var parts = rule.Split(' ');
        return rule == Storefront ? who == Storefront : rule != Operator && (who is "owner" or "staff" || (who == "read-only" && parts[0] == "read-only") || who == "key " + parts[1]);
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient client, string endpoint, ShopEntry shop)
    {
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        path = path.Replace("{town}", CatalogHost.Town, StringComparison.Ordinal).Replace("{shop}", shop.Slug, StringComparison.Ordinal).Replace("{sku}", "aucune", StringComparison.Ordinal).Replace("{ean13}", "3017620422003", StringComparison.Ordinal)
            .Replace("{offerId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{id:guid}", Guid.Empty.ToString(), StringComparison.Ordinal)
            .Replace("{at}", "2026-12-12T06:00:00Z", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "PUT" or "POST")
        {
            request.Content = new StringContent("[]", System.Text.Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
