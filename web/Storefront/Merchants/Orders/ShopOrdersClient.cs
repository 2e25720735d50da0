using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>Ordering as a shop sees it.</summary>
internal sealed class ShopOrdersClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public Task<ShopOrderPage> ListAsync(string shop, string? status, int page, int pageSize, CancellationToken token) =>
        GetKnownAsync<ShopOrderPage>($"shops/{E(shop)}/orders" + Q(("status", status), ("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);

    /// <summary>A name, a reference or part of a code: in the body, since an address is written to logs and traces.</summary>
    public Task<Answer<ShopOrderPage>> SearchAsync(string shop, string text, int page, int pageSize, CancellationToken token) =>
        PostAsync<ShopOrderPage>($"shops/{E(shop)}/orders/search", new FindOrders(null, text, page, pageSize), token, mayRepeat: true); // changes nothing

    public Task<ShopOrderCard?> OrderAsync(string shop, OrderId order, CancellationToken token) => GetAsync<ShopOrderCard>($"shops/{E(shop)}/orders/{order}", token);

    /// <summary>Which of these the shop has; null where Ordering does not say.</summary>
    public async Task<IReadOnlyDictionary<OrderId, NamedOrder>?> NamedAsync(string shop, IReadOnlyList<OrderId> names, CancellationToken token)
    {
        if (names.Count == 0)
        {
            return new Dictionary<OrderId, NamedOrder>();
        }
        try
        {
            return (await PostAsync<IReadOnlyList<NamedOrder>>($"shops/{E(shop)}/orders/named", new NameOrders(names), token, mayRepeat: true)).Value?.ToDictionary(n => n.Name);
        }
        catch (ServiceUnavailable)
        {
            return null; // the stock is Catalog's: it is shown all the same
        }
    }

    public Task<Answer<ShopOrderCard>> ByCodeAsync(string shop, string code, CancellationToken token) =>
        PostAsync<ShopOrderCard>($"shops/{E(shop)}/orders/by-code", new FindByCode(code), token);

    public Task<Answer<ShopOrderCard>> AcceptAsync(string shop, OrderId order, CancellationToken token) => ActAsync(shop, order, "accept", new { }, token);

    public Task<Answer<ShopOrderCard>> StartAsync(string shop, OrderId order, CancellationToken token) => ActAsync(shop, order, "preparation", new { }, token);

    public Task<Answer<ShopOrderCard>> ReadyAsync(string shop, OrderId order, MarkReady ready, CancellationToken token) => ActAsync(shop, order, "ready", ready, token);

    public Task<Answer<ShopOrderCard>> DeclineAsync(string shop, OrderId order, Decline decline, CancellationToken token) => ActAsync(shop, order, "decline", decline, token);

    /// <summary>The same question under the same name is one: it may be sent again.</summary>
    public Task<Answer<ShopOrderCard>> ProposeAsync(string shop, OrderId order, Guid proposal, ProposeForShortage asked, CancellationToken token) =>
        SendAsync<ShopOrderCard>(HttpMethod.Put, $"shops/{E(shop)}/orders/{order}/shortages/{proposal}", asked, token, mayRepeat: true);

    public Task<Answer<ShopOrderCard>> WithdrawAsync(string shop, OrderId order, Guid proposal, CancellationToken token) =>
        SendAsync<ShopOrderCard>(HttpMethod.Delete, $"shops/{E(shop)}/orders/{order}/shortages/{proposal}", null, token, mayRepeat: true);

    public Task<Answer<ShopOrderCard>> HandOverAsync(string shop, OrderId order, string code, string? payment, CancellationToken token) =>
        ActAsync(shop, order, "handover", new Contracts.Ordering.Api.HandOver(code, payment), token);

    /// <summary>The same refund under the same name is one: it may be sent again.</summary>
    public Task<Answer<ShopOrderCard>> RefundAsync(string shop, OrderId order, Guid refund, GiveBack back, CancellationToken token) =>
        SendAsync<ShopOrderCard>(HttpMethod.Put, $"shops/{E(shop)}/orders/{order}/refunds/{refund}", back, token, mayRepeat: true);

    public Task<Answer<ShopOrderCard>> RefundAgainAsync(string shop, OrderId order, Guid refund, CancellationToken token) => ActAsync(shop, order, $"refunds/{refund}/again", new { }, token);

    public Task<Answer<ShopOrderCard>> RefundOtherwiseAsync(string shop, OrderId order, Guid refund, GivenOtherwise given, CancellationToken token) => ActAsync(shop, order, $"refunds/{refund}/otherwise", given, token);

    public Task<Answer<ShopOrderCard>> PaidAtCounterAsync(string shop, OrderId order, CancellationToken token) => ActAsync(shop, order, "paid-at-counter", new { }, token);

    public Task<Answer<ShopOrderCard>> GoodsBackAsync(string shop, OrderId order, Guid withdrawal, string how, CancellationToken token) => ActAsync(shop, order, $"withdrawals/{withdrawal}/back", new GoodsBack(how), token);

    public Task<Answer<ShopOrderCard>> WithholdAsync(string shop, OrderId order, Guid withdrawal, CancellationToken token) => ActAsync(shop, order, $"withdrawals/{withdrawal}/withheld", new { }, token);

    public Task<Answer<ShopOrderCard>> TakeBackAsync(string shop, OrderId order, long step, CancellationToken token) => ActAsync(shop, order, "undo", new TakeBack(step), token);

    public Task<Answer<ShopOrderCard>> DepositAsync(string shop, OrderId order, CancellationToken token) => ActAsync(shop, order, "deposit", new { }, token);

    public Task<Answer<ShopOrderCard>> BroughtBackAsync(string shop, OrderId order, CancellationToken token) => ActAsync(shop, order, "brought-back", new { }, token);

    /// <summary>What nobody collected at the pickup point that this shop keeps, and whose shops have still to fetch it; null where Ordering knows of no point.</summary>
    public Task<LeftParcelPage?> LeftAtPointAsync(string shop, int pageSize, CancellationToken token) =>
        GetAsync<LeftParcelPage>($"shops/{E(shop)}/point/left" + Q(("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);

    /// <summary>What the code opens at the pickup point that this shop keeps.</summary>
    public Task<Answer<PointOrder>> AtPointAsync(string shop, string code, CancellationToken token) =>
        PostAsync<PointOrder>($"shops/{E(shop)}/point/by-code", new FindByCode(code), token);

    public Task<Answer<PointOrder>> HandOverAtPointAsync(string shop, OrderId order, HandOverParcels parcels, CancellationToken token) =>
        PostAsync<PointOrder>($"shops/{E(shop)}/point/orders/{order}/handover", parcels, token);

    public Task<Contracts.Ordering.Api.OrderMails> MailsAsync(string shop, CancellationToken token) => GetKnownAsync<Contracts.Ordering.Api.OrderMails>($"shops/{E(shop)}/order-mails", token);

    public Task<Answer<Contracts.Ordering.Api.OrderMails>> SendMailsAsync(string shop, string email, string locale, CancellationToken token) =>
        SendAsync<Contracts.Ordering.Api.OrderMails>(HttpMethod.Put, $"shops/{E(shop)}/order-mails", new Contracts.Ordering.Api.OrderMails(email, locale), token, mayRepeat: true);

    public Task StopMailsAsync(string shop, CancellationToken token) => SendAsync<object>(HttpMethod.Delete, $"shops/{E(shop)}/order-mails", null, token, mayRepeat: true);

    private Task<Answer<ShopOrderCard>> ActAsync(string shop, OrderId order, string verb, object body, CancellationToken token) =>
        PostAsync<ShopOrderCard>($"shops/{E(shop)}/orders/{order}/{verb}", body, token);
}
