using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Mvc.Testing;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Each caller has a measure of its own; who goes beyond it is told so, and when to come again.</summary>
public sealed class Calling_too_often(OrderingHost host) : IClassFixture<OrderingHost>, IAsyncLifetime
{
    // A refill takes longer than the test: ten reads or writes at once, two orders.
    private static readonly (string, string)[] Small =
        [.. new[] { "Address", "Person", "Key" }.SelectMany(c => new[] { ($"Limits:{c}:ReadsPerSecond", "1"), ($"Limits:{c}:WritesPerSecond", "1"), ($"Limits:{c}:OrdersPerMinute", "2") })];

    private WebApplicationFactory<Program> _strict = null!;
    private ShopEntry _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await host.ShopAsync();
        _strict = host.Start(null, Small);
        await ReadyAsync(_strict);
    }

    public async ValueTask DisposeAsync() => await _strict.DisposeAsync();

    [Theory]
    [InlineData("fr", "Trop de commandes en peu de temps\u202f: réessayez dans ")]
    [InlineData("en", "Too many orders in a short time: try again in ")]
    public async Task The_third_order_of_a_minute_is_refused_and_placed_nowhere(string language, string said)
    {
        var client = _strict.CreateClient();
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        await PlaceAsync(client, Basket());
        await PlaceAsync(client, Basket());
        var orders = await host.ScalarAsync<long>("select count(*) from orders");

        using var refused = await PostAsync(client, Basket());

        var (status, code, problem) = await ProblemAsync(refused);
        (status, code).ShouldBe((429, "too-many-orders"));
        problem.GetProperty("detail").GetString().ShouldStartWith(said);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 30);
        problem.GetProperty("retryAfterSeconds").GetInt32().ShouldBe((int)refused.Headers.RetryAfter.Delta.Value.TotalSeconds);
        (await host.ScalarAsync<long>("select count(*) from orders")).ShouldBe(orders);
        (await client.GetAsync("/ready")).StatusCode.ShouldBe(HttpStatusCode.OK, "health is asked as often as one likes");
    }

    [Fact]
    public async Task One_callers_haste_leaves_the_others_their_measure()
    {
        var nobody = _strict.CreateClient();
        await SpendAsync(nobody);
        var (one, other) = (Person(), Person());
        await SpendAsync(one);
        (await PostAsync(other, Basket())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync(_strict.CreateClient(), Basket())).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, "the same address");
    }

    [Fact]
    public async Task Two_keys_of_one_shop_are_two_callers()
    {
        var (one, other) = (await KeyAsync(), await KeyAsync());
        await SpendAsync(one);
        (await PostAsync(other, Basket())).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Reads_and_writes_are_counted_apart()
    {
        var client = Person();
        var reads = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync("/api/v1/me/orders")));
        reads.Count(r => r.StatusCode == HttpStatusCode.OK).ShouldBeInRange(10, 13);
        (await ProblemAsync(reads.First(r => r.StatusCode != HttpStatusCode.OK))).Code.ShouldBe("too-many-requests");
        (await client.PostAsync($"/api/v1/shops/{_shop.Slug}/orders/{Guid.NewGuid()}/accept", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "a write of its own measure");
    }

    [Fact]
    public async Task The_operator_has_no_measure()
    {
        var client = host.With(OperatorKey, _strict);
        for (var n = 0; n < 5; n++)
        {
            (await PostAsync(client, Basket())).StatusCode.ShouldBe(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task What_the_storefront_relays_is_not_one_caller_and_gains_no_right()
    {
        var relayed = Relayed(Token((MarketplaceClaims.Subject, "storefront"), (MarketplaceClaims.Role, "storefront")));
        for (var n = 0; n < 5; n++)
        {
            (await PostAsync(relayed, Basket())).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        (await relayed.GetAsync("/api/v1/me/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "a visitor stays nobody known");
    }

    [Theory]
    [InlineData("a person's token")]
    [InlineData("nonsense")]
    public async Task Whoever_only_says_he_is_the_storefront_counts_as_his_address(string what)
    {
        var relayed = Relayed(what == "nonsense" ? what : Token((MarketplaceClaims.Subject, Guid.NewGuid().ToString())));
        await SpendAsync(relayed);
    }

    [Fact]
    public async Task The_documents_of_the_api_say_so()
    {
        using var document = JsonDocument.Parse(await host.Anonymous.GetStringAsync("/openapi/v1.json"));
        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ToList();
        operations.ShouldNotBeEmpty();
        operations.ShouldAllBe(o => o.Value.GetProperty("responses").GetProperty("429").GetProperty("headers").GetProperty("Retry-After").GetProperty("schema").GetProperty("type").GetString() == "integer");
    }

    [Fact]
    public void Addresses_of_one_household_are_one_caller()
    {
        static Bucket Of(string address) => Bucket.Of(IPAddress.Parse(address), CallKind.Read);
        Of("2001:db8:1:2::1").ShouldBe(Of("2001:db8:1:2:ffff::9"));
        Of("2001:db8:1:2::1").ShouldNotBe(Of("2001:db8:1:3::1"));
        Of("192.0.2.7").ShouldBe(Of("::ffff:192.0.2.7"));
        Of("192.0.2.7").ShouldNotBe(Of("192.0.2.8"));
    }

    [Fact]
    public void A_measure_of_nothing_is_refused_at_the_start() =>
        Should.Throw<InvalidOperationException>(() => host.Start(null, ("Limits:Key:OrdersPerMinute", "0")).Services).Message.ShouldContain("Limits:Key:OrdersPerMinute");

    private async Task SpendAsync(HttpClient client)
    {
        (await PostAsync(client, Basket())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync(client, Basket())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync(client, Basket())).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private PlaceOrder Basket() => host.Basket((_shop, OfferId.New(), 1));

    private HttpClient Person() => host.With(Token((MarketplaceClaims.Subject, Guid.NewGuid().ToString())), _strict);

    private async Task<HttpClient> KeyAsync()
    {
        var key = ApiKeys.Create();
        await host.Others.SayAsync(new ApiKeyIssued(Guid.NewGuid(), _shop.Id, ApiKeys.Hash(key), ["orders:read"]));
        var client = host.With(key, _strict);
        await Eventually.BecomesAsync(async () => (await client.GetAsync($"/api/v1/shops/{_shop.Slug}/orders/{Guid.NewGuid()}")).StatusCode != HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(20));
        return client;
    }

    private HttpClient Relayed(string token)
    {
        var client = _strict.CreateClient();
        client.DefaultRequestHeaders.Add(CallerLimits.RelayHeader, token);
        return client;
    }
}
