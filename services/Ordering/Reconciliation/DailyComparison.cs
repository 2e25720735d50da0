using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using NodaTime;
using Npgsql;

namespace Marketplace.Ordering.Reconciliation;

/// <summary>
/// Once a day, at night in Paris, the books are held against what the other side says of the day before, and of each day that was missed (decision 27). What differs is kept
/// until it differs no more.
/// </summary>
internal sealed partial class DailyComparison(IPaymentGateway gateway, NpgsqlDataSource database, TimeProvider clock, ILogger<DailyComparison> log) : IDueWorkHandler
{
    internal const string WorkKind = "reconciliation";

    /// <summary>How long what differs is looked at again.</summary>
    private const int DaysLookedBack = 60;

    private const int Page = 100;

    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    /// <summary>After midnight, so that all of the day is noted; before anybody is at work.</summary>
    private static readonly LocalTime At = new(4, 0);

    /// <summary>Before and after: what is of a day on one side may be of the next on the other.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(2);

    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    public string Kind => WorkKind;

    public string AlwaysThere => "daily";

    public TimeSpan Lease => TimeSpan.FromMinutes(5);

    public bool RenewsLease => true;

    public int AtOnce => 1;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var yesterday = DayOf(now).PlusDays(-1);
        var tonight = Start(yesterday.PlusDays(1), At);
        if (now < tonight)
        {
            return tonight;
        }

        if (await FirstAsync(yesterday, token) is { } first && await CompareAsync(first, yesterday, token) is { } problem)
        {
            LogPutOff(first.ToDateOnly(), yesterday.ToDateOnly(), problem);
            return now + Again;
        }

