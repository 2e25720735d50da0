using System.Net.Http.Json;
using Marketplace.Contracts.Ordering.Api;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A webhook is no way into the network that the service stands in. What counts as private is tested with the handler, in Catalog.Tests.</summary>
public sealed class Calling_no_private_address(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Theory]
    [InlineData("http://caisse.exemple.fr/", "webhook-url-invalid"), InlineData("https://127.0.0.1/", "webhook-url-private"), InlineData("https://[::1]/", "webhook-url-private")]
    [InlineData("https://169.254.169.254/latest/meta-data", "webhook-url-private"), InlineData("https://10.0.0.7/", "webhook-url-private"), InlineData("https://localhost/", "webhook-url-private")]
    public async Task One_that_says_so_itself_is_not_taken(string url, string code)
    {
        var shop = await host.ShopAsync();
        (await ProblemAsync(await host.Member(shop, "owner").PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/webhooks", new WebhookDefinition(url, [])))).Code.ShouldBe(code);
    }

    // "localhost.localdomain" or any name of a shop's own may resolve to an address inside: the one that is connected to is the one that was looked at.
    [Fact]
    public async Task One_whose_name_leads_inside_is_not_connected_to()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var (id, now) = (Guid.CreateVersion7(), host.Clock.GetUtcNow());
        await host.ScalarAsync<Guid>("insert into webhook_endpoints (id, shop_id, url, types, status, created_at) values ($1, $2, $3, '{}', 'active', $4) returning id",
            id, shop.Id.Value, program.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), now);
        await host.Member(shop, "owner").PostAsync($"/api/v1/shops/{shop.Slug}/webhooks/{id}/test", null);
        var told = await Eventually.GetAsync(async () => (await ReadAsync<WebhookDeliveryPage>(await host.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/webhooks/{id}/deliveries"))).Items.Single(),
            d => d.Problem is not null, TimeSpan.FromSeconds(30));
        (told.Problem, told.Answer, told.State).ShouldBe(("address", null, "waiting"));
        program.Calls.ShouldBeEmpty();
    }
}
