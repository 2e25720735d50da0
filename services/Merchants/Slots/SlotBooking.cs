using System.Diagnostics.Metrics;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.EventStore.Relay;
using Marketplace.Merchants.Directory;
using NodaTime;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>
/// Bookings that wait are taken together: one round trip locks the slots of all of them in key order and reads what is known of the orders,
/// the decision is made in memory in order of arrival, a second one writes it with its facts. Idempotent by order id: the first answer stands.
/// Every transaction here and in <see cref="SlotSettling"/> and <see cref="OverdueHolds"/> takes its locks in one order, so that none waits in a circle:
/// slots by id, then orders by id, then facts by order.
/// </summary>
internal sealed partial class SlotBooking : IAsyncDisposable
{
    private const int Attempts = 3;
    private static readonly Meter Meter = new("Marketplace.Merchants");
    private static readonly Counter<long> Answered = Meter.CreateCounter<long>("marketplace.slot_bookings", description: "Answers to bookings of pickup slots, by outcome.");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("marketplace.reservations.conflicts", description: "Orders for which no place was free, by reason");

    private readonly NpgsqlDataSource _database;
    private readonly LocalDirectory _directory;
    private readonly EventLog _facts;
    private readonly EventTypes _types;
    private readonly RepeatablePublisher _answers;
    private readonly IClock _clock;
    private readonly ILogger<SlotBooking> _log;
    private readonly Drain<Asked> _drain;

    public SlotBooking(NpgsqlDataSource database, LocalDirectory directory, EventLog facts, EventTypes types, RepeatablePublisher answers, IClock clock, ILogger<SlotBooking> log)
    {
        (_database, _directory, _facts, _types, _answers, _clock, _log) = (database, directory, facts, types, answers, clock, log);
        _drain = new Drain<Asked>(BookAsync);
    }

    public Task BookAsync(BookPickupSlots order, CancellationToken token) => _drain.AddAsync(new Asked(order, TraceParent.Current), token);

    public ValueTask DisposeAsync() => _drain.DisposeAsync();

    internal static string StreamOf(OrderId order) => $"pickup-{order}";

    private sealed record Asked(BookPickupSlots Order, string? Trace);

    private async Task BookAsync(IReadOnlyList<Asked> commands, CancellationToken token)
    {
        var orders = commands.DistinctBy(c => c.Order.OrderId).ToList();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryBookAsync(orders, token))
                {
                    return;
                }

