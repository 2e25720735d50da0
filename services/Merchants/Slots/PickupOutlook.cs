using System.Security.Cryptography;
using System.Text;
using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Merchants.Directory;
using NodaTime;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>Tells the other services each shop's coming slots, at its counter and at its town's shared points: a moment after a change, and every night for the days that have come into sight.</summary>
internal sealed class PickupOutlook(NpgsqlDataSource database, LocalDirectory directory, EventTypes types, TimeProvider clock) : IDueWorkHandler
{
    public const string WorkKind = "pickup-outlook";

    /// <summary>Changes within this time are told together.</summary>
    public static readonly TimeSpan Coalescing = TimeSpan.FromSeconds(1);

    // Enough for "today" and "tomorrow" over a weekend and a holiday; more would only make the messages heavy.
    private const int Days = 3;
    private const int OpeningDays = 2;

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var id = ShopId.Parse(work.Key, null);
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // First its row: a slow run that another has overtaken must not tell the hours of before under the newer version.
        await connection.ExecuteAsync(new CommandDefinition("select from shops where id = @id for no key update", new { id = id.Value }, cancellationToken: token));
        await directory.RefreshAsync(connection, token);
        if (directory.Now.Shops.GetValueOrDefault(id) is not { } shop)
        {
            return null;
        }

        var now = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var (slots, ready) = (Of(shop, directory.Now.Points.Values, now), LastReady(shop, directory.Now.Points.Values, Paris.DateOf(now)));
        await using var batch = connection.CreateBatch();
        var version = await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            "update shops set outlook_version = outlook_version + 1, outlook_hash = @hash where id = @id and outlook_hash is distinct from @hash returning outlook_version",
            new { id = shop.Id.Value, hash = HashOf(slots, ready) }, cancellationToken: token));
        if (version is { } told)
        {
            batch.AppendFact(types, $"outlook-{shop.Id}", new PickupOutlookChanged(shop.Id, told, slots, ready), now.ToDateTimeOffset());
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return TonightFor(shop.Id, now).ToDateTimeOffset();
    }

    /// <summary>
    /// Slots of the next days, further when the place is closed on them: the shop's own, and those of its town's shared points at hours when it has
    /// none. A shop of several towns is told without their points: whoever looks from another town could not go there.
    /// </summary>
    internal static IReadOnlyList<PickupOutlookChanged.Slot> Of(ShopRecord shop, IEnumerable<PointRecord> points, Instant now)
    {
        if (!shop.IsPublished)
        {
            return [];
        }

        var hours = shop.Place.Calendar;
        var own = Coming(hours, now, _ => true).Select(slot => (Slot: slot, Point: (string?)null));
        var shared = from point in points
                     where shop.Towns is [var town] && point.Town == town
                     from slot in Coming(point.Place.Calendar, now, s => hours.Brings(s.Date, s.Start, now))
                     select (Slot: slot with { BookableUntil = Instant.Min(slot.BookableUntil, hours.BookableUntil(slot.Date, slot.Start)) }, Point: (string?)point.Slug);
        return
        [
            .. own.Concat(shared).GroupBy(s => s.Slot.Start).Select(g => g.MaxBy(s => s.Slot.BookableUntil)).OrderBy(s => s.Slot.Start)
                .Select(s => new PickupOutlookChanged.Slot(Paris.Offset(s.Slot.Start), Paris.Offset(s.Slot.End), Paris.Offset(s.Slot.BookableUntil), s.Point)),
        ];
    }

    /// <summary>
    /// Of each coming day the latest hour at which a batch may be ready and still be collected that day. The points of all its towns count here: a batch
    /// is made once, for whoever comes.
    /// </summary>
    internal static IReadOnlyList<DateTimeOffset>? LastReady(ShopRecord shop, IEnumerable<PointRecord> points, LocalDate today)
    {
        if (!shop.IsPublished)
        {
            return null;
        }

        var hours = shop.Place.Calendar;
        var reached = points.Where(p => shop.Towns.Contains(p.Town)).Select(p => p.Place.Calendar).ToList();
        return
        [
            .. from day in Enumerable.Range(0, SlotCalendar.HorizonDays)
               let date = today.PlusDays(day)
               let own = hours.On(date).Select(s => BatchPickups.ReadyBy(Paris.Offset(s.Start), atPoint: false))
               let shared = hours.Opening.IsAwayOn(date) ? [] : reached.SelectMany(p => p.On(date)).Select(s => BatchPickups.ReadyBy(Paris.Offset(s.Start), atPoint: true))
               let last = own.Concat(shared).Max()
               where last is not null
               select last.Value,
        ];
    }

    private static IEnumerable<Slot> Coming(SlotCalendar calendar, Instant now, Func<Slot, bool> of) =>
        calendar.Bookable(now, SlotCalendar.HorizonDays).Where(of).GroupBy(s => s.Date)
            .TakeWhile((day, index) => index < OpeningDays || Period.DaysBetween(Paris.DateOf(now), day.Key) < Days)
            .SelectMany(day => day);

    /// <summary>Shortly after midnight, spread over half an hour by shop.</summary>
    private static Instant TonightFor(ShopId shop, Instant now) =>
        Paris.At(Paris.DateOf(now).PlusDays(1), 0) + Duration.FromSeconds(5 + (shop.Value.ToByteArray()[^1] * 7));

    private static string HashOf(IReadOnlyList<PickupOutlookChanged.Slot> slots, IReadOnlyList<DateTimeOffset>? ready) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Stored.Write(slots) + Stored.Write(ready))));
}