        return Start(yesterday.PlusDays(2), At);
    }

    /// <summary>Compares these days, both included, whichever were compared before.</summary>
    /// <returns>Null once it is done; else why it has to wait.</returns>
    internal async Task<string?> CompareAsync(LocalDate first, LocalDate last, CancellationToken token)
    {
        var (from, to, now) = (Start(first), Start(last.PlusDays(1)), clock.GetUtcNow());
        if (await BehindAsync(to, token))
        {
            return "the books have not read all of it yet";
        }

        var there = new List<Move>();
        if (await MovementsAsync(from - Margin, now + ClocksDiffer, there, token) is { } away)
        {
            return away;
        }

        foreach (var (shop, account) in await AccountsAsync(token))
        {
            var read = await gateway.ReadPayoutsAsync(account, from - Margin, token);
            if (!read.IsDone)
            {
                return $"payouts of {account}: {read.Problem}";
            }

            there.AddRange(read.Value.Select(p => new Move(Moves.Payout, p.Id, p.Cents, p.CreatedAt, Shop: shop)));
            // No time is told of what came back: it counts with the payout, on both sides.
            there.AddRange(read.Value.Where(p => p.Status is PayoutStatus.Failed).Select(p => new Move(Moves.PayoutReturned, p.Id, p.Cents, p.CreatedAt, Shop: shop)));
        }

        var here = await HereAsync(from - Margin, token);
        var differences = Comparison.Of(here, there, at => at >= from && at < to, at => DayOf(at).ToDateOnly());
        await KeepAsync(first, last, await NamedAsync(differences, token), here.Count(m => m.At >= from && m.At < to), now, token);
        if (differences.Count > 0)
        {
            LogDiffers(differences.Count, first.ToDateOnly(), last.ToDateOnly());
        }

        return null;
    }

    private static LocalDate DayOf(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Paris).Date;

    private static DateTimeOffset Start(LocalDate day, LocalTime? time = null) => (time is { } t ? day.At(t).InZoneLeniently(Paris) : day.AtStartOfDayInZone(Paris)).ToInstant().ToDateTimeOffset();

    private async Task<string?> MovementsAsync(DateTimeOffset from, DateTimeOffset to, List<Move> into, CancellationToken token)
    {
        for (string? after = null; ;)
        {
            // What is compared has ended long ago: what moves meanwhile is of today.
            var page = await gateway.ReadMovementsAsync(new MovementQuery(from, to, after, Page), token);
            if (!page.IsDone)
            {
                return $"movements: {page.Problem}";
            }

            into.AddRange(page.Value.Movements.Where(m => m.Source is not null && Moves.Of(m.Type) is not null).Select(m => new Move(Moves.Of(m.Type)!, m.Source!, m.Cents, m.CreatedAt, m.Order, Of: m.Of)));
            if (page.Value.Next is not { } next)
            {
                return null;
            }

            after = next;
        }
    }

    // The first day that was never compared, or of which something differs still; null: there is nothing to compare.
    private async Task<LocalDate?> FirstAsync(LocalDate yesterday, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select least(
                coalesce((select max(day) + 1 from reconciled_days), (select (min(at) at time zone 'Europe/Paris')::date from ledger_postings)),
                (select min(day) from money_differences where settled_at is null and day >= $1))
            """);
        command.Parameters.Add(new() { Value = yesterday.PlusDays(-DaysLookedBack).ToDateOnly() });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) && !reader.IsDBNull(0) && LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(0)) is var day && day <= yesterday ? day : null;
    }

    private async Task<bool> BehindAsync(DateTimeOffset to, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select exists (select from events e where (e.type like 'order-payment-%' or e.type like 'order-refund-%') and e.at < $1
                and not exists (select from log_cursors c where c.name = 'ledger' and (c.xid, c.position) >= (e.xid, e.position)))
            """);
        command.Parameters.Add(new() { Value = to });
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    private async Task<List<(ShopId Shop, string Account)>> AccountsAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand("select shop_id, account_id from payout_accounts where account_id is not null order by account_id");
        var accounts = new List<(ShopId, string)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            accounts.Add((new ShopId(reader.GetGuid(0)), reader.GetString(1)));
        }

        return accounts;
    }

    // What stands in the books, under the other side's names: those stand in the events that the postings are of.
    private async Task<List<Move>> HereAsync(DateTimeOffset from, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select case when p.kind in ('sale', 'taken-otherwise') then 'charge' when p.kind in ('refund', 'refund-again') then 'refund' when p.kind = 'refund-returned' then 'refund-returned' else p.kind end,
                coalesce(e.data ->> 'charge', e.data ->> 'transfer', e.data ->> 'reversal', e.data ->> 'id'), p.order_id, case when count(distinct p.shop_id) = 1 then min(p.shop_id::text)::uuid end,
                sum(l.cents)::bigint, p.at
            from ledger_postings p join ledger_entries l using (order_id, version, shop_id)
            join events e on e.stream = 'order-' || replace(p.order_id::text, '-', '') and e.version = p.version
            where l.account = 'clearing' and p.at >= $1
            group by 1, 2, p.order_id, p.version, p.at
            union all
            select p.kind, o.payout_id, null, p.shop_id, l.cents * case p.kind when 'payout' then -1 else 1 end, o.made_at
            from payouts o join ledger_postings p on p.order_id = o.posting_id join ledger_entries l on (l.order_id, l.version, l.shop_id) = (p.order_id, p.version, p.shop_id)
            where l.account = 'account' and o.made_at >= $1
            """);
        command.Parameters.Add(new() { Value = from });
        var moves = new List<Move>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            moves.Add(new Move(reader.GetString(0), reader.GetString(1), reader.GetInt64(4), reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(2) ? null : new OrderId(reader.GetGuid(2)),
                reader.IsDBNull(3) || reader.GetGuid(3) == Guid.Empty ? null : new ShopId(reader.GetGuid(3))));
        }

        return moves;
    }

    // What was made by hand names no order, but the payment or the transfer that it is of: whose that is, the log knows.
    private async Task<List<Difference>> NamedAsync(IReadOnlyList<Difference> differences, CancellationToken token)
    {
        var unnamed = differences.Select(d => d.There).OfType<Move>().Where(m => m.Order is null && m.Of is not null).Select(m => m.Of!).Distinct().ToList();
        var orders = new Dictionary<string, OrderId>();
        if (unnamed.Count > 0)
        {
            await using var command = database.CreateCommand(
                """
                select distinct coalesce(data ->> 'transfer', data ->> 'payment'), stream from events
                where type in ('order-payment-authorised.v1', 'order-payment-transferred.v1') and coalesce(data ->> 'transfer', data ->> 'payment') = any($1)
                """);
            command.Parameters.Add(new() { Value = unnamed });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                orders[reader.GetString(0)] = Order.IdOf(reader.GetString(1));
            }
        }

        return [.. differences.Select(d => d.There is { Order: null, Of: { } of } there && orders.TryGetValue(of, out var order) ? d with { There = there with { Order = order } } : d)];
    }

    private async Task KeepAsync(LocalDate first, LocalDate last, List<Difference> differences, int compared, DateTimeOffset now, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(connection, transaction);
        OrderTables.Add(batch, "insert into reconciled_days (day, compared_at) select d::date, $3 from generate_series($1::date, $2::date, '1 day') d on conflict (day) do update set compared_at = excluded.compared_at",
            first.ToDateOnly(), last.ToDateOnly(), now);
        OrderTables.Add(batch, "update money_differences set settled_at = $3 where settled_at is null and day between $1 and $2 and not (what || ' ' || reference) = any($4)",
            first.ToDateOnly(), last.ToDateOnly(), now, differences.Select(d => $"{d.Any.What} {d.Any.Reference}").ToArray());
        OrderTables.Add(batch,
            """
            insert into money_differences (what, reference, kind, day, order_id, shop_id, here_cents, there_cents, here_at, there_at, found_at)
            select *, $11 from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::uuid[], $6::uuid[], $7::bigint[], $8::bigint[], $9::timestamptz[], $10::timestamptz[])
            on conflict (what, reference) do update set kind = excluded.kind, day = excluded.day, order_id = excluded.order_id, shop_id = excluded.shop_id, here_cents = excluded.here_cents,
                there_cents = excluded.there_cents, here_at = excluded.here_at, there_at = excluded.there_at, settled_at = null
            """,
            differences.ConvertAll(d => d.Any.What), differences.ConvertAll(d => d.Any.Reference), differences.ConvertAll(d => d.Kind), differences.ConvertAll(d => DayOf(d.At).ToDateOnly()),
            differences.Select(d => (d.There?.Order ?? d.Here?.Order)?.Value).ToArray(), differences.Select(d => (d.Here?.Shop ?? d.There?.Shop)?.Value).ToArray(),
            differences.Select(d => d.Here?.Cents).ToArray(), differences.Select(d => d.There?.Cents).ToArray(),
            differences.Select(d => d.Here?.At.ToUniversalTime()).ToArray(), differences.Select(d => d.There?.At.ToUniversalTime()).ToArray(), now);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        var (from, to) = (first.ToDateOnly(), last.ToDateOnly());
        LogCompared(compared, from, to);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Compared} movements from {First} to {Last} were compared with the other side")]
    private partial void LogCompared(int compared, DateOnly first, DateOnly last);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Differences} movements from {First} to {Last} stand otherwise in the books than on the other side")]
    private partial void LogDiffers(int differences, DateOnly first, DateOnly last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The days from {First} to {Last} are compared later: {Problem}")]
    private partial void LogPutOff(DateOnly first, DateOnly last, string problem);
}
