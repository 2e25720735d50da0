using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using MassTransit;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// The open orders of a suspended shop are not left to themselves: what is not ready is declined, as its people would do it, so goods and slots go back and the
/// residents are told; what is ready is still handed over. Looked at again while the shop is suspended: an order whose holds were taken just before may still come to stand.
/// </summary>
internal sealed class SuspendedShops(NpgsqlDataSource database, OrderLog orders, IShopDirectory directory, TimeProvider clock) : IDueWorkHandler
{
    internal const string WorkKind = "shop-suspended";

    /// <summary>Shown to the resident, in the reader's language.</summary>
    internal const string Reason = "suspended";

    private const int AtOnce = 100;
    private static readonly TimeSpan UntilHeard = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var (id, now) = (ShopId.Parse(work.Key, null), clock.GetUtcNow());
        var shop = directory.Find(id);
        if (shop?.Details is not { } known || known.Version < long.Parse(work.Data!, CultureInfo.InvariantCulture))
        {
            return now + UntilHeard; // the copy of the directory is behind what this was set for
        }

        if (shop.Status != "suspended")
        {
            return null;
        }

        var open = await OpenAsync(id, token);
        foreach (var order in open)
        {
            await orders.HandleAsync(order, (before, _) => Decline(before, id), "timer", null, token);
        }

        return open.Count == AtOnce ? now : now + Again;
    }

    // On what stands when it is decided: the shop may have made it ready meanwhile, the resident cancelled it.
    private static IReadOnlyList<OrderEvent> Decline(OrderHistory before, ShopId shop) =>
        before.State is Order.Confirmed order && order.Find(shop) is { Open: true, Status: not ShopOrderStatus.Ready }
            ? OrderDecider.Decide(new OrderCommand.Decline(shop, Reason, null), order) : [];

    private async Task<List<OrderId>> OpenAsync(ShopId shop, CancellationToken token)
    {
        await using var command = database.CreateCommand("select order_id from shop_orders where shop_id = $1 and status in ('requested', 'accepted') order by pickup_start limit $2");
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = AtOnce });
        var found = new List<OrderId>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            found.Add(new OrderId(reader.GetGuid(0)));
        }

        return found;
    }
}

/// <summary>Hears that a shop is suspended. Repeated, or late, it only makes its orders be looked at again.</summary>
internal sealed class SuspendedShopsConsumer(NpgsqlDataSource database, TimeProvider clock) : IConsumer<ShopChanged>
{
    public async Task Consume(ConsumeContext<ShopChanged> context)
    {
        if (context.Message.Status != "suspended")
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(context.CancellationToken);
        await using var batch = connection.CreateBatch();
        batch.ScheduleWork(SuspendedShops.WorkKind, context.Message.ShopId.ToString(), clock.GetUtcNow(), context.Message.Version.ToString(CultureInfo.InvariantCulture));
        await batch.ExecuteNonQueryAsync(context.CancellationToken);
    }
}