                await _directory.RefreshAsync(token);
            }
            catch (Exception failure) when (orders.Count == 1 && attempt < Attempts && (failure is ConcurrencyException or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }))
            {
                // The same command is being answered by another worker: look again, its answer is there now.
            }
        }
    }

    /// <summary>False: the hours in memory are older than the stored ones, nothing was done.</summary>
    private async Task<bool> TryBookAsync(IReadOnlyList<Asked> asked, CancellationToken token)
    {
        var orders = asked.Select(a => a.Order).ToList();
        var (directory, now) = (_directory.Now, _clock.GetCurrentInstant());
        var allocation = new SlotAllocation(orders, booking => BookingDesk.Assess(booking, directory, now));

        await using var connection = await _database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var look = connection.CreateBatch();
        Add(look, "select version from directory_version");
        Add(look, "select order_id, state, released_shops from slot_orders where order_id = any($1)", orders.Select(o => o.OrderId.Value).ToArray());
        AddLocks(look, allocation.Wanted);
        await using (var reader = await look.ExecuteReaderAsync(token))
        {
            await reader.ReadAsync(token);
            if (reader.GetInt64(0) != directory.Version)
            {
                return false;
            }

            await reader.NextResultAsync(token);
            while (await reader.ReadAsync(token))
            {
                allocation.Know(new OrderId(reader.GetGuid(0)), reader.GetString(1), reader.GetFieldValue<Guid[]>(2));
            }

            await reader.NextResultAsync(token);
            while (await reader.ReadAsync(token))
            {
                allocation.Booked(reader.GetString(0), reader.GetInt32(1));
            }
        }

        var decisions = allocation.Decide();
        var earlier = await EarlierAnswersAsync(connection, decisions, token);
        await using var write = connection.CreateBatch();
        var expected = AddWrites(write, decisions, allocation);
        var first = decisions.Where(d => d.Fact is not null).OrderBy(d => d.Order.Value).Select(d => (StreamOf(d.Order), d.Fact!, TraceOf(d.Order))).ToList();
        if (first.Count > 0)
        {
            write.AppendFirstFacts(_types, first, now.ToDateTimeOffset());
        }

        if (write.BatchCommands.Count > 0)
        {
            await write.ExecuteNonQueryAsync(token);
            if (expected.Where((rows, i) => write.BatchCommands[i].RecordsAffected != rows).Any())
            {
                // Somebody answered one of these orders since we looked. Alone, each is seen again as it now stands.
                throw new ConcurrencyException("pickup");
            }
        }

        await transaction.CommitAsync(token);
        _answers.Say(
            [.. decisions.Where(d => d.Fact is not null).Select(d => (d.Order, Answer: d.Fact!)).Concat(earlier).Select(a => (a.Answer, TraceOf(a.Order)))],
            together => new PickupSlotsAnswerBatch([.. together.OfType<PickupSlotsBooked>()], [.. together.OfType<PickupSlotsRefused>()]));

        foreach (var decision in decisions)
        {
            Answered.Add(1, new KeyValuePair<string, object?>("outcome", decision.Outcome.ToString()));
            if (decision.Fact is PickupSlotsRefused { Refusals: [var refusal, ..] })
            {
                Conflicts.Add(1, new KeyValuePair<string, object?>("reason", refusal.Reason));
                LogRefused(decision.Order, refusal.SlotId, refusal.Reason);
            }
        }

        return true;

        string? TraceOf(OrderId order) => asked.FirstOrDefault(a => a.Order.OrderId == order)?.Trace;
    }

    /// <summary>A repeated command gets the fact it got the first time, unless its places have been given back since.</summary>
    private async Task<IEnumerable<(OrderId Order, object Answer)>> EarlierAnswersAsync(NpgsqlConnection connection, IReadOnlyList<SlotDecision> decisions, CancellationToken token)
    {
        var repeated = decisions.Where(d => d.Outcome == SlotOutcome.Repeated).Select(d => d.Order).ToList();
        if (repeated.Count == 0)
        {
            return [];
        }

        var firsts = await _facts.FirstFactsAsync(connection, [.. repeated.Select(StreamOf)], token);
        return repeated.Select(order => (order, firsts[StreamOf(order)]));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} gets no place in {SlotId}: {Reason}")]
    private partial void LogRefused(OrderId orderId, string slotId, string reason);

    private static void AddLocks(NpgsqlBatch batch, IReadOnlyList<WantedSlot> wanted)
    {
        var ids = wanted.Select(w => w.SlotId).ToArray();
        // Both walk in key order, as every other transaction that locks slots does.
        Add(batch,
            """
            insert into slots (slot_id, place, starts_at, capacity, booked)
            select slot_id, place, starts_at, capacity, 0 from unnest($1, $2, $3, $4) as wanted (slot_id, place, starts_at, capacity)
            order by slot_id collate "C" on conflict do nothing
            """,
            ids, wanted.Select(w => w.Place.Slug).ToArray(), wanted.Select(w => w.Slot.Start.ToDateTimeOffset()).ToArray(), wanted.Select(w => w.Capacity).ToArray());
        Add(batch, "select slot_id, booked from slots where slot_id = any($1) order by slot_id for update", [ids]);
    }

    /// <summary>Returns how many rows each statement must touch.</summary>
    private static int[] AddWrites(NpgsqlBatch batch, IReadOnlyList<SlotDecision> decisions, SlotAllocation allocation)
    {
        var answered = decisions.Where(d => d.Outcome is SlotOutcome.Booked or SlotOutcome.Refused).OrderBy(d => d.Order.Value).ToList();
        if (answered.Count == 0)
        {
            return [];
        }

        Add(batch,
            """
            insert into slot_orders (order_id, state, ask_at, released_shops)
            select order_id, state, case when state = 'held' then ask_at end, released::uuid[]
            from unnest($1, $2, $3, $4) with ordinality as answered (order_id, state, ask_at, released, n) order by n
            on conflict (order_id) do update set state = excluded.state, ask_at = excluded.ask_at
            where slot_orders.state = 'early' and slot_orders.released_shops = excluded.released_shops -- as it was looked at
            """,
            answered.Select(d => d.Order.Value).ToArray(), answered.Select(d => d.Outcome == SlotOutcome.Booked ? "held" : "refused").ToArray(),
            answered.Select(d => d.ExpiresAt.ToUniversalTime()).ToArray(), answered.Select(d => "{" + string.Join(',', allocation.ReleasedBefore(d.Order)) + "}").ToArray());

        var bookings = answered.SelectMany(d => d.Held.Select(b => (d.Order, b.ShopId, b.SlotId, b.CollectUntil))).ToList();
        if (bookings.Count == 0)
        {
            return [answered.Count];
        }

        Add(batch, "insert into slot_bookings (order_id, shop_id, slot_id, collect_until) select * from unnest($1, $2, $3, $4)",
            bookings.Select(b => b.Order.Value).ToArray(), bookings.Select(b => b.ShopId.Value).ToArray(), bookings.Select(b => b.SlotId).ToArray(),
            bookings.Select(b => b.CollectUntil.ToUniversalTime()).ToArray());
        var taken = allocation.Taken;
        Add(batch,
            """
            update slots set booked = slots.booked + taken.places, capacity = taken.capacity
            from unnest($1, $2, $3) as taken (slot_id, places, capacity)
            where slots.slot_id = taken.slot_id and slots.booked + taken.places <= taken.capacity
            """,
            taken.Select(t => t.SlotId).ToArray(), taken.Select(t => t.Places).ToArray(), taken.Select(t => t.Capacity).ToArray());
        return [answered.Count, bookings.Count, taken.Count];
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        batch.BatchCommands.Add(command);
    }
}
