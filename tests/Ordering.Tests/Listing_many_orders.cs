using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>What lists read: the same whether the orders were written together or one event at a time.</summary>
public sealed class Listing_many_orders(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly OrderEvent.Placed Named = Placed with { Shops = [Placed.Shops[0] with { Name = "L’Étal, \"chez {Zoé}\"\\" }, Placed.Shops[1] with { Name = "null" }] };

    /// <summary>Of several orders, what happened to each; the last one's code was free again because the one before it had ended.</summary>
    private static readonly OrderEvent[][] Lives =
    [
        [Named, Reserved, Booked, Confirmed with { PickupCode = "AAAAA2" }, BookshopAccepted],
        [Named, new OrderEvent.Refused(NoteOutOfStock.Lines, [])],
        [Named, Booked, Reserved, Confirmed with { PickupCode = "AAAAA3" }, BookshopAccepted, BakeryAccepted, BakeryReady],
        [Named],
        [Named, Reserved, Booked, Confirmed with { PickupCode = "AAAAA4" }, BookshopAccepted, new OrderEvent.ShopCancelled(Bakery), new OrderEvent.ShopCancelled(Bookshop), new OrderEvent.Completed("cancelled")],
        [Named, Reserved, Booked, Confirmed with { PickupCode = "AAAAA4" }, BookshopAccepted],
    ];

    [Fact]
    public async Task Written_together_they_are_what_they_are_written_one_by_one()
    {
        var store = host.App.Services.GetRequiredService<IEventStore>();
        var together = Some(Lives);
        await store.AppendAsync([.. together.Select(o => new StreamAppend(Orders.Order.StreamOf(o.Order), 0, o.Life, new EventMeta(Now)))], null, TestContext.Current.CancellationToken);
        var first = await RowsAsync(together.ConvertAll(o => o.Order));
        await host.ScalarAsync<string>("update orders set pickup_code = null where order_id = any ($1) returning town", together.ConvertAll(o => o.Order.Value)); // the codes are wanted again

        var singly = Some(Lives);
        foreach (var (order, life) in singly)
        {
            for (var n = 0; n < life.Length; n++)
            {
                await store.AppendAsync([new StreamAppend(Orders.Order.StreamOf(order), n, [life[n]], new EventMeta(Now))], null, TestContext.Current.CancellationToken);
            }
        }

        (await RowsAsync(singly.ConvertAll(o => o.Order))).ShouldBe(first);
        first[0].ShouldBe("""oullins confirmed {"L’Étal, \"chez {Zoé}\"\\","null"} 4170 AAAAA2 | accepted 2190 5 requested 1980 4""");
        first.Select(row => row.Split(' ')[1]).ShouldBe(["confirmed", "refused", "confirmed", "pending", "cancelled", "confirmed"]);
    }

    // In the order in which a store appends them.
    private static List<(OrderId Order, OrderEvent[] Life)> Some(OrderEvent[][] lives) =>
        [.. lives.Select(_ => OrderId.New()).OrderBy(Orders.Order.StreamOf, StringComparer.Ordinal).Zip(lives)];

    private async Task<List<string>> RowsAsync(List<OrderId> orders)
    {
        var rows = new List<string>();
        foreach (var order in orders)
        {
            rows.Add(await host.ScalarAsync<string>(
                """
                select town || ' ' || status || ' ' || shops::text || ' ' || total_cents || coalesce(' ' || pickup_code, '') || ' | '
                    || coalesce((select string_agg(s.status || ' ' || s.total_cents || ' ' || s.version, ' ' order by s.status, s.shop_id) from shop_orders s where s.order_id = o.order_id and s.changed_at = placed_at), '')
                from orders o where order_id = $1
                """, order.Value));
        }

        return rows;
    }
}
