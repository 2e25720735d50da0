using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Merchants.Slots;

/// <summary>What becomes of the places an order holds: they are its own, or given back. Repeats and late messages change nothing.</summary>
internal sealed class SlotSettling : IAsyncDisposable
{
    private const string Taken = "select distinct slot_id from slot_bookings where order_id = any($1)";
    private readonly NpgsqlDataSource _database;
    private readonly Drain<OrderId> _confirming;
    private readonly Drain<ReleasePickupSlots> _releasing;

    public SlotSettling(NpgsqlDataSource database)
    {
        _database = database;
        _confirming = new Drain<OrderId>(ConfirmAsync, gathering: Gathering.AtLeisure);
        _releasing = new Drain<ReleasePickupSlots>(ReleaseAsync, gathering: Gathering.AtLeisure);
    }

    public Task ConfirmAsync(OrderId order, CancellationToken token) => _confirming.AddAsync(order, token);

    public Task ReleaseAsync(ReleasePickupSlots release, CancellationToken token) => _releasing.AddAsync(release, token);

    public async ValueTask DisposeAsync()
    {
        await _confirming.DisposeAsync();
        await _releasing.DisposeAsync();
    }

    /// <summary>A confirmation that finds no hold changes nothing: the hold, should it come later, asks again when it is overdue.</summary>
    private async Task ConfirmAsync(IReadOnlyList<OrderId> orders, CancellationToken token)
    {
        await using var command = _database.CreateCommand(
            """
            update slot_orders set state = 'confirmed', ask_at = null
            from (select order_id from slot_orders where order_id = any($1) and state = 'held' order by order_id for update) as mine
            where slot_orders.order_id = mine.order_id
            """);
        command.Parameters.Add(new() { Value = orders.Select(o => o.Value).Distinct().ToArray() });
        await command.ExecuteNonQueryAsync(token);
    }

    private async Task ReleaseAsync(IReadOnlyList<ReleasePickupSlots> releases, CancellationToken token)
    {
        while (!await TryReleaseAsync(releases, token))
        {
            // One of these orders was booked between our two looks. What it took is there now, to be locked before the order.
        }
    }

    private async Task<bool> TryReleaseAsync(IReadOnlyList<ReleasePickupSlots> releases, CancellationToken token)
    {
        await using var connection = await _database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var orders = releases.Select(r => r.OrderId.Value).Distinct().Order().ToArray();
        if (!await LockAsync(connection, orders, token))
        {
            return false;
        }

        await using var batch = connection.CreateBatch();
        foreach (var release in releases)
        {
            AddRelease(batch, release);
        }

        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return true;
    }

    /// <summary>Slots before orders, as a booking does it. An order's row is made if need be: a booking on its way then waits for us, or we for it.</summary>
    private static async Task<bool> LockAsync(NpgsqlConnection connection, Guid[] orders, CancellationToken token)
    {
        await using var batch = connection.CreateBatch();
        Add(batch, Taken, orders);
        Add(batch, "select slot_id from slots where slot_id in (select slot_id from slot_bookings where order_id = any($1)) order by slot_id for update", orders);
        Add(batch, "insert into slot_orders (order_id, state) select order_id, 'early' from unnest($1) as mine (order_id) order by order_id on conflict do nothing", orders);
        Add(batch, "select order_id from slot_orders where order_id = any($1) order by order_id for update", orders);
        Add(batch, Taken, orders);
        await using var reader = await batch.ExecuteReaderAsync(token);
        var locked = new HashSet<string>();
        while (await reader.ReadAsync(token))
        {
            locked.Add(reader.GetString(0));
        }

        await reader.NextResultAsync(token); // the slots
        await reader.NextResultAsync(token); // the orders
        await reader.NextResultAsync(token); // what they have taken, now that nobody can take more
        while (await reader.ReadAsync(token))
        {
            if (!locked.Contains(reader.GetString(0)))
            {
                return false;
            }
        }

        return true;
    }

    private static void AddRelease(NpgsqlBatch batch, ReleasePickupSlots release)
    {
        var shop = new NpgsqlParameter { Value = (object?)release.ShopId?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
        // A shared point's place is free when the last of the order's shops gives it back.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            with gone as (delete from slot_bookings where order_id = $1 and ($2 is null or shop_id = $2) returning slot_id),
                 free as (select distinct slot_id from gone where not exists (
                     select from slot_bookings other where other.order_id = $1 and other.slot_id = gone.slot_id and $2 is not null and other.shop_id <> $2))
            update slots set booked = booked - 1 from free where slots.slot_id = free.slot_id
            """)
        {
            Parameters = { new() { Value = release.OrderId.Value }, shop },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            update slot_orders set
                released_shops = case when $2 is null or $2 = any(released_shops) then released_shops else array_append(released_shops, $2) end,
                state = case when to_state then 'released' else state end,
                ask_at = case when to_state then null else ask_at end
            from (select $2 is null or (state in ('held', 'confirmed') and not exists (select from slot_bookings where order_id = $1)) as to_state
                  from slot_orders where order_id = $1) as now
            where order_id = $1 and state <> 'refused'
            """)
        {
            Parameters = { new() { Value = release.OrderId.Value }, shop.Clone() },
        });
    }

    private static void Add(NpgsqlBatch batch, string sql, Guid[] orders) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = orders } } });
}
