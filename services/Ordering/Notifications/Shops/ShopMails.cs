using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Notifications.Shops;

/// <summary>Where a shop wants its new orders told by mail. Stands here and in no event, so that it can be erased.</summary>
internal sealed record ShopMailAddress(string Email, string Locale);

/// <summary>Which shops are told of new orders by mail, and what each has not been told yet.</summary>
internal sealed class ShopMails(NpgsqlDataSource database)
{
    internal async Task<ShopMailAddress?> FindAsync(ShopId shop, CancellationToken token)
    {
        await using var command = database.CreateCommand("select email, locale from shop_mails where shop_id = $1");
        command.Parameters.Add(new() { Value = shop.Value });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new ShopMailAddress(reader.GetString(0), reader.GetString(1)) : null;
    }

    /// <summary>From now on; what was ordered before is not told.</summary>
    internal Task SendToAsync(ShopId shop, ShopMailAddress to, CancellationToken token) => ExecuteAsync(
        "insert into shop_mails (shop_id, email, locale) values ($1, $2, $3) on conflict (shop_id) do update set email = excluded.email, locale = excluded.locale",
        [shop.Value, to.Email, to.Locale], token);

    internal async Task StopAsync(ShopId shop, CancellationToken token)
    {
        await ExecuteAsync("delete from shop_mails where shop_id = $1", [shop.Value], token);
        await ForgetAsync(DateTimeOffset.MinValue, token);
    }

    /// <summary>What nobody wants to be told of any more, and what came before that time.</summary>
    internal Task ForgetAsync(DateTimeOffset before, CancellationToken token) =>
        ExecuteAsync("delete from shop_news n where at < $1 or not exists (select 1 from shop_mails m where m.shop_id = n.shop_id)", [before], token);

    /// <summary>The shops that have something to be told.</summary>
    internal async Task<IReadOnlyList<ShopId>> WaitingAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand("select distinct shop_id from shop_news order by shop_id");
        await using var reader = await command.ExecuteReaderAsync(token);
        var shops = new List<ShopId>();
        while (await reader.ReadAsync(token))
        {
            shops.Add(new ShopId(reader.GetGuid(0)));
        }

        return shops;
    }

    /// <summary>The orders that have something to tell, and since when: what comes while a mail is on its way has another time.</summary>
    internal async Task<IReadOnlyList<(OrderId Order, DateTimeOffset At)>> NewsOfAsync(ShopId shop, int most, CancellationToken token)
    {
        await using var command = database.CreateCommand("select order_id, at from shop_news where shop_id = $1 order by at, order_id limit $2");
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = most });
        await using var reader = await command.ExecuteReaderAsync(token);
        var orders = new List<(OrderId, DateTimeOffset)>();
        while (await reader.ReadAsync(token))
        {
            orders.Add((new OrderId(reader.GetGuid(0)), reader.GetFieldValue<DateTimeOffset>(1)));
        }

        return orders;
    }

    internal Task ToldAsync(ShopId shop, IReadOnlyList<(OrderId Order, DateTimeOffset At)> told, CancellationToken token) => ExecuteAsync(
        "delete from shop_news n using unnest($2::uuid[], $3::timestamptz[]) as t(order_id, at) where n.shop_id = $1 and n.order_id = t.order_id and n.at = t.at",
        [shop.Value, told.Select(o => o.Order.Value).ToArray(), told.Select(o => o.At).ToArray()], token);

    /// <summary>Notes the new orders of those shops that want to be told, in the transaction that confirms them, and what their customers withdraw from.</summary>
    internal static void Note(NpgsqlBatch batch, IEnumerable<OrderMove> moves)
    {
        var news = moves.SelectMany(m => NewTo(m).Select(s => (Shop: s.Value, Order: m.After.Id.Value, m.After.Events[^1].At))).ToList();
        if (news.Count == 0)
        {
            return;
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into shop_news (shop_id, order_id, at)
            select n.shop_id, n.order_id, n.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as n(shop_id, order_id, at) join shop_mails m on m.shop_id = n.shop_id
            order by n.shop_id, n.order_id
            on conflict (shop_id, order_id) do update set at = greatest(excluded.at, shop_news.at + interval '1 microsecond')
            """)
        {
            Parameters =
            {
                new() { Value = news.Select(n => n.Shop).ToArray() },
                new() { Value = news.Select(n => n.Order).ToArray() },
                new() { Value = news.Select(n => n.At.ToUniversalTime()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        });
    }

    private static IEnumerable<ShopId> NewTo(OrderMove move) => move.Before.State is not Order.Confirmed && move.After.State is Order.Confirmed order
        ? order.ShopOrders.Select(s => s.ShopId)
        : move.New.Select(e => e.Data switch { OrderEvent.WithdrawalDeclared declared => declared.ShopId, OrderEvent.WithdrawalGoodsSaid said => said.ShopId, _ => (ShopId?)null }).OfType<ShopId>().Distinct();

    private async Task ExecuteAsync(string sql, object[] parameters, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(token);
    }
}
