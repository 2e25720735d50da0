using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Merchants.Directory;
using NodaTime;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>
/// Goods are kept for days on which their place is open (DOMAIN §3, 30), so hours that change move how long. A moment after the change, when bookings that began
/// on the old hours are there to be seen, Ordering is told of those that are kept longer now than it was told before: because their days come later, or because
/// the door is shut at the moment that was promised. Nothing is lost while a door is shut. And of those at whose own hour it is shut now (<see cref="ShutSlots"/>).
/// </summary>
internal sealed class MovedDeadlines(NpgsqlDataSource database, LocalDirectory directory, EventTypes types, TimeProvider clock) : IDueWorkHandler
{
    public const string WorkKind = "moved-deadlines";

    /// <summary>
    /// Changes within this time are told together. Longer than any booking takes, whose every statement fails after half a minute; and a slip that is put right
    /// within it moves no order: what was told once is never taken back.
    /// </summary>
    public static readonly TimeSpan Coalescing = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan HeldAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>An order ends some time after its deadline, a late timer later still.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromDays(1);

    /// <summary>No transaction grows with the number of bookings: whatever follows the log waits for the oldest one.</summary>
    private const int Page = 200;

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await directory.RefreshAsync(connection, token);
        var known = directory.Now;
        if ((known.Shop(work.Key)?.Place ?? known.Points.GetValueOrDefault(work.Key)?.Place) is not { } place)
        {
            return null; // a point that is no more: its goods are kept as long as was said
        }

        var now = clock.GetUtcNow();
        var bookings = (await connection.QueryAsync<Booking>(new CommandDefinition(
            """
            select b.order_id as OrderId, b.shop_id as ShopId, b.slot_id as SlotId, o.state = 'held' as Held, b.collect_until as Told,
                   b.shut_version as ShutVersion, b.shut as Shut, b.reopens as Reopens
            from slots s join slot_bookings b on b.slot_id = s.slot_id join slot_orders o on o.order_id = b.order_id
            where s.place = @place and s.starts_at > @since and o.state in ('held', 'confirmed') and (b.collect_until is null or b.collect_until > @open)
            order by b.order_id, b.shop_id
            """, new { place = place.Slug, since = now - Longest, open = now - EndsWithin }, cancellationToken: token))).ToList();
        var deadlines = bookings.Select(Of).Distinct().ToDictionary(b => b, b => MovedOf(b.SlotId, b.Told, place, b.KeptDays, Instant.FromDateTimeOffset(now)));
        var moved = bookings.Where(b => deadlines[Of(b)] is { } then && then.CollectUntil > Instant.FromDateTimeOffset(now)).ToList();
        foreach (var page in moved.Where(b => !b.Held).Chunk(Page))
        {
            await TellAsync(connection, [.. page.Select(b => Moved(b, deadlines[Of(b)]!))], now, token);
        }

        var shut = bookings.Select(b => (Booking: b, State: ShutNow(b))).Where(b => b.State is { } state && state != new ShutSlots.State(b.Booking.Shut, InstantOf(b.Booking.Reopens))).ToList();
        foreach (var page in shut.Where(s => !s.Booking.Held).Chunk(Page))
        {
            await ShutSlots.TellAsync(connection, types, [.. page.Select(s => ShutSlots.Fact(new OrderId(s.Booking.OrderId), new ShopId(s.Booking.ShopId), s.Booking.ShutVersion + 1, s.State!.Value))], now, token);
        }

        // An order that does not stand yet has nothing to be told; once it does, it is. One that was booked on the new hours knows them.
        return moved.Exists(b => b.Held) || shut.Exists(s => s.Booking.Held) ? now + HeldAgain : null;

        // Of an hour that is over nothing is to be said, but that who waits for the next opening would wait for another.
        ShutSlots.State? ShutNow(Booking b)
        {
            if (!SlotId.TryParse(b.SlotId, out var id))
            {
                return null;
            }

            var slot = place.Calendar.Booked(id.Start);
            var state = ShutSlots.Of(place.Calendar, slot);
            var waits = b.Shut && InstantOf(b.Reopens) > Instant.FromDateTimeOffset(now);
            return slot.End > Instant.FromDateTimeOffset(now) || waits && state.Shut ? state : null;
        }

        static Instant? InstantOf(DateTime? told) => told is { } at ? Instant.FromDateTimeUtc(at) : null;

        // A shop that is no more says nothing of its goods.
        (string SlotId, DateTime? Told, int KeptDays) Of(Booking b) =>
            (b.SlotId, b.Told, HoldDeadline.DaysAt(place, known.Shops.GetValueOrDefault(new ShopId(b.ShopId))?.Place ?? place));
    }

    private async Task TellAsync(NpgsqlConnection connection, IReadOnlyList<PickupDeadlineMoved> moved, DateTimeOffset now, CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            update slot_bookings b set collect_until = told.collect_until from unnest($1, $2, $3) as told (order_id, shop_id, collect_until)
            where b.order_id = told.order_id and b.shop_id = told.shop_id
            """)
        {
            Parameters =
            {
                new() { Value = moved.Select(m => m.OrderId.Value).ToArray() },
                new() { Value = moved.Select(m => m.ShopId.Value).ToArray() },
                new() { Value = moved.Select(m => m.CollectUntil.ToUniversalTime()).ToArray() },
            },
        });
        batch.AppendFacts(types, [.. moved.Select(m => (SlotBooking.StreamOf(m.OrderId), (object)m))], now);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    private static PickupDeadlineMoved Moved(Booking booking, HoldDeadline deadline) =>
        new(new OrderId(booking.OrderId), new ShopId(booking.ShopId), Paris.Offset(deadline.CollectUntil), Paris.Offset(deadline.RemindAt));

    /// <summary>The later deadline that the hours of now give; null where what was told stands.</summary>
    private static HoldDeadline? MovedOf(string slotId, DateTime? told, Place place, int keptDays, Instant now)
    {
        if (!SlotId.TryParse(slotId, out var id))
        {
            return null;
        }

        var (hours, slot) = (place.Calendar.Opening, place.Calendar.Booked(id.Start));
        var counted = HoldDeadline.After(hours, slot, keptDays);
        return told is not { } moment || Instant.FromDateTimeUtc(moment) is var promised && counted.CollectUntil > promised ? counted
            : promised > now ? HoldDeadline.PastShutDoor(hours, promised, slot) : null;
    }

    private sealed record Booking(Guid OrderId, Guid ShopId, string SlotId, bool Held, DateTime? Told, int ShutVersion, bool Shut, DateTime? Reopens);
}
