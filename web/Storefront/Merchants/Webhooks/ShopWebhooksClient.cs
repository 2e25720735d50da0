using System.Globalization;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Webhooks;

/// <summary>Ordering as an owner says which programs hear of orders.</summary>
internal sealed class ShopWebhooksClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public async Task<IReadOnlyList<Webhook>> ListAsync(string shop, CancellationToken token) => await GetKnownAsync<Webhook[]>($"shops/{E(shop)}/webhooks", token);

    /// <summary>Sent once; sent twice all the same, the second is refused because the address is known.</summary>
    public Task<Answer<WebhookSecret>> AddAsync(string shop, WebhookDefinition wanted, CancellationToken token) => PostAsync<WebhookSecret>($"shops/{E(shop)}/webhooks", wanted, token);

    public Task<Answer<Webhook>> ReplaceAsync(string shop, Guid webhook, WebhookDefinition wanted, long version, CancellationToken token) =>
        SendAsync<Webhook>(HttpMethod.Put, $"shops/{E(shop)}/webhooks/{webhook}", wanted, token, ifMatch: version);

    public Task<Answer<object>> RemoveAsync(string shop, Guid webhook, CancellationToken token) =>
        SendAsync<object>(HttpMethod.Delete, $"shops/{E(shop)}/webhooks/{webhook}", null, token, mayRepeat: true);

    /// <summary>Pressed twice it is one: two in a row would leave the program's own secret without effect.</summary>
    public Task<Answer<WebhookSecret>> RotateAsync(string shop, Guid webhook, long version, CancellationToken token) =>
        SendAsync<WebhookSecret>(HttpMethod.Post, $"shops/{E(shop)}/webhooks/{webhook}/secret", null, token, ifMatch: version);

    public Task<Answer<WebhookDelivery>> TestAsync(string shop, Guid webhook, CancellationToken token) => PostAsync<WebhookDelivery>($"shops/{E(shop)}/webhooks/{webhook}/test", null, token);

    public Task<WebhookDeliveryPage> DeliveriesAsync(string shop, Guid webhook, int page, int pageSize, CancellationToken token) => GetKnownAsync<WebhookDeliveryPage>(
        $"shops/{E(shop)}/webhooks/{webhook}/deliveries" + Q(("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);

    public Task<Answer<WebhookDelivery>> SendAgainAsync(string shop, Guid webhook, Guid delivery, CancellationToken token) =>
        PostAsync<WebhookDelivery>($"shops/{E(shop)}/webhooks/{webhook}/deliveries/{delivery}/redeliver", null, token);
}
