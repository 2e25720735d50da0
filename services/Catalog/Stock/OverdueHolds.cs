using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>
/// A hold never ends by itself: past its expiry Ordering is asked, and asked again until it answers. One timer sweeps over all of them (the
/// reservations' rows are the timers), which spares the hot path two writes per order.
/// </summary>
internal sealed class OverdueHolds(NpgsqlDataSource database, EventTypes types, TimeProvider clock) : IDueWorkHandler
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>At first; then each time after as long again as it is overdue, at most six hours: each question stays in the log.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    public string Kind => "overdue-holds";
    public string AlwaysThere => "sweep";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var overdue = await TakeAsync(session, transaction, now, token);
        await using var batch = new NpgsqlBatch(session, transaction);
        foreach (var order in overdue)
        {
            batch.AppendFact(types, StockDesk.StreamOf(new(order)), new StockHoldExpired(new(order)), now);
        }

        if (overdue.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return overdue.Count == AtOnce ? now : now + Every;
    }

    private static async Task<List<Guid>> TakeAsync(NpgsqlConnection session, NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken token)
    {
        await using var take = new NpgsqlCommand(
            """
            update reservations r set asked_at = $1
            from (select order_id from reservations
                  where status = 'held' and expires_at <= $1
                    and (asked_at is null or asked_at <= $2 and asked_at + least(asked_at - expires_at, interval '6 hours') <= $1)
                  order by expires_at limit $3 for update skip locked) due
            where r.order_id = due.order_id
            returning r.order_id
            """, session, transaction)
        {
            Parameters = { new() { Value = now }, new() { Value = now - AskAgain }, new() { Value = AtOnce } },
        };
        var overdue = new List<Guid>();
        await using var reader = await take.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            overdue.Add(reader.GetGuid(0));
        }

        return overdue;
    }
}
