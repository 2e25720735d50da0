using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Clients;

internal sealed class OrderingClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public Task<Answer<OrderView>> PlaceAsync(PlaceOrder order, string idempotencyKey, CancellationToken token) => PostAsync<OrderView>("orders", order, token, idempotencyKey);

    /// <summary>Null when there is no such order for this token: the service does not tell which of the two is wrong.</summary>
    public async Task<OrderView?> OrderAsync(OrderId order, string? accessToken, CancellationToken token)
    {
        try
        {
            return await GetAsync<OrderView>($"orders/{order}" + Q(("token", accessToken)), token);
        }
        catch (ServiceRefusal refusal) when (refusal.Status is System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    public Task<Answer<OrderView>> CancelAsync(OrderId order, string? accessToken, string? shop, CancellationToken token) =>
        PostAsync<OrderView>($"orders/{order}/cancellation" + Q(("token", accessToken)), new Cancellation(shop), token, mayRepeat: true); // cancelled twice is cancelled

    /// <summary>The orders of the signed-in person, latest first.</summary>
    public Task<OrderPage> MineAsync(int page, CancellationToken token) => GetKnownAsync<OrderPage>("me/orders" + Q(("page", page.ToString(System.Globalization.CultureInfo.InvariantCulture))), token);
}
