using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Clients;

internal sealed class OrderingClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    /// <summary>
    /// Not given up with the browser's request: what was sent becomes an order whether or not somebody waits for the answer, so the answer is kept.
    /// Ordering takes orders of anyone: where it does not know who asks, that is trouble between the parts and no answer.
    /// </summary>
    public async Task<Answer<OrderView>> PlaceAsync(PlaceOrder order, string idempotencyKey) => Answered(await PostAsync<OrderView>("orders", order, CancellationToken.None, idempotencyKey));

    /// <summary>The problem's code where no order is found.</summary>
    public const string NotFound = "order-not-found";

    /// <summary>
    /// The order that stands under this key and body, whoever placed it: what was sent from here is looked for in nobody's name, because Ordering tells one person
    /// nothing of another's. Places nothing: <see cref="NotFound"/> where there is none.
    /// </summary>
    public async Task<Answer<OrderView>> FindPlacedAsync(PlaceOrder order, string idempotencyKey, CancellationToken token) =>
        Answered(await SendAsync<OrderView>(HttpMethod.Post, "orders/by-key", order, token, idempotencyKey, inNobodysName: true));

    private static Answer<OrderView> Answered(Answer<OrderView> answer) =>
        answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.RequestTimeout ? throw new ServiceUnavailable("ordering", null) : answer;

    /// <summary>Null when there is no such order for this token: the service does not tell which of the two is wrong.</summary>
    public async Task<OrderView?> OrderAsync(OrderId order, string? accessToken, CancellationToken token)
    {
        try
        {
            return await GetAsync<OrderView>($"orders/{order}" + Q(("token", accessToken)), token);
        }
        catch (ServiceRefusal refusal) when (refusal.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    public Task<Answer<OrderView>> CancelAsync(OrderId order, string? accessToken, string? shop, CancellationToken token) =>
        PostAsync<OrderView>($"orders/{order}/cancellation" + Q(("token", accessToken)), new Cancellation(shop), token, mayRepeat: true); // cancelled twice is cancelled

    public Task<Answer<OrderView>> AnswerAsync(OrderId order, string? accessToken, Guid proposal, string answer, long? agreedCents, CancellationToken token) =>
        PostAsync<OrderView>($"orders/{order}/shortages/{proposal}/answer" + Q(("token", accessToken)), new AnswerShortage(answer, agreedCents), token, mayRepeat: true); // the same answer twice is one

    /// <summary>The same withdrawal under the same name is one: it may be sent again.</summary>
    public Task<Answer<OrderView>> WithdrawAsync(OrderId order, string? accessToken, Guid withdrawal, Withdraw withdraw, CancellationToken token) =>
        SendAsync<OrderView>(HttpMethod.Put, $"orders/{order}/withdrawals/{withdrawal}" + Q(("token", accessToken)), withdraw, token, mayRepeat: true);

    public Task<Answer<OrderView>> SayGoodsAsync(OrderId order, string? accessToken, Guid withdrawal, GoodsSaid said, CancellationToken token) =>
        PostAsync<OrderView>($"orders/{order}/withdrawals/{withdrawal}/goods" + Q(("token", accessToken)), said, token, mayRepeat: true);

    /// <summary>Has it looked now whether the order is paid. False where there is no such order for this token, as of <see cref="OrderAsync"/>.</summary>
    public async Task<bool> LookAsync(OrderId order, string? accessToken, CancellationToken token) =>
        (await PostAsync<OrderView>($"orders/{order}/payment/look" + Q(("token", accessToken)), null, token, mayRepeat: true)).Status
            is not (HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);

    /// <summary>Whether a basket of these shops can be paid by card.</summary>
    public Task<CardPayment> CardAsync(IEnumerable<string> shops, CancellationToken token) => GetKnownAsync<CardPayment>("payments/card" + Q(("shops", string.Join(',', shops))), token);

    /// <summary>The orders of the signed-in person, latest first.</summary>
    public Task<OrderPage> MineAsync(int page, CancellationToken token) => GetKnownAsync<OrderPage>("me/orders" + Q(("page", page.ToString(System.Globalization.CultureInfo.InvariantCulture))), token);
}
