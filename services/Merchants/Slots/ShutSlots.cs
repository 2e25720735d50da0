using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using NodaTime;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>
/// Bookings on whose hour the place is shut since (a closure, a leave, another week), and those on whose it is open again: their residents would stand before a
/// shut door. The booking stands, and so does the order; Ordering tells them.
/// </summary>
internal static class ShutSlots
{
    private const int HorizonDays = 366;

    /// <param name="Reopens">When the place opens next after the slot's start; null: no opening is in sight, or it is not shut.</param>
    internal readonly record struct State(bool Shut, Instant? Reopens);

    /// <summary>Where the slot itself begins while the place is open and only its length no longer fits, it is not the hours that changed.</summary>
    internal static State Of(SlotCalendar calendar, Slot slot)
    {
        var opening = calendar.Opening;
        var (now, usual) = (opening.On(slot.Date).Blocks, opening.UsualOn(slot.Date));
        return Has(now, slot, slot.End) || Has(now, slot, slot.Start) && !Has(usual, slot, slot.End)
            ? new State(false, null)
            : new State(true, opening.From(slot.Date, HorizonDays).Select(open => (Instant?)open.Start).FirstOrDefault(start => start > slot.Start));
    }

    private static bool Has(IReadOnlyList<Block> blocks, Slot slot, Instant until) =>
        blocks.Any(b => b.On(slot.Date) is var open && open.Contains(slot.Start) && until <= open.End);

    /// <summary>Writes down and tells, of one page of bookings, what they are now: the version after the one that was read, so that of two who look at once only one tells.</summary>
    internal static async Task TellAsync(NpgsqlConnection connection, EventTypes types, IReadOnlyList<PickupSlotShut> changed, DateTimeOffset now, CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(token);
        var written = await connection.QueryAsync<(Guid Order, Guid Shop)>(new CommandDefinition(
            """
            update slot_bookings b set shut_version = told.version, shut = told.shut, reopens = told.reopens
            from unnest(@orders, @shops, @versions, @shut, @reopens) as told (order_id, shop_id, version, shut, reopens)
            where b.order_id = told.order_id and b.shop_id = told.shop_id and b.shut_version = told.version - 1
            returning b.order_id, b.shop_id
            """, new
            {
                orders = changed.Select(c => c.OrderId.Value).ToArray(),
                shops = changed.Select(c => c.ShopId.Value).ToArray(),
                versions = changed.Select(c => c.Version).ToArray(),
                shut = changed.Select(c => c.Shut).ToArray(),
                reopens = changed.Select(c => c.Reopens?.UtcDateTime).ToArray(),
            }, transaction, cancellationToken: token));
        var told = written.ToHashSet();
        var facts = changed.Where(c => told.Contains((c.OrderId.Value, c.ShopId.Value))).Select(c => (SlotBooking.StreamOf(c.OrderId), (object)c)).ToList();
        if (facts.Count > 0)
        {
            await using var batch = connection.CreateBatch();
            batch.AppendFacts(types, facts, now);
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
    }

    internal static PickupSlotShut Fact(OrderId order, ShopId shop, int version, State state) =>
        new(order, shop, version, state.Shut, state.Reopens is { } reopens ? Paris.Offset(reopens) : null);
}
