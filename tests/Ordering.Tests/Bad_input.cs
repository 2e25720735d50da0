using Marketplace.Testing.OfEveryService;

namespace Marketplace.Ordering.Tests;

/// <summary>Ordering, of the three services.</summary>
public sealed class Bad_input(OrderingHost host) : Bad_input_in_production, IClassFixture<OrderingHost>
{
    private string _shop = "";

    protected override string AddressWithAWrongValue => $"/api/v1/shops/{_shop}/orders?page=deux";

    protected override async Task<ServiceInProduction> StartAsync()
    {
        _shop = (await host.ShopAsync()).Slug;
        return await ServiceInProduction.StartAsync(host.Start());
    }

    protected override string ValueOf(string parameter) => parameter switch { "shop" => _shop, "orderId" or "proposalId" or "person" or "webhookId" or "deliveryId" or "refundId" or "withdrawalId" => Guid.Empty.ToString(), "code" => "222222", "town" => OrderingHost.Town, "from" => "2099-01-01", "month" => "2026-11", _ => throw new ArgumentOutOfRangeException(parameter) };

    protected override Task<long> RowsAsync() => host.ScalarAsync<long>("select (select count(*) from events) + (select count(*) from contacts) + (select count(*) from idempotency_keys) + (select count(*) from webhook_endpoints)");
}
