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

/// <summary>Tells the other services each shop's coming slots: a moment after a change, and every night for the days that have come into sight.</summary>
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
        var slots = Of(shop, now);
        await using var batch = connection.CreateBatch();
        var version = await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            "update shops set outlook_version = outlook_version + 1, outlook_hash = @hash where id = @id and outlook_hash is distinct from @hash returning outlook_version",
            new { id = shop.Id.Value, hash = HashOf(slots) }, cancellationToken: token));
        if (version is { } told)
        {
            batch.AppendFact(types, $"outlook-{shop.Id}", new PickupOutlookChanged(shop.Id, told, slots), now.ToDateTimeOffset());
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return TonightFor(shop.Id, now).ToDateTimeOffset();
    }

    /// <summary>Slots of the next days, further when the shop is closed on them.</summary>
    internal static IReadOnlyList<PickupOutlookChanged.Slot> Of(ShopRecord shop, Instant now)
    {
        if (!shop.IsPublished)
        {
            return [];
        }

        var today = Paris.DateOf(now);
        return
        [
            .. shop.Place.Calendar.Bookable(now, SlotCalendar.HorizonDays).GroupBy(s => s.Date)
                .TakeWhile((day, index) => index < OpeningDays || Period.DaysBetween(today, day.Key) < Days)
                .SelectMany(day => day)
                .Select(s => new PickupOutlookChanged.Slot(Paris.Offset(s.Start), Paris.Offset(s.End), Paris.Offset(s.BookableUntil))),
        ];
    }

    /// <summary>Shortly after midnight, spread over half an hour by shop.</summary>
    private static Instant TonightFor(ShopId shop, Instant now) =>
        Paris.At(Paris.DateOf(now).PlusDays(1), 0) + Duration.FromSeconds(5 + (shop.Value.ToByteArray()[^1] * 7));

    private static string HashOf(IReadOnlyList<PickupOutlookChanged.Slot> slots) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Stored.Write(slots))));
}
