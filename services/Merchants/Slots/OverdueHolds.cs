using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>
/// Holds never end by themselves: past their expiry Ordering is asked what became of the order, again and again until it answers. One timer
/// for all of them, since a timer per order would double the writes of a booking.
/// </summary>
internal sealed class OverdueHolds(NpgsqlDataSource database, EventTypes types, TimeProvider clock) : IDueWorkHandler
{
    public const string WorkKind = "slot-holds";
    private const int AtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>At first; each time twice as long after, at most six hours.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    public string Kind => WorkKind;
    public string AlwaysThere => "all";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var batch = connection.CreateBatch();
        var overdue = await TakeAsync(connection, now, token);
        foreach (var order in overdue.OrderBy(o => o.Value))
        {
            batch.AppendFact(types, SlotBooking.StreamOf(order), new SlotHoldOverdue(order), now);
        }

        if (overdue.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return overdue.Count == AtOnce ? now : now + Every;
    }

    private static async Task<List<OrderId>> TakeAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            """
            update slot_orders set ask_at = $1 + least($2 * power(2, least(asked, 20)), interval '6 hours'), asked = asked + 1
            from (select order_id from slot_orders where state = 'held' and ask_at <= $1 order by order_id limit $3 for update skip locked) as overdue
            where slot_orders.order_id = overdue.order_id
            returning slot_orders.order_id
            """, connection);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = AskAgain });
        command.Parameters.Add(new() { Value = AtOnce });
        var orders = new List<OrderId>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            orders.Add(new OrderId(reader.GetGuid(0)));
        }

        return orders;
    }
}
