using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Merchants.Directory;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>
/// Goods are kept for days on which their place is open (DOMAIN §3, 30), so hours that change move how long. A moment after the change, when bookings that began
/// on the old hours are there to be seen, Ordering is told of every booking at the place anew: it keeps the later time, and nothing is lost while a door is shut.
/// </summary>
internal sealed class MovedDeadlines(NpgsqlDataSource database, LocalDirectory directory, EventTypes types, TimeProvider clock) : IDueWorkHandler
{
    public const string WorkKind = "moved-deadlines";

    /// <summary>Changes within this time are told together; longer than any booking takes.</summary>
    public static readonly TimeSpan Coalescing = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan HeldAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await directory.RefreshAsync(connection, token);
        var known = directory.Now;
        if ((known.Shop(work.Key)?.Place ?? known.Points.GetValueOrDefault(work.Key)?.Place) is not { } place)
        {
            return null; // a point that is no more: its goods are kept as long as was said
        }

        var now = clock.GetUtcNow();
        var bookings = (await connection.QueryAsync<Booking>(new CommandDefinition(
            """
            select b.order_id as OrderId, b.shop_id as ShopId, b.slot_id as SlotId, o.state = 'held' as Held
            from slots s join slot_bookings b on b.slot_id = s.slot_id join slot_orders o on o.order_id = b.order_id
            where s.place = @place and s.starts_at > @since and o.state in ('held', 'confirmed') order by b.order_id, b.shop_id
            """, new { place = place.Slug, since = now - Longest }, transaction, cancellationToken: token))).ToList();
        var deadlines = bookings.Select(b => b.SlotId).Distinct().ToDictionary(slot => slot, slot => DeadlineOf(slot, place));
        await using var batch = connection.CreateBatch();
        foreach (var booking in bookings.Where(b => !b.Held))
        {
            if (deadlines[booking.SlotId] is { } deadline && deadline.CollectUntil.ToDateTimeOffset() > now)
            {
                batch.AppendFact(types, SlotBooking.StreamOf(new OrderId(booking.OrderId)), new PickupDeadlineMoved(new OrderId(booking.OrderId), new ShopId(booking.ShopId),
                    Paris.Offset(deadline.CollectUntil), Paris.Offset(deadline.RemindAt)), now);
            }
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        // An order that does not stand yet has nothing to be told; once it does, it is.
        return bookings.Exists(b => b.Held) ? now + HeldAgain : null;
    }

    private static HoldDeadline? DeadlineOf(string slot, Place place) => SlotId.TryParse(slot, out var id)
        ? HoldDeadline.After(place.Calendar.Opening, place.Calendar.Booked(id.Start), place.Calendar.Rules.HoldOpeningDays)
        : null;

    private sealed record Booking(Guid OrderId, Guid ShopId, string SlotId, bool Held);
}
