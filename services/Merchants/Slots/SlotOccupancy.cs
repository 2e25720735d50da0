using Dapper;
using Marketplace.Merchants.Directory;
using NodaTime;
using Npgsql;

namespace Marketplace.Merchants.Slots;

/// <summary>How many places of the coming slots are taken, held ones included: always asked of the database.</summary>
internal sealed class SlotOccupancy(NpgsqlDataSource database)
{
    /// <summary>The rows that exist follow a new capacity, but never below what is booked.</summary>
    public const string NewCapacity =
        """
        update slots set capacity = greatest(@capacity, booked)
        from (select slot_id from slots where place = @place and starts_at > @now order by slot_id for update) as coming
        where slots.slot_id = coming.slot_id
        """;

    /// <summary>Places left per slot that anybody has asked for; a slot that is not there is empty.</summary>
    public async Task<IReadOnlyDictionary<string, int>> BookedAsync(string place, Instant from, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var rows = await connection.QueryAsync<(string SlotId, int Booked)>(new CommandDefinition(
            "select slot_id, booked from slots where place = @place and starts_at >= @from", new { place, from = from.ToDateTimeOffset() }, cancellationToken: token));
        return rows.ToDictionary(r => r.SlotId, r => r.Booked);
    }

    /// <summary>The first slot with a place left, for each of these places.</summary>
    public async Task<IReadOnlyDictionary<string, Instant>> EarliestAsync(IReadOnlyCollection<Place> places, Instant now, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var full = (await connection.QueryAsync<string>(new CommandDefinition(
            "select slot_id from slots where place = any(@places) and starts_at >= @now and booked >= capacity",
            new { places = places.Select(p => p.Slug).ToArray(), now = now.ToDateTimeOffset() }, cancellationToken: token))).ToHashSet();
        return places
            .Select(p => (p.Slug, Start: p.Calendar.Bookable(now, SlotCalendar.HorizonDays).Select(s => s.Start)
                .Where(start => !full.Contains(new SlotId(p.Slug, start).ToString())).Cast<Instant?>().FirstOrDefault()))
            .Where(p => p.Start is not null).ToDictionary(p => p.Slug, p => p.Start!.Value);
    }
}
